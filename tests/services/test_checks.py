"""What is odd about returns, from what is stored."""

from decimal import Decimal

import pytest
from django.db import connection

from tests import factories
from tests.factories import NOW
from tracker.calculation.checks import Check, Severity
from tracker.models import CheckRule, Indicator, Obligation, Period, ReportingUnit, Return, UnitCapacity
from tracker.queries.returns.checks import check_return, flags_of
from tracker.services import returns
from tracker.services.returns.expected import update_expected

GANGUE, ASH, BASES = "coal_gangue_utilised", "fly_ash_utilised", "bases_being_built"


def rule(kind, severity="warning", low=None, high=None, indicator=None):
    found = Indicator.objects.get(code=indicator) if indicator else None
    return CheckRule.objects.create(kind=kind, severity=severity, low=low, high=high, indicator=found)


def said(flags):
    return [(flag.kind, flag.severity, flag.indicator) for flag in flags]


@pytest.fixture
def draft(taiyuan, reporter, plan):
    """Taiyuan's open return for August."""
    return returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)


def saved(draft, reporter, values):
    return returns.save_draft(draft, values, acting_user=reporter, now=NOW, expected_version=draft.version)


def july(plan, taiyuan, reporter, reviewer=None, gangue="500"):
    values = {GANGUE: gangue, ASH: "1"}
    return factories.file_return(
        taiyuan, factories.period(plan, "2020-07"), values, reporter=reporter, reviewer=reviewer
    )


def test_without_rules_an_empty_cell_is_an_error_and_nothing_else_is_checked(draft, reporter):
    saved(draft, reporter, {GANGUE: "999999"})
    assert said(check_return(draft)) == [(Check.MISSING, Severity.ERROR, ASH)]


def test_a_fall_against_the_month_before_is_flagged_with_the_figures_compared(plan, taiyuan, reporter, draft):
    rule("month_on_month", low=-50, high=100)
    july(plan, taiyuan, reporter)
    saved(draft, reporter, {GANGUE: "100", ASH: "1"})
    (flag,) = check_return(draft)
    assert said([flag]) == [(Check.MONTH_ON_MONTH, Severity.WARNING, GANGUE)]
    assert flag.figures == {"value": 100, "base": 500, "change": -80}


def test_the_month_before_counts_as_verified_once_it_is(plan, taiyuan, reporter, reviewer, draft):
    rule("month_on_month", low=-50, high=100)
    filed = july(plan, taiyuan, reporter)
    changes = {GANGUE: ("150", "重复计算")}
    returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version, changes=changes)
    saved(draft, reporter, {GANGUE: "100", ASH: "1"})
    assert check_return(draft) == []


def test_a_draft_of_the_month_before_is_nobodys_word(plan, taiyuan, reporter, draft):
    rule("month_on_month", low=-50, high=100)
    before = returns.open_return(taiyuan, factories.period(plan, "2020-07"), acting_user=reporter, now=NOW)
    saved(before, reporter, {GANGUE: "500", ASH: "1"})
    saved(draft, reporter, {GANGUE: "100", ASH: "1"})
    assert check_return(draft) == []


def test_values_that_are_not_stored_yet_are_checked_in_place_of_the_stored_ones(plan, taiyuan, reporter, draft):
    rule("month_on_month", low=-50, high=100)
    july(plan, taiyuan, reporter)
    saved(draft, reporter, {GANGUE: "500", ASH: "1"})
    assert said(check_return(draft, {GANGUE: Decimal(5000)})) == [(Check.MONTH_ON_MONTH, Severity.WARNING, GANGUE)]
    assert said(check_return(draft, {GANGUE: None})) == [(Check.MISSING, Severity.ERROR, GANGUE)]
    assert check_return(draft) == []


def test_an_indicators_own_rule_replaces_the_general_one(plan, taiyuan, reporter, draft):
    rule("month_on_month", low=-50, high=100)
    rule("month_on_month", "off", indicator=GANGUE)
    july(plan, taiyuan, reporter)
    saved(draft, reporter, {GANGUE: "100", ASH: "1000"})
    assert said(check_return(draft)) == [(Check.MONTH_ON_MONTH, Severity.WARNING, ASH)]


def test_last_year_is_found_in_another_plan(plan, taiyuan, reporter, draft):
    rule("year_on_year", low=-50, high=100)
    last = type(plan).objects.create(
        code="shanxi-2019",
        name="2019",
        issuer="厅",
        issued_on="2019-01-01",
        starts_on="2019-01-01",
        ends_on="2019-12-31",
        region=plan.region,
    )
    month = Period.objects.create(
        plan=last, code="2019-08", starts_on="2019-08-01", ends_on="2019-08-31", due_at=NOW.replace(year=2019)
    )
    Obligation.objects.create(plan=last, unit=taiyuan, indicator=Indicator.objects.get(code=GANGUE))
    update_expected(last, now=None)
    factories.file_return(taiyuan, month, {GANGUE: "10"}, reporter=reporter)
    saved(draft, reporter, {GANGUE: "100", ASH: "1"})
    (flag,) = check_return(draft)
    assert (flag.kind, flag.figures["base"], flag.figures["change"]) == (Check.YEAR_ON_YEAR, 10, 900)


