"""Every kind of report over the demonstration data: sound, the same after reckoning anew, and equal to the entries."""

import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import connection, transaction
from django.test.utils import override_settings

from tests.documents.package_check import faults
from tests.factories import SHANXI, TAIYUAN, region
from tests.libreoffice import printed_by_libreoffice, saved_by_libreoffice, smallest_letters
from tests.services.issued_kinds import GANGUE, MONTH, WORKBOOKS, figures_in, issue, rows_of, sheet_in, sheet_of
from tracker.models import Allocation, IssuedReport, ListRule, Target
from tracker.services.documents import reports

#: The demonstration's targets take two sheets.
BAROMETERS = ("Barometer", "Barometer 2")
WHOLE, CHINESE, CITY = (SHANXI, "en"), (SHANXI, "zh-hans"), (TAIYUAN, "en")


@pytest.fixture(scope="module")
def every_kind(demonstration, django_db_blocker, tmp_path_factory) -> dict[str, Path]:
    """The file of each kind for the whole; of compliance, which follows August's, in Chinese and for a city too.

    They are made once for all tests that only read them. Their rows are taken back, their files stay.
    """
    wanted = [(kind, *WHOLE) for kind in WORKBOOKS] + [("compliance", *CHINESE), ("compliance", *CITY)]
    own = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("every-kind"))
    with own, django_db_blocker.unblock(), transaction.atomic():
        for language in ("zh-hans", "en"):
            issue(demonstration, "compliance", language=language, code="2020-08")
        issued = {one: Path(issue(demonstration, *one).file.path) for one in wanted}
        transaction.set_rollback(True)
    return {f"{kind}-{place}-{language}": path for (kind, place, language), path in issued.items()}


@pytest.fixture
def compliance(every_kind) -> Path:
    """September's compliance report for the whole, with August's before it."""
    return every_kind[f"compliance-{SHANXI}-en"]


def without_values(path: Path, copy: Path) -> None:
    """The workbook with its formulas alone, so that a program that shows a value must have reckoned it."""
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as stripped:
        for name in whole.namelist():
            data = whole.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1", data)
            stripped.writestr(name, data)


def test_every_kind_is_a_sound_package_and_the_same_when_libreoffice_reckons_it_anew(every_kind, tmp_path):
    assert {name: faults(path) for name, path in every_kind.items() if faults(path)} == {}
    bare = tmp_path / "bare"
    bare.mkdir()
    for name, path in every_kind.items():
        without_values(path, bare / f"{name}.xlsx")
    converted = saved_by_libreoffice(tmp_path, *bare.iterdir())
    for name, path in every_kind.items():
        ours, theirs = figures_in(path), figures_in(converted / f"{name}.xlsx")
        assert {key: (value, theirs.get(key)) for key, value in ours.items() if theirs.get(key) != value} == {}, name


def test_the_report_proper_takes_twenty_pages_in_letters_of_nine_points(every_kind, tmp_path):
    """Annexes say at their foot that they are; the report proper is what stands before them."""
    books = [every_kind[f"compliance-{SHANXI}-{language}"] for language in ("en", "zh-hans")]
    books += [every_kind[f"dispatch-{SHANXI}-en"]]
    copies = [tmp_path / f"{number}.xlsx" for number in range(len(books))]
    for book, copy in zip(books, copies, strict=True):
        shutil.copy(book, copy)
    most = {"0": 20, "1": 20, "2": 5}
    for name, pages in printed_by_libreoffice(tmp_path, *copies).items():
        words = [page.get_textpage().get_text_range() for page in pages]
        annexes = [any(mark in text.split() for mark in ("Annex", "附表")) for text in words]
        assert annexes == sorted(annexes), "annexes stand behind the report proper"
        assert 0 < annexes.count(False) <= most[name], name
        assert {at for at, page in enumerate(pages, 1) if round(smallest_letters(page), 1) < 9} == set(), name


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


def test_every_targets_figures_equal_sums_that_the_database_makes_by_itself(plan, compliance):
    summed = sums_of_the_database(MONTH)
    summary = {row[1]: row for row in rows_of(sheet_in(compliance, "Summary by indicator"))}
    counted = {rule.indicator.name_en for rule in ListRule.objects.filter(plan=plan)}  # tested with lists
    assert summary.keys() - counted == summed.keys()
    assert len(summary) == Target.objects.filter(plan=plan).count()
    ranking: dict[str, dict[str, tuple]] = {}
    for row in rows_of(sheet_in(compliance, "Ranking")):
        ranking.setdefault(row[1], {})[row[2]] = row
    assert ranking.keys() - counted == summed.keys()
    for name, cities in summed.items():
        whole = [as_figure(added(pairs)) for pairs in zip(*cities.values(), strict=True)]
        assert [as_read(summary[name][6]), as_read(summary[name][4])] == whole, name
        for city, pairs in cities.items():
            row = ranking[name][city]
            assert [as_read(row[6]), as_read(row[5])] == [as_figure(pair) for pair in pairs], (name, city)
    assert {row[-1] for row in rows_of(sheet_in(compliance, "Checks"))} == {"agrees"}


