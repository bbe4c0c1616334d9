"""What changed behind an issued report since it was issued."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from tests import factories
from tests.factories import NOW
from tests.services.random_returns import ASH, GANGUE, few, make_world, steps
from tracker.models import Entry, IssuedReport, Region
from tracker.queries.documents.changes import changes_since
from tracker.services import returns

LATER = NOW + timedelta(hours=1)


def a_report(period, region: Region, now=NOW) -> IssuedReport:
    """A report resting on every value verified now, without its file."""
    entries = Entry.objects.filter(
        unit_return__period__plan=period.plan,
        unit_return__period__ends_on__lte=period.ends_on,
        unit_return__unit__region__path__startswith=region.path,
    ).exclude(verified_value=None)
    return IssuedReport.objects.create(
        kind="compliance",
        plan=period.plan,
        period=period,
        region=region,
        issue_year=2020,
        issue_number=8,
        title="目标完成情况报告",
        language="zh-hans",
        as_of=now,
        issued_at=now,
        revisions=list(entries.values_list("verified_revision_id", flat=True)),
        file="report.xlsx",
        file_size=1,
        sha256="0" * 64,
    )


def verified_values() -> dict[int, Decimal | None]:
    return dict(Entry.objects.values_list("pk", "verified_value"))


@pytest.fixture
def world(plan, reviewer):
    """Units that owe returns, and nothing filed yet."""
    return make_world(plan, reviewer)


@given(before=steps(), later=steps())
@few
def test_exactly_the_cells_whose_verified_value_differs_are_listed(world, before, later):
    with world.after(before):
        report = a_report(world.months[-1], world.plan.region, world.now)
        then = verified_values()
        for step in later:
            world.take(step)
        now = verified_values()
        expected = {pk: (then.get(pk), value) for pk, value in now.items() if value != then.get(pk)}
        assert {change.entry.pk: (change.then, change.now) for change in changes_since(report)} == expected


@pytest.fixture
def verified(taiyuan, reporter, reviewer, plan):
    """A verified return of Taiyuan for August."""
    return file(taiyuan, plan, "2020-08", reporter, reviewer)


def file(unit, plan, month, reporter, reviewer):
    values = {GANGUE: "500", ASH: "0"}
    return factories.file_return(unit, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer)


def correct(filed, reporter, reviewer, values):
    common = {"now": LATER}
    factories.unlock(filed, reporter=reporter, reviewer=reviewer, reason="重复计算", now=LATER)
    returns.save_draft(filed, values, acting_user=reporter, expected_version=filed.version, **common)
    returns.submit_return(filed, acting_user=reporter, expected_version=filed.version, **common)
    returns.verify_return(
        filed,
        acting_user=reviewer,
        expected_version=filed.version,
        changes={GANGUE: ("480", "核减重复部分")} if GANGUE in values else None,
        **common,
    )


def test_nothing_changed_at_first(verified, plan):
    assert changes_since(a_report(verified.period, plan.region)) == []


def test_a_correction_is_listed_with_what_it_was_by_whom_when_and_why(verified, plan, reporter, reviewer):
    report = a_report(verified.period, plan.region)
    correct(verified, reporter, reviewer, {GANGUE: "490"})
    (change,) = changes_since(report)
    assert (change.entry.indicator.code, change.then, change.now) == (GANGUE, 500, 480)
    assert (change.changed_by, change.changed_at, change.reason) == (reviewer, LATER, "核减重复部分")


def test_a_value_withdrawn_is_missing_now(verified, plan, reporter, reviewer):
    report = a_report(verified.period, plan.region)
    factories.unlock(verified, reporter=reporter, reviewer=reviewer, now=LATER)
    changes = changes_since(report)
    assert [(change.then, change.now, change.reason) for change in changes] == [(500, None, "核对"), (0, None, "核对")]


def test_a_value_verified_again_unchanged_is_no_change(verified, plan, reporter, reviewer):
    report = a_report(verified.period, plan.region)
    correct(verified, reporter, reviewer, {ASH: "0.0"})
    assert changes_since(report) == []


def test_a_value_verified_for_the_first_time_was_missing_then(taiyuan, verified, plan, reporter, reviewer):
    report = a_report(verified.period, plan.region)
    file(taiyuan, plan, "2020-07", reporter, reviewer)
    assert [(change.then, change.now) for change in changes_since(report)] == [(None, 500), (None, 0)]


def test_a_later_period_and_another_place_are_no_concern_of_the_report(taiyuan, verified, plan, reporter, reviewer):
    report = a_report(verified.period, taiyuan.region)
    file(taiyuan, plan, "2020-09", reporter, reviewer)
    datong = factories.make_unit(plan, factories.DATONG)
    file(datong, plan, "2020-08", factories.make_user("datong", "reporter", factories.DATONG), reviewer)
    assert changes_since(report) == []


def test_a_report_that_rested_on_nothing_lists_all_that_came(taiyuan, plan, reporter, reviewer):
    report = a_report(factories.period(plan), plan.region)
    file(taiyuan, plan, "2020-08", reporter, reviewer)
    assert len(changes_since(report)) == 2
