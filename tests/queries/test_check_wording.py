"""What flags say: what is odd, the figures compared, what to do."""

from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from tracker.calculation.checks import Check, Flag, Severity
from tracker.queries.returns.check_wording import bounds_in_words, describe

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
W = Severity.WARNING
USUAL = (Decimal(-50), Decimal(100))


def figures(**values):
    return {name: Decimal(text) for name, text in values.items()}


def flag(kind, severity=W, bounds=USUAL, others=(), about="", code=GANGUE, **values):
    return Flag(kind, severity, code, figures(**values), bounds, others, about)


EXAMPLES = [
    (flag(Check.MISSING, Severity.ERROR), "No figure is entered. Enter a number"),
    (
        flag(Check.MONTH_ON_MONTH, value="100", base="500", change="-80"),
        "100.00 10kt is 80.00% less than in the period before (500.00 10kt); usual is -50% to 100%. Check it.",
    ),
    (
        flag(Check.MONTH_ON_MONTH, value="1500.5", base="500", change="200.1"),
        "1,500.50 10kt is 200.10% more than in the period before (500.00 10kt)",
    ),
    (flag(Check.MONTH_ON_MONTH, value="5", base="0"), "5.00 10kt, after 0 in the period before."),
    (
        flag(Check.YEAR_ON_YEAR, value="1", base="9", change="-88.88"),
        "1.00 10kt is 88.88% less than in the same period last year (9.00 10kt)",
    ),
    (
        flag(Check.PARTS, others=(ASH,), value="5", total="6"),
        "Fly ash utilised: 6.00 10kt together, more than the 5.00 10kt of “Coal gangue utilised”",
    ),
    (
        flag(Check.PARTS, code=ASH, about=GANGUE, others=(ASH,), value="5", total="6"),
        "Fly ash utilised: 6.00 10kt together, more than the 5.00 10kt of “Coal gangue utilised”",
    ),
    (
        flag(Check.BALANCE, value="100", fate="99", difference="1"),
        "100.00 10kt were generated, but utilised, stored, disposed of and discarded (without prior-year stock) make "
        "99.00 10kt; the difference is 1.00 10kt.",
    ),
    (flag(Check.FALLING, value="2", base="3"), "2.00 10kt is less than the 3.00 10kt verified last"),
    (
        flag(
            Check.RATE,
            about="building_materials_share",
            others=("building_materials_used", "gangue_and_ash_utilised"),
            value="110",
            base="100",
            rate="110",
            bounds=(Decimal(0), Decimal(100)),
        ),
        "“Share of gangue and ash taken up by building materials” would be 110.00% (Gangue and ash taken up by "
        "building materials 110.00 10kt over Gangue and ash utilised 100.00 10kt), not in the range 0% to 100%.",
    ),
    (flag(Check.RATE, value="101", base="100", rate="101", bounds=(Decimal(0), Decimal(100))), "101.00% does not lie"),
    (flag(Check.CAPACITY, value="301", capacity="300"), "301.00 10kt is more than this unit's known capacity"),
]


@pytest.mark.parametrize(("flag", "words"), EXAMPLES, ids=lambda value: getattr(value, "kind", None))
def test_a_flag_says_what_is_odd_with_its_figures_and_what_to_do(plan, flag, words):
    with translation.override("en"):
        (told,) = describe([flag])
    assert words in str(told)
    assert "%(" not in str(told)


def test_every_digit_that_was_entered_is_shown(plan):
    with translation.override("en"):
        (told,) = describe([flag(Check.FALLING, value="2.000001", base="3")])
    assert "2.000001 10kt" in told.text


def test_a_note_answers_a_warning_and_nothing_else(plan):
    flags = [flag(Check.FALLING, severity, value="2", base="3") for severity in (Severity.ERROR, W, Severity.HINT)]
    told = describe(flags, {GANGUE: "停产检修"})
    assert [(one.is_explained, one.stops) for one in told] == [(False, True), (True, False), (False, False)]
    assert [one.stops for one in describe(flags, {GANGUE: "  "})] == [True, True, False]


def test_severities_are_told_by_word_and_by_mark(plan):
    flags = [flag(Check.FALLING, severity, value="2", base="3") for severity in (Severity.ERROR, W, Severity.HINT)]
    told = describe(flags)
    assert len({one.severity_name for one in told}) == len({one.mark for one in told}) == 3


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [("-50", "100", "-50% to 100%"), (None, "12.50", "at most 12.5%"), ("0", None, "at least 0%"), (None, None, "")],
)
def test_bounds_in_words(low, high, words):
    with translation.override("en"):
        assert bounds_in_words(low and Decimal(low), high and Decimal(high)) == words


def test_many_flags_need_one_query(plan, count_queries):
    with count_queries(connection) as queries:
        describe([example for example, _words in EXAMPLES])
    assert len(queries) == 1
    with count_queries(connection) as queries:
        assert describe([]) == []
    assert len(queries) == 0
