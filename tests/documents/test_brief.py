"""The one-page brief: one page, whatever stands on it, read back from the PDF."""

import time

import pypdfium2
import pytest
from django.utils import translation

from tests.documents.made_figures import made_figures
from tracker.documents import pdf
from tracker.documents.brief import build_brief
from tracker.documents.pdf import fonts
from tracker.documents.pdf.brief import set_brief

LONG_NAME = "煤矸石和粉煤灰及其他大宗工业固体废物综合利用量与相关产品产值占比情况" * 3
A4 = (595, 842)


def brief_of(targets: int, places: int, language: str = "zh-hans", *, long: bool = False, **more) -> bytes:
    """A brief of so many targets and places, of which the fourth has reported nothing."""
    names = [(f"第{n}项" + (LONG_NAME if long else "综合利用量"))[:76] for n in range(targets)]
    cities = [(f"第{n}市" + (LONG_NAME if long else ""))[:76] for n in range(places)]
    amounts = {
        (f"i{n}", f"p{p}", month): str((n + p) % 5 * 0.3)
        for n in range(targets)
        for p in range(places)
        for month in ("2020-01", "2020-02")
        if p != 3
    }
    with translation.override(language):
        figures = made_figures(names, cities=cities, amounts=amounts, **more)
        return set_brief(build_brief(figures, language))


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    assert tuple(round(side) for side in document[0].get_size()) == A4
    return document[0].get_textpage().get_text_bounded().replace("\r\n", "").replace("\n", "")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("targets", "places"), [(0, 0), (1, 0), (1, 1), (6, 11), (20, 30), (200, 40)])
def test_it_takes_one_page(language, targets, places):
    assert text_of(brief_of(targets, places, language))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("targets", "places"), [(20, 30), (200, 40)])
def test_names_of_76_characters_leave_it_on_one_page_within_two_seconds(language, targets, places):
    names = [f"第{n}项{LONG_NAME}"[:76] for n in range(targets)]
    cities = [f"第{n}市{LONG_NAME}"[:76] for n in range(places)]
    amounts = {(f"i{n}", f"p{p}", "2020-02"): "0.01" for n in range(targets) for p in range(places)}
    with translation.override(language):
        figures = made_figures(names, cities=cities, amounts=amounts)
        began = time.process_time()
        made = set_brief(build_brief(figures, language))
        assert time.process_time() - began < 2
    said = text_of(made)
    assert "…" in said or "⋯" in said


def test_it_says_need_forecast_levels_shortfall_and_who_has_no_data():
    said = text_of(brief_of(1, 5))
    # i0: each city 12/5 = 2.4 a year; verified 0, 0.6, 1.2, none, 2.4
    assert "计划简报" in said
    assert "剩余月份月均需完成" in said
    assert "期末预测" in said
    # p0 has 0 of 2.4 at a schedule of 60/366: 0.39 short, 2.4/10 = 0.24 a month
    assert (
        "第0市：第0项综合利用量累计0万吨，比序时进度少0.39万吨，慢16.39个百分点（一级），剩余月份月均需完成0.24万吨。"
        in said
    )
    assert "第3市 –1" in said
    assert "数据截至：2020-03-04 09:02" in said


def test_body_text_is_at_least_nine_points():
    document = pypdfium2.PdfDocument(brief_of(20, 30, long=True))
    sizes = {
        round(item.get_font_size(), 1) for item in document[0].get_objects(filter=[1]) if hasattr(item, "get_font_size")
    }
    assert not sizes or min(sizes) >= 9


def test_a_character_without_a_type_is_named():
    with translation.override("zh-hans"):
        figures = made_figures(["𠮷龘综合利用量"])
        said = text_of(set_brief(build_brief(figures, "zh-hans")))
    assert "〓〓综合利用量" in said
    assert "U+20BB7" in said
    assert "DOCUMENT_FONTS" in said


def test_further_fonts_come_from_a_directory(settings, tmp_path):
    settings.DOCUMENT_FONTS = str(tmp_path)
    assert fonts.font_paths()[-1] == str(tmp_path)
    assert fonts.lacking_in("𠮷") == []


def test_names_are_never_read_as_markup():
    with translation.override("en"):
        figures = made_figures(['#panic("x") *b* $x$ [y] @z <q> \\ // "'])
        said = text_of(set_brief(build_brief(figures, "en")))
    assert '#panic("x") *b* $x$ [y]' in said


def test_an_empty_period_says_so():
    with translation.override("zh-hans"):
        said = text_of(set_brief(build_brief(made_figures(["甲"]), "zh-hans")))
    assert "本期尚无核定数" in said or "尚无" in said


def test_the_file_is_written(tmp_path):
    with translation.override("en"):
        pdf.write_brief(build_brief(made_figures(["a"]), "en"), tmp_path / "brief.pdf")
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF-")
