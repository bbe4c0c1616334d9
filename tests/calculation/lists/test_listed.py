"""Funnel, rates and ranking over the members of a list."""

from datetime import date
from decimal import Decimal

from tracker.calculation.lists.list_balance import Starts
from tracker.calculation.lists.listed import Listed, Stage, funnel, places, rates, starts_of
from tracker.calculation.lists.rates import RateRule

STAGES = [Stage("signed", 20), Stage("started", 50), Stage("producing", 70)]
JANUARY, MAY, AUGUST, SEPTEMBER = (date(2020, month, 1) for month in (1, 5, 8, 9))
DAY = date(2020, 8, 31)


def member(category: str = "new", place: str = "A", total: int = 10, **fields) -> Listed:
    steps = {
        name: fields.pop(name) for name in ("signed", "started", "producing", "resumed", "terminated") if name in fields
    }
    return Listed(category, steps, place, total=Decimal(total), **fields)


MEMBERS = [
    member(signed=JANUARY, started=MAY, planned_start=MAY, producing=AUGUST),
    member(signed=JANUARY, planned_start=MAY, place="B"),  # late
    member(signed=JANUARY, started=AUGUST, planned_start=SEPTEMBER, place="B"),  # early
    member(signed=JANUARY, started=SEPTEMBER, planned_start=SEPTEMBER),  # not yet
    member("carried", resumed=MAY),
    member("carried", terminated=MAY, place="B"),
]


def test_a_funnel_adds_up_to_all_members():
    lines = funnel(MEMBERS, STAGES, DAY)
    found = [(one.stage.code if one.stage else "", one.number, one.at_least, one.total) for one in lines]
    assert found == [("", 2, 6, 20), ("signed", 2, 4, 20), ("started", 1, 2, 10), ("producing", 1, 1, 10)]
    assert sum(line.number for line in lines) == len(MEMBERS)


def test_each_rate_has_its_denominator_and_its_exceptions():
    found = {one.rule: one for one in rates(MEMBERS, STAGES, DAY) if not one.without_terminated}
    told = {rule: (one.numerator, one.denominator, one.terminated, one.early, one.late) for rule, one in found.items()}
    assert told == {
        RateRule.STARTED_OF_YEAR: (2, 4, 0, 0, 0),
        RateRule.STARTED_OF_DUE: (2, 2, 0, 1, 1),
        RateRule.RESUMED: (1, 2, 1, 0, 0),
        RateRule.STARTED_AND_RESUMED: (3, 4, 1, 1, 1),
        RateRule.SIGNED_STARTED: (2, 4, 0, 0, 0),
        RateRule.PRODUCING_OF_STARTED: (1, 2, 0, 0, 0),
        RateRule.PRODUCING_OF_SIGNED: (1, 4, 0, 0, 0),
    }


def test_a_rate_over_terminated_projects_is_given_with_and_without_them():
    members = [*MEMBERS, member("carried", resumed=JANUARY, terminated=MAY)]
    both = [one for one in rates(members, STAGES, DAY) if one.rule is RateRule.RESUMED]
    assert [(one.numerator, one.divisor, one.without_terminated) for one in both] == [(2, 3, False), (1, 1, True)]


def test_published_rates_from_members_of_a_list():
    """Shanxi, November 2018: of 171 carried over 164 resumed and two were terminated; of 39 due 37 had started."""
    carried = [member("carried", resumed=MAY)] * 164 + [member("carried")] * 5 + [member("carried", terminated=MAY)] * 2
    new = [member(planned_start=MAY, started=MAY)] * 37 + [member(planned_start=MAY)] * 2
    new += [member(planned_start=date(2020, 12, 1))] * 2
    found = {(one.rule, one.without_terminated): one for one in rates([*carried, *new], STAGES, DAY)}
    printed = {
        (RateRule.RESUMED, False): (164, 171, "95.9"),
        (RateRule.RESUMED, True): (164, 169, "97.0"),
        (RateRule.STARTED_AND_RESUMED, False): (201, 210, "95.7"),
        (RateRule.STARTED_AND_RESUMED, True): (201, 208, "96.6"),
        (RateRule.STARTED_OF_DUE, False): (37, 39, "94.9"),
        (RateRule.STARTED_OF_YEAR, False): (37, 41, "90.2"),
    }
    for key, (numerator, divisor, percent) in printed.items():
        one = found[key]
        assert (one.numerator, one.divisor, str(round(one.percent, 1))) == (numerator, divisor, percent)


def test_actual_starts_are_due_less_late_plus_early():
    starts = starts_of(MEMBERS[:4], STAGES, 50, DAY)
    assert starts == Starts(due=2, late=1, early=1)
    assert starts.actual == len([one for one in MEMBERS[:4] if one.has("started", DAY)])


def test_investment_is_a_rate_once_some_was_reported():
    members = [member(year=Decimal(100), invested=Decimal(60)), member(year=Decimal(100))]
    (found,) = [one for one in rates(members, STAGES, DAY) if one.rule is RateRule.INVESTMENT]
    assert (found.numerator, found.denominator, found.percent) == (60, 200, 30)


def test_places_are_ranked_by_the_share_that_started():
    assert [(one.place, one.members, one.started, one.producing) for one in places(MEMBERS, STAGES, DAY)] == [
        ("A", 3, 1, 1),
        ("B", 3, 1, 0),
    ]
