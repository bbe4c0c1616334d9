"""What a table's columns say: guessed from headings, complete or refused, long and wide tables alike."""

import pytest
from django.utils import translation

from tests.services.past import ASH, GANGUE, make_past_plan, make_plain_unit
from tracker.queries.errors import Refused
from tracker.queries.imports.past_values.guess_mapping import guess_mapping
from tracker.queries.imports.past_values.mapping import Mapping, table_cells
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.uploads.table import SheetHead

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def words(plan) -> Vocabulary:
    past = make_past_plan()
    make_plain_unit()
    return Vocabulary(past)


def head(*rows, name="Sheet1") -> SheetHead:
    return SheetHead(name, len(rows), max(len(row) for row in rows), tuple(tuple(row) for row in rows))


@pytest.mark.parametrize(
    ("headings", "roles"),
    [
        (["地区", "报告期", "指标", "数值", "备注"], ["unit", "period", "indicator", "value", "note"]),
        (["序号", "填报单位", "月份", "指标名称", "上报数"], ["", "unit", "period", "indicator", "value"]),
        (["Unit", "Period", "Indicator", "Value", "Note"], ["unit", "period", "indicator", "value", "note"]),
        (
            ["单位", "年份", "月份", "指标", "数值", "计量单位"],
            ["unit", "year", "period", "indicator", "value", "measure"],
        ),
        (
            ["地区", "月份", GANGUE, f"{ASH}（吨）"],
            ["unit", "period", "indicator:coal_gangue_utilised", "indicator:fly_ash_utilised"],
        ),
        (
            ["地区", "指标", "1月", "2019年2月", "合计"],
            ["unit", "indicator", "period:2019-01", "period:2019-02", "period:合计"],
        ),
    ],
)
def test_columns_are_known_by_their_headings(words, headings, roles):
    guess = guess_mapping([head(["历史数据"], [], headings, ["太原局"])], words)
    assert (guess.heading_row, list(guess.roles)) == (3, roles)


def test_a_unit_of_measure_in_a_heading_is_kept(words):
    guess = guess_mapping([head(["地区", "月份", GANGUE, f"{ASH}（吨）"])], words)
    assert guess.measures == ("", "", "", "吨")


def test_a_column_called_unit_that_holds_units_of_measure_is_one_of_measure(words):
    rows = [
        ["地区", "月份", "指标", "单位", "数值"],
        ["太原局", "1月", GANGUE, "万吨", 5],
        ["太原局", "1月", ASH, "吨", 5],
    ]
    assert guess_mapping([head(*rows)], words).roles[3] == "measure"


def test_the_sheet_that_says_most_is_taken_unless_a_person_chose(words):
    heads = [head(["说明"], name="说明"), head(["地区", "月份", "指标", "数值"], name="数据")]
    assert guess_mapping(heads, words).sheet == "数据"
    assert guess_mapping(heads, words, sheet="说明").sheet == "说明"


@pytest.mark.parametrize(
    ("mapping", "missing"),
    [
        (Mapping("", 1, ("", "", "")), {"unit", "period", "indicator", "value"}),
        (Mapping("", 1, ("unit", "period", "indicator")), {"value"}),
        (Mapping("", 1, ("unit", "period", "indicator", "value", "value")), {"columns"}),
        (Mapping("", 1, ("unit", "value", "indicator:a"), period="2019-01"), {"value"}),
        (Mapping("", 1, ("unit", "indicator:a", "indicator:a"), period="2019-01"), {"columns"}),
        (Mapping("", 1, ("unit", "value"), period="2019-01"), {"indicator"}),
    ],
)
def test_what_the_columns_leave_open_is_said(mapping, missing):
    with pytest.raises(Refused) as refused:
        mapping.require_complete()
    assert set(refused.value.fields) == missing


@pytest.mark.parametrize(
    "mapping",
    [
        Mapping("", 1, ("unit", "value"), period="2019-01", indicator="a"),
        Mapping("", 1, ("unit", "year", "indicator:a")),
        Mapping("", 1, ("unit", "period:2019-01", "period:2019-02"), indicator="a"),
    ],
)
def test_what_all_rows_share_need_not_be_a_column(mapping):
    mapping.require_complete()
    assert Mapping.from_json(mapping.as_json()) == mapping


def cells(mapping: Mapping, *rows) -> list[tuple]:
    found = table_cells(mapping, enumerate(rows, start=2))
    return [(one.row, one.column, one.unit, one.period, one.indicator, one.value, one.measure or "") for one in found]


def test_a_long_table_gives_a_cell_a_row():
    mapping = Mapping("", 1, ("unit", "", "period", "indicator", "value", "measure"))
    assert cells(mapping, ["太原", "2019-08", "煤矸石", 5, "吨"]) == [(2, 5, "太原", "2019-08", "煤矸石", 5, "吨")]


def test_a_table_of_indicators_gives_a_cell_for_each_of_them():
    mapping = Mapping("", 1, ("unit", "period", "indicator:a", "indicator:b"), ("", "", "", "吨"))
    assert cells(mapping, ["太原", "8月", 5, 6]) == [
        (2, 3, "太原", "8月", "a", 5, ""),
        (2, 4, "太原", "8月", "b", 6, "吨"),
    ]


def test_a_table_of_months_gives_a_cell_for_each_of_them():
    mapping = Mapping("", 1, ("unit", "period:2019-01", "period:2019-02"), indicator="a")
    assert cells(mapping, ["太原", 5, 6]) == [
        (2, 2, "太原", "2019-01", "a", 5, ""),
        (2, 3, "太原", "2019-02", "a", 6, ""),
    ]


@pytest.mark.parametrize(
    ("year", "month", "period"),
    [
        (2019.0, 8.0, "2019年8月"),
        ("2019年", "8月", "2019年8月"),
        (2019, "", "2019"),
        ("2019", "第三季度", "2019年第三季度"),
    ],
)
def test_a_year_and_a_month_in_two_columns_are_one_period(year, month, period):
    mapping = Mapping("", 1, ("year", "period", "unit", "indicator", "value"))
    assert cells(mapping, [year, month, "太原", "a", 5])[0][3] == period
