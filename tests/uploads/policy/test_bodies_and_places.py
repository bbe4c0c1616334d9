"""Bodies in brackets, in lines of their own and in sentences; places as subjects, lists and classes."""

import pytest

from tests.uploads.policy.texts import read_text
from tracker.uploads.policy.chinese.bodies import bodies_of
from tracker.uploads.policy.chinese.places import find_places, is_place
from tracker.uploads.policy.english.bodies import bodies_of as english_bodies_of
from tracker.uploads.policy.proposals import Bodies


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（市工信局牵头，市财政局、市能源局配合）", Bodies(("市工信局",), (), ("市财政局", "市能源局"))),
        ("（市科技局会同市财政局负责）", Bodies(("市科技局",), (), ("市财政局",))),
        ("（市住建局、市工信局按职责分工负责）", Bodies((), ("市住建局", "市工信局"), ())),
        ("（市交通局负责）", Bodies(("市交通局",), (), ())),
        ("牵头单位：省工业和信息化厅", Bodies(("省工业和信息化厅",), (), ())),
        ("牵头单位：省住房和城乡建设厅；配合单位：省水利厅", Bodies(("省住房和城乡建设厅",), (), ("省水利厅",))),
        ("责任单位：市发展改革委、各县（市、区）政府", Bodies((), ("市发展改革委", "各县（市、区）政府"), ())),
        ("县农业农村局牵头负责改造。", Bodies(("县农业农村局",), (), ())),
        ("推进项目建设（含改造项目）。", Bodies()),
    ],
)
def test_bodies_in_chinese(text, expected):
    assert bodies_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Lead: Public Works; Partners: Energy Agency, Chamber of Commerce.",
            Bodies(("Public Works",), (), ("Energy Agency", "Chamber of Commerce")),
        ),
        (
            "(Lead: Office of Waste; Support: Farm Agency)",
            Bodies(("Office of Waste",), (), ("Farm Agency",)),
        ),
        ("The programme is led by the Department of Transport.", Bodies(("Department of Transport",), (), ())),
    ],
)
def test_bodies_in_english(text, expected):
    assert english_bodies_of(text) == expected


def test_a_line_of_bodies_holds_for_the_paragraphs_above_it_in_its_clause():
    reading = read_text(
        "一、任务\n（一）工业\n建成园区5个。\n培育企业10家。\n牵头单位：市工信局\n（二）农业\n新增面积3万亩。\n"
    )
    assert [one.bodies.lead for one in reading.targets] == [("市工信局",), ("市工信局",), ()]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("太原市、大同市清洁取暖率", ("太原市", "大同市")),
        ("郑州、洛阳新增公交车", ("郑州", "洛阳")),
        ("各设区市新增充电桩", ("各设区市",)),
        ("京津冀及周边地区、长三角地区煤炭消费量", ("京津冀及周边地区", "长三角地区")),
        ("在河东区、柳林县开展试点", ("河东区", "柳林县")),
    ],
)
def test_places_of_a_text(text, names):
    assert find_places(text)[0].names == names


@pytest.mark.parametrize(
    "text",
    [
        "推进山西铁塔扩大规模",
        "会同省水利厅",
        "县级以上龙头企业",
        "建成零碳园区",
        "消除建成区黑臭水体",
    ],
)
def test_words_that_are_no_places(text):
    assert find_places(text) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("甲县", True), ("太原", True), ("城市", False), ("示范区", False), ("全市", False)],
)
def test_names_of_places(name, expected):
    assert is_place(name) is expected


def test_a_heading_that_names_a_place_holds_for_its_targets():
    reading = read_text("一、任务\n（一）推进朔州市基地建设。到2025年，利用量达到500万吨。\n")
    assert reading.targets[0].places == ("朔州市",)
