"""Reading a period as tables write it.

2019-08, 201908, 2019年8月, 二〇一九年八月, 2019年1—2月, 2019年8月上旬, 2019年第36周, 2019年第三季度, 2019Q3,
2019年上半年, 2019年, FY2020 Q1, 2020财年.
"""

import re
import unicodedata

CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
#: 十 as written in months: 十 = 10, 十一 = 11; "一十" is not written.
TEN = re.compile(r"十([1-9]?)")
YEAR = r"(?P<year>(?:19|20)\d{2})"
MONTH = r"(?P<month>1[0-2]|0?[1-9])"
#: January and February as one period: "1—2月", "1至2月份", "1月-2月".
JOINED = r"(?P<joined>0?1月?(?:[-–—~～至到]|——|--)0?2月份?)"
QUARTER = r"(?P<quarter>[1-4])"
HALF = r"(?:(?P<half>[上下])半年|H(?P<h>[12]))"
TEN_DAYS = r"(?P<ten_days>[上中下])旬"
#: A year that does not begin in January, by the calendar year in which it ends: "FY2026", "FY2025-26", "2026财年".
FISCAL_YEAR = (
    r"(?:FY-?(?:(?:19|20)\d{2}[-/](?=\d{2}(?!\d)))?(?P<fiscal>(?:19|20)?\d{2})|(?P<fiscal_cn>(?:19|20)\d{2})财年)"
)
POSITIONS = {"上": 1, "中": 2, "下": 3}
#: What is left after a year and a month: the day of a date cell, which says nothing here.
DAY = r"(?:[-/.](?:0?[1-9]|[12]\d|3[01]))?"
SPELLINGS = [
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        rf"{YEAR}年{JOINED}",
        rf"{YEAR}-(?P<joined>0102)",
        rf"{YEAR}年{MONTH}月(?:份|(?:0?[1-9]|[12]\d|3[01])日)?",
        rf"{YEAR}[-/.]{MONTH}{DAY}",
        rf"{YEAR}(?P<month>0[1-9]|1[0-2])",
        rf"{YEAR}年?[-/.]?(?:第?{QUARTER}季度?|Q{QUARTER.replace('quarter', 'q')})",
        rf"{YEAR}年{MONTH}月{TEN_DAYS}",
        rf"{YEAR}[-/.]{MONTH}-?D(?P<d>[1-3])",
        rf"{YEAR}年?[-/.]?(?:第(?P<week>5[0-3]|[1-4]\d|0?[1-9])周|W(?P<w>5[0-3]|[1-4]\d|0?[1-9]))",
        rf"{YEAR}年?[-/.]?{HALF}",
        rf"{YEAR}(?:年度?)?",
        rf"{FISCAL_YEAR}(?:[-/.]?(?:第?{QUARTER}季度?|Q{QUARTER.replace('quarter', 'q')}|{HALF}))?",
    )
]
WITHOUT_YEAR = [
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (JOINED, rf"{MONTH}(?:月份?)?", rf"第?{QUARTER}季度?", rf"Q{QUARTER.replace('quarter', 'q')}")
]


#: A number that lost its last zero: October where 2019.9 stands above it, January where 2019.2 follows.
JANUARY_OR_OCTOBER = re.compile(r"(?P<year>(?:19|20)\d{2})\.1", re.ASCII)


def january_or_october(text: str) -> tuple[str, str] | None:
    """Return the two months that "2019.1" may name, as codes; None for every other text.

    Spreadsheets and text files made by them drop the zero of 2019.10, so that nothing but a person can tell.
    """
    match = JANUARY_OR_OCTOBER.fullmatch(_plain(text))
    return (f"{match['year']}-01", f"{match['year']}-10") if match else None


def read_period_code(text: str, year: int | None = None) -> str | None:
    """Return the code of the period that a text names, "2019-08", "2019-Q3", "FY2020-H1" or "2019"; None for no period.

    None too for "2019.1", which `january_or_october` tells. `year` completes a month or quarter that stands alone
    ("8月"), where the table or the plan says which year.
    """
    plain = _plain(text)
    if JANUARY_OR_OCTOBER.fullmatch(plain):
        return None
    for spelling in SPELLINGS:
        if match := spelling.fullmatch(plain):
            return _code(match.groupdict())
    if year is not None:
        for spelling in WITHOUT_YEAR:
            if match := spelling.fullmatch(plain):
                return _code({"year": str(year), **match.groupdict()})
    return None


def _plain(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).split()).removesuffix("00:00:00").removesuffix("T")
    if any(sign in plain for sign in "年月季旬周"):
        plain = TEN.sub(lambda match: f"1{match[1] or 0}", plain.translate(CHINESE_DIGITS))
    return plain


def _code(found: dict[str, str | None]) -> str:
    year = found.get("year") or f"FY{_fiscal_year(found)}"
    if found.get("joined"):
        return f"{year}-0102"
    if month := found.get("month"):
        return f"{year}-{int(month):02d}{_part('D', found.get('ten_days') or found.get('d'))}"
    if week := found.get("week") or found.get("w"):
        return f"{year}-W{int(week):02d}"
    half = _part("H", found.get("h") or {"上": "1", "下": "2"}.get(found.get("half") or ""))
    return f"{year}{half or _part('Q', found.get('quarter') or found.get('q'))}"


def _part(letter: str, number: str | None) -> str:
    return f"-{letter}{POSITIONS.get(number, number)}" if number else ""


def _fiscal_year(found: dict[str, str | None]) -> str:
    digits = found.get("fiscal") or found.get("fiscal_cn") or ""
    return digits if len(digits) == 4 else f"20{digits}"
