"""Sentences of documents unlike those of the corpus: employment, schools, roads, housing, lists without verbs."""

from decimal import Decimal

import pytest

from tests.uploads.policy.texts import context, read_text
from tracker.uploads.policy.chinese.sentence import read_sentence as read_chinese
from tracker.uploads.policy.english.sentence import read_sentence as read_english
from tracker.uploads.policy.proposals import Base, Bound, Change, Doubt, Rejection


def english(text: str):
    return read_english(text, context(2024, 2030)).drafts


def chinese(text: str):
    return read_chinese(text, context(2024, 2026)).drafts


def told(drafts):
    return [(one.indicator, str(one.quantity.value), one.bound) for one in drafts]


def test_a_second_change_shares_the_verb_and_the_base_year():
    one, other = english(
        "We will cut road deaths by 50% and serious injuries by at least 40%, compared with 2022 levels."
    )
    assert (one.indicator, other.indicator) == ("road deaths", "serious injuries")
    assert {draft.change for draft in (one, other)} == {Change.DECREASE}
    assert other.base == Base(None, 2022)


@pytest.mark.parametrize(
    ("text", "noun", "value", "unit", "bound"),
    [
        ("By the end of 2027 road deaths should not exceed 900 per year.", "road deaths", "900", "", Bound.AT_MOST),
        (
            "No family with children will spend more than 14 nights in a shelter.",
            "nights",
            "14",
            "nights",
            Bound.AT_MOST,
        ),
        ("Treat 120 high-risk junctions a year.", "high-risk junctions", "120", "junctions", Bound.AT_LEAST),
        ("Leakage will be reduced to 18% by 2030.", "Leakage", "18", "%", Bound.AT_MOST),
        (
            "Permit time is to be reduced from 210 days to fewer than 120 days by 2026.",
            "Permit time",
            "120",
            "days",
            Bound.LESS_THAN,
        ),
        ("90% of waste recycled by 2030 (currently 62%).", "waste recycled", "90", "%", Bound.AT_LEAST),
        ("Insulate four halls of residence.", "halls", "4", "halls", Bound.AT_LEAST),
    ],
)
def test_english_amounts_are_read(text, noun, value, unit, bound):
    (draft,) = english(text)
    assert (draft.indicator, draft.quantity.value, draft.quantity.unit) == (noun, Decimal(value), unit)
    assert draft.bound is bound


@pytest.mark.parametrize(
    ("text", "noun", "value", "year"),
    [
        ("Emissions from buildings to fall 35% below 2019 levels by 2029.", "Emissions from buildings", "35", 2019),
        ("Air travel will be 40% lower than 2019 by 2030.", "Air travel", "40", 2019),
        ("Reduce rough sleeping by two thirds by 2029 (2024: 1,830 people).", "rough sleeping", "66.67", 2024),
    ],
)
def test_a_fall_is_read_in_other_words(text, noun, value, year):
    (draft,) = english(text)
    assert (draft.indicator, draft.change, draft.quantity.value) == (noun, Change.DECREASE, Decimal(value))
    assert draft.base == Base(None, year)


def test_an_english_amount_without_a_bound_says_so():
    (draft,) = english("1,200 km of national roads will be upgraded.")
    assert Doubt.NO_BOUND_WORD in draft.doubts


def test_a_list_below_a_heading_of_targets_is_read_without_verbs():
    targets = read_text(
        "Carbon Management Plan 2022-2030\n\nOur targets\n- Business air travel down 40% against 2019\n"
        "- Electricity use per student no higher than 1,450 kWh\n"
    ).targets
    assert [one.indicator for one in targets] == ["Business air travel", "Electricity use per student"]


