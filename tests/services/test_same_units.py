"""同比 on the same units (可比口径), recomputed from the entries one by one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN
from tests.interfaces.test_pages import page
from tests.interfaces.test_target_page import address, fact
from tests.services.issued_kinds import issue, rows_of, sheet_of
from tests.services.past import make_past_plan, make_plain_unit
from tests.services.random_returns import ASH, GANGUE
from tracker.calculation.same_units import SameUnits
from tracker.models import Entry, Indicator, Obligation, Period, Role
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.snapshots import book_as_json, book_from_json
from tracker.services.returns.expected import update_expected

TOTAL = "bulk_waste_utilised"


@pytest.fixture
def everywhere(plan):
    return factories.make_user("everywhere", Role.REPORTER)


@pytest.fixture
def two_years(plan, taiyuan, everywhere, reviewer):
    """July and August of both years. Datong's unit is new, Taiyuan's second one was silent in August 2019."""
    second, datong = make_plain_unit(), factories.make_unit(plan, DATONG)
    for code in (GANGUE, ASH):
        Obligation.objects.create(plan=plan, unit=second, indicator=Indicator.objects.get(code=code))
    update_expected(plan, now=None)
    past = make_past_plan()
    for unit in (taiyuan, second):
        for code in (GANGUE, ASH):
            Obligation.objects.create(plan=past, unit=unit, indicator=Indicator.objects.get(code=code))
    update_expected(past, now=None)
    filed = {
        (past, "2019-07"): {taiyuan: "100", second: "50"},
        (past, "2019-08"): {taiyuan: "100"},
        (plan, "2020-07"): {taiyuan: "110", second: "40", datong: "500"},
        (plan, "2020-08"): {taiyuan: "121", second: "70", datong: "500"},
    }
    for (of, code), amounts in filed.items():
        for unit, amount in amounts.items():
            values = {GANGUE: amount, ASH: "0"}
            factories.file_return(unit, Period.objects.of(of, code), values, reporter=everywhere, reviewer=reviewer)
    return plan


def recomputed(indicator: str, path: str, months: list[str]) -> tuple[Decimal, Decimal, int]:
    """Return both years' sums over the entries that have a partner, one by one."""
    values = {
        (entry.unit_return.unit_id, entry.unit_return.period.code): entry.verified_value
        for entry in Entry.objects.filter(
            indicator__code=indicator, unit_return__unit__region__path__startswith=path, verified_value__isnull=False
        ).select_related("unit_return__period")
    }
    pairs = [
        (value, values[unit, f"2019{month[4:]}"])
        for (unit, month), value in values.items()
        if month in months and (unit, f"2019{month[4:]}") in values
    ]
    return sum(one for one, _other in pairs), sum(other for _one, other in pairs), len(pairs)


@pytest.mark.parametrize("place", [SHANXI, TAIYUAN, DATONG])
@pytest.mark.parametrize("to_date", [False, True])
@pytest.mark.parametrize("is_kept", [False, True])
def test_growth_on_the_same_units_is_what_the_entries_give(two_years, place, to_date, is_kept):
    book = load_figure_inputs(factories.period(two_years), same_units=True)
    if is_kept:
        book = book_from_json(book_as_json(book))
    found = book.comparable_growth(GANGUE, place, to_date=to_date)
    months = ["2020-07", "2020-08"] if to_date else ["2020-08"]
    this, last, number = recomputed(GANGUE, factories.region(place).path, months)
    if not number:
        assert found is None
        return
    assert found is not None
    assert (found.this, found.last, found.values) == (this, last, number)
    assert found.growth == (this - last) / last * 100


def test_as_of_an_earlier_moment_the_values_then_are_compared(two_years):
    now, then = (
        load_figure_inputs(factories.period(two_years), same_units=True, as_of=NOW + timedelta(days=days)).same_units
        for days in (1, -1)
    )
    assert now == load_figure_inputs(factories.period(two_years), same_units=True).same_units
    assert then == SameUnits()


def test_a_sum_of_parts_is_compared_too_and_a_rate_is_not(two_years):
    book = load_figure_inputs(factories.period(two_years), same_units=True)
    assert book.comparable_growth(TOTAL, SHANXI).growth == 21
    assert book.comparable_growth("building_materials_share", SHANXI) is None


def test_the_page_shows_both_and_says_what_is_compared(two_years, leader):
    html = page(leader, address(two_years), "zh-hans")
    assert fact(html, "本月同比").startswith("—")
    assert "可比口径21.00%" in fact(html, "本月同比")
    assert "可比口径8.40%" in fact(html, "累计同比")  # (110 + 40 + 121) / (100 + 50 + 100)
    assert "新增单位不算增长" in html


def test_the_report_prints_both_years_and_is_issued_again_alike(two_years):
    sheet = sheet_of(issue(two_years, "compliance", code="2020-08"), "Monthly trend")
    rows = {row[1]: row for row in rows_of(sheet)}
    gangue = next(row for name, row in rows.items() if "gangue" in name.lower())
    assert [round(float(value), 4) for value in gangue[-3:]] == [271, 250, 0.084]


def test_without_a_year_before_nothing_is_read(plan, taiyuan, count_queries):
    with count_queries(connection) as plain:
        load_figure_inputs(factories.period(plan))
    with count_queries(connection) as asked:
        assert load_figure_inputs(factories.period(plan), same_units=True).same_units == SameUnits()
    assert len(plain) == len(asked)
