"""Who reads which events."""

import pytest

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tracker.models import Event, Role
from tracker.services.audit.events import record_event

VALUES = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}


@pytest.fixture
def verified(plan, taiyuan, reporter, reviewer):
    """Taiyuan's return, verified by the province."""
    return factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter, reviewer=reviewer)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AUDIT_ADMIN])
def test_in_a_region_one_reads_what_its_people_did_and_what_became_of_its_returns(verified, reporter, role):
    seen = Event.objects.visible_to(factories.make_user("auditor", role, TAIYUAN))
    assert {event.action for event in seen} >= {"return_opened", "return_submitted", "return_verified"}
    assert not seen.filter(action=Event.Action.PLAN_LOADED).exists()
    assert not Event.objects.visible_to(factories.make_user("beside", role, DATONG)).exists()


def test_in_the_province_one_reads_all_of_them(verified):
    record_event(Event.Action.LOGIN_FAILED, acting_user=None, now=NOW)
    assert Event.objects.visible_to(factories.make_user("auditor", Role.AUDITOR)).count() == Event.objects.count()


def test_without_the_role_one_reads_none(verified, reviewer):
    assert not Event.objects.visible_to(reviewer).exists()
