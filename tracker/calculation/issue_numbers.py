"""Numbers of issued documents: the year, and the place of the document's period in it.

>>> issue_number("2020-08"), issue_number("2020-Q3"), issue_number("FY2026-H1"), issue_number("2020")
((2020, 8), (2020, 3), (2026, 1), (2020, 1))
>>> issue_number("2020-08-D2"), issue_number("2020-W36")
((2020, 23), (2020, 36))
>>> issue_number("2020-0102"), issue_number("2020-03")  # January and February as one period
((2020, 2), (2020, 3))
"""

import re

CODE = re.compile(
    r"(?:FY)?(?P<year>\d{4})(?:-(?:01(?=02$))?(?P<month>\d\d)(?:-D(?P<ten_days>[1-3]))?|-[QHW](?P<number>\d{1,2}))?",
    re.ASCII,
)


def issue_number(period: str) -> tuple[int, int]:
    """Return the year and the number of the issue of a period, by the period's code.

    August's document is number 8 of its year, whether July's was issued or not as in 2020年第8期.
    Raise ValueError for a text that is no period's code.
    """
    found = CODE.fullmatch(period)
    if found is None:
        raise ValueError(f"not the code of a period: {period!r}")
    year, month = int(found["year"]), int(found["month"] or 0)
    if found["ten_days"]:
        return year, (month - 1) * 3 + int(found["ten_days"])
    return year, month or int(found["number"] or 1)
