"""Errors and percentages of a sheet are read from its markup, whichever program wrote it."""

import pytest

from tracker.uploads.marked_cells import find_marked, percentage


def row(*cells: str, number: str = ' r="2"') -> bytes:
    return f"<sheetData><row{number}>{''.join(cells)}</row></sheetData>".encode()


def test_an_error_is_found_by_its_cell():
    text = row('<c r="A2"><v>1</v></c>', '<c r="B2" t="e"><f>10/0</f><v>#DIV/0!</v></c>')
    assert find_marked(text, set()) == {(2, 2): "#DIV/0!"}


def test_a_percentage_is_what_its_cell_shows():
    text = row('<c r="A2" s="3"><v>0.852</v></c>', '<c r="B2" s="1"><v>0.852</v></c>')
    assert find_marked(text, {3}) == {(2, 1): "85.2%"}


def test_an_empty_cell_takes_no_value_from_the_next_one():
    text = row('<c r="A2" s="3"/>', '<c r="B2" s="3"></c>', '<c r="C2" s="1"><v>5</v></c>')
    assert find_marked(text, {3}) == {}


def test_a_text_in_a_cell_shown_as_percentage_stays_a_text():
    assert find_marked(row('<c r="A2" s="3" t="s"><v>0</v></c>'), {3}) == {}


def test_cells_without_names_are_counted():
    text = row("<c><v>1</v></c>", '<c t="e"><v>#N/A</v></c>', number="")
    assert find_marked(text, set()) == {(1, 2): "#N/A"}


def test_a_name_space_before_the_tags_changes_nothing():
    text = b'<x:sheetData><x:row r="4"><x:c r="C4" s="2"><x:v>1.5E-2</x:v></x:c></x:row></x:sheetData>'
    assert find_marked(text, {2}) == {(4, 3): "1.5%"}


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("0.852", "85.2%"),
        ("1", "100%"),
        ("0.07", "7%"),
        ("0", "0%"),
        ("-0.05", "-5%"),
        ("0.14142135623730951", "14.142135623731%"),
    ],
)
def test_a_percentage_has_no_binary_noise(stored, shown):
    assert percentage(stored) == shown


@pytest.mark.parametrize("stored", ["", "x", "inf", "nan"])
def test_what_is_no_number_stays_as_it_is(stored):
    assert percentage(stored) == stored
