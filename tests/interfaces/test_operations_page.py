"""The administrator's page about the installation."""

import pytest
import time_machine
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.models import ClockState, Event, Role, UpkeepFailure

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(plan, client, monkeypatch):
    """The province's system administrator, signed in; the broker answers."""
    monkeypatch.setattr("config.probes.reach_broker", lambda: None)
    with time_machine.travel(NOW, tick=False):
        person = factories.make_user("administrator", Role.SYSTEM_ADMIN)
        client.force_login(person)
        client.cookies["django_language"] = "en"
        yield person


def test_it_lists_protections_parts_and_what_failed(administrator, client, settings):
    settings.OTP_ROLES = []
    UpkeepFailure.objects.create(
        step="export head",
        failures=3,
        error="OSError: away",
        first_failed_at=NOW,
        last_failed_at=NOW,
        next_attempt_at=NOW,
    )
    page = client.get(reverse("operations")).content.decode()
    assert "two-step verification" in page and "switched off" in page
    assert "export head" in page and "OSError: away" in page
    assert "File store" in page
    assert "1 piece of periodic work failed" in client.get(reverse("admin:index")).content.decode()


def test_a_jump_of_the_clock_is_shown_and_confirmed_there(administrator, client):
    assert "has jumped" not in client.get(reverse("operations")).content.decode()
    ClockState.objects.create(last_good_at="2017-01-01T00:00Z", jumped_to=NOW)
    for name in ("operations", "admin:index"):
        assert "has jumped" in client.get(reverse(name)).content.decode()
    assert client.post(reverse("operations_clock")).status_code == 302
    assert ClockState.objects.get().last_good_at == NOW
    assert Event.objects.get(object_type="clockstate").actor == administrator
    assert "has jumped" not in client.get(reverse("operations")).content.decode()


def test_others_do_not_find_it(plan, client, reviewer):
    client.force_login(reviewer)
    assert client.get(reverse("operations")).status_code == 404
    assert client.post(reverse("operations_clock")).status_code == 404
