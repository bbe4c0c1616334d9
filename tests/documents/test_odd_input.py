"""What people call things, how much of it there is, and how long it is: every kind of report takes it as it comes."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation

from tests import depth
from tests.documents.made_figures import MOMENT, MONTHS, made_figures
from tests.documents.package_check import faults
from tests.documents.test_compliance import ODD_NAMES
from tracker.calculation.timeliness import Filing, Timeliness
from tracker.documents import dispatch, ledger, timeliness
from tracker.documents.compliance import ComplianceFigures, build_compliance_report
from tracker.documents.shape import Report
from tracker.documents.workbook import write_workbook

FEBRUARY = MONTHS[-1].code
LONGEST = 32_767


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def ledger_of(figures: ComplianceFigures) -> Report:
    found = ledger.LedgerFigures(
        plan=figures.plan, issuer=figures.issuer, period="=2", indicators="=3", as_of=MOMENT, lines=figures.ledger
    )
    return ledger.build_ledger_report(found)


def timeliness_of(names: list[str]) -> Report:
    total = Timeliness(Counter({Filing.ON_TIME: 1}), 0)
    figures = timeliness.TimelinessFigures(
        plan="=plan",
        issuer="@issuer",
        period="-1",
        as_of=MOMENT,
        units=[timeliness.TimelinessLine((name, name), total) for name in names],
        periods=[timeliness.TimelinessLine((name,), total) for name in names],
        is_demonstration=False,
    )
    return timeliness.build_timeliness_report(figures)


def report_of(kind: str, names: list[str]) -> Report:
    if kind == "timeliness":
        return timeliness_of(names)
    amounts = {(f"i{number}", "p0", FEBRUARY): "1" for number in range(len(names))}
    figures = made_figures(names, amounts=amounts, cities=["=大同"])
    build = {"compliance": build_compliance_report, "dispatch": dispatch.build_dispatch_report, "ledger": ledger_of}
    return build[kind](figures)


def written(report: Report, path: Path) -> openpyxl.Workbook:
    write_workbook(report, path / "report.xlsx")
    assert faults(path / "report.xlsx") == []
    return openpyxl.load_workbook(path / "report.xlsx")


@pytest.mark.parametrize("kind", ["compliance", "dispatch", "ledger", "timeliness"])
def test_odd_names_are_text_in_a_sound_workbook_of_any_kind(tmp_path, kind):
    book = written(report_of(kind, ODD_NAMES), tmp_path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value in ODD_NAMES} == {"s"}
    assert max(len(str(cell.value)) for cell in cells) == LONGEST  # the forty thousand characters, cut and said so
    assert all("\x00" not in str(cell.value) for cell in cells)


@pytest.mark.whole
@pytest.mark.parametrize("kind", ["dispatch", "ledger", "timeliness"])
def test_thousands_of_them_make_a_sound_workbook_of_any_kind(tmp_path, kind):
    number = depth.amount(10_000, quick=1_000)
    book = written(report_of(kind, [f"T{one}" for one in range(number)]), tmp_path)
    assert book.worksheets[0].max_row > number


@pytest.mark.parametrize(("length", "kept"), [(LONGEST, LONGEST), (LONGEST + 1, LONGEST)])
def test_the_longest_text_that_a_cell_holds_is_kept_whole_and_one_longer_is_cut(tmp_path, length, kept):
    book = written(timeliness_of(["长" * length]), tmp_path)
    texts = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    (found,) = {text for text in texts if len(text) > 1_000}
    assert len(found) == kept
    assert found.endswith("…") == (length > LONGEST)


def test_names_of_sheets_that_excel_forbids_are_made_acceptable(tmp_path, monkeypatch):
    monkeypatch.setattr(timeliness, "_", lambda text: "[a]:*?/\\" + text)
    book = written(timeliness_of(["A"]), tmp_path)
    assert all(not set(name) & set("[]:*?/\\") and len(name) <= 31 for name in book.sheetnames)
