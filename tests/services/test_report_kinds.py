"""Every kind of report over the demonstration data: sound, the same after reckoning anew, and equal to the entries."""

import re
import shutil
import subprocess
import zipfile
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories import NOW, SHANXI, TAIYUAN, period, region
from tests.reports.package_check import faults
from tracker.models import IssuedReport
from tracker.services import reports
from tracker.services.demonstration import generate_demonstration
from tracker.services.errors import Refused
from tracker.services.report_kinds import KINDS

MONTH = "2020-09"
GANGUE = "coal_gangue_utilised"


def issue(plan, kind: str, place: str = SHANXI, language: str = "en", code: str = MONTH, **options) -> IssuedReport:
    with translation.override(language):
        return reports.issue_report(
            kind=kind,
            period=period(plan, code),
            region=region(place),
            language=language,
            options=options,
            acting_user=None,
            now=NOW,
            clock=lambda: NOW,
        )


@pytest.fixture
def demonstration(plan):
    generate_demonstration(plan)
    return plan


@pytest.fixture
def every_kind(demonstration) -> dict[str, Path]:
    """The file of each kind for the whole, of some for a city, of one that has an issue before it and is in Chinese."""
    issue(demonstration, "compliance", language="zh-hans", code="2020-08")
    wanted = [(kind, SHANXI, "en") for kind in KINDS if kind != "compliance"]
    wanted += [("compliance", SHANXI, "zh-hans"), ("compliance", TAIYUAN, "en")]
    issued = {f"{kind}-{place}": issue(demonstration, kind, place, language) for kind, place, language in wanted}
    return {name: Path(report.file.path) for name, report in issued.items()}


def without_values(path: Path, copy: Path) -> None:
    """The workbook with its formulas alone, so that a program that shows a value must have reckoned it."""
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as stripped:
        for name in whole.namelist():
            data = whole.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1", data)
            stripped.writestr(name, data)


def figures_in(path: Path) -> dict[tuple[str, str], object]:
    """Every cell's value, a number to the ninth digit: programs differ in the sixteenth."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): round(cell.value, 9) + 0 if isinstance(cell.value, int | float) else cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def sheet_of(report: IssuedReport, name: str) -> Worksheet:
    return openpyxl.load_workbook(report.file.path, data_only=True)[name]


def rows_of(sheet: Worksheet) -> list[tuple]:
    """The numbered rows of a sheet's table."""
    return [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]


def test_every_kind_is_a_sound_package_and_the_same_when_libreoffice_reckons_it_anew(every_kind, tmp_path):
    assert {name: faults(path) for name, path in every_kind.items() if faults(path)} == {}
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice (soffice) is not installed")
    bare, converted = tmp_path / "bare", tmp_path / "converted"
    bare.mkdir()
    for name, path in every_kind.items():
        without_values(path, bare / f"{name}.xlsx")
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path / 'profile'}",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(converted),
            *map(str, bare.iterdir()),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    for name, path in every_kind.items():
        ours, theirs = figures_in(path), figures_in(converted / f"{name}.xlsx")
        assert {key: (value, theirs.get(key)) for key, value in ours.items() if theirs.get(key) != value} == {}, name


