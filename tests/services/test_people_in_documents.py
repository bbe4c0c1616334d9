"""People go out with a plan's document, without passwords, and come back as accounts that are given one."""

from pathlib import Path

import pytest
from django.db import transaction

from tests import factories
from tests.factories import NOW
from tests.services.test_setup_workbook import load_rich
from tracker.models import Event, Membership, Plan, Region, ReportingUnit, Role, Schedule, Subscription, User
from tracker.queries.errors import Refused
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.plans import loading
from tracker.services.plans.export_plan import export_plan

pytestmark = pytest.mark.django_db


class Undone(Exception):
    """Ends what was set up, so that it can be loaded from what went out."""


def gone_out() -> tuple[str, dict]:
    found = []
    with pytest.raises(Undone), transaction.atomic():
        plan = load_rich()
        zhang = factories.make_user("zhang", Role.REPORTER, "140100", ReportingUnit.objects.get(code="ty-1"))
        factories.make_user("li", Role.REVIEWER, "140000")
        Membership.objects.create(user=zhang, role=Role.LEADER, region=plan.region, plan=plan)
        factories.make_user("security", Role.SECURITY_ADMIN)
        schedule = Schedule.objects.create(plan=plan, name="给领导", when="day_of_month", number=9, time_of_day="08:30")
        Subscription.objects.create(schedule=schedule, user=zhang, active_from=NOW)
        found.append((export_plan(plan.code, acting_user=None, now=NOW), plan_tables(plan)))
        raise Undone
    assert not User.objects.exists() and not Region.objects.exists()
    return found[0]


def loaded(text: str, directory: Path) -> Plan:
    path = directory / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return loading.load_plan(path, acting_user=None, now=NOW)


def test_people_come_back_with_roles_and_mail_and_without_passwords(tmp_path):
    text, tables = gone_out()
    assert "password" not in text and "security" not in text
    plan = loaded(text, tmp_path)
    assert plan_tables(plan) == tables
    zhang = User.objects.get(username="zhang")
    assert zhang.must_change_password and not zhang.has_usable_password() and not zhang.is_superuser
    assert set(zhang.memberships.values_list("role", "plan")) == {("reporter", None), ("leader", plan.pk)}
    assert Subscription.objects.get(user=zhang).schedule.name == "给领导"
    assert Event.objects.filter(action=Event.Action.PERMISSION_CHANGED, object_id=str(zhang.pk)).count() == 3


def test_an_account_that_is_there_gets_nothing_from_a_document(tmp_path):
    text, _tables = gone_out()
    there = User.objects.create_user("zhang", email="other@example.com", password=factories.PASSWORD)
    loaded(text, tmp_path)
    there.refresh_from_db()
    assert there.email == "other@example.com" and there.check_password(factories.PASSWORD)
    assert not there.memberships.exists()


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('role = "reviewer"', 'role = "security_admin"', "[[role]] 1, role"),
        ('role = "reviewer"', 'role = "chief"', "[[role]] 1, role"),
        ('[[role]]\nusername = "li"', '[[role]]\nusername = "none"', "[[role]] 1, username"),
        ('email = "li@example.com"', 'email = "li"', "[[person]] 1, email"),
    ],
)
def test_wrong_people_are_refused_at_their_place(right, wrong, place, tmp_path):
    text, _tables = gone_out()
    with pytest.raises(Refused) as refused:
        loaded(text.replace(right, wrong, 1), tmp_path)
    assert any(place in found for found in refused.value.fields), refused.value.fields
    assert not User.objects.exists()


def test_a_document_without_people_names_none_and_loads(tmp_path):
    plan = load_rich()
    factories.make_user("zhang", Role.REPORTER, "140100")
    text = export_plan(plan.code, acting_user=None, now=NOW, with_people=False)
    assert "zhang" not in text and "@example.com" not in text
    assert Event.objects.latest("pk").after == {"document": "toml", "with_people": False}
