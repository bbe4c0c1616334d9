"""Cells whose content no database or workbook can hold: refused with their place, or read as words."""

import pytest

from tests.uploads import packages
from tests.uploads.test_table import HEADINGS, fault_of, rows_of
from tracker.uploads.table import look_at_table
from tracker.uploads.workbook import read_workbook


def text_cell(text: str) -> str:
    return f'<row r="7"><c r="C7" t="inlineStr"><is><t>{text}</t></is></c></row>'


@pytest.mark.parametrize("text", ["a_x0000_b", "a_x001b_", "&#x7f;", "_xD800_"])
def test_a_cell_with_a_control_character_is_named(tmp_path, text):
    path = packages.pack(
        tmp_path / "a.xlsx", packages.plain_parts() | {"xl/worksheets/sheet1.xml": packages.sheet(text_cell(text))}
    )
    assert fault_of(lambda: read_workbook(path)) == "control_character 填报!C7"


@pytest.mark.parametrize("text", ["a_x000D_b", "_x4E2D_", "a_x_b", "末_"])
def test_ends_of_lines_and_words_with_underscores_are_read(tmp_path, text):
    path = packages.pack(
        tmp_path / "a.xlsx", packages.plain_parts() | {"xl/worksheets/sheet1.xml": packages.sheet(text_cell(text))}
    )
    assert read_workbook(path)


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f"])
def test_a_table_with_a_control_character_is_refused_with_its_cell(tmp_path, character):
    path = tmp_path / "a.csv"
    lines = [",".join(HEADINGS), *["太原市,2019-08,煤矸石,5"] * 40, f"太原市,2019-08,煤{character}矸石,5"]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert fault_of(lambda: rows_of(path, sheet="", first=2)) == "control_character C42"
    path.write_text("\n".join(lines[-3:]), encoding="utf-8")
    assert fault_of(lambda: look_at_table(path, "a.csv")) == "control_character C3"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "INF"])
def test_what_is_no_number_is_never_passed_on_as_one(tmp_path, number):
    cell = f'<row r="1"><c r="A1"><v>{number}</v></c><c r="B1"><v>5</v></c></row>'
    path = packages.pack(
        tmp_path / "a.xlsx", packages.plain_parts() | {"xl/worksheets/sheet1.xml": packages.sheet(cell)}
    )
    shown = look_at_table(path, "a.xlsx")[0].head[0][0]
    (_number, row), *_rest = rows_of(path, sheet="填报", columns=(1, 2))
    assert isinstance(shown, str) and isinstance(row[0], str)
