"""Removing a demonstration whole: rows, files and accounts, unless real data depends on it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from tests import factories
from tests.factories import NOW, SHANXI
from tests.interfaces.test_pages import signed_in
from tracker.models import (
    Allocation,
    Entry,
    Event,
    IssuedReport,
    Membership,
    Obligation,
    ReportingUnit,
    Return,
    Role,
    User,
    ValueRevision,
)
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.plans.demonstration import any_demonstration, holds_demonstration
from tracker.services.plans.remove_demonstration import remove_demonstration
from tracker.services.returns.totals import differing_totals


@pytest.fixture
def admin():
    return factories.make_user("system", Role.SYSTEM_ADMIN)


def test_it_goes_whole_with_its_files_and_an_event(plan, admin, django_capture_on_commit_callbacks):
    default_storage.save("reports/x.xlsx", ContentFile(b"PK"))
    report = IssuedReport.objects.create(
        kind="compliance",
        plan=plan,
        period=factories.period(plan),
        region=plan.region,
        issue_year=2020,
        issue_number=8,
        title="x",
        language="zh-hans",
        as_of=NOW,
        issued_at=NOW,
        file="reports/x.xlsx",
        file_size=2,
        sha256="0" * 64,
        has_demonstration=True,
    )
    with django_capture_on_commit_callbacks(execute=True):
        removed = remove_demonstration(plan, acting_user=admin, now=NOW)
    assert removed.number_of_returns == 97
    for model in (Return, Entry, ValueRevision, Allocation, Obligation, ReportingUnit):
        assert not model.objects.exists(), model
    assert not holds_demonstration(plan) and not any_demonstration()
    assert not Membership.objects.filter(user__is_demonstration=True).exists()
    assert not User.objects.filter(is_demonstration=True, is_active=True).exists()
    assert differing_totals() == []
    report.refresh_from_db()
    assert report.file_removed_at == NOW and not default_storage.exists("reports/x.xlsx")
    event = Event.objects.get(action="demonstration_removed")
    assert (event.actor, event.before) == (admin, {"units": 11, "returns": 97, "reports": 1})
    assert "demonstration-banner" not in signed_in(admin).get("/").content.decode()


def test_values_are_kept_for_ever_again_afterwards(plan, admin):
    remove_demonstration(plan, acting_user=admin, now=NOW)
    unit, month = factories.make_unit(plan, SHANXI), factories.period(plan)
    reporter = factories.make_user("reporter", Role.REPORTER)
    factories.file_return(unit, month, {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}, reporter=reporter)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        ValueRevision.objects.all()._raw_delete("default")


def test_real_data_that_depends_on_it_is_named_and_nothing_goes(plan, admin):
    unit = ReportingUnit.objects.filter(is_demonstration=True)[0]
    person = factories.make_user("person", Role.REPORTER, unit.region.code, unit)
    Return.objects.create(unit=unit, period=factories.period(plan, "2020-12"))
    with pytest.raises(Refused) as refusal:
        remove_demonstration(plan, acting_user=admin, now=NOW)
    assert len(refusal.value.fields) == 2
    assert Return.objects.filter(is_demonstration=True).count() == 97
    person.memberships.all().delete()
    Return.objects.filter(is_demonstration=False).delete()
    remove_demonstration(plan, acting_user=admin, now=NOW)


def test_a_generated_return_that_a_person_corrected_stays(plan, admin):
    cell = Entry.objects.filter(unit_return__is_demonstration=True)[0]
    person = factories.make_user("person")
    ValueRevision.objects.create(
        entry=cell,
        number=99,
        kind="reported",
        value=1,
        source="form",
        actor=person,
        recorded_at=NOW + timedelta(days=365),
    )
    with pytest.raises(Refused):
        remove_demonstration(plan, acting_user=admin, now=NOW)


def test_only_a_system_administrator_removes_it(plan):
    with pytest.raises(NotAllowed):
        remove_demonstration(plan, acting_user=factories.make_user("manager", Role.PLAN_MANAGER), now=NOW)


def test_the_command_says_what_went_and_refuses_a_second_time(plan):
    told = StringIO()
    call_command("remove_demonstration", plan.code, stdout=told)
    assert "97" in told.getvalue()
    with pytest.raises(CommandError):
        call_command("remove_demonstration", plan.code)
    with pytest.raises(CommandError):
        call_command("remove_demonstration", "no-such-plan")


def test_the_button_on_the_plans_page_removes_it(plan, admin):
    client = signed_in(admin)
    address = f"/admin/tracker/plan/{plan.pk}/demonstration/"
    assert address in client.get(f"/admin/tracker/plan/{plan.pk}/change/").content.decode()
    assert "97 returns" in client.get(address).content.decode()
    told = client.post(address, follow=True).content.decode()
    assert "The demonstration was removed" in told
    assert not Return.objects.exists()
    manager = signed_in(factories.make_user("manager", Role.PLAN_MANAGER))
    assert manager.get(address).status_code == 403
