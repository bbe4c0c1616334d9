"""Codes that an earlier version stored stay valid: their salt does not follow the name of a module."""

from django.test import override_settings

from tracker.services.accounts import two_step


@override_settings(SECRET_KEY="the key of an earlier version")
def test_a_recovery_code_is_hashed_as_the_first_version_hashed_it():
    assert two_step._hash("abcde-fghjk") == "2446754594c465fa68e69c11f2f83e2927790f563bc40546af7484b13b64ef8d"
