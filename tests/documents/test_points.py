"""The three things to know: which findings are told, in which order."""

import pytest
from django.utils import translation

from tests.documents.made_facts import facts, place, target
from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Level
from tracker.documents.findings import Returns
from tracker.documents.points import three_points
from tracker.documents.summary import summarise


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


COVERED = Coverage(11, 11)


def test_where_the_plan_stands_comes_first_then_what_is_far_behind_then_what_worsened():
    found = three_points(
        facts([target("固废综合利用", "50", Level.I, Level.II)], [place("太原市", Level.III)], Returns(COVERED))
    )
    assert found[0].startswith("固废综合利用累计")
    assert found[1].startswith("滞后指标：▲ 一级：固废综合利用")
    assert found[2] == "较上月恶化：固废综合利用（◆ 二级 → ▲ 一级）。"


def test_who_owes_a_return_weighs_more_than_a_level_two():
    owing = Returns(COVERED, not_reported=["太原市"])
    found = three_points(facts([target("固废", "60", Level.II, Level.II)], [place("太原市", None)], owing))
    assert [point[:4] for point in found[1:]] == ["报表情况", "滞后指标"]
    assert "太原市" in found[1]


def test_what_became_better_is_told_where_nothing_worsened():
    better = [place("太原市", Level.III, Level.I), place("大同市", Level.III, Level.III)]
    found = three_points(facts([target("固废", "70", Level.III, Level.III)], better, Returns(COVERED)))
    assert found[1] == "较上月好转：太原市（▲ 一级 → ● 三级）。"


def test_both_directions_share_one_point():
    moved = [place("太原市", Level.III, Level.II), place("大同市", Level.I, Level.III)]
    found = three_points(facts([target("固废", "70", Level.III, Level.III)], moved, Returns(COVERED)))
    assert found[2] == "较上月恶化：大同市（● 三级 → ▲ 一级）。好转：太原市（◆ 二级 → ● 三级）。"


def test_without_a_month_before_there_is_no_change_to_tell():
    found = three_points(facts([target("固废", "70", Level.III)], [place("太原市", Level.III)], Returns(COVERED)))
    assert len(found) == 3
    assert not any("上月" in point for point in found)


def test_there_are_always_three():
    everything = Returns(COVERED, not_reported=["甲"], sent_back=["乙"], waiting=["丙"], late=["丁"])
    rows = [target("固废", "50", Level.I, Level.III)]
    assert len(three_points(facts(rows, [place("太原市", Level.II, Level.I)], everything))) == 3
    assert len(three_points(facts([target("固废", None, None)], [], Returns(Coverage(0, 11))))) == 3


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("zh-hans", "2020年8月 固废综合利用：11市中2市预警等级为一级"),
        ("en", "2020年8月 固废综合利用: 2 of 11 cities at Level I"),
    ],
)
def test_the_subject_is_the_finding(language, subject):
    cities = [place(f"市{number}", Level.I if number < 2 else Level.III) for number in range(11)]
    with translation.override(language):
        assert summarise(facts([target("固废综合利用", "50", Level.I)], cities)).subject == subject
