"""The compliance report from figures made up: what it says of odd names, of nothing, and of a great many."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from tests import depth
from tests.documents.made_figures import MONTHS, TOP, made_figures
from tests.documents.package_check import faults
from tracker.calculation.progress import AggregationRule
from tracker.documents import dispatch
from tracker.documents.compliance import ComplianceFigures, build_compliance_report
from tracker.documents.compliance.ledger_sums import LedgerSums
from tracker.documents.workbook import layout, write_workbook

JANUARY, FEBRUARY = (span.code for span in MONTHS)
FULL = {("i0", "p0", JANUARY): "1.5", ("i0", "p0", FEBRUARY): "0.5", ("i0", "p1", FEBRUARY): "2"}
ODD_NAMES = [
    "=1+1",
    "+a",
    "-b",
    "@SUM(A1)",
    "http://example.com",
    'say "quoted" *?~',
    "with {braces}",
    "null\x00 and \ud800 half",
    "长" * 40_000,
    "same",
    "ＳＡＭＥ",
    "2020-08",
    "",
]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def written(figures: ComplianceFigures, path: Path) -> openpyxl.Workbook:
    write_workbook(build_compliance_report(figures), path / "report.xlsx")
    return openpyxl.load_workbook(path / "report.xlsx")


def texts(sheet: Worksheet) -> str:
    return "\n".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None)


def test_whatever_a_thing_is_called_the_workbook_is_sound_and_the_name_is_text(tmp_path):
    amounts = {(f"i{number}", "p0", FEBRUARY): "1" for number in range(len(ODD_NAMES))}
    book = written(made_figures(ODD_NAMES, amounts=amounts, cities=["=大同", "a/b"]), tmp_path)
    assert faults(tmp_path / "report.xlsx") == []
    for sheet in book.worksheets:
        typed = [cell for row in sheet.iter_rows() for cell in row if cell.value in [*ODD_NAMES, "=大同"]]
        assert {cell.data_type for cell in typed} <= {"s"}
    assert "=1+1" in texts(book["Summary by indicator"])


def test_names_that_a_formula_cannot_tell_apart_are_not_sought():
    names = {"one": "same", "two": "ＳＡＭＥ", "three": "other", "four": "with {braces}"}
    sums = LedgerSums(dict.fromkeys(names, AggregationRule()), names, FEBRUARY, is_live=True)
    assert [bool(sums.amount(code)) for code in names] == [False, False, True, False]


def test_a_name_with_quotes_is_sought_as_it_is():
    sums = LedgerSums({"one": AggregationRule()}, {"one": 'say "a"'}, FEBRUARY, is_live=True)
    assert sums.amount("one") == 'SUMPRODUCT((ledger_indicator="say ""a""")*ledger_verified)'


def test_a_rate_is_the_quotient_of_sums():
    rules = {"a": AggregationRule(), "b": AggregationRule(), "r": AggregationRule(numerator="a", denominator="b")}
    sums = LedgerSums(rules, {"a": "A", "b": "B", "r": "R"}, FEBRUARY, is_live=True)
    assert sums.amount("r", place="太原市") == (
        '(SUMPRODUCT((ledger_indicator="A")*(ledger_city="太原市")*ledger_verified)'
        '/SUMPRODUCT((ledger_indicator="B")*(ledger_city="太原市")*ledger_verified)*100)'
    )


def test_a_period_without_data_says_so_on_every_table_and_shows_no_zero(tmp_path):
    book = written(made_figures(["A", "B"]), tmp_path)
    assert faults(tmp_path / "report.xlsx") == []
    for sheet in book.worksheets[1:]:
        assert "No verified data for this period yet." in texts(sheet)
    summary = book["Summary by indicator"]
    row = next(row for row in summary.iter_rows(values_only=True) if row[1] == "A")
    assert row[4:9] == ("—",) * 5  # the month, its change, the cumulative, its change, the completion


def test_a_city_without_a_share_of_the_target_has_its_amount_and_no_rate(tmp_path):
    book = written(made_figures(["A"], amounts=FULL, without_share=["p1"]), tmp_path)
    rows = [row for row in book["Ranking"].iter_rows(values_only=True) if row[1] == "A"]
    assert [(row[2], row[4], row[7], row[10]) for row in rows][1] == ("大同市", "—", "—", "—")
    assert faults(tmp_path / "report.xlsx") == []


