"""Charts of the compliance report: a target's course with schedule and target, and its cities."""

import re
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.utils import translation

from tests.documents.made_figures import MONTHS, made_figures
from tests.documents.package_check import faults
from tracker.documents.compliance import build_compliance_report
from tracker.documents.workbook import write_workbook

JANUARY, FEBRUARY = (month.code for month in MONTHS)
ENDS = {f"2020-{month:02d}": date(2020, month, 31 if month == 12 else 28) for month in range(1, 13)}


def figures(**more):
    amounts = {("i0", "p0", JANUARY): "1", ("i0", "p0", FEBRUARY): "0.5", ("i0", "p1", FEBRUARY): "1"}
    return made_figures(["利用量"], amounts=amounts, ends=ENDS, **more)


def charts_in(found, tmp_path) -> list[str]:
    path = tmp_path / "report.xlsx"
    with translation.override("en"):
        write_workbook(build_compliance_report(found), path)
    assert faults(path) == []
    with zipfile.ZipFile(path) as package:
        names = sorted(name for name in package.namelist() if name.startswith("xl/charts/chart"))
        return [package.read(name).decode() for name in names]


def series_of(chart: str) -> dict[str, list[str]]:
    """The values that a chart keeps, by the name of the series."""
    found = re.findall(r"<(?:c:)?ser>.*?</(?:c:)?ser>", chart, re.S)
    return {
        re.search(r"<(?:c:)?tx>.*?<(?:c:)?v>(.*?)<", one, re.S)[1]: re.findall(
            r"<(?:c:)?v>([^<]*)<", re.search(r"<(?:c:)?numCache>.*?</(?:c:)?numCache>", one, re.S)[0]
        )
        for one in found
    }


def test_a_target_has_its_course_with_schedule_and_target_through_the_plan(tmp_path):
    course, _cities = charts_in(figures(), tmp_path)
    found = series_of(course)
    assert found["Verified cumulative"] == ["1", "2.5"]
    assert len(found["Schedule"]) == 12
    assert found["Schedule"][-1] == "12"
    assert found["Target"] == ["12"] * 12
    assert "<v>2020-12</v>" in course.replace("c:", "")


def test_its_cities_stand_beside_it_by_rank_with_their_schedule(tmp_path):
    _course, cities = charts_in(figures(), tmp_path)
    assert series_of(cities) == {"Completion rate": ["0.25", "0.1667"], "Schedule rate": ["0.1639", "0.1639"]}
    assert re.findall(r"<v>(.{2}市)</v>", cities.replace("c:", "")) == ["太原市", "大同市"] * 2  # under bars and line


def test_axes_are_shown_and_labels_have_formats_of_their_own_in_every_program(tmp_path):
    for chart in charts_in(figures(), tmp_path):
        assert re.findall(r'<(?:c:)?delete val="(\d)"', chart)[:2] == ["0", "0"]
        formats = re.findall(r"<(?:c:)?numFmt [^>]*>", chart)
        assert formats
        assert all('sourceLinked="0"' in found for found in formats)


def test_frames_are_not_rounded(tmp_path):
    assert all('roundedCorners val="0"' in chart for chart in charts_in(figures(), tmp_path))


def test_a_citys_own_report_has_no_chart_of_cities(tmp_path):
    (course,) = charts_in(replace(figures(), cities=[]), tmp_path)
    assert "Schedule" in series_of(course)


def test_without_a_verified_amount_there_is_no_chart(tmp_path):
    assert charts_in(made_figures(["利用量"], ends=ENDS), tmp_path) == []


@pytest.mark.parametrize("ends", [{}, ENDS])
def test_a_report_that_knows_no_periods_to_come_ends_at_its_own(tmp_path, ends):
    course, _cities = charts_in(replace(figures(), ends=ends), tmp_path)
    assert len(series_of(course)["Schedule"]) == (12 if ends else 2)


def test_more_periods_than_stand_side_by_side_end_at_the_one_reported_on(tmp_path, monkeypatch):
    monkeypatch.setattr("tracker.documents.compliance.course.MOST_PERIODS", 11)
    course, _cities = charts_in(figures(), tmp_path)
    assert len(series_of(course)["Schedule"]) == 2


def test_the_cells_of_the_charts_are_an_annex(tmp_path):
    charts_in(figures(), tmp_path)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book["Cumulative and schedule"].oddFooter.left.text == "Annex"
