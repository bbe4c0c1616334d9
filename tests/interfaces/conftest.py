"""What tests of the screens share."""

import pytest
from django.test import Client

from tests.factories import PASSWORD
from tests.interfaces.changes import watched
from tracker.models import User


@pytest.fixture
def superuser(db: None) -> User:
    """The installing administrator, without any membership."""
    return User.objects.create_superuser("admin", "admin@example.com", PASSWORD, display_name="管理员")


@pytest.fixture(autouse=True)
def every_change_has_its_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test of the screens does over HTTP: what changes something or lets a file out is in the event log."""
    monkeypatch.setattr(Client, "request", watched(Client.request))
