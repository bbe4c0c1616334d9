"""Every kind of report over the demonstration data: sound, the same after reckoning anew, and equal to the entries."""

import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterable
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
from tracker.models import Allocation, IssuedReport, Target
from tracker.services.demonstration import generate_demonstration
from tracker.services.errors import Refused
from tracker.services.reporting import reports
from tracker.services.reporting.report_kinds import KINDS

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


SUMS = """
    WITH verified AS (
        SELECT entry.indicator_id AS indicator, region.name_en AS city, period.code AS month,
               entry.verified_value AS amount
        FROM tracker_entry entry
        JOIN tracker_return filed ON filed.id = entry.unit_return_id AND filed.state = 'verified'
        JOIN tracker_period period ON period.id = filed.period_id AND period.code <= %(month)s
        JOIN tracker_reportingunit unit ON unit.id = filed.unit_id
        JOIN tracker_region region ON region.id = unit.region_id
    ),
    terms AS (
        SELECT id AS indicator, id AS term, 1 AS of_base, 0 AS is_rate FROM tracker_indicator WHERE kind = 'entered'
        UNION ALL SELECT whole_id, part_id, 1, 0 FROM tracker_indicatorpart
        UNION ALL SELECT ratio.id, COALESCE(part_id, ratio.numerator_id), 1, 1 FROM tracker_indicator ratio
        LEFT JOIN tracker_indicatorpart part ON part.whole_id = ratio.numerator_id WHERE ratio.kind = 'ratio'
        UNION ALL SELECT ratio.id, COALESCE(part_id, ratio.denominator_id), 0, 1 FROM tracker_indicator ratio
        LEFT JOIN tracker_indicatorpart part ON part.whole_id = ratio.denominator_id WHERE ratio.kind = 'ratio'
    ),
    counted AS (
        SELECT terms.indicator, city, of_base, is_rate, month,
               CASE WHEN term.over_periods = 'latest' AND month < %(month)s THEN NULL ELSE amount END AS to_date,
               CASE WHEN month = %(month)s THEN amount END AS this_month
        FROM terms
        JOIN verified ON verified.indicator = terms.term
        JOIN tracker_indicator term ON term.id = terms.term
    )
    SELECT indicator.name_en, city, MAX(is_rate),
           SUM(CASE WHEN of_base = 1 THEN to_date END), SUM(CASE WHEN of_base = 0 THEN to_date END),
           SUM(CASE WHEN of_base = 1 THEN this_month END), SUM(CASE WHEN of_base = 0 THEN this_month END)
    FROM counted
    JOIN tracker_indicator indicator ON indicator.id = counted.indicator
    JOIN tracker_target target ON target.indicator_id = indicator.id
    GROUP BY indicator.name_en, city
"""


def sums_of_the_database(month: str) -> dict[str, dict[str, list[tuple]]]:
    """By target and city: terms over and under the line, to date and in the month, as the database adds them up."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {"month": month})
        found: dict[str, dict[str, list[tuple]]] = {}
        for name, city, is_rate, *sums in cursor.fetchall():
            over, under, over_now, under_now = (None if one is None else float(one) for one in sums)
            pairs = [(over, under), (over_now, under_now)]
            found.setdefault(name, {})[city] = [pair if is_rate else (pair[0], None) for pair in pairs]
    return found


def as_figure(pair: tuple) -> float | str:
    """What the workbook shows: an amount, a rate in %, or that there is none."""
    over, under = pair
    if over is None:
        return "—"
    return round(over, 6) if under is None else round(100 * over / under, 6)


def as_read(value: object) -> object:
    return round(value, 6) if isinstance(value, int | float) else value


def added(pairs: Iterable[tuple]) -> tuple:
    """The terms of all places, each summed: a rate is never averaged."""
    columns = [[one for one in column if one is not None] for column in zip(*pairs, strict=True)]
    return tuple(sum(column) if column else None for column in columns)


def test_every_targets_figures_equal_sums_that_the_database_makes_by_itself(demonstration):
    report, summed = issue(demonstration, "compliance"), sums_of_the_database(MONTH)
    summary = {row[1]: row for row in rows_of(sheet_of(report, "Summary by indicator"))}
    assert len(summary) == Target.objects.filter(plan=demonstration).count() == len(summed)
    ranking: dict[str, dict[str, tuple]] = {}
    for row in rows_of(sheet_of(report, "Ranking")):
        ranking.setdefault(row[1], {})[row[2]] = row
    assert ranking.keys() == summed.keys()
    for name, cities in summed.items():
        whole = [as_figure(added(pairs)) for pairs in zip(*cities.values(), strict=True)]
        assert [as_read(summary[name][6]), as_read(summary[name][4])] == whole, name
        for city, pairs in cities.items():
            row = ranking[name][city]
            assert [as_read(row[6]), as_read(row[5])] == [as_figure(pair) for pair in pairs], (name, city)
    assert {row[-1] for row in rows_of(sheet_of(report, "Checks"))} == {"balances"}


def test_the_dispatch_table_has_the_summarys_figures(demonstration):
    summary = rows_of(sheet_of(issue(demonstration, "compliance"), "Summary by indicator"))
    dispatch = rows_of(sheet_of(issue(demonstration, "dispatch"), "Dispatch table"))
    assert [row[:12] for row in dispatch] == [row[:12] for row in summary]


def test_the_barometer_lists_what_changed_since_the_last_issue(demonstration):
    issue(demonstration, "compliance", code="2020-08")
    report = issue(demonstration, "compliance")
    changed = rows_of(sheet_of(report, "Changes of level"))
    assert ("Xinzhou", "no longer graded") in {(row[1], row[5]) for row in changed}
    assert all(row[3] != row[4] for row in changed)


def test_a_report_is_compared_with_none_on_a_later_period(demonstration):
    issue(demonstration, "compliance", code="2020-10")
    report = issue(demonstration, "compliance", code="2020-09")
    assert "Changes of level" not in openpyxl.load_workbook(report.file.path).sheetnames


def test_where_nothing_is_graded_yet_no_level_is_called_changed(demonstration):
    issue(demonstration, "compliance", code="2020-09")
    report = issue(demonstration, "compliance", code="2020-12")
    sheet = sheet_of(report, "Changes of level")
    assert rows_of(sheet) == []
    said = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert "No verified data for this period yet." in said


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


@pytest.mark.parametrize("kind", KINDS)
def test_a_city_without_a_share_of_any_target_has_a_report_of_any_kind(demonstration, kind):
    Allocation.objects.filter(region=region(TAIYUAN)).delete()
    report = issue(demonstration, kind, TAIYUAN)
    assert faults(Path(report.file.path)) == []
    if kind in ("compliance", "dispatch"):
        sheet = sheet_of(report, "Summary by indicator" if kind == "compliance" else "Dispatch table")
        gangue = next(row for row in rows_of(sheet) if row[1] == "Coal gangue utilised")
        assert gangue[3] == gangue[8] == "—"  # no target, no completion
        assert gangue[6] > 0


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
