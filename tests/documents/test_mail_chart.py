"""The chart of a summary: what it shows, what it says in words, and the picture made from it."""

import struct
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from django.utils import translation

from tests.documents.made_facts import target
from tracker.calculation.levels import Level
from tracker.documents.drawing import image
from tracker.documents.drawing.bars import LACKING, drawn, size_of
from tracker.documents.drawing.image import ZOOM, drawable, picture_of
from tracker.documents.mail_chart import BARS, MailChart, chart_of

SVG = "{http://www.w3.org/2000/svg}"
LONGEST = 60 * 1024


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def chart(*targets) -> MailChart:
    found = chart_of(targets, "11市中2市一级预警")
    assert found
    return found


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in fromstring(svg).iter(f"{SVG}text")]


def bars(svg: str) -> list[float]:
    """The widths of the coloured bars."""
    colours = {"#c0362c", "#c98a12", "#2f8a53", "#8b93a0"}
    rows = fromstring(svg).iter(f"{SVG}rect")
    return [float(row.attrib["width"]) for row in rows if row.attrib["fill"] in colours]


def test_each_target_has_a_bar_its_level_by_sign_and_name_and_its_rate_the_furthest_behind_first():
    svg = drawn(chart(target("煤矸石", "66.06", Level.II), target("粉煤灰", "33.03", Level.I)), drawable())
    assert [text for text in texts(svg) if "%" in text][1:3] == ["▲ 一级  33.03%", "◆ 二级  66.06%"]
    one, two = bars(svg)
    assert two == pytest.approx(2 * one, abs=0.2)


def test_what_is_missing_has_no_bar_and_zero_has_one_without_width():
    svg = drawn(chart(target("甲", None, None), target("乙", "0", Level.I)), drawable())
    assert bars(svg) == [0]
    assert "未评级  —" in texts(svg)


def test_a_target_done_ten_times_over_ends_at_the_edge():
    svg = drawn(chart(target("甲", "1000", Level.III), target("乙", "50", Level.I)), drawable())
    width, _height = size_of(chart(target("甲", "1000", Level.III)))
    assert max(bars(svg)) < width
    assert "● 三级  1,000.00%" in texts(svg) and "150%" in texts(svg)


def test_only_so_many_bars_are_drawn_and_those_furthest_behind_are_among_them():
    many = [target(f"目标{number}", str(90 - number), Level.III) for number in range(30)]
    shown = [bar.name for bar in chart(*many).bars]
    assert shown == [f"目标{number}" for number in range(29, 29 - BARS, -1)]


def test_while_nothing_is_verified_there_is_no_chart():
    assert chart_of([target("甲", None, None)], "") is None
    assert chart_of([], "") is None


def test_the_words_carry_the_finding_and_what_lies_behind():
    said = chart(target("煤矸石", "33.03", Level.I), target("粉煤灰", "70", Level.III), target("炉渣", None, None))
    assert said.description == (
        "图：11市中2市一级预警。完成率与序时进度对比：1 项滞后、1 项达到序时进度、1 项未评级。"
        "滞后最多：煤矸石（完成率 33.03%，序时进度 66.67%，一级）。"
    )


def test_a_long_name_is_cut_before_it_runs_into_the_figures():
    name = "国家级工业资源综合利用基地建设及新型建材消纳大宗工业固体废物综合示范工程"
    shown = texts(drawn(chart(target(name, "50", Level.I)), drawable()))
    cut = next(text for text in shown if text.startswith("国家级"))
    assert cut.endswith("…") and 10 <= len(cut) <= 19


def test_markup_in_a_name_is_text():
    name = '</text><image href="https://evil.example/x.png"/>&'
    svg = drawn(chart(target(name, "50", Level.I)), drawable())
    assert "<image" not in svg
    assert any(text.startswith("</text>") for text in texts(svg))


def test_a_character_that_the_font_lacks_is_marked_and_does_not_vanish():
    shown = texts(drawn(chart(target("龘煤矸石", "50", Level.I)), drawable()))
    assert f"{LACKING}煤矸石" in shown
    assert LACKING in drawable()


def test_control_characters_in_a_name_do_no_harm():
    assert picture_of(chart(target("煤\x00矸\x1b石", "50", Level.I)))


def test_the_picture_is_a_png_of_the_right_size_and_the_same_each_time():
    made = chart(target("煤矸石综合利用量", "66.06", Level.II), target("粉煤灰", "50", Level.I))
    data = picture_of(made)
    assert data and data == picture_of(made)
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[-8:-4] == b"IEND"
    assert struct.unpack(">II", data[16:24]) == tuple(round(side * ZOOM) for side in size_of(made))


def test_the_letters_are_drawn_with_our_own_font_alone(monkeypatch):
    made = chart(target("煤矸石综合利用量", "66.06", Level.II))
    with_letters = picture_of(made)
    monkeypatch.setattr(image, "FONT", Path("/nowhere.otf"))
    without = picture_of(made)
    assert with_letters and without and len(without) < len(with_letters) / 2  # no system font steps in


def test_the_fullest_chart_stays_small():
    many = [
        target("国家级工业资源综合利用基地建设新型建材" + "甲乙丙丁戊己庚辛"[n], "66.06", Level.II) for n in range(BARS)
    ]
    data = picture_of(chart(*many))
    assert data and len(data) < LONGEST


def test_the_font_has_every_character_that_is_said_to_be_drawable():
    assert drawable() <= _characters_of(image.FONT.read_bytes())
    assert image.FONT.stat().st_size < 1_200_000


def test_names_of_the_plan_and_of_its_places_can_be_drawn(plan):
    from tracker.models import Indicator, Region

    names = [*Indicator.objects.values_list("name", flat=True), *Region.objects.values_list("name", flat=True)]
    assert set("".join(names)) <= drawable()


def _characters_of(font: bytes) -> set[str]:
    """The characters of a font's `cmap`, format 4, as the OpenType specification lays it out."""
    tables = {font[at : at + 4]: struct.unpack(">I", font[at + 8 : at + 12])[0] for at in range(12, 300, 16)}
    cmap = tables[b"cmap"]
    at = cmap + struct.unpack(">I", font[cmap + 8 : cmap + 12])[0]
    assert struct.unpack(">H", font[at : at + 2])[0] == 4
    count = struct.unpack(">H", font[at + 6 : at + 8])[0] // 2
    ends = struct.unpack(f">{count}H", font[at + 14 : at + 14 + 2 * count])
    starts = struct.unpack(f">{count}H", font[at + 16 + 2 * count : at + 16 + 4 * count])
    return {chr(code) for start, end in zip(starts, ends, strict=True) for code in range(start, end + 1)}
