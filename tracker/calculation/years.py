"""Years that a date of this product can have: beyond them, days and deadlines cannot be calculated with."""

from datetime import date

FIRST, LAST = 1900, 2999
#: For messages that name the bounds.
YEARS = {"first": FIRST, "last": LAST}


def is_sensible(day: date) -> bool:
    """Return True if the day, or the datetime, lies in a year from 1900 to 2999.

    >>> is_sensible(date(2020, 9, 5)), is_sensible(date(9999, 12, 31))
    (True, False)
    """
    return FIRST <= day.year <= LAST
