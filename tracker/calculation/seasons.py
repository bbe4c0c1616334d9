"""Season table of a target: the share of a usual year that falls in each calendar month."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import islice

from tracker.calculation.periods import months_between, months_in, months_of_code

MONTHS = 12
WHOLE = Decimal(100)
#: Between two shares: spaces, commas and what Chinese writing uses for them; "%" may follow a share.
BETWEEN = re.compile(r"[%％]?[\s,，、;；]+")


class SeasonProblem(StrEnum):
    """A fault of a season table."""

    NUMBER = "number"
    COUNT = "count"
    NEGATIVE = "negative"
    TOTAL = "total"


def read_season(text: str) -> tuple[Decimal, ...] | SeasonProblem:
    """Return the twelve shares in % that a text lists from January to December, or what is wrong with it.

    >>> read_season("5 5 8 8 9 9 9 9 9 9 10 10")[2]
    Decimal('8')
    >>> read_season("50 50").value
    'count'
    """
    words = [word for word in BETWEEN.split(text.strip().rstrip("%％,，;； ")) if word]
    try:
        shares = tuple(Decimal(word) for word in words)
    except InvalidOperation:
        return SeasonProblem.NUMBER
    if not all(share.is_finite() for share in shares):
        return SeasonProblem.NUMBER
    if len(shares) != MONTHS:
        return SeasonProblem.COUNT
    if any(share < 0 for share in shares):
        return SeasonProblem.NEGATIVE
    return shares if sum(shares) == WHOLE else SeasonProblem.TOTAL


def season_of_periods(
    season: Sequence[Decimal], starts_on: date, ends_on: date, codes: Sequence[str]
) -> list[Decimal | None] | None:
    """Return the share of each of a plan's periods, given by their codes: that of its calendar months together.

    A quarter has the shares of its three months. None without a table, and where periods are not whole months.
    """
    months = months_between(starts_on, ends_on)
    periods = months_in(codes)
    if not season or not periods or len(months) % periods:
        return None
    size = len(months) // periods
    shares = iter([season[month.number - 1] for month in months])
    return [sum(islice(shares, size * months_of_code(code)), Decimal(0)) for code in codes]
