"""A period is read as tables write it, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.period_spelling import january_or_october, read_period_code

YEARS, MONTHS = st.integers(1990, 2099), st.integers(1, 12)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = "〇一二三四五六七八九"
CHINESE_MONTHS = ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"]
SPELLINGS = [
    "{y}-{m:02d}",
    "{y}-{m}",
    "{y}/{m}",
    "{y}.{m:02d}",
    "{y}{m:02d}",
    "{y}年{m}月",
    "{y}年{m:02d}月份",
    " {y} 年 {m} 月 ",
    "{y}-{m:02d}-01T00:00:00",
    "{y}年{m}月15日",
]


@given(YEARS, MONTHS, st.sampled_from(SPELLINGS), st.booleans())
def test_a_month_is_read_in_every_spelling(year, month, spelling, is_full_width):
    text = spelling.format(y=year, m=month)
    assert read_period_code(text.translate(FULL_WIDTH) if is_full_width else text) == f"{year}-{month:02d}"


@given(YEARS, MONTHS)
def test_a_month_in_chinese_numerals_is_read(year, month):
    text = "".join(CHINESE[int(digit)] for digit in str(year)) + "年" + CHINESE_MONTHS[month - 1]
    assert read_period_code(text) == f"{year}-{month:02d}"


@given(
    YEARS, st.integers(1, 4), st.sampled_from(["{y}Q{q}", "{y}-q{q}", "{y}年第{q}季度", "{y}年{q}季度", "{y}年{q}季"])
)
def test_a_quarter_is_read(year, quarter, spelling):
    assert read_period_code(spelling.format(y=year, q=quarter)) == f"{year}-Q{quarter}"


@given(YEARS, st.sampled_from(["{y}", "{y}年", "{y}年度"]))
def test_a_year_is_read(year, spelling):
    assert read_period_code(spelling.format(y=year)) == str(year)


@given(YEARS, MONTHS, st.sampled_from(["{y}年{m}月{cn}旬", "{y}-{m:02d}-D{n}"]), st.integers(1, 3))
def test_ten_days_are_read(year, month, spelling, number):
    text = spelling.format(y=year, m=month, cn="上中下"[number - 1], n=number)
    assert read_period_code(text) == f"{year}-{month:02d}-D{number}"


@given(YEARS, st.integers(1, 53), st.sampled_from(["{y}年第{w}周", "{y}-W{w:02d}", "{y}W{w}"]))
def test_a_week_is_read(year, week, spelling):
    assert read_period_code(spelling.format(y=year, w=week)) == f"{year}-W{week:02d}"


@given(YEARS, st.integers(1, 2), st.sampled_from(["{y}年{cn}半年", "{y}H{n}", "{y}-H{n}"]))
def test_a_half_year_is_read(year, half, spelling):
    assert read_period_code(spelling.format(y=year, cn="上下"[half - 1], n=half)) == f"{year}-H{half}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FY2026", "FY2026"),
        ("FY26", "FY2026"),
        ("FY2025-26", "FY2026"),
        ("FY 2026 Q1", "FY2026-Q1"),
        ("FY2026-Q1", "FY2026-Q1"),
        ("FY2025-26 Q4", "FY2026-Q4"),
        ("FY2026-H2", "FY2026-H2"),
        ("2026财年", "FY2026"),
        ("2026财年第三季度", "FY2026-Q3"),
        ("2026财年上半年", "FY2026-H1"),
    ],
)
def test_a_period_of_a_year_that_begins_in_another_month_is_read(text, code):
    assert read_period_code(text) == code


@given(MONTHS, st.sampled_from(["{m}月", "{m}月份", "{m}"]))
def test_a_month_alone_needs_its_year(month, spelling):
    text = spelling.format(m=month)
    assert read_period_code(text) is None
    assert read_period_code(text, 2019) == f"2019-{month:02d}"


@pytest.mark.parametrize(
    "text", ["", " ", "八月间", "2019-13", "2019-00", "201913", "19-8", "20190831", "2019Q5", "2019年0月", "3019-08"]
)
def test_what_names_no_period_is_not_guessed(text):
    assert read_period_code(text) is None


@pytest.mark.parametrize("text", ["2019.1", "２０１９.１", " 2019.1 "])
def test_a_month_that_may_have_lost_its_zero_is_neither(text):
    assert read_period_code(text) is None
    assert january_or_october(text) == ("2019-01", "2019-10")


@pytest.mark.parametrize(
    ("text", "code"), [("2019.9", "2019-09"), ("2019.10", "2019-10"), ("2019.11", "2019-11"), ("2019.01", "2019-01")]
)
def test_a_month_behind_a_point_is_read_where_only_one_can_be_meant(text, code):
    assert read_period_code(text) == code
    assert january_or_october(text) is None


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_none(text):
    assert read_period_code(text) is None or read_period_code(text, 2019) == read_period_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "2020年1—2月",
        "2020年1-2月份",
        "2020年1月至2月",
        "2020年一—二月",
        "２０２０年１－２月",
        "2020年01~02月",
        "2020-0102",
    ],
)
def test_january_and_february_as_one_period_are_read(text):
    assert read_period_code(text) == "2020-0102"
    assert read_period_code("1-2月", 2020) == "2020-0102"


@pytest.mark.parametrize("text", ["2020年1-3月", "2020年2-1月", "1-2月", "2020-1-2月"])
def test_no_other_months_are_joined(text):
    assert read_period_code(text) is None
