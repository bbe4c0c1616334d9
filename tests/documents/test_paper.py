"""The paper that a sheet is printed on: nine points at least, on A4 where that is wide enough."""

from decimal import Decimal

import pytest

from tests.documents.test_workbook import written
from tracker.documents.shape import Column, Kind, Row, Sheet
from tracker.documents.workbook.layout import A3, A4, MOST_ACROSS, on_first_page, pages_across


@pytest.mark.parametrize(
    ("columns", "paper", "across"),
    [(8, A4, 1), (11, A3, 1), (14, A3, 2)],
)
def test_a_sheet_too_wide_for_a4_takes_a3_and_one_too_wide_for_that_two_pages(tmp_path, columns, paper, across):
    figures = [Column(f"c{number}", Kind.AMOUNT) for number in range(columns)]
    rows = [Row([Decimal("123456789012.34")] * columns)]
    sheet = Sheet("Wide", "A wide table", figures, rows, frozen_columns=2)
    read = written(tmp_path, sheet).worksheets[0]
    assert (int(read.page_setup.paperSize), read.page_setup.fitToWidth or 1) == (paper, across)
    assert read.print_title_cols == ("$A:$B" if across > 1 else None)


def test_lines_above_a_table_stand_on_its_first_page():
    assert on_first_page([100, 100, 100, 100], 2) == [100, 100]
    assert on_first_page([100, 100, 100, 100], 1) == [100, 100, 100, 100]
    assert on_first_page([400, 1], 2) == [400]


def test_what_is_hardly_too_wide_stays_on_its_page():
    assert pages_across([MOST_ACROSS * 1.02]) == 1
    assert pages_across([MOST_ACROSS * 1.04]) == 2
