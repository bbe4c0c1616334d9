"""A provisional level is the final one of the places that have reported, for every kind of target and any plan."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests import depth
from tests.calculation.books import CODES, TOP, YEAR_START, a_book
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Bounds, GradedBy
from tracker.calculation.pace import Pace
from tracker.calculation.progress import AggregationRule, Cells, TargetProgress
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.terms import Goal, Terms

#: What adds up over places: an amount and a stock.
RULES = {
    "amount": AggregationRule(),
    "stock": AggregationRule(over_periods=Rollup.LATEST),
}
BOUNDS = (Bound.AT_LEAST, Bound.MORE_THAN, Bound.AT_MOST, Bound.EXACTLY, Bound.BETWEEN)
MEASURES = (Bounds(), Bounds(by=GradedBy.DUE), Bounds(band=Decimal(1)), Bounds(by=GradedBy.DUE, band=Decimal(2)))
FEW = depth.examples(80)


@st.composite
def plans(draw) -> tuple[FigureInputs, str]:
    """A plan's book at the end of one to four months in which every city has reported, and its indicator."""
    indicator = draw(st.sampled_from(sorted(RULES)))
    kind = draw(st.sampled_from([Kind.AMOUNT] if indicator == "amount" else [Kind.AMOUNT, Kind.LEVEL]))
    bound = draw(st.sampled_from(BOUNDS))
    cities = [f"{TOP}{number:02d}" for number in range(1, draw(st.integers(2, 4)) + 1)]
    shares = {city: Decimal(draw(st.integers(1, 40))) for city in cities}
    width = Decimal(draw(st.integers(1, 9)))
    months = draw(st.integers(1, 4))
    leaves = {
        (indicator, city, code): Aggregate(Decimal(draw(st.integers(0, 12))) / 2, Coverage(1, 1))
        for city in cities
        for code in CODES[:months]
    }

    def goal(value: Decimal, places: int) -> list[Goal]:
        upper = value + width * places if bound is Bound.BETWEEN else None
        return [Goal(YEAR_START, value, upper)]

    terms = Terms(
        pace=draw(st.sampled_from([Pace.EVEN_BY_MONTH, Pace.EVEN_BY_DAY, Pace.IN_FULL])),
        bound=bound,
        kind=kind,
        bounds=draw(st.sampled_from(MEASURES)),
    )
    book = replace(
        a_book(months),
        paths={TOP: f"{TOP}/", **{city: f"{TOP}/{city}/" for city in cities}},
        cells=Cells(RULES, leaves),
        last_year=Cells(RULES),
        goals={
            (indicator, TOP): goal(sum(shares.values(), Decimal(0)), len(cities)),
            **{(indicator, city): goal(share, 1) for city, share in shares.items()},
        },
        terms={indicator: terms},
    )
    return book, indicator


def without_last_month(book: FigureInputs, indicator: str, silent: set[str]) -> FigureInputs:
    """The same book before these cities have reported the last month."""
    last = book.periods[-1].code
    missing = {(indicator, city, last): Aggregate(None, Coverage(0, 1)) for city in silent}
    return replace(book, cells=Cells(RULES, {**book.cells.leaves, **missing}))


def of_these_alone(book: FigureInputs, indicator: str, cities: list[str]) -> FigureInputs:
    """A plan of these cities alone, held to their shares."""
    goals = [book.goals[indicator, city][0] for city in cities]
    uppers = [one.upper for one in goals if one.upper is not None]
    whole = Goal(YEAR_START, sum((one.value for one in goals), Decimal(0)), sum(uppers) if uppers else None)
    return replace(
        book,
        paths={code: path for code, path in book.paths.items() if code in (TOP, *cities)},
        cells=Cells(RULES, {key: leaf for key, leaf in book.cells.leaves.items() if key[1] in cities}),
        goals={(indicator, TOP): [whole], **{(indicator, city): book.goals[indicator, city] for city in cities}},
    )


def judged(standing: TargetProgress) -> tuple[object, ...]:
    return standing.level, standing.gap, standing.deviation


def cities_of(book: FigureInputs) -> list[str]:
    return [code for code in book.paths if code != TOP]


@FEW
@given(plans(), st.data())
def test_a_provisional_level_is_the_final_one_of_those_that_have_reported(plan, data):
    whole, indicator = plan
    cities = cities_of(whole)
    silent = data.draw(st.sets(st.sampled_from(cities), min_size=1, max_size=len(cities) - 1))
    partly = without_last_month(whole, indicator, silent)
    standing = partly.standing(indicator, TOP)
    assert standing.is_provisional
    assert standing.basis is not None and set(standing.basis.places) == set(cities) - silent
    alone = of_these_alone(whole, indicator, sorted(set(cities) - silent))
    assert standing.deviation == alone.standing(indicator, TOP).deviation
    assert standing.gap == alone.standing(indicator, TOP).gap
    if not whole.terms[indicator].bounds.band:  # a band keeps the level that the whole had before
        assert standing.level == alone.standing(indicator, TOP).level


@FEW
@given(plans(), st.data())
def test_once_all_have_reported_the_provisional_level_is_the_final_one(plan, data):
    """In whatever order they report: nothing of what was provisional stays."""
    whole, indicator = plan
    silent = set(cities_of(whole))
    for city in data.draw(st.permutations(sorted(silent))):
        silent -= {city}
        standing = without_last_month(whole, indicator, silent).standing(indicator, TOP)
        assert standing.is_provisional is bool(silent)
    assert standing == whole.standing(indicator, TOP)
    assert standing.basis is None


@FEW
@given(plans(), st.data())
def test_a_place_that_has_not_reported_changes_no_level_unmarked(plan, data):
    whole, indicator = plan
    new = f"{TOP}99"
    owed = data.draw(st.sets(st.sampled_from([span.code for span in whole.periods]), min_size=1))
    missing = {(indicator, new, code): Aggregate(None, Coverage(0, 1)) for code in owed}
    with_place = replace(
        whole,
        paths={**whole.paths, new: f"{TOP}/{new}/"},
        cells=Cells(RULES, {**whole.cells.leaves, **missing}),
    )
    before, after = whole.standing(indicator, TOP), with_place.standing(indicator, TOP)
    assert after.is_provisional or judged(after) == judged(before)
    for city in cities_of(whole):
        assert with_place.standing(indicator, city) == whole.standing(indicator, city)
