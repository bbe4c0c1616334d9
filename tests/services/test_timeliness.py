"""Completeness and timeliness from the database: by unit, by period, within a region."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests import factories
from tests.factories import SHANGHAI
from tracker.models import Obligation, Return
from tracker.queries.returns.timeliness import timeliness, timeliness_by_period
from tracker.services import returns
from tracker.services.returns.extensions import grant_extension

VALUES = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}
DUE = datetime(2020, 9, 8, tzinfo=SHANGHAI)
BEFORE, AFTER = DUE - timedelta(seconds=1), DUE + timedelta(days=1)


@pytest.fixture
def datong(plan):
    """A unit in Datong."""
    return factories.make_unit(plan, factories.DATONG)


@pytest.fixture
def official(plan):
    """Who reports for the whole province."""
    return factories.make_user("official", "reporter")


def file(plan, unit, official, code="2020-08", now=BEFORE, **more):
    return factories.file_return(unit, factories.period(plan, code), VALUES, reporter=official, now=now, **more)


def row(plan, unit, until="2020-08", now=AFTER):
    rows = timeliness(plan, plan.region, factories.period(plan, until), now=now)
    return next(found.total for found in rows if found.unit == unit)


def test_each_unit_is_counted_over_the_periods_so_far(plan, taiyuan, official):
    for code in ("2020-05", "2020-06"):
        file(plan, taiyuan, official, code, now=datetime(2020, 6, 3, tzinfo=SHANGHAI))
    file(plan, taiyuan, official, "2020-07")
    found = row(plan, taiyuan)
    assert (found.owed, found.on_time, found.late, found.missing) == (8, 2, 1, 5)


def test_a_period_not_yet_due_is_not_missing(plan, taiyuan):
    assert row(plan, taiyuan, now=BEFORE).missing == 7
    assert row(plan, taiyuan, now=DUE).missing == 8


def test_a_return_handed_in_early_counts_at_once(plan, taiyuan, official):
    file(plan, taiyuan, official, now=BEFORE)
    found = row(plan, taiyuan, now=BEFORE)
    assert (found.owed, found.on_time) == (8, 1)


def test_a_unit_that_never_reported_is_there_all_the_same(plan, taiyuan, datong):
    rows = timeliness(plan, plan.region, factories.period(plan), now=AFTER)
    assert [(found.unit, found.total.missing) for found in rows] == [(taiyuan, 8), (datong, 8)]


def test_more_time_counts(plan, taiyuan, official, reviewer):
    until = DUE + timedelta(days=5)
    august = factories.period(plan)
    grant_extension(taiyuan, august, until=until, reason="Flood", acting_user=reviewer, now=BEFORE)
    assert row(plan, taiyuan, now=AFTER).missing == 7
    file(plan, taiyuan, official, now=AFTER)
    assert row(plan, taiyuan, now=AFTER).on_time == 1


def test_what_is_sent_back_is_not_filed_until_it_comes_again_and_each_time_is_counted(
    plan, taiyuan, official, reviewer
):
    filed = file(plan, taiyuan, official)
    for _time in range(2):
        returns.send_back_return(filed, comment="No.", acting_user=reviewer, now=AFTER, expected_version=filed.version)
        found = row(plan, taiyuan)
        assert (found.filed, found.sent_back, found.missing) == (0, 1, 7)
        returns.submit_return(filed, acting_user=official, now=AFTER, expected_version=filed.version)
    found = row(plan, taiyuan)
    assert (found.on_time, found.sent_back, found.times_sent_back) == (1, 0, 2)


def test_a_draft_is_not_filed(plan, taiyuan, official):
    returns.open_return(taiyuan, factories.period(plan), acting_user=official, now=BEFORE)
    assert (row(plan, taiyuan).filed, row(plan, taiyuan).missing) == (0, 8)


def test_a_closed_unit_owes_nothing_but_keeps_what_it_filed(plan, taiyuan, official):
    file(plan, taiyuan, official)
    factories.close_unit(taiyuan, plan.starts_on)
    assert (row(plan, taiyuan).owed, row(plan, taiyuan).on_time) == (1, 1)


def test_only_the_regions_units_count(plan, taiyuan, datong):
    rows = timeliness(plan, factories.region(factories.DATONG), factories.period(plan), now=AFTER)
    assert [found.unit for found in rows] == [datong]


def test_by_period_the_same_returns_are_counted(plan, taiyuan, datong, official):
    file(plan, taiyuan, official)
    by_period = timeliness_by_period(plan, plan.region, factories.period(plan), now=AFTER)
    by_unit = timeliness(plan, plan.region, factories.period(plan), now=AFTER)
    assert [found.period.code for found in by_period] == [f"2020-0{month}" for month in range(1, 9)]
    assert (by_period[-1].total.owed, by_period[-1].total.on_time) == (2, 1)
    for name in ("owed", "filed", "missing", "times_sent_back"):
        assert sum(getattr(found.total, name) for found in by_period) == sum(
            getattr(found.total, name) for found in by_unit
        )


def test_quarters_are_owed_where_somebody_reports_by_the_quarter(plan, taiyuan):
    Obligation.objects.filter(indicator__code="fly_ash_utilised").update(frequency="quarter")
    factories.change_obligations(plan)
    found = timeliness_by_period(plan, plan.region, factories.period(plan), now=AFTER)
    assert [period.period.code for period in found][2:5] == ["2020-03", "2020-Q1", "2020-04"]
    assert row(plan, taiyuan).owed == 8 + 2


def test_the_queries_do_not_grow_with_the_units(plan, taiyuan, official, count_queries):
    def queries():
        with count_queries(connection) as counted:
            timeliness(plan, plan.region, factories.period(plan), now=AFTER)
        return len(counted)

    file(plan, taiyuan, official)
    few = queries()
    for place in ("140200", "140300", "140400", "140500"):
        file(plan, factories.make_unit(plan, place), official)
    assert queries() == few
    assert Return.objects.count() == 5