def test_what_no_city_reported_stands_in_a_row_of_its_own_and_the_sum_balances(tmp_path):
    figures = made_figures(["A"], amounts={**FULL, ("i0", TOP, FEBRUARY): "0.25"})
    write_workbook(build_compliance_report(figures), tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx", data_only=True)
    rows = [row for row in book["Ranking"].iter_rows(values_only=True) if row[1] == "A"]
    assert rows[-1][6] == 0.25
    assert "does not agree" not in texts(book["Checks"])
    assert "agrees" in texts(book["Checks"])


def test_equal_rates_share_a_rank_and_are_ranked_by_a_formula(tmp_path):
    amounts = {("i0", place, FEBRUARY): value for place, value in (("p0", "1"), ("p1", "3"), ("p2", "3"))}
    figures = made_figures(["A"], amounts=amounts, cities=["甲市", "乙市", "丙市"])
    write_workbook(build_compliance_report(figures), tmp_path / "report.xlsx")
    shown = openpyxl.load_workbook(tmp_path / "report.xlsx", data_only=True)["Ranking"]
    assert [row[10] for row in shown.iter_rows(values_only=True) if row[1] == "A"] == [1, 1, 3]
    formulas = openpyxl.load_workbook(tmp_path / "report.xlsx")["Ranking"]
    assert [row[10][:6] for row in formulas.iter_rows(values_only=True) if row[1] == "A"] == ["=RANK("] * 3


def test_many_targets_stand_in_rows_and_the_places_side_by_side(tmp_path):
    book = written(made_figures([f"T{number}" for number in range(20)], amounts=FULL), tmp_path)
    barometer = book["Barometer"]
    assert barometer.max_column == 2 + 2 * 3
    assert faults(tmp_path / "report.xlsx") == []


def test_targets_that_do_not_stand_side_by_side_at_nine_points_go_on_a_second_barometer(tmp_path):
    book = written(made_figures([f"T{number}" for number in range(13)], amounts=FULL), tmp_path)
    assert [book[name].max_column for name in ("Barometer", "Barometer 2")] == [2 + 2 * 6 + 1, 2 + 2 * 7 + 1]
    for name in ("Barometer", "Barometer 2"):
        sheet = book[name]
        assert sum(one.width for one in sheet.column_dimensions.values()) <= layout.MOST_ACROSS + 0.01
    assert faults(tmp_path / "report.xlsx") == []


@pytest.mark.whole
def test_thousands_of_indicators_make_a_sound_workbook(tmp_path):
    number = depth.amount(10_000, quick=1_500)
    figures = made_figures([f"T{one}" for one in range(number)], amounts=FULL, cities=[])
    book = written(figures, tmp_path)
    assert faults(tmp_path / "report.xlsx") == []
    assert len(book["Barometer"]["B"]) > number
    assert len(book.defined_names) < 1_000


@pytest.mark.parametrize("number", [3, 60])
def test_the_dispatch_table_prints_on_one_page_as_long_as_it_can_be_read(tmp_path, number):
    figures = made_figures([f"T{one}" for one in range(number)], amounts=FULL)
    write_workbook(dispatch.build_dispatch_report(figures), tmp_path / "dispatch.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "dispatch.xlsx").worksheets[0]
    assert sheet.page_setup.fitToHeight == (1 if number == 3 else 0)
    assert faults(tmp_path / "dispatch.xlsx") == []


def test_the_key_figures_have_names(tmp_path):
    book = written(made_figures(["A"], amounts=FULL), tmp_path)
    sheet, cell = book.defined_names["cumulative_i0"].attr_text.split("!")
    shown = openpyxl.load_workbook(tmp_path / "report.xlsx", data_only=True)
    assert shown[sheet.strip("'")][cell.replace("$", "")].value == float(Decimal(4))


def test_no_sheet_prints_a_column_onto_a_second_page(tmp_path):
    for sheet in written(made_figures(["A"], amounts=FULL), tmp_path).worksheets:
        assert (sheet.page_setup.fitToWidth, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, True)
        assert sheet.print_area
        assert "&P" in sheet.oddFooter.center.text
