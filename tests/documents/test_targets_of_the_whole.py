"""Papers on a plan whose targets are set for the whole alone: no region lags, and still the whole does."""

from datetime import date
from pathlib import Path

import docx
import pytest
from django.utils import translation

from tests.documents.made_figures import made_figures
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.documents import trends
from tracker.documents.brief import build_brief
from tracker.documents.bulletin import build_bulletin
from tracker.documents.bulletin.paper import BulletinPaper, proposed_texts
from tracker.documents.compliance import build_compliance_report, lagging
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.compliance.lagging_regions import lagging_regions
from tracker.documents.word import write_bulletin

CITIES = ("太原市", "大同市")
#: The same amounts in both cities: 0.6 of 12 at a schedule of 16.39 %.
AMOUNTS = {("i0", f"p{city}", f"2020-0{month}"): "0.15" for city in (0, 1) for month in (1, 2)}
EXACT = {("i0", "p0", "2020-01"): "0", ("i0", "p0", "2020-02"): "1.96721311475"}


def figures(**more) -> ComplianceFigures:
    return made_figures(["利用量"], cities=CITIES, amounts=AMOUNTS, **more)


def test_the_targets_of_the_whole_are_named_where_no_region_has_a_share():
    with translation.override("zh-hans"):
        found = figures(without_share=["p0", "p1"])
        page = build_brief(found, "zh-hans")
        said = {one.key: one.text for one in build_bulletin(found).sentences}
        (row,) = lagging_regions(found).rows
    assert page.lags_heading == "滞后最多的目标"
    assert page.lags == [
        "山西省：利用量累计0.6万吨，比序时进度少1.37万吨，慢11.39个百分点（一级），剩余月份月均需完成1.14万吨。"
    ]
    assert said["lagging:140000"] == page.lags[0]
    assert row.values[1] == "山西省"


def test_regions_are_named_where_they_have_shares():
    with translation.override("zh-hans"):
        page = build_brief(figures(), "zh-hans")
    assert page.lags_heading == "滞后最多的地区"
    assert [words[:3] for words in page.lags] == ["太原市", "大同市"]


def test_nothing_is_called_on_schedule_before_anything_is_graded():
    with translation.override("zh-hans"):
        empty = made_figures(["利用量"], cities=CITIES)
        assert lagging.none_behind(empty) == "目前尚无法评级。"
        assert lagging_regions(empty).notice == lagging.none_behind(empty)
        half = made_figures(["利用量"], cities=["太原市"], amounts={**AMOUNTS, ("i0", "p0", "2020-02"): "9"})
        assert lagging.none_behind(half) == "数据齐全的目标均达到序时进度。"


def test_charts_compare_regions_which_need_not_be_cities():
    with translation.override("zh-hans"):
        titles = [
            chart.title
            for sheet in build_compliance_report(figures()).sheets
            if sheet.chart_page
            for chart in sheet.chart_page.charts
        ]
    assert "利用量各地区完成率" in titles
    assert not any("各市" in title for title in titles)


def test_a_gap_that_prints_as_nothing_is_neither_ahead_nor_behind():
    with translation.override("zh-hans"):
        found = made_figures(["利用量"], cities=["太原市"], amounts=EXACT)
        said = {one.key: one.text for one in build_bulletin(found).sentences}["target:i0"]
    assert "，与序时进度持平，预警等级为三级（正常）" in said or "，与序时进度持平，预警等级为二级（滞后）" in said
    assert "0.00个百分点" not in said


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_long_basis_fits_the_documents_properties(tmp_path: Path, language: str):
    """The bug: python-docx refuses a property of more than 255 letters, and no bulletin was written."""
    with translation.override(language):
        text = build_bulletin(figures())
        long = text.__class__(text.title * 20, text.sections, text.basis * 9, text.marker)
        texts = proposed_texts(long, issuer="主管部门", kind="month")
        write_bulletin(BulletinPaper(long.title, long, texts, date(2020, 3, 4), language), tmp_path / "b.docx")
    properties = docx.Document(str(tmp_path / "b.docx")).core_properties
    assert (len(properties.title), len(properties.comments)) == (255, 255)


@pytest.mark.parametrize(
    ("levels", "said", "brief"),
    [
        ((Level.III, Level.II), "恶化，上月为● 三级", "恶化，上期●\u00a0三级"),
        ((Level.I, Level.III), "好转，上月为▲ 一级", "好转，上期▲\u00a0一级"),
        ((Level.II, Level.II), "与上月持平", "连续2个月"),
        ((None, Level.II), "上月未评级", "—"),
    ],
)
def test_a_change_of_level_is_said_in_words_without_an_arrow(levels, said, brief):
    history = LevelHistory(levels)
    with translation.override("zh-hans"):
        assert trends.level_change(history) == said
        assert trends.brief_change(history, trends.MONTH) == brief
