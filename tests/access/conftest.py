"""What the tests of access share."""

import pytest


@pytest.fixture(autouse=True)
def superusers_keep_their_rights(settings) -> None:
    """Let the superuser of these worlds, which have all three administrators, set up everything."""
    settings.SEPARATION_OF_DUTIES = False
