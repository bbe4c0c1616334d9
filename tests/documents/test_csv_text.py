"""Lists as CSV: the digits of the screen, % behind rates, and no text that a spreadsheet takes for a day."""

import csv
from decimal import Decimal
from io import StringIO

import pytest
from django.utils import translation

from tracker.documents.csv_text import csv_of
from tracker.documents.shape import Column, Formula, Kind, LongRows, Row, Sheet


def cell(value, column=None, decimals=None) -> str:
    sheet = Sheet("s", "s", [column or Column("a")], [Row([value], decimals=decimals)])
    return list(csv.reader(StringIO(csv_of(sheet).decode("utf-8-sig"))))[1][0]


@pytest.mark.parametrize(("language", "written"), [("zh-hans", "11／11"), ("en", "11 of 11")])
def test_a_coverage_does_not_become_a_day(language, written):
    with translation.override(language):
        assert cell("11/11", Column("a", Kind.COUNT)) == written


def test_rates_say_percent_and_figures_have_the_digits_of_the_screen():
    assert cell(Decimal("66.1249"), Column("a", Kind.RATE)) == "66.12%"
    assert cell(Decimal("6611.7949"), Column("a", Kind.AMOUNT)) == "6611.79"
    assert cell(Formula("x", Decimal("1.005")), Column("a", Kind.AMOUNT), decimals=0) == "1"
    assert cell(Decimal("-0.5511"), Column("a", Kind.POINTS)) == "-0.55"
    assert cell(Decimal("0.001"), Column("a", Kind.POINTS)) == "0.00"
    assert cell(Decimal("1.23456"), Column("a", Kind.AMOUNT, is_exact=True)) == "1.23456"


@pytest.mark.parametrize("text", ["=1+1", "+a", "-b", "@x"])
def test_text_that_looks_like_a_formula_stays_text(text):
    assert cell(text) == f"'{text}"


def test_long_lists_are_written_alike():
    sheet = Sheet("s", "s", [Column("a", Kind.AMOUNT)], LongRows(1, lambda: [(Decimal("2.345"), 1)]))
    assert csv_of(sheet).decode("utf-8-sig").splitlines()[1] == "2.3"