def test_stars_and_scopes_are_no_targets():
    assert english("Roads will be rated three stars or better by 2030.") == ()
    assert told(english("Scope 1 and 2 emissions will be at least 60% lower than 2019 by 2027."))[0][1] == "60"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建高标准农田30万亩、改造提升20万亩。", [("新建高标准农田", "30"), ("改造提升高标准农田", "20")]),
        ("支持创办市场主体10万户。", [("创办市场主体", "10")]),
        ("人均预期寿命2025年、2026年分别达到79岁和80.5岁。", [("人均预期寿命", "79"), ("人均预期寿命", "80.5")]),
        (
            "婴儿死亡率和5岁以下儿童死亡率2026年分别控制在4‰、5‰以下。",
            [("婴儿死亡率", "4"), ("5岁以下儿童死亡率", "5")],
        ),
        ("家庭医生签约率75%。", [("家庭医生签约率", "75")]),
        ("每年送戏下乡不少于600场。", [("送戏下乡", "600")]),
        ("完成人工林栽培1.2万亩、现有林改培5万亩。", [("人工林栽培", "1.2"), ("林改培", "5")]),
        ("林下种植面积发展到8万亩。", [("林下种植面积", "8")]),
    ],
)
def test_chinese_amounts_are_read(text, expected):
    assert [(noun, value) for noun, value, _bound in told(chinese(text))] == expected


def test_a_city_whose_name_ends_with_cheng_is_a_place():
    (draft,) = chinese("江城市、襄水市两市每年各引进博士200名。")
    assert draft.places == ("江城市", "襄水市")


def test_none_and_all_in_words_are_targets_that_say_so():
    none, every = *chinese("重大环境污染事故为零。"), *chinese("2025年底前，市级零工市场全覆盖。")
    assert told([none, every]) == [
        ("重大环境污染事故", "0", Bound.AT_MOST),
        ("市级零工市场", "100", Bound.AT_LEAST),
    ]
    assert all(Doubt.NUMBER_IN_WORDS in one.doubts for one in (none, every))
    assert chinese("三年实现全覆盖。") == ()


def test_a_base_value_in_brackets_belongs_to_the_target_before_it():
    one, other = chinese("公办园占比不低于56%（2021年为48.5%），专任教师接受专业教育比例达到100%。")
    assert (one.base, other.base) == (Base(Decimal("48.5"), 2021), None)


def test_what_is_measured_against_last_year_is_no_past_result():
    reading = read_text(
        "某公司2025年度责任书\n一、目标\n1、吨钢综合能耗≤545千克标准煤，较上年下降1.2%。\n2、粉尘≤3吨。"
    )
    assert [str(one.value) for one in reading.targets] == ["545", "1.2", "3"]


def test_the_condition_of_a_penalty_is_a_rule():
    reading = read_chinese("完成率低于90%的，扣减负责人年薪5%。", context(2024, 2026))
    assert reading.drafts == () and reading.rejected[0].reason is Rejection.RULE


def test_a_line_of_a_list_that_begins_with_its_measure_gives_it_to_the_amounts_that_follow():
    reading = read_text(
        "某省就业方案（2024—2026年）\n一、目标\n——城镇新增就业。三年累计新增240万人以上，每年不低于80万人。"
    )
    assert [one.indicator for one in reading.targets] == ["城镇新增就业", "城镇新增就业"]


def test_an_unknown_unit_is_doubted():
    (draft,) = chinese("孕产妇死亡率控制在10/10万以下。")
    assert Doubt.UNIT_MISSING in draft.doubts


def test_headings_with_a_numeral_and_a_blank_are_clauses():
    reading = read_text("某集团2024—2026年方案\n一 建设目标\n森林覆盖率稳定在78.6%以上。\n二 重点工程\n完成造林4万亩。")
    assert [(one.number, one.title) for one in reading.clauses] == [("一", "建设目标"), ("二", "重点工程")]


def test_a_table_without_units_takes_them_from_the_text_and_says_so():
    reading = read_text(
        "某市2025年公路方案\n一、目标\n新改建农村公路400公里。\n二、分解\n县区\t新改建农村公路\n全市\t400\n青山县\t250\n白河县\t150\n"
    )
    split = [one for one in reading.targets if one.places]
    assert {one.unit for one in split} == {"公里"} and all(Doubt.UNIT_MISSING in one.doubts for one in split)
    assert sum(not one.places for one in reading.targets) == 1


def test_a_step_without_a_bound_has_that_of_the_final_target():
    final, step = read_text(
        "Water Programme 2025-2030\n1 Objectives\nLeakage will be reduced to 18% by 2030 (interim: 23% by 2027)."
    ).targets
    assert (step.bound, step.interim_of) == (Bound.AT_MOST, 0) and Doubt.NO_BOUND_WORD in step.doubts
    assert final.bound is Bound.AT_MOST
