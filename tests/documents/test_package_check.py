"""The second reader itself: it must object to what Excel would want to repair."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents.package_check import faults
from tracker.documents.shape import Column, Kind, Report, Row, Sheet
from tracker.documents.workbook import write_workbook

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def sound(tmp_path) -> Path:
    sheet = Sheet("S", "T", [Column("A"), Column("B", Kind.COUNT)], [Row(["a", 1]), Row(["b", 2])])
    write_workbook(Report("r", "R", "I", [sheet]), tmp_path / "sound.xlsx")
    return tmp_path / "sound.xlsx"


def broken(path: Path, part: str, change: Callable[[str], str], without: str = "") -> list[str]:
    copy = path.with_name("broken.xlsx")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(copy, "w") as other:
        for name in whole.namelist():
            text = whole.read(name).decode()
            if name != without:
                other.writestr(name, change(text) if name == part else text)
    return faults(copy)


def test_a_sound_workbook_has_no_faults(sound):
    assert faults(sound) == []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, 'r="A4"', 'r="A5"'),
        (SHEET, 'r="B3"', 'r="A3"'),
        (SHEET, "<v>1</v>", "<v>one</v>"),
        (SHEET, "<v>1</v>", "<f>A1</f>"),
        (SHEET, "<v>1</v>", "<f>=A1</f><v>1</v>"),
        (SHEET, '<row r="4"', '<row r="3"'),
        (SHEET, "<sheetData>", '<dimension ref="A1:A1"/><sheetData>'),
        (SHEET, ' s="', ' s="99'),
        ("xl/workbook.xml", 'name="S"', 'name="a/b"'),
        ("xl/workbook.xml", "'S'!", "'Gone'!"),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml"),
        ("[Content_Types].xml", "/xl/worksheets/sheet1.xml", "/xl/worksheets/sheet9.xml"),
    ],
)
def test_what_is_broken_is_found(sound, part, old, new):
    assert broken(sound, part, lambda text: text.replace(old, new, 1))


def test_a_part_that_is_gone_is_missed(sound):
    assert broken(sound, "", str, without=SHEET)
