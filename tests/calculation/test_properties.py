"""What holds for any plan: books are generated, and reckoned again another way with fractions."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests import depth
from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.comparison import growth
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Bounds
from tracker.calculation.pace import Pace, Point
from tracker.calculation.periods import Month
from tracker.calculation.place_figures import Span
from tracker.calculation.progress import AggregationRule, Cells
from tracker.calculation.quantities import QuantityError, Unit, read_quantity
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound
from tracker.calculation.targets.terms import Goal, Programme, Terms
from tracker.documents import wording
from tracker.queries.figures.snapshots import book_as_json, book_from_json

TOP = "14"
CODES = tuple(f"2020-{number:02d}" for number in range(1, 13))
SUMMED, ENTERED = ("a", "b"), ("a", "b", "stock", "intensity")
RULES = {
    "a": AggregationRule(),
    "b": AggregationRule(),
    "stock": AggregationRule(over_periods=Rollup.LATEST),
    "intensity": AggregationRule(over_places=Rollup.NONE),
    "whole": AggregationRule(parts=SUMMED),
    "rate": AggregationRule(Rollup.RATIO, Rollup.RATIO, numerator="a", denominator="b", is_percent=True),
    "share": AggregationRule(Rollup.RATIO, Rollup.RATIO, numerator="b", denominator="whole", is_percent=True),
}
#: Small amounts, so that sums meet targets and bounds, and any that can be stored.
AMOUNTS = st.integers(0, 12).map(Decimal) | st.decimals(0, 999_999_999, places=6)
MISSING, NOT_OWED = "missing", "not owed"
FEW = depth.examples(60)


@st.composite
def trees(draw) -> dict[str, str]:
    """A province with cities, some with counties."""
    paths = {TOP: f"{TOP}/"}
    for city in range(1, draw(st.integers(1, 3)) + 1):
        code = f"{TOP}{city:02d}"
        paths[code] = f"{TOP}/{code}/"
        for county in range(draw(st.integers(0, 1))):
            paths[f"{code}{county:02d}"] = f"{TOP}/{code}/{code}{county:02d}/"
    return paths


@st.composite
def leaves(draw, paths, codes) -> dict[tuple[str, str, str], Aggregate]:
    """A cell for each indicator, place and period: a value, a confirmed zero, missing, or not owed at all."""
    keys = [(one, place, code) for one in ENTERED for place in paths for code in codes]
    drawn = draw(st.binary(min_size=len(keys), max_size=len(keys)))
    cells = zip(keys, map(said, drawn), strict=True)
    return {key: cell(value) for key, value in cells if value != NOT_OWED}


def said(byte: int) -> Decimal | str:
    """What a cell holds, by one drawn byte: hundreds of cells are drawn at once."""
    if byte < 120:
        return [Decimal(0), MISSING, NOT_OWED, Decimal(byte // 8)][byte % 4]
    return Decimal(byte**3) * Decimal("58.291337") if byte % 3 else Decimal(byte - 120) / 8


def cell(value) -> Aggregate:
    return Aggregate(None, Coverage(0, 1)) if value == MISSING else Aggregate(value, Coverage(1, 1))


@st.composite
def terms(draw) -> Terms:
    pace = draw(st.sampled_from([Pace.EVEN_BY_DAY, Pace.EVEN_BY_MONTH, Pace.POINTS]))
    shares = sorted(draw(st.lists(st.integers(0, 10_000), max_size=3))) if pace is Pace.POINTS else []
    points = tuple(Point(Month.parse(CODES[3 * n]).last_day, Decimal(share) / 10_000) for n, share in enumerate(shares))
    programme = Programme(date(2016, 1, 1), date(2020, 12, 31), draw(AMOUNTS) + 1, draw(AMOUNTS))
    bound = draw(st.sampled_from([Bound.AT_LEAST, Bound.REFERENCE]))
    return Terms(pace, points, bound, draw(st.none() | st.just(programme)))


@st.composite
def books(draw) -> FigureInputs:
    paths = draw(trees())
    months = draw(st.integers(1, 3))
    spans = [Span(code, Month.parse(code).first_day, Month.parse(code).last_day) for code in CODES[:months]]
    days = date(2020, 1, 1), draw(st.sampled_from([date(2020, 2, 10), date(2020, 3, 1)]))
    keys = [(one, place) for one in (*ENTERED, "rate", "share") for place in paths]
    versions = draw(st.binary(min_size=2 * len(keys), max_size=2 * len(keys)))
    goals = {
        key: [Goal(day, value) for day, value in zip(days, values, strict=False) if isinstance(value, Decimal)]
        for key, values in zip(keys, zip(map(said, versions[::2]), map(said, versions[1::2]), strict=True), strict=True)
        if any(isinstance(value, Decimal) for value in values)
    }
    return FigureInputs(
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        top=TOP,
        paths=paths,
        periods=tuple(spans),
        codes_in_plan=CODES,
        bounds=Bounds(
            draw(st.sampled_from([Decimal(0), Decimal("2.50")])), draw(st.sampled_from(list(map(Decimal, (-10, -5)))))
        ),
        cells=Cells(RULES, draw(leaves(paths, CODES[:months]))),
        last_year=Cells(RULES, draw(leaves(paths, CODES[: draw(st.sampled_from([0, months]))]))),
        goals=goals,
        terms={code: draw(terms()) for code in RULES},
    )


def exact(book: FigureInputs, indicator: str, place: str, codes: list[str]) -> Fraction | None:
    """An indicator by its definition, leaf by leaf, in fractions."""
    rule = RULES[indicator]
    if rule.numerator:
        above, below = exact(book, rule.numerator, place, codes), exact(book, rule.denominator, place, codes)
        return None if above is None or not below else above / below * 100
    if rule.over_periods is Rollup.LATEST:
        codes = codes[-1:]
    values = [
        Fraction(leaf.value)
        for (one, where, code), leaf in book.cells.leaves.items()
        if one in (rule.parts or (indicator,)) and code in codes and leaf.value is not None
        if book.paths[where].startswith(book.paths[place])
    ]
    return sum(values) if values else None


def printed(value: Fraction | None, decimals: int = 2) -> str:
    """Rounded once, half away from zero, from the exact value."""
    if value is None:
        return "—"
    step = 10**decimals
    whole = int(abs(value) * step + Fraction(1, 2))
    return f"{'-' if value < 0 else ''}{whole // step:,}.{whole % step:0{decimals}d}"


def codes_of(book: FigureInputs) -> list[str]:
    return [span.code for span in book.periods]


def standings(book: FigureInputs) -> dict:
    """Every standing there is, by indicator, place and period."""
    return {
        (one, place, at): book.standing(one, place, at)
        for one in RULES
        for place in book.paths
        for at in range(len(book.periods))
    }


@FEW
@given(books())
def test_a_total_is_the_sum_of_its_leaves_at_every_level(book):
    for indicator in ("a", "b", "stock", "whole"):
        for place in book.paths:
            value = book.tally(indicator, place).value
            assert (None if value is None else Fraction(value)) == exact(book, indicator, place, codes_of(book))


@FEW
@given(books())
def test_a_total_is_the_same_by_every_route(book):
    codes = codes_of(book)
    for indicator in (*SUMMED, "whole"):
        for place in book.paths:
            whole = book.tally(indicator, place)
            within = book.places_in(place)
            by_period = [book.cells.tally(indicator, within, [code]).value for code in codes]
            by_place = [book.cells.tally(indicator, [one], codes).value for one in within]
            for route in (by_period, by_place):
                there = [value for value in route if value is not None]
                assert whole.value == (sum(there) if there else None)
        in_cities = [book.tally(indicator, code).value for code in book.paths if len(code) == 4]
        own = book.cells.tally(indicator, [TOP], codes).value
        assert (book.tally(indicator, TOP).value or 0) == sum(value or 0 for value in [*in_cities, own])


@FEW
@given(books())
def test_coverage_counts_each_cell_owed_once(book):
    for indicator in SUMMED:
        for place in book.paths:
            owed = [
                leaf.value is not None
                for (one, where, _code), leaf in book.cells.leaves.items()
                if one == indicator and where in book.places_in(place)
            ]
            assert book.tally(indicator, place).coverage == Coverage(sum(owed), len(owed))


@FEW
@given(books(), st.data())
def test_an_unreported_city_changes_no_other_figure(book, data):
    """Only what is expected grows. A comparison or forecast of the whole needs all of it, and waits."""
    new = "1499"
    keys = [(one, new, code) for one in (*SUMMED, "stock") for code in codes_of(book)]
    owed = data.draw(st.sets(st.sampled_from(keys), min_size=1))
    with_city = replace(
        book,
        paths={**book.paths, new: f"{TOP}/{new}/"},
        cells=Cells(RULES, {**book.cells.leaves, **{key: cell(MISSING) for key in owed}}),
    )
    places = [place for place in book.paths if place != TOP]
    for indicator in RULES:
        for place in places:
            assert with_city.history(indicator, place) == book.history(indicator, place)
            assert with_city.standing(indicator, place) == book.standing(indicator, place)
            assert with_city.forecast(indicator, place) == book.forecast(indicator, place)
        for by in ("completion", "gap", "growth"):
            ranks = with_city.ranking(indicator, [*places, new], by)
            assert ranks.pop(new) is None
            assert ranks == book.ranking(indicator, places, by)
        before, after = book.standing(indicator, TOP), with_city.standing(indicator, TOP)
        assert after.completion == before.completion
        assert after.is_provisional or (after.gap, after.level) == (before.gap, before.level)
        for was, now in ((before.to_date, after.to_date), (before.this_period, after.this_period)):
            assert was.value == now.value
        levels, history = book.history(indicator, TOP).levels, with_city.history(indicator, TOP)
        assert all(now is None or now == was for was, now in zip(levels, history.levels, strict=True))
    for indicator in (*SUMMED, "stock"):
        before, after = book.tally(indicator, TOP).coverage, with_city.tally(indicator, TOP).coverage
        assert (after.present, after.expected >= before.expected) == (before.present, True)


@FEW
@given(books(), st.randoms(use_true_random=False))
def test_the_order_of_leaves_and_places_does_not_matter(book, random):
    def shuffled(mapping):
        items = list(mapping.items())
        random.shuffle(items)
        return dict(items)

    other = replace(
        book,
        paths=shuffled(book.paths),
        cells=Cells(RULES, shuffled(book.cells.leaves)),
        last_year=Cells(RULES, shuffled(book.last_year.leaves)),
        goals=shuffled(book.goals),
    )
    assert standings(other) == standings(book)
    for indicator in RULES:
        for by in ("completion", "gap", "growth"):
            assert other.ranking(indicator, list(book.paths), by) == book.ranking(indicator, list(book.paths), by)


@FEW
@given(books())
def test_a_later_period_never_changes_an_earlier_one(book):
    for at in range(len(book.periods)):
        then = replace(book, periods=book.periods[: at + 1])
        for indicator in RULES:
            for place in book.paths:
                assert then.standing(indicator, place) == book.standing(indicator, place, at)


@FEW
@given(books())
def test_a_history_is_the_standings_one_after_the_other(book):
    for indicator in RULES:
        for place in book.paths:
            found = [book.standing(indicator, place, at) for at in range(len(book.periods))]
            levels = tuple(None if one.is_provisional else one.level for one in found)
            assert book.history(indicator, place) == LevelHistory(levels, found[-1].is_provisional)


@FEW
@given(books())
def test_what_was_kept_with_a_report_gives_the_same_figures(book):
    kept = book_from_json(json.loads(json.dumps(book_as_json(book))))
    assert kept == book
    assert standings(kept) == standings(book)


@FEW
@given(books())
def test_missing_is_never_zero(book):
    """A missing cell and a confirmed zero in its place are told apart in every figure they touch."""
    for (indicator, place, code), leaf in book.cells.leaves.items():
        only = Cells(RULES, {(indicator, place, code): leaf}).tally(indicator, book.places_in(place), [code])
        assert (only.value is None) == (leaf.value is None)
        if leaf.value is None and indicator in SUMMED:
            zeroed = replace(
                book, cells=Cells(RULES, {**book.cells.leaves, (indicator, place, code): cell(Decimal(0))})
            )
            for above in (place, TOP):
                missing, zero = book.tally(indicator, above), zeroed.tally(indicator, above)
                assert missing.value is None or missing.value == zero.value
                assert zero.value is not None
                assert zero.coverage == missing.coverage + Coverage(1, 0)
                assert not missing.is_complete
    for indicator, place, at in standings(book):
        judged = book.standing(indicator, place, at)
        if judged.to_date.value is None:
            assert (judged.completion, judged.gap, judged.level) == (None, None, None)
        if not judged.this_period.coverage.present:
            assert (judged.gap, judged.level) == (None, None)


def exact_share(pace_terms: Terms, on: date) -> Fraction:
    """The schedule at the end of a month of 2020."""
    if pace_terms.pace is Pace.EVEN_BY_MONTH:
        return Fraction(on.month, 12)
    knots = [(date(2019, 12, 31), Fraction(0)), *((p.day, Fraction(p.share)) for p in pace_terms.points)]
    knots.append((date(2020, 12, 31), Fraction(1)))
    before = max(index for index, (day, _share) in enumerate(knots) if day < on)
    (low_day, low), (high_day, high) = knots[before : before + 2]
    return low + (high - low) * (on - low_day).days / (high_day - low_day).days


@depth.examples(100)
@given(books())
def test_a_printed_figure_is_the_exact_one_rounded_once(book):
    on = book.periods[-1].ends_on
    for indicator in ("a", "b", "stock", "whole", "rate", "share"):
        for place in book.paths:
            judged = book.standing(indicator, place)
            amount = exact(book, indicator, place, codes_of(book))
            assert wording.amount(judged.to_date.value) == printed(amount)
            assert wording.amount(judged.to_date.value, 3) == printed(amount, 3)
            target = book.goal(indicator, place, on)
            completion = None if amount is None or not target else amount / Fraction(target) * 100
            schedule = Fraction(100) if book.is_rate(indicator) else exact_share(book.terms[indicator], on) * 100
            assert wording.rate(judged.schedule_rate) == f"{printed(schedule)}%"
            if RULES[indicator].numerator:
                continue  # a rate's completion is a quotient of quotients, tested below
            assert wording.rate(judged.completion).removesuffix("%") == printed(completion)
            if judged.gap is not None and not judged.is_provisional:
                gap = completion - schedule
                assert wording.points(judged.gap).removeprefix("+") == printed(gap)
                level = 3 if gap >= Fraction(book.bounds.level_two_below) else 2
                assert judged.level is None or judged.level <= level


@depth.examples(100)
@given(st.decimals(0, 999_999_999, places=8) | AMOUNTS)
def test_what_is_typed_is_stored_to_six_decimals_and_rounding_is_told(typed):
    ton = Unit("吨", "mass", Decimal(1))
    try:
        read = read_quantity(f"{typed:f}", ton, {})
    except QuantityError as error:
        assert (
            error.code == "too_large" if typed > 1 else (error.code, typed < Decimal("0.0000005")) == ("too_fine", True)
        )
    else:
        assert read is not None
        assert abs(read.value - typed) <= Decimal("0.0000005")
        assert read.was_rounded(ton) is (read.value != typed)


@depth.examples(100)
@given(AMOUNTS, AMOUNTS)
def test_a_printed_growth_is_the_exact_one_rounded_once(this, base):
    exactly = (Fraction(this) - Fraction(base)) / Fraction(base) * 100 if base else None
    assert wording.rate(growth(this, base)).removesuffix("%") == printed(exactly)