def test_the_figures_equal_sums_that_the_database_makes_by_itself(demonstration):
    report = issue(demonstration, "compliance")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT indicator.code, region.name_en, SUM(entry.verified_value),
                   SUM(CASE WHEN period.code = %s THEN entry.verified_value END)
            FROM tracker_entry entry
            JOIN tracker_return filed ON filed.id = entry.unit_return_id AND filed.state = 'verified'
            JOIN tracker_period period ON period.id = filed.period_id AND period.code <= %s
            JOIN tracker_reportingunit unit ON unit.id = filed.unit_id
            JOIN tracker_region region ON region.id = unit.region_id
            JOIN tracker_indicator indicator ON indicator.id = entry.indicator_id
            WHERE indicator.code = %s GROUP BY indicator.code, region.name_en
            """,
            [MONTH, MONTH, GANGUE],
        )
        summed = {city: (total, month) for _code, city, total, month in cursor.fetchall()}
    ranking = [row for row in rows_of(sheet_of(report, "Ranking")) if row[1] == "Coal gangue utilised"]
    assert {row[2] for row in ranking} == set(summed)
    for row in ranking:
        total, month = summed[row[2]]
        assert round(row[6], 6) == round(float(total), 6)
        assert row[5] == "—" if month is None else round(row[5], 6) == round(float(month), 6)
    checked = rows_of(sheet_of(report, "Checks"))
    assert {row[-1] for row in checked if len(checked) > 20} == {"balances"}
    whole = next(row for row in rows_of(sheet_of(report, "Summary by indicator")) if row[1] == "Coal gangue utilised")
    assert round(whole[6], 6) == round(float(sum(total for total, _month in summed.values())), 6)


def test_the_barometer_lists_what_changed_since_the_last_issue(demonstration):
    issue(demonstration, "compliance", code="2020-08")
    report = issue(demonstration, "compliance")
    changed = rows_of(sheet_of(report, "Changes of level"))
    assert ("Xinzhou", "no longer graded") in {(row[1], row[5]) for row in changed}
    assert all(row[3] != row[4] for row in changed)


def test_the_barometers_cells_show_by_arrows_what_the_changes_list(demonstration):
    issue(demonstration, "compliance", code="2020-08")
    report = issue(demonstration, "compliance")
    listed = Counter(row[5][0] for row in rows_of(sheet_of(report, "Changes of level")) if row[5][0] in "↑↓")
    shown = Counter(
        str(value)[-1]
        for row in sheet_of(report, "Barometer").iter_rows(values_only=True)
        for value in row
        if str(value)[-1:] in ("↑", "↓")
    )
    assert shown == listed
    assert listed.total() > 0
    reckoned = openpyxl.load_workbook(report.file.path)["Barometer"]
    assert any("↑" in str(cell.value) and cell.data_type == "f" for row in reckoned.iter_rows() for cell in row)


def test_the_ledgers_difference_is_reckoned_from_its_row(demonstration):
    for kind in ("compliance", "ledger"):
        sheet = openpyxl.load_workbook(issue(demonstration, kind).file.path)["Ledger"]
        formulas = [row[9] for row in rows_of(sheet) if row[7] is not None]
        assert formulas
        assert all(formula.startswith("=ROUND(I") for formula in formulas)


def test_a_report_of_any_kind_is_written_again_with_the_same_cells(demonstration, tmp_path):
    for kind in KINDS:
        report = issue(demonstration, kind, TAIYUAN)
        reports.rewrite_report(IssuedReport.objects.with_names().get(pk=report.pk), tmp_path / f"{kind}.xlsx")
        assert figures_in(tmp_path / f"{kind}.xlsx") == figures_in(Path(report.file.path))


def test_a_ledger_holds_what_was_chosen_and_its_sums(demonstration):
    report = issue(demonstration, "ledger", first_period="2020-08", indicators=[GANGUE])
    lines = rows_of(sheet_of(report, "Ledger"))
    assert {row[5] for row in lines} == {"Coal gangue utilised"}
    assert {row[4] for row in lines} == {"2020-08", "2020-09"}
    (total,) = rows_of(sheet_of(report, "Sums"))
    assert total[3] == len(lines)
    assert Decimal(repr(total[4])) == sum(Decimal(repr(row[8])) for row in lines)
    assert report.parameters == {"first_period": "2020-08", "indicators": [GANGUE]}


def test_lists_are_kept_for_a_month_and_what_was_issued_for_ever(plan):
    assert issue(plan, "ledger").keep_until == NOW + timedelta(days=30)
    assert issue(plan, "compliance").keep_until is None


def test_completeness_counts_as_the_page_does(demonstration):
    rows = rows_of(sheet_of(issue(demonstration, "timeliness"), "By unit"))
    assert len(rows) == 11
    assert all(row[3] == row[4] + row[8] + row[9] for row in rows)


def test_a_kind_or_a_choice_that_there_is_not_is_refused(plan):
    with pytest.raises(Refused):
        issue(plan, "nothing")
    with pytest.raises(Refused):
        issue(plan, "compliance", indicators=[GANGUE])


@pytest.mark.parametrize("kind", KINDS)
def test_a_month_without_data_makes_a_report_of_any_kind_that_says_so(plan, kind):
    report = issue(plan, kind)
    assert faults(Path(report.file.path)) == []
    said = {str(value) for name, value in figures_in(Path(report.file.path)).items() if name[1][0] == "A"}
    assert any(text.startswith(("No verified data", "No return is owed")) for text in said)


def test_reports_that_differ_in_their_choice_are_different_requests(plan, leader):
    def ask(**options):
        return reports.request_report(
            kind="ledger",
            period=period(plan, MONTH),
            region=plan.region,
            language="en",
            options=options,
            acting_user=leader,
            now=NOW,
        )[0]

    assert ask() == ask()
    assert ask() != ask(indicators=[GANGUE])