def test_the_dispatch_table_has_the_summarys_figures(every_kind, compliance):
    summary = rows_of(sheet_in(compliance, "Summary by indicator"))
    dispatch = rows_of(sheet_in(every_kind[f"dispatch-{SHANXI}-en"], "Dispatch table"))
    assert [row[:11] for row in dispatch] == [row[:11] for row in summary]
    assert [in_brief(row[11]) for row in summary] == [row[11] for row in dispatch]


def in_brief(level: str) -> str:
    """Return how the narrow column of the dispatch table prints a level."""
    return level.replace(" Level ", "\u00a0").replace("\u00a0Level\u00a0", "\u00a0").replace(" (provisional)", "*")


def test_the_barometer_lists_what_changed_since_the_last_issue(compliance):
    changed = rows_of(sheet_in(compliance, "Changes of level"))
    assert ("Xinzhou", "cannot be graded") in {(row[2], row[1]) for row in changed}
    assert all(row[4] != row[5] for row in changed)


def test_a_report_is_compared_with_none_on_a_later_period(plan):
    issue(plan, "compliance", code="2020-10")
    report = issue(plan, "compliance", code="2020-09")
    assert "Changes of level" not in openpyxl.load_workbook(report.file.path).sheetnames


def test_where_nothing_is_graded_yet_no_level_is_called_changed(plan):
    issue(plan, "compliance", code="2020-09")
    report = issue(plan, "compliance", code="2020-12")
    assert "Changes of level" not in openpyxl.load_workbook(report.file.path).sheetnames
    said = {str(cell.value) for row in sheet_of(report, "Basis").iter_rows() for cell in row}
    told = [text for text in said if text.startswith("No sheet “Changes of level” this time")]
    assert len(told) == 1 and "Nothing is graded for the period yet" in told[0]


def test_the_barometers_cells_say_what_the_changes_list(compliance):
    moved = [row[1] for row in rows_of(sheet_in(compliance, "Changes of level"))]
    listed = Counter({"better": moved.count("better"), "worse": moved.count("worse")})
    shown = Counter(
        str(value).rpartition(" ")[2]
        for name in BAROMETERS
        for row in sheet_in(compliance, name).iter_rows(values_only=True)
        for value in row
        if str(value).endswith((" better", " worse"))
    )
    assert shown == listed
    assert listed.total() > 0
    reckoned = openpyxl.load_workbook(compliance)
    cells = [cell for name in BAROMETERS for row in reckoned[name].iter_rows() for cell in row]
    assert any(word in str(cell.value) and cell.data_type == "f" for cell in cells for word in ("better", "worse"))


def test_the_ledgers_difference_is_reckoned_from_its_row(every_kind):
    for kind in ("compliance", "ledger"):
        sheet = openpyxl.load_workbook(every_kind[f"{kind}-{SHANXI}-en"])["Ledger"]
        formulas = [row[9] for row in rows_of(sheet) if row[7] is not None]
        assert formulas
        assert all(formula.startswith("=ROUND(I") for formula in formulas)


def test_a_report_of_any_kind_is_written_again_with_the_same_cells(plan, tmp_path):
    for kind in WORKBOOKS:
        report = issue(plan, kind, TAIYUAN)
        reports.rewrite_report(IssuedReport.objects.with_names().get(pk=report.pk), tmp_path / f"{kind}.xlsx")
        assert figures_in(tmp_path / f"{kind}.xlsx") == figures_in(Path(report.file.path))


def test_a_ledger_holds_what_was_chosen_and_its_sums(plan):
    report = issue(plan, "ledger", first_period="2020-08", indicators=[GANGUE])
    lines = rows_of(sheet_of(report, "Ledger"))
    assert {row[5] for row in lines} == {"Coal gangue utilised"}
    assert {row[4] for row in lines} == {"2020-08", "2020-09"}
    (total,) = rows_of(sheet_of(report, "Sums"))
    assert total[3] == len(lines)
    assert Decimal(repr(total[4])) == sum(Decimal(repr(row[8])) for row in lines)
    assert report.parameters == {"first_period": "2020-08", "indicators": [GANGUE]}


def test_completeness_counts_as_the_page_does(plan):
    rows = rows_of(sheet_of(issue(plan, "timeliness"), "By unit"))
    assert len(rows) == 11
    assert all(row[3] == row[4] + row[8] + row[9] for row in rows)


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_city_without_a_share_of_any_target_has_a_report_of_any_kind(plan, kind):
    Allocation.objects.filter(region=region(TAIYUAN)).delete()
    report = issue(plan, kind, TAIYUAN)
    assert faults(Path(report.file.path)) == []
    if kind in ("compliance", "dispatch"):
        sheet = sheet_of(report, "Summary by indicator" if kind == "compliance" else "Dispatch table")
        gangue = next(row for row in rows_of(sheet) if row[1] == "Coal gangue utilised")
        assert gangue[3] == gangue[8] == "—"  # no target, no completion
        assert gangue[6] > 0
