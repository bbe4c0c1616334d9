"""Keys and codes that an earlier version issued stay valid: their salts do not follow a module's name."""

from django.test import override_settings

from tracker.services.accounts import two_step
from tracker.services.mail import unsubscribe


@override_settings(SECRET_KEY="the key of an earlier version")
def test_a_key_in_mail_is_signed_as_the_first_version_signed_it():
    assert unsubscribe._signature("s1") == "806be0bce33ee3fc3610"


@override_settings(SECRET_KEY="the key of an earlier version")
def test_a_recovery_code_is_hashed_as_the_first_version_hashed_it():
    assert two_step._hash("abcde-fghjk") == "2446754594c465fa68e69c11f2f83e2927790f563bc40546af7484b13b64ef8d"
