"""Rows of set-up lists are changed and ended together: shown first, stored for all or none, each recorded."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, TAIYUAN
from tests.interfaces.test_pages import signed_in
from tracker.models import CheckRule, Event, ExpectedReturn, Obligation, ReportingUnit, Role, User

pytestmark = pytest.mark.django_db
LAST_DAY = date(2020, 6, 30)


def asked(user: User, model: str, action: str, keys: list[int], **values: str):
    data = {"action": action, "_selected_action": [str(key) for key in keys], **values}
    return signed_in(user).post(reverse(f"admin:tracker_{model}_changelist"), data)


@pytest.fixture
def owed(plan) -> list[int]:
    factories.make_unit(plan, TAIYUAN)
    factories.make_unit(plan, DATONG)
    return list(Obligation.objects.order_by("pk").values_list("pk", flat=True))


def test_nothing_is_changed_before_it_is_confirmed(superuser, owed):
    html = asked(superuser, "obligation", "end_several", owed).content.decode()
    assert "4 rows selected" in html and 'name="ends"' in html and "frequency" not in html
    assert not Obligation.objects.exclude(ends=None).exists()


def test_obligations_end_together_with_what_is_expected(superuser, plan, owed):
    answer = asked(superuser, "obligation", "end_several", owed, apply="1", ends=LAST_DAY.isoformat())
    assert answer.status_code == 302
    assert set(Obligation.objects.values_list("ends", flat=True)) == {LAST_DAY}
    assert not ExpectedReturn.objects.filter(period__plan=plan, period__code="2020-07").exists()
    about = Event.objects.filter(action=Event.Action.CONFIGURED, object_type="obligation")
    assert about.count() == 4


def test_only_ticked_fields_are_changed(superuser, owed):
    values = {"frequency": "quarter", "begins": "2020-02-01", "set-frequency": "on"}
    asked(superuser, "obligation", "change_several", owed[:2], apply="1", **values)
    changed = Obligation.objects.filter(pk__in=owed[:2])
    assert set(changed.values_list("frequency", "begins")) == {("quarter", None)}
    assert set(Obligation.objects.exclude(pk__in=owed[:2]).values_list("frequency", flat=True)) == {"month"}


def test_a_row_that_is_wrong_leaves_all_as_they_were(superuser, owed):
    Obligation.objects.filter(pk=owed[0]).update(begins=date(2020, 9, 1))
    answer = asked(superuser, "obligation", "end_several", owed, apply="1", ends=LAST_DAY.isoformat())
    assert "Nothing was changed" in answer.content.decode()
    assert not Obligation.objects.exclude(ends=None).exists()


def test_without_a_tick_nothing_is_done(superuser, owed):
    answer = asked(superuser, "obligation", "change_several", owed, apply="1", frequency="quarter")
    assert "Tick at least one field" in answer.content.decode()


def test_accounts_are_closed_and_rules_softened_together(superuser, plan):
    people = [factories.make_user(f"person-{number}", Role.REPORTER) for number in range(3)]
    asked(superuser, "user", "end_several", [one.pk for one in people], apply="1", is_active="0")
    assert not User.objects.filter(pk__in=[one.pk for one in people], is_active=True).exists()
    factories.load_checks()
    rules = list(CheckRule.objects.filter(severity="warning").values_list("pk", flat=True)[:2])
    asked(superuser, "checkrule", "change_several", rules, apply="1", severity="hint", **{"set-severity": "on"})
    assert CheckRule.objects.filter(pk__in=rules, severity="hint").count() == 2


def test_who_manages_a_city_does_not_close_units_of_another(plan, owed):
    manager = factories.make_user("manager", Role.PLAN_MANAGER, TAIYUAN)
    keys = list(ReportingUnit.objects.values_list("pk", flat=True))
    asked(manager, "reportingunit", "end_several", keys, apply="1", closed_on="2020-12-01")
    closed = ReportingUnit.objects.exclude(closed_on=None).values_list("region__code", flat=True)
    assert list(closed) == [TAIYUAN]


def test_who_changes_nothing_is_offered_nothing(plan, owed):
    security = factories.make_user("security", Role.SECURITY_ADMIN)
    html = signed_in(security).get(reverse("admin:tracker_reportingunit_changelist")).content.decode()
    assert "end_several" not in html
