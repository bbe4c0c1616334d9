"""Ledger, timeliness and project ledger on data as bad as it comes, checked by a reader that did not write them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from tests.documents.made_figures import MOMENT, made_figures
from tests.documents.package_check import faults
from tests.documents.test_papers_of_odd_data import CASES, LONG
from tracker.calculation.timeliness import Filing, Timeliness
from tracker.documents.ledger import LedgerFigures, build_ledger_report
from tracker.documents.projects.figures import ProjectFigures
from tracker.documents.projects.report import build_project_ledger
from tracker.documents.shape import Report
from tracker.documents.timeliness import TimelinessFigures, TimelinessLine, build_timeliness_report
from tracker.documents.workbook import write_workbook
from tracker.documents.workbook.layout import A3, A4

FRAME = {"plan": "计划", "issuer": "主管部门", "period": "2020年2月", "as_of": MOMENT}
#: Texts that programs mistake for something else, or cannot hold.
ODD_TEXTS = ["=1+1", "@SUM(A1)", "-5", "1/2", "第一行\n第二行", "a\x0bb", "𠮷野", LONG]
CHANGES = {"added": "列入", "removed": "移出"}


def ledger(case: str) -> Report:
    return build_ledger_report(LedgerFigures(**FRAME, indicators="", lines=made_figures(**CASES[case]).ledger))


def timeliness(units: Sequence[str]) -> Report:
    """Return the report on units of which the first never reported, and one in three is not owed anything yet."""
    totals = [Timeliness(Counter({Filing.MISSING: 2})), Timeliness(Counter({Filing.LATE: 1, Filing.ON_TIME: 1})), None]
    lines = [
        TimelinessLine((f"{name}地区", name), totals[number % 3] or Timeliness()) for number, name in enumerate(units)
    ]
    periods = [TimelinessLine((code,), lines[0].total) for code in ("2020年1月", "2020年2月")] if lines else []
    return build_timeliness_report(TimelinessFigures(**FRAME, units=lines, periods=periods))


def member(number: int, name: str, text: str = "") -> dict[str, Any]:
    return {
        "number": number,
        "name": [name, ""],
        "code": "",
        "builder": text,
        "place": ["太原市", "Taiyuan"],
        "site": text,
        "nature": "",
        "content": text,
        "total": None,
        "year": None,
        "before": None,
        "investment": None,
        "progress": text,
        "start": None,
        "finish": None,
        "permits": {},
        "problems": [[None, text, "", None]] if text else [],
        "unit": ["", ""],
        "person": "",
        "leader": "",
        "stage": "",
        "changed": [],
        "late": [["report", None]] if text else [],
    }


def project_list(name: str, members: Sequence[dict[str, Any]], *, is_roster: bool = False) -> dict[str, Any]:
    return {
        "name": [name, ""],
        "is_roster": is_roster,
        "steps": {},
        "funnel": [["", len(members), 0, None]],
        "balance": [len(members), 0, 0, len(members)],
        "rates": [],
        "figures": [],
        "changes": [["2020-01-01", "2020-01-01", "", "added", one["number"], one["name"], ""] for one in members],
        "ledger": members,
        "dispatch": [one for one in members if one["late"]],
    }


def projects(lists: Sequence[dict[str, Any]]) -> Report:
    return build_project_ledger(ProjectFigures(**FRAME, lists=lists), CHANGES)


REPORTS = {
    **{f"ledger, {case}": (lambda case=case: ledger(case)) for case in CASES},
    "timeliness, nothing owed": lambda: timeliness([]),
    "timeliness, one unit": lambda: timeliness(["甲单位"]),
    "timeliness, 3,000 units of long names": lambda: timeliness([f"{LONG[:70]}{number}" for number in range(3000)]),
    "timeliness, odd names": lambda: timeliness(ODD_TEXTS),
    "projects, no list": lambda: projects([]),
    "projects, empty lists": lambda: projects([project_list("空名单", []), project_list("空名册", [], is_roster=True)]),
    "projects, nothing but a name": lambda: projects([project_list("名单", [member(1, "项目")])]),
    "projects, names of 76 characters": lambda: projects(
        [project_list(LONG, [member(number, LONG, LONG * 5) for number in range(40)]) for _twice in range(2)]
    ),
    "projects, odd texts": lambda: projects(
        [
            project_list(text, [member(1, text, text)], is_roster=number % 2 == 0)
            for number, text in enumerate(ODD_TEXTS)
        ]
    ),
}


@pytest.mark.whole
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("case", REPORTS)
def test_a_list_of_odd_data_is_sound_and_read_by_another_reader(tmp_path: Path, case: str, language: str):
    path = tmp_path / "list.xlsx"
    with translation.override(language):
        write_workbook(REPORTS[case](), path)
    assert faults(path) == []
    read = CalamineWorkbook.from_path(str(path))
    names = read.sheet_names
    assert len({name.casefold() for name in names}) == len(names)
    cells = [cell for name in names for row in read.get_sheet_by_name(name).to_python() for cell in row]
    assert "主管部门" in " ".join(map(str, cells))
    assert not any(str(cell).startswith("#") for cell in cells)
    assert "None" not in {str(cell) for cell in cells}


@pytest.mark.parametrize("case", [name for name in REPORTS if "no data" in name or "nothing owed" in name])
def test_an_empty_list_says_why(tmp_path: Path, case: str):
    path = tmp_path / "list.xlsx"
    with translation.override("en"):
        write_workbook(REPORTS[case](), path)
    first = openpyxl.load_workbook(path).worksheets[0]
    texts = " ".join(str(cell) for row in first.iter_rows(values_only=True) for cell in row if cell)
    assert "No verified data" in texts or "No return is expected yet" in texts


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)"])
def test_what_looks_like_a_formula_stays_text(tmp_path: Path, text: str):
    path = tmp_path / "list.xlsx"
    with translation.override("en"):
        write_workbook(projects([project_list("list", [member(1, text, text)])]), path)
    cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == text} == {"s"}


def test_nobody_owed_anything_has_no_rate_and_no_division_by_zero(tmp_path: Path):
    path = tmp_path / "list.xlsx"
    with translation.override("en"):
        write_workbook(timeliness(["a", "b", "c"]), path)
    rows = list(openpyxl.load_workbook(path, data_only=True).worksheets[0].iter_rows(values_only=True))
    (nothing,) = [row for row in rows if row[2] == "c"]
    assert nothing[-2:] == ("—", "—")


def test_the_entries_of_a_ledger_print_on_a3_where_their_names_take_a_line_or_two(tmp_path: Path):
    path = tmp_path / "list.xlsx"
    with translation.override("zh-hans"):
        write_workbook(ledger("one place"), path)
    sums, entries = openpyxl.load_workbook(path).worksheets
    assert (int(sums.page_setup.paperSize), int(entries.page_setup.paperSize)) == (A4, A3)


@pytest.mark.parametrize("kind", ["ledger", "timeliness"])
def test_every_sheet_says_who_prepared_it_and_leaves_room_for_seal_and_signatures(kind):
    """A list that the system made by itself has neither name nor day: whoever signs it writes them."""
    by_person, by_system = [], []
    with translation.override("zh-hans"):
        for prepared_by, found in (("张三", by_person), ("", by_system)):
            if kind == "ledger":
                lines = made_figures(**CASES["one place"]).ledger
                report = build_ledger_report(
                    LedgerFigures(**FRAME, indicators="", lines=lines, prepared_by=prepared_by)
                )
            else:
                units = [TimelinessLine(("太原市", "单位"), Timeliness(Counter({Filing.MISSING: 2})))]
                figures = TimelinessFigures(**FRAME, units=units, periods=units, prepared_by=prepared_by)
                report = build_timeliness_report(figures)
            found += report.sheets
    foot = ("单位负责人：", "审核人：", "制表人：张三", "联系电话：", "编制日期：2020年3月4日")
    assert {(sheet.left, tuple(sheet.foot)) for sheet in by_person} == {("编制单位（盖章）：主管部门", foot)}
    blank = ("单位负责人：", "审核人：", "制表人：", "联系电话：", "编制日期：")
    assert {tuple(sheet.foot) for sheet in by_system} == {blank}
