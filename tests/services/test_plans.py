"""The plan of 2020 holds exactly the figures that were issued; a wrong document is refused whole."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import models

from tests import factories
from tests.factories import FIXTURES, NOW
from tracker.models import Clause, Commitment, Indicator, MeasureUnit, Period, Plan, Region, Target
from tracker.queries.errors import Refused
from tracker.queries.figures.figures import Figures
from tracker.services.plans import loading

DOCUMENT = FIXTURES / "plan-shanxi-2020.toml"

#: The plan's table: clauses, name, unit, bound, value, whether the plan says "about".
ISSUED = [
    ("二", "大宗工业固废综合利用量", "万吨", "at_least", 10000, False),
    ("二", "煤矸石综合利用量", "万吨", "at_least", 6500, False),
    ("二", "粉煤灰综合利用量", "万吨", "at_least", 2100, False),
    ("二", "脱硫石膏综合利用量", "万吨", "at_least", 400, False),
    ("二", "冶炼渣综合利用量", "万吨", "at_least", 1000, False),
    ("二, 三-3", "节能与资源综合利用重点项目", "项", "at_least", 100, False),
    ("二, 三-1", "国家级工业资源综合利用基地", "个", "exactly", 3, False),
    ("三-5", "新建或改造通信基站", "个", "more_than", 5000, False),
    ("三-5", "使用梯次电池", "组", "at_least", 7000, False),
    ("三-7", "节能诊断企业", "户", "at_least", 30, False),
    ("三-7", "节能专项监察企业", "户", "all_of", 27, False),
    ("四-5", "新型建材消纳占比", "%", "reference", 80, False),
    ("四-5", "煤矸石发电产能发挥", "%", "reference", 60, True),
]
FOUR_PARTS = ["煤矸石综合利用量", "粉煤灰综合利用量", "脱硫石膏综合利用量", "冶炼渣综合利用量"]
CITIES = {
    "太原市": "140100",
    "大同市": "140200",
    "阳泉市": "140300",
    "长治市": "140400",
    "晋城市": "140500",
    "朔州市": "140600",
    "晋中市": "140700",
    "运城市": "140800",
    "忻州市": "140900",
    "临汾市": "141000",
    "吕梁市": "141100",
}


def target_named(plan: Plan, name: str) -> Target:
    return plan.targets.with_indicator().get(indicator__name=name)


def december(plan: Plan) -> Figures:
    return Figures(factories.period(plan, "2020-12"))


def test_the_plan_is_the_one_that_was_issued(plan):
    assert plan.name == "山西省节能与资源综合利用2020年行动计划"
    assert plan.issuer == "山西省工业和信息化厅"
    assert (plan.issued_on, plan.starts_on, plan.ends_on) == (date(2020, 3, 24), date(2020, 1, 1), date(2020, 12, 31))
    assert plan.region.code == "140000"


def test_every_figure_of_the_plan_is_there_and_no_other(plan):
    figures = december(plan)
    stored = [
        (
            target.clause_numbers,
            target.indicator.name,
            target.indicator.unit.symbol,
            target.bound,
            figures.target_value(target, plan.region),
            target.is_approximate,
        )
        for target in figures.targets
    ]
    assert stored == ISSUED


def test_the_total_is_the_sum_of_its_four_parts_and_has_no_value_of_its_own(plan):
    total = target_named(plan, "大宗工业固废综合利用量")
    assert total.indicator.kind == Indicator.Kind.DERIVED
    assert [part.name for part in total.indicator.parts.order_by("whole_links__position")] == FOUR_PARTS
    assert not total.versions.exists()


def test_the_four_parts_make_one_hundred_million_tonnes_through_the_units_own_factors(plan):
    parts = [target_named(plan, name) for name in FOUR_PARTS]
    tonnes = sum(part.versions.get().value * part.indicator.unit.factor for part in parts)
    assert tonnes / MeasureUnit.objects.get(symbol="亿吨").factor == 1


def test_nothing_in_the_document_types_the_total():
    without_comments = re.sub(r"(?m)#.*$", "", DOCUMENT.read_text(encoding="utf-8")).replace("_", "")
    assert not re.search(r"(?<!\d)10000(?!\d)|1e4|10,000|亿", without_comments)


def test_the_bases_are_these_three_cities(plan):
    bases = target_named(plan, "国家级工业资源综合利用基地")
    assert {place.name for place in bases.places.all()} == {"朔州市", "晋城市", "长治市"}
    assert bases.indicator.over_periods == "latest"


@pytest.mark.parametrize(("name", "over_periods", "over_places"), [(name, "sum", "sum") for name in FOUR_PARTS])
def test_amounts_add_up_over_months_and_cities(plan, name, over_periods, over_places):
    indicator = target_named(plan, name).indicator
    assert (indicator.kind, indicator.over_periods, indicator.over_places) == ("entered", over_periods, over_places)


@pytest.mark.parametrize(
    ("name", "numerator", "denominator"),
    [
        ("新型建材消纳占比", "新型建材消纳煤矸石粉煤灰量", "煤矸石粉煤灰综合利用量"),
        ("煤矸石发电产能发挥", "煤矸石电厂发电量", "煤矸石电厂满发电量"),
    ],
)
def test_a_rate_is_its_terms_rolled_up_and_divided_and_is_not_graded(plan, name, numerator, denominator):
    target = target_named(plan, name)
    indicator = target.indicator
    assert (indicator.kind, indicator.over_periods, indicator.over_places) == ("ratio", "ratio", "ratio")
    assert (indicator.numerator.name, indicator.denominator.name) == (numerator, denominator)
    assert indicator.numerator.unit == indicator.denominator.unit
    assert not target.is_graded


def test_counts_are_printed_whole(plan):
    whole = {target.indicator.name for target in plan.targets.with_indicator() if target.indicator.decimals == 0}
    assert whole == {name for _clauses, name, unit, *_ in ISSUED if unit in ("项", "个", "组", "户")}


def test_there_are_eight_tasks_and_five_measures(plan):
    numbers = {
        kind: [row.clause.number for row in Commitment.objects.filter(kind=kind)] for kind in ("task", "measure")
    }
    assert numbers == {
        "task": [f"三-{number}" for number in range(1, 9)],
        "measure": [f"四-{number}" for number in range(1, 6)],
    }


@pytest.mark.parametrize(
    ("clause", "places"),
    [
        ("三-1", {"朔州市", "晋城市", "长治市"}),
        ("三-1(1)", {"朔州市"}),
        ("三-1(2)", {"晋城市"}),
        ("三-1(3)", {"长治市"}),
        ("三-2", {"太原市", "临汾市", "大同市", "吕梁市", "运城市"}),
    ],
)
def test_a_commitment_names_its_places(plan, clause, places):
    assert {place.name for place in Commitment.objects.get(clause__number=clause).places.all()} == places


def test_each_base_is_a_part_of_the_first_task(plan):
    first = Commitment.objects.get(clause__number="三-1")
    assert [part.clause.number for part in first.parts.all()] == ["三-1(1)", "三-1(2)", "三-1(3)"]


def test_water_saving_names_its_four_bodies(plan):
    bodies = Commitment.objects.get(clause__number="三-6").bodies.all()
    assert {body.name for body in bodies} == {"省河长办", "省节水办", "省水利厅", "省生态环境厅"}


def test_no_commitment_is_under_way_before_somebody_says_so(plan):
    assert set(Commitment.objects.values_list("status", flat=True)) == {"not_started"}


def test_the_province_and_its_eleven_cities_have_their_codes(plan):
    assert dict(plan.region.children.values_list("name", "code")) == CITIES
    assert plan.region.name == "山西省"
    assert {region.path for region in plan.region.children.all()} == {f"140000/{code}/" for code in CITIES.values()}


@pytest.mark.parametrize(
    ("large", "small", "times"),
    [
        ("万吨", "吨", 10**4),
        ("亿吨", "吨", 10**8),
        ("亿吨", "万吨", 10**4),
        ("亿元", "万元", 10**4),
        ("万千瓦时", "千瓦时", 10**4),
        ("万吨标准煤", "吨标准煤", 10**4),
    ],
)
def test_units_of_a_dimension_convert_by_their_factors(plan, large, small, times):
    large_unit, small_unit = MeasureUnit.objects.get(symbol=large), MeasureUnit.objects.get(symbol=small)
    assert large_unit.dimension == small_unit.dimension
    assert large_unit.factor / small_unit.factor == times


def test_counts_of_different_things_do_not_convert(plan):
    symbols = ("个", "组", "户", "项", "%", "吨", "吨标准煤")
    assert len({MeasureUnit.objects.get(symbol=symbol).dimension for symbol in symbols}) == len(symbols)


def test_the_plan_opens_its_twelve_months_due_on_the_fifth(plan):
    assert [period.code for period in plan.periods.all()] == [f"2020-{month:02d}" for month in range(1, 13)]
    assert factories.period(plan, "2020-12").deadline.isoformat() == "2021-01-05T15:59:59+00:00"


def test_loading_reference_data_again_changes_nothing_that_was_edited(plan):
    Region.objects.filter(code="140100").update(name_en="Taiyuan City")
    loading.load_reference(FIXTURES / "units.toml", FIXTURES / "regions.toml")
    assert Region.objects.get(code="140100").name_en == "Taiyuan City"
    assert Region.objects.count() == 12


def test_a_plan_that_is_loaded_already_is_refused_and_stays_as_it_is(plan):
    with pytest.raises(Refused, match="shanxi-2020"):
        loading.load_plan(DOCUMENT, acting_user=None, now=NOW)
    assert Target.objects.count() == len(ISSUED)


# --- documents that are wrong ---

SMALL = """
[plan]
code = "small"
name = "小计划"
issuer = "某厅"
issued_on = 2021-01-04
starts_on = 2021-01-01
ends_on = 2021-12-31
region = "140000"
[[clause]]
number = "一"
name = "目标"
[[indicator]]
code = "ash"
name = "粉煤灰"
unit = "10kt"
[[indicator]]
code = "slag"
name = "冶炼渣"
unit = "10kt"
[[indicator]]
code = "waste"
name = "固废"
unit = "10kt"
parts = ["ash", "slag"]
[[target]]
indicator = "waste"
clauses = ["一"]
bound = "at_least"
[[target]]
indicator = "ash"
clauses = ["一"]
bound = "at_least"
value = 12.5
[[target]]
indicator = "slag"
clauses = ["一"]
bound = "at_least"
value = 7
[[commitment]]
clause = "一"
kind = "task"
"""


@pytest.fixture
def reference(db: None) -> None:
    """Units and regions, no plan."""
    loading.load_reference(FIXTURES / "units.toml", FIXTURES / "regions.toml")


@pytest.fixture
def load(reference: None, tmp_path: Path) -> Callable[[str], Plan]:
    """Load a document from its text."""

    def load_text(text: str) -> Plan:
        path = tmp_path / "small.toml"
        path.write_text(text, encoding="utf-8")
        return loading.load_plan(path, acting_user=None, now=NOW)

    return load_text


def assert_nothing_stored() -> None:
    emptied: list[type[models.Model]] = [Plan, Clause, Indicator, Target, Commitment, Period]
    assert {model.__name__: model.objects.count() for model in emptied} == dict.fromkeys(
        (model.__name__ for model in emptied), 0
    )


def test_the_small_document_is_right_as_it_stands(load):
    plan = load(SMALL)
    figures = Figures(factories.period(plan, "2021-12"))
    assert figures.target_value(figures.targets[0], plan.region) == Decimal("19.5")


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('name = "小计划"\n', "", "[[plan]] 1, name"),
        ('name = "小计划"', 'nmae = "小计划"', "[[plan]] 1, nmae"),
        ("issued_on = 2021-01-04", 'issued_on = "2021-01-04"', "[[plan]] 1, issued_on"),
        ("ends_on = 2021-12-31", "ends_on = 2020-12-31", "[[plan]] 1, "),
        ('region = "140000"', 'region = "990000"', "[[plan]] 1, region"),
        ('code = "small"', 'code = "small plan"', "[[plan]] 1, code"),
        ('code = "small"', 'code = "small"\ndeadline_day = 31', "[[plan]] 1, "),
        ('code = "small"', 'code = "small"\ndeadline_day = "5"', "[[plan]] 1, deadline_day"),
        ("[[clause]]", "[[cluase]]", "[[cluase]] 1, "),
        ('number = "一"', 'number = "一"\nname = "总则"\n[[clause]]', "[[clause]] 2, number"),
        ('unit = "10kt"', 'unit = "kilo"', "[[indicator]] 1, unit"),
        ('parts = ["ash", "slag"]', 'parts = ["ash", "dust"]', "[[indicator]] 3, parts"),
        ('parts = ["ash", "slag"]', 'parts = "ash"', "[[indicator]] 3, parts"),
        ('parts = ["ash", "slag"]', 'parts = ["ash", "waste"]', "[[indicator]] 3, parts"),
        ('code = "slag"', 'code = "slag"\nparts = ["waste"]', "[[indicator]] 2, parts"),
        ('code = "slag"', 'code = "slag"\nnumerator = "ash"\ndenominator = "waste"', "[[indicator]] 2, denominator"),
        ('code = "slag"', 'code = "ash"\nname = "又"\nunit = "t"\n[[indicator]]\ncode = "slag"', "[[indicator]] 2"),
        ('name = "冶炼渣"\nunit = "10kt"', 'name = "冶炼渣"\nunit = "t"', "[[indicator]] 3, parts"),
        ('name = "冶炼渣"', 'name = "冶炼渣"\nnumerator = "ash"', "[[indicator]] 2, "),
        ('name = "冶炼渣"', 'name = "冶炼渣"\ndecimals = true', "[[indicator]] 2, decimals"),
        ('name = "冶炼渣"', 'name = "冶炼渣"\nover_places = "median"', "[[indicator]] 2, over_places"),
        ("value = 12.5", 'value = "12.5"', "[[target]] 2, value"),
        ("value = 12.5", "value = -1", "[[target]] 2, "),
        ("value = 12.5", "value = true", "[[target]] 2, value"),
        ("value = 12.5", "value = nan", "[[target]] 2, value"),
        ("value = 12.5", "value = inf", "[[target]] 2, value"),
        ("value = 12.5", "value = 10000000000000000", "[[target]] 2, value"),
        ("value = 12.5", "value = 0.0000001", "[[target]] 2, value"),
        ("value = 12.5\n", "", "[[target]] 2, value"),
        ('indicator = "waste"', 'indicator = "waste"\nvalue = 19.5', "[[target]] 1, value"),
        ('indicator = "slag"', 'indicator = "ash"', "[[target]] 3, "),
        ('indicator = "slag"', 'indicator = "dust"', "[[target]] 3, indicator"),
        ('indicator = "waste"\nclauses = ["一"]', 'indicator = "waste"\nclauses = ["二"]', "[[target]] 1, clauses"),
        ('bound = "at_least"\nvalue = 7', 'bound = "at_most"\nvalue = 7', "[[target]] 3, bound"),
        ('bound = "at_least"\nvalue = 7', 'bound = "at_least"\nplaces = ["1"]\nvalue = 7', "[[target]] 3, places"),
        ('kind = "task"', 'kind = "wish"', "[[commitment]] 1, kind"),
        ('clause = "一"', 'clause = "九"', "[[commitment]] 1, clause"),
        ('kind = "task"', 'kind = "task"\npart_of = "九"', "[[commitment]] 1, part_of"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_at_its_table_row_and_key_and_nothing_is_stored(load, right, wrong, place):
    assert right in SMALL
    with pytest.raises(Refused) as refusal:
        load(SMALL.replace(right, wrong, 1))
    assert any(f"small.toml: {place}" in where for where in refusal.value.fields), refusal.value.fields
    assert_nothing_stored()


def test_an_indicator_stored_by_another_plan_keeps_its_unit(load):
    load(SMALL)
    other = SMALL.replace('code = "small"', 'code = "second"')
    with pytest.raises(Refused) as refusal:
        load(other.replace('unit = "10kt"', 'unit = "t"', 1))
    assert list(refusal.value.fields) == ["small.toml: [[indicator]] 1, unit"]
    assert load(other).targets.count() == 3
    assert Indicator.objects.count() == 3


def test_every_mistake_is_named_at_once(load):
    text = SMALL.replace('unit = "10kt"', 'unit = "kilo"').replace('kind = "task"', 'kind = "task"\nplaces = ["1"]')
    with pytest.raises(Refused) as refusal:
        load(text)
    assert len(refusal.value.fields) == 4


@pytest.mark.parametrize(
    "text",
    ["", "[plan", "plan = 7", 'plan = "x"', "[[plan]]\n[[plan]]", "clause = [1, 2]", SMALL + "\n[plan.more]\na = 1"],
    ids=["empty", "no TOML", "a number", "a text", "two plans", "rows that are no tables", "a table too many"],
)
def test_what_is_no_plan_document_is_refused_in_words(load, text):
    with pytest.raises(Refused) as refusal:
        load(text)
    assert "small.toml" in refusal.value.message
    assert_nothing_stored()


def test_a_file_that_is_not_utf_8_or_not_there_is_refused_in_words(reference, tmp_path):
    other = tmp_path / "gbk.toml"
    other.write_bytes(SMALL.encode("gbk"))
    for path in (other, tmp_path / "none.toml", tmp_path):
        with pytest.raises(Refused):
            loading.load_plan(path, acting_user=None, now=NOW)
    assert_nothing_stored()
