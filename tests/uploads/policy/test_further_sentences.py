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


def test_talent_keeps_its_second_character():
    """才 is an adverb only where no 人 stands before it."""
    assert told(chinese("技能人才总量突破620万人，只有达到才算完成。")) == [("技能人才总量", "620", Bound.MORE_THAN)]


def test_two_verbs_lead_from_a_base_to_a_lower_value():
    (draft,) = chinese("技工院校由86所调整优化至70所左右。")
    assert (draft.indicator, draft.quantity.value, draft.bound) == ("技工院校", 70, Bound.AT_MOST)
    assert draft.base == Base(Decimal(86), None)


def test_the_size_of_what_is_counted_is_no_target():
    reading = read_chinese("淘汰4.3米焦炉产能120万吨，新建35千伏线路20公里。", context(2024, 2026))
    assert [str(one.quantity.value) for one in reading.drafts] == ["120", "20"]
    assert [(one.quantity.value, one.reason) for one in reading.rejected] == [
        (Decimal("4.3"), Rejection.SIZE_CLASS),
        (Decimal("35"), Rejection.SIZE_CLASS),
    ]


def test_what_each_school_does_is_no_target_of_the_plan():
    reading = read_chinese("每所院校至少与3家规模以上企业建立合作关系。", context(2024, 2026))
    assert not reading.drafts and reading.rejected[0].reason is Rejection.PER_UNIT


def test_a_district_may_be_named_after_a_lake():
    drafts = chinese("完成散煤替代12.6万户，其中：东湖区2.1万户、西山县5.5万户、临河县5万户。")
    assert [one.indicator for one in drafts] == ["散煤替代"] * 4
    assert [one.places for one in drafts] == [(), ("东湖区",), ("西山县",), ("临河县",)]
    assert chinese("洞庭湖区新增湿地20公顷。")[0].places == ()


def test_a_measure_shared_by_two_nouns_is_whole_in_both():
    drafts = chinese("氮氧化物和挥发性有机物重点工程减排量分别达到4200吨、1850吨。")
    assert [one.indicator for one in drafts] == ["氮氧化物重点工程减排量", "挥发性有机物重点工程减排量"]


def test_entries_of_one_line_are_told_apart_by_their_blanks():
    reading = read_text(
        "一、任务\n1. 固定资产投资完成180亿元。\n"
        "责任领导：张某某　牵头部门：经发局　配合部门：统计局、财政局\n完成时限：2027年11月\n"
        "2. 一般公共预算收入达到26.8亿元。\n牵头部门：财政局　完成时限：全年\n"
    )
    one, other = reading.commitments
    assert (one.bodies.lead, one.bodies.supporting) == (("经发局",), ("统计局", "财政局"))
    assert (str(one.due_on), other.bodies.lead, other.due_on) == ("2027-11-30", ("财政局",), None)
    assert [one.title, other.title] == ["固定资产投资完成180亿元", "一般公共预算收入达到26.8亿元"]


def test_a_long_clause_without_heading_is_named_by_whole_parts():
    line = "全年新开工亿元以上项目30个，其中10亿元以上5个；竣工投产项目不少于18个，盘活闲置厂房15万平方米。"
    (found,) = read_text(f"一、任务\n1. {line}\n").commitments
    assert found.title == "全年新开工亿元以上项目30个，其中10亿元以上5个；竣工投产项目不少于18个"


def test_steps_are_of_the_indicator_with_their_verb():
    drafts = chinese(
        "全年新开工亿元以上项目30个，其中10亿元以上5个；竣工投产项目不少于18个。一季度开工8个，上半年开工20个。"
    )
    assert [(one.indicator, str(one.quantity.value)) for one in drafts] == [
        ("新开工亿元以上项目", "30"),
        ("10亿元以上项目", "5"),
        ("竣工投产项目", "18"),
        ("新开工亿元以上项目", "8"),
        ("新开工亿元以上项目", "20"),
    ]
    assert chinese("家庭医生签约服务覆盖率由38%提升至45%。")[0].indicator == "家庭医生签约服务覆盖率"


def test_an_annex_that_holds_a_table_alone_is_no_task():
    reading = read_text("一、任务\n1. 新建基站5000个。\n附件1\n2020年重点项目表\n")
    assert [one.clause for one in reading.commitments] == ["一-1"]
