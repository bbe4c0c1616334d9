"""What tests of the screens share."""

import pytest

from tests.factories import PASSWORD
from tracker.models import User


@pytest.fixture
def superuser(db: None) -> User:
    """The installing administrator, without any membership."""
    return User.objects.create_superuser("admin", "admin@example.com", PASSWORD, display_name="管理员")
