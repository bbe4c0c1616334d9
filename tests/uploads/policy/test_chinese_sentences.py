"""Chinese sentences: what is a target, with its noun, value, bound, time, base, places and whole."""

from datetime import date
from decimal import Decimal

import pytest

from tests.uploads.policy.texts import context
from tracker.uploads.policy.chinese.sentence import read_sentence
from tracker.uploads.policy.proposals import Base, Bound, Change, Doubt


def drafts(text: str, **more):
    return read_sentence(text, context(**more)).drafts


def short(text: str, **more) -> list[tuple[str, str, str, str]]:
    return [
        (one.indicator, str(one.quantity.value), one.quantity.unit, one.bound.value) for one in drafts(text, **more)
    ]


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("达到80%", Bound.AT_LEAST),
        ("达到80%以上", Bound.AT_LEAST),
        ("不低于80%", Bound.AT_LEAST),
        ("不少于80%", Bound.AT_LEAST),
        ("超过80%", Bound.MORE_THAN),
        ("突破80%", Bound.MORE_THAN),
        ("≥80%", Bound.AT_LEAST),
        ("保持在80%以上", Bound.AT_LEAST),
        ("控制在80%以内", Bound.AT_MOST),
        ("不超过80%", Bound.AT_MOST),
        ("不高于80%", Bound.AT_MOST),
        ("降至80%", Bound.AT_MOST),
        ("压减到80%以下", Bound.AT_MOST),
        ("≤80%", Bound.AT_MOST),
        ("低于80%", Bound.LESS_THAN),
        ("达到75%-80%", Bound.BETWEEN),
    ],
)
def test_bound_words_before_and_after_the_number(words, bound):
    (draft,) = drafts(f"到2025年，综合利用率{words}。")
    assert (draft.indicator, draft.bound, draft.year) == ("综合利用率", bound, 2025)


def test_a_change_is_told_from_a_level():
    fall, level = drafts("单位产值能耗下降13.5%，单位产值水耗降至8.2立方米/万元。")
    assert (fall.change, fall.bound) == (Change.DECREASE, Bound.AT_LEAST)
    assert (level.change, level.bound) == (Change.LEVEL, Bound.AT_MOST)


@pytest.mark.parametrize("word", ["左右", "上下"])
def test_about_is_kept(word):
    assert drafts(f"产值达到400亿元{word}。")[0].is_approximate


def test_an_aspiration_is_approximate():
    assert drafts("力争产值突破400亿元。")[0].is_approximate


def test_from_a_to_b_is_one_target_with_its_base():
    (draft,) = drafts("公共供水管网漏损率由2020年的12.4%降至9%。")
    assert (draft.indicator, draft.base, draft.bound) == (
        "公共供水管网漏损率",
        Base(Decimal("12.4"), 2020),
        Bound.AT_MOST,
    )


def test_a_compared_year_is_the_base_and_not_the_target_year():
    (draft,) = drafts("到2025年，煤炭消费量较2020年下降10%。")
    assert (draft.year, draft.base) == (2025, Base(None, 2020))


def test_last_year_is_the_base_of_a_yearly_plan():
    (draft,) = drafts("用水总量同比下降3%。", first=2023, last=2023)
    assert (draft.year, draft.base) == (2023, Base(None, 2022))


def test_respectively_shares_one_verb_and_the_last_bound_word():
    assert short("化学需氧量、氨氮排放总量分别下降8%、10%以上。") == [
        ("化学需氧量排放总量", "8", "%", "at_least"),
        ("氨氮排放总量", "10", "%", "at_least"),
    ]


def test_respectively_shares_out_years():
    assert [one.year for one in drafts("2023年、2024年分别新建学校5所、6所。")] == [2023, 2024]


def test_respectively_shares_out_places():
    found = drafts("东原县、西原县新增面积分别不低于1.5万亩和1万亩。")
    assert [(one.places, str(one.quantity.value)) for one in found] == [(("东原县",), "1.5"), (("西原县",), "1")]


def test_both_holds_for_all_places():
    assert drafts("太原市、大同市清洁取暖率均达到100%。")[0].places == ("太原市", "大同市")


def test_parts_take_the_measure_and_the_bound_of_their_whole():
    whole, first, second = drafts("固废综合利用量不少于900万吨，其中：煤矸石600万吨、粉煤灰300万吨。")
    assert (first.indicator, first.bound, first.part_of) == ("煤矸石综合利用量", Bound.AT_LEAST, 0)
    assert (second.indicator, second.part_of) == ("粉煤灰综合利用量", 0)
    assert whole.part_of is None


def test_a_subject_before_the_comma_is_found():
    assert short("煤矸石综合利用量稳步提升，达到500万吨。") == [("煤矸石综合利用量", "500", "万吨", "at_least")]


