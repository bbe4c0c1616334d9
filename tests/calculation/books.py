"""Books by hand, for tests.

A plan of the year 2020 in a province with two cities, one of which has a county. Gangue and ash are entered, waste
is their sum, stations is a count to date, intensity does not add up over places, share is gangue in used.
"""

from datetime import date
from decimal import Decimal

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Bounds
from tracker.calculation.pace import Pace
from tracker.calculation.periods import Month
from tracker.calculation.place_figures import Span
from tracker.calculation.progress import AggregationRule, Cells
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.terms import Goal, Terms

TOP, EAST, WEST, COUNTY = "14", "1401", "1402", "140121"
PATHS = {TOP: "14/", EAST: "14/1401/", COUNTY: "14/1401/140121/", WEST: "14/1402/"}
CODES = tuple(f"2020-{number:02d}" for number in range(1, 13))
RULES = {
    "gangue": AggregationRule(),
    "ash": AggregationRule(),
    "waste": AggregationRule(parts=("gangue", "ash")),
    "all": AggregationRule(parts=("waste", "stations")),
    "stations": AggregationRule(over_periods=Rollup.LATEST),
    "intensity": AggregationRule(over_places=Rollup.NONE),
    "used": AggregationRule(),
    "share": AggregationRule(Rollup.RATIO, Rollup.RATIO, numerator="gangue", denominator="used", is_percent=True),
}
YEAR_START = date(2020, 1, 1)


def leaves(rows: dict[tuple[str, str], list[str | None]]) -> dict[tuple[str, str, str], Aggregate]:
    """One owed cell a month from January, of (indicator, place)."""
    return {
        (indicator, place, code): Aggregate(None if text is None else Decimal(text), Coverage(int(text is not None), 1))
        for (indicator, place), texts in rows.items()
        for code, text in zip(CODES, texts, strict=False)
    }


def goals(rows: dict[tuple[str, str], str | list[tuple[date, str]]]) -> dict[tuple[str, str], list[Goal]]:
    """One version from the year's start, or several."""
    return {
        key: [Goal(day, Decimal(value)) for day, value in ([(YEAR_START, of)] if isinstance(of, str) else of)]
        for key, of in rows.items()
    }


def a_book(months: int, cells=None, *, before=None, to_reach=None, **further) -> FigureInputs:
    """A book at the end of so many months."""
    spans = [Span(code, Month.parse(code).first_day, Month.parse(code).last_day) for code in CODES[:months]]
    return FigureInputs(
        starts_on=YEAR_START,
        ends_on=date(2020, 12, 31),
        top=TOP,
        paths=PATHS,
        periods=tuple(spans),
        codes_in_plan=CODES,
        bounds=Bounds(),
        cells=Cells(RULES, leaves(cells or {})),
        last_year=Cells(RULES, leaves(before or {})),
        goals=goals(to_reach or {}),
        **further,
    )


BY_MONTH = {"gangue": Terms(Pace.EVEN_BY_MONTH), "ash": Terms(Pace.EVEN_BY_MONTH)}
TWO_CITIES = {("gangue", EAST): ["10", "20", "30"], ("gangue", WEST): ["5", "5", None]}