def test_the_capacity_is_the_units_own_and_for_a_quarter_three_times_as_much(plan, taiyuan, reporter, draft):
    rule("capacity")
    UnitCapacity.objects.create(unit=taiyuan, indicator=Indicator.objects.get(code=GANGUE), per_month=100)
    saved(draft, reporter, {GANGUE: "250", ASH: "1"})
    assert said(check_return(draft)) == [(Check.CAPACITY, Severity.WARNING, GANGUE)]
    Period.objects.filter(pk=draft.period_id).update(starts_on="2020-06-01")
    assert check_return(draft) == []
    assert check_return(draft, {GANGUE: Decimal(301)})[0].figures == {"value": 301, "capacity": 300}


def test_a_count_to_date_below_the_last_verified_one_is_flagged_even_two_months_later(plan, reporter, reviewer):
    rule("falling")
    unit = factories.make_unit(plan, factories.TAIYUAN, (BASES,))
    june = factories.period(plan, "2020-06")
    factories.file_return(unit, june, {BASES: "3"}, reporter=reporter, reviewer=reviewer)
    draft = returns.open_return(unit, factories.period(plan), acting_user=reporter, now=NOW)
    assert said(check_return(draft, {BASES: Decimal(2)})) == [(Check.FALLING, Severity.WARNING, BASES)]
    assert check_return(draft, {BASES: Decimal(3)}) == []


def test_what_is_contained_may_not_exceed_what_contains_it(plan, draft):
    rule("parts", "error")
    whole = Indicator.objects.get(code=GANGUE)
    Indicator.objects.filter(code=ASH).update(included_in=whole)
    (flag,) = check_return(draft, {GANGUE: Decimal(5), ASH: Decimal(6)})
    assert (flag.kind, flag.severity, flag.indicator, flag.others) == (Check.PARTS, Severity.ERROR, GANGUE, (ASH,))
    assert check_return(draft, {GANGUE: Decimal(6), ASH: Decimal(6)}) == []


def test_a_rate_is_checked_from_its_terms_in_the_same_return(plan, reporter):
    rule("rate", low=0, high=100)
    codes = ("building_materials_used", GANGUE, ASH)
    unit = factories.make_unit(plan, factories.TAIYUAN, codes)
    draft = returns.open_return(unit, factories.period(plan), acting_user=reporter, now=NOW)
    typed = dict(zip(codes, map(Decimal, (110, 60, 40)), strict=True))
    (flag,) = check_return(draft, typed)
    assert (flag.kind, flag.indicator, flag.figures["rate"]) == (Check.RATE, codes[0], 110)
    assert flag.about == "building_materials_share"
    assert said(check_return(draft, typed | {ASH: None})) == [(Check.MISSING, Severity.ERROR, ASH)]


def test_many_returns_are_checked_in_as_many_queries_as_one(plan, reporter, count_queries):
    rule("month_on_month", low=-50, high=100)
    province = factories.make_user("all", "reporter")
    codes = list(Indicator.objects.filter(kind="entered").values_list("code", flat=True))
    counted = []
    for places in (("140100",), ("140200", "140300", "140400", "140500")):
        for place in places:
            owed = codes[:2] if place == "140100" else codes
            unit = factories.make_unit(plan, place, tuple(owed))
            for month, value in (("2020-07", "1"), ("2020-08", "5")):
                values = dict.fromkeys(owed, value)
                factories.file_return(unit, factories.period(plan, month), values, reporter=province, note="属实")
        filed = list(Return.objects.filter(period__code="2020-08"))
        with count_queries(connection) as queries:
            found = flags_of(filed)
        counted.append(len(queries))
        assert {pk: len(flags) for pk, flags in found.items()} == {one.pk: one.entries.count() for one in filed}
        assert found[filed[-1].pk] == check_return(filed[-1])
    assert counted[0] == counted[1]


def test_no_returns_need_no_query(count_queries, db):
    with count_queries(connection) as queries:
        assert flags_of([]) == {}
    assert len(queries) == 0


def test_another_units_figures_are_not_compared(plan, taiyuan, reporter, draft):
    rule("month_on_month", low=-50, high=100)
    datong = factories.make_unit(plan, factories.DATONG)
    official = factories.make_user("datong", "reporter", factories.DATONG)
    values = {GANGUE: "9000", ASH: "9000"}
    factories.file_return(datong, factories.period(plan, "2020-07"), values, reporter=official)
    saved(draft, reporter, {GANGUE: "1", ASH: "1"})
    assert check_return(draft) == []
    assert ReportingUnit.objects.count() == 2