@pytest.mark.parametrize(
    ("text", "noun", "bound"),
    [
        ("新建公共充电桩不少于5000个。", "新建公共充电桩", "at_least"),
        ("培育10家以上高值利用企业。", "高值利用企业", "at_least"),
        ("选择30余户重点企业，有针对性的开展节能诊断。", "节能诊断重点企业", "at_least"),
        ("针对化工行业的27户生产企业开展专项监察。", "专项监察生产企业", "all_of"),
        ("对全部46座堆场安装监测设备。", "堆场", "all_of"),
        ("推进朔州、晋城、长治3个国家级基地建设。", "国家级基地", "exactly"),
        ("推进百项重点项目建设。", "重点项目", "at_least"),
    ],
)
def test_counted_things(text, noun, bound):
    ((found, _value, _unit, found_bound),) = short(text)
    assert (found, found_bound) == (noun, bound)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("清洁能源装机占比达到二分之一以上。", "50", "%"),
        ("外销量较2020年翻一番。", "2", "倍"),
        ("能耗降到107千克标准煤/吨以下。", "107", "千克标准煤/吨"),
        ("平均降尘量不高于7吨/平方公里·月。", "7", "吨/平方公里·月"),
        ("灌溉水有效利用系数提高到0.605。", "0.605", ""),
        ("产值与总产值之比达到2.4∶1。", "2.4", ""),
        ("面积达到1,500万平方米。", "1500", "万平方米"),
        ("转炉工序能耗≤-30kgce/t。", "-30", "千克标准煤/吨"),
    ],
)
def test_units_and_numbers(text, value, unit):
    ((_noun, found, found_unit, _bound),) = short(text.replace("∶", "："))
    assert (found, found_unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("管网漏损率控制在9%以内，县城控制在10%以内。", ["管网漏损率", "管网漏损率（县城）"]),
        ("器具普及率：公共机构100%，居民家庭90%以上。", ["器具普及率（公共机构）", "器具普及率（居民家庭）"]),
        ("60%以上的县达到节水标准。", ["县达到节水标准"]),
        ("全省用水总量控制在185亿立方米以内。", ["用水总量"]),
        ("再生水利用率达到30%。", ["再生水利用率"]),
    ],
)
def test_a_subject_without_a_measure_takes_it_from_before(text, nouns):
    assert [one.indicator for one in drafts(text)] == nouns


def test_a_base_is_never_given_to_another_target():
    first, second = drafts("有效利用系数由0.55提高至0.57，再生水利用量超过12亿立方米。")
    assert (first.base, second.base) == (Base(Decimal("0.55")), None)


def test_short_names_followed_by_their_number_are_places():
    assert drafts("黄沙、绿洲两个试点市亩均用水量降至310立方米以下。")[0].places == ("黄沙", "绿洲")


def test_a_date_becomes_the_due_date():
    (draft,) = drafts("2022年9月底前，建成项目4个。")
    assert draft.due_on == date(2022, 9, 30)


def test_a_present_level_that_is_to_be_raised_is_a_reference_and_says_so():
    (draft,) = drafts("目前发电只发挥电厂产能60%左右，要进一步加大力度。")
    assert draft.bound is Bound.REFERENCE
    assert Doubt.PRESENT_LEVEL in draft.doubts


def test_what_is_assumed_is_said():
    (draft,) = drafts("修复率达到100%。")
    assert (draft.year, draft.doubts) == (2025, (Doubt.PLAN_YEAR,))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "全市综合利用量达到50万吨，太原、大同分别达到30万吨、20万吨。",
            [("综合利用量", "50", ()), ("综合利用量", "30", ("太原",)), ("综合利用量", "20", ("大同",))],
        ),
        (
            "煤矸石综合利用量太原、大同分别达到30万吨、20万吨。",
            [("煤矸石综合利用量", "30", ("太原",)), ("煤矸石综合利用量", "20", ("大同",))],
        ),
        (
            "太原、大同、朔州煤矸石综合利用量分别达到30万吨、20万吨和10万吨以上。",
            [
                ("煤矸石综合利用量", "30", ("太原",)),
                ("煤矸石综合利用量", "20", ("大同",)),
                ("煤矸石综合利用量", "10", ("朔州",)),
            ],
        ),
        ("煤矸石、粉煤灰利用率分别达到70%、80%。", [("煤矸石利用率", "70", ()), ("粉煤灰利用率", "80", ())]),
    ],
)
def test_the_amounts_after_respectively_go_to_the_names_in_their_order(text, wanted):
    found = drafts(text)
    assert [(one.indicator, str(one.quantity.value), one.places) for one in found] == wanted
    assert not any(Doubt.UNEQUAL_LISTS in one.doubts for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "太原、大同、朔州煤矸石综合利用量分别达到30万吨、20万吨。",
        "煤矸石、粉煤灰综合利用量分别达到30万吨、20万吨、10万吨。",
        "2021年、2022年、2023年新建学校分别达到5所、6所。",
        "太原、大同综合利用量和利用率分别达到30万吨、80%。",
    ],
)
def test_names_and_amounts_that_do_not_go_together_one_by_one_are_unsure(text):
    assert all(Doubt.UNEQUAL_LISTS in one.doubts for one in drafts(text))


def test_amounts_of_places_without_an_indicator_are_all_doubted():
    found = drafts("太原、大同分别达到30万吨、20万吨。")
    assert [one.places for one in found] == [("太原",), ("大同",)]
    assert all(Doubt.NO_INDICATOR in one.doubts for one in found)
