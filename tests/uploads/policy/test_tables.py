"""Tables: base beside target columns, splits over places, years as heads, tasks with bodies, project lists."""

from datetime import date
from decimal import Decimal

from tests.uploads.policy.texts import read_text
from tracker.uploads.policy.proposals import Base, Bodies, Bound, Change

TITLE = "某市“十四五”行动计划\n一、目标\n主要目标见下表，请各单位遵照执行。\n"


def read(*rows: str, before: str = ""):
    """Return the reading of a plan with a table. Cells are set apart by bars."""
    return read_text(TITLE + before + "\n".join(row.replace("|", "\t") for row in rows) + "\n")


def test_a_base_column_gives_the_base_and_its_year():
    reading = read(
        "指标|单位|2020年|2025年|属性",
        "利用率|%|56.3|75|约束性",
        "PM2.5浓度|微克/立方米|42|35|预期性",
    )
    first, second = reading.targets
    assert (first.indicator, first.value, first.unit, first.year) == ("利用率", Decimal(75), "%", 2025)
    assert (first.base, first.nature, first.bound) == (Base(Decimal("56.3"), 2020), "binding", Bound.AT_LEAST)
    assert (second.bound, second.nature) == (Bound.AT_MOST, "expected")


def test_years_as_heads_give_a_target_each_and_the_last_is_final():
    reading = read(
        "指标|单位|2023年|2024年|2025年",
        "造林面积|万亩|3.2|3.5|4",
        "配套率|%|95|96|98",
    )
    assert [(one.year, one.interim_of) for one in reading.targets[:3]] == [(2023, 2), (2024, 2), (2025, None)]


def test_units_stand_in_the_indicator_cell_or_in_the_caption():
    reading = read(
        "县区|新增学位|改造厕所（座）",
        "甲县|5200|30",
        "乙县|4800|20",
        before="单位：个\n",
    )
    assert [(one.indicator, one.unit, one.places) for one in reading.targets[:2]] == [
        ("新增学位", "个", ("甲县",)),
        ("改造厕所", "座", ("甲县",)),
    ]


def test_a_total_row_is_of_the_whole_and_counted_once():
    reading = read(
        "县区|新增学位（个）",
        "甲县|5200",
        "乙县|4800",
        "合计|10000",
        before="全市新增学位10000个。\n",
    )
    assert [(one.value, one.places, one.is_from_table) for one in reading.targets] == [
        (Decimal(10000), (), False),
        (Decimal(5200), ("甲县",), True),
        (Decimal(4800), ("乙县",), True),
    ]


def test_an_upper_heading_holds_for_the_columns_below_it():
    reading = read(
        "县区|化学需氧量||氨氮",
        "|2024年|2025年|2025年",
        "甲县|120|300|15",
        "乙县|100|260|13",
        before="单位：吨\n",
    )
    assert [(one.indicator, one.year, str(one.value)) for one in reading.targets[:3]] == [
        ("化学需氧量", 2024, "120"),
        ("化学需氧量", 2025, "300"),
        ("氨氮", 2025, "15"),
    ]


def test_places_as_heads():
    reading = read(
        "指标|甲县|乙县",
        "新建学校（所）|3|4",
        "新增床位（张）|50|60",
    )
    assert [(one.indicator, one.unit, one.places) for one in reading.targets[:2]] == [
        ("新建学校", "所", ("甲县",)),
        ("新建学校", "所", ("乙县",)),
    ]


def test_bounds_and_cumulative_values_in_cells():
    reading = read(
        "指标|单位|2020年|2025年|年均/累计",
        "发电量|亿千瓦时|512|≥1200|-",
        "能耗降低|%|-|-|〔16〕",
        "比例|%|8|8-10|-",
    )
    first, second, third = reading.targets
    assert (first.bound, second.value, second.change) == (Bound.AT_LEAST, Decimal(16), Change.DECREASE)
    assert (third.value, third.high, third.bound) == (Decimal(8), Decimal(10), Bound.BETWEEN)


def test_a_task_table_gives_bodies_and_dates():
    reading = read(
        "序号|工作任务|目标|牵头单位|配合单位|完成时限",
        "1|培育企业|新增上云企业300家，其中工业企业180家|市工信局|市财政局、各县区政府|2024年9月底前",
        "2|建园区|建成零碳园区2个|市生态环境局|市发改委|2025年",
    )
    first, second, _third = reading.targets
    assert (first.value, first.due_on) == (Decimal(300), date(2024, 9, 30))
    assert first.bodies == Bodies(("市工信局",), (), ("市财政局", "各县区政府"))
    assert second.value == Decimal(180)


def test_a_project_list_gives_no_targets():
    reading = read(
        "项目名称|建设内容|总投资（亿元）",
        "数据中心|机架6000个|18",
        "再生铝|厂房8万平方米|12.6",
    )
    assert reading.targets == ()
    assert [one.kind for one in reading.tables] == ["projects"]
    assert len(reading.rejected) == 4
