"""The kinds of reporting periods, and the periods of a kind that a plan's time touches.

>>> [span.code for span in spans_between(PeriodKind.QUARTER, date(2025, 7, 1), date(2026, 6, 30), year_starts_in=7)]
['FY2026-Q1', 'FY2026-Q2', 'FY2026-Q3', 'FY2026-Q4']
>>> [span.code for span in spans_between(PeriodKind.TEN_DAYS, date(2020, 8, 1), date(2020, 8, 31))]
['2020-08-D1', '2020-08-D2', '2020-08-D3']
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import partial

from tracker.calculation.periods import JoinedMonths, Month, TenDays, Week
from tracker.calculation.plan_years import JANUARY, HalfYear, Quarter, Year


class PeriodKind(StrEnum):
    """The kinds of reporting periods, the shortest first."""

    WEEK = "week"
    TEN_DAYS = "ten_days"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


Span = Week | TenDays | Month | JoinedMonths | Quarter | HalfYear | Year


FEBRUARY = 2
#: The codes of each kind, as the spans write them.
CODES = {
    PeriodKind.WEEK: r"\d{4}-W\d{2}",
    PeriodKind.TEN_DAYS: r"\d{4}-\d{2}-D[1-3]",
    PeriodKind.MONTH: r"\d{4}-(\d{2}|0102)",
    PeriodKind.QUARTER: r"(FY)?\d{4}-Q[1-4]",
    PeriodKind.HALF_YEAR: r"(FY)?\d{4}-H[12]",
    PeriodKind.YEAR: r"(FY)?\d{4}",
}


def kind_of_code(code: str) -> PeriodKind | None:
    """Return the kind of period that a code names, be there such a period or not; None for what is no code.

    >>> [kind_of_code(code) for code in ("FY2026-Q1", "2020-08", "soon")]
    [<PeriodKind.QUARTER: 'quarter'>, <PeriodKind.MONTH: 'month'>, None]
    """
    return next((kind for kind, pattern in CODES.items() if re.fullmatch(pattern, code, re.ASCII)), None)


def span_of(kind: PeriodKind, day: date, year_starts_in: int = JANUARY) -> Span:
    """Return the period of a kind that a day lies in. `year_starts_in` is the first month of the plan's year.

    >>> span_of(PeriodKind.HALF_YEAR, date(2026, 1, 1), 7).code
    'FY2026-H2'
    """
    return _makers(year_starts_in)[kind](day)


def spans_between(
    kind: PeriodKind, first_day: date, last_day: date, year_starts_in: int = JANUARY, *, joins_months: bool = False
) -> list[Span]:
    """Return the periods of a kind from the one with the first day to the one with the last, both included.

    With `joins_months` January and February are one period.

    >>> [span.code for span in spans_between(PeriodKind.MONTH, date(2019, 12, 1), date(2020, 3, 1), joins_months=True)]
    ['2019-12', '2020-0102', '2020-03']
    """
    spans = [span_of(kind, first_day, year_starts_in)]
    while spans[-1].last_day < last_day:
        spans.append(spans[-1].next())
    return list(dict.fromkeys(map(_joined, spans))) if joins_months else spans


def _joined(span: Span) -> Span:
    return JoinedMonths(span.year) if isinstance(span, Month) and span.number <= FEBRUARY else span


def _makers(year_starts_in: int) -> Mapping[PeriodKind, Callable[[date], Span]]:
    return {
        PeriodKind.WEEK: Week.of,
        PeriodKind.TEN_DAYS: TenDays.of,
        PeriodKind.MONTH: Month.of,
        PeriodKind.QUARTER: partial(Quarter.of, starts_in=year_starts_in),
        PeriodKind.HALF_YEAR: partial(HalfYear.of, starts_in=year_starts_in),
        PeriodKind.YEAR: partial(Year.of, starts_in=year_starts_in),
    }
