"""Plain tables are read in the bounded process: what stands where, whatever wrote the file."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from tracker.uploads.faults import UploadRefused
from tracker.uploads.table import look_at_table, read_table

HEADINGS = ["地区", "报告期", "指标", "数值"]


def workbook(path: Path, rows: list[list], *, title: str = "Sheet1", change=None) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    book.save(path)
    return path


def rows_of(path: Path, sheet: str = "Sheet1", first: int = 1, columns=(1, 2, 3, 4)) -> list[tuple[int, list]]:
    return [(number, list(row)) for number, row in read_table(path, path.name, sheet, first, list(columns)).rows]


def fault_of(work) -> str:
    with pytest.raises(UploadRefused) as refused:
        work()
    fault = refused.value.faults[0]
    return f"{fault.code} {fault.place}".strip()


def test_the_first_rows_and_the_size_of_each_shown_sheet(tmp_path):
    def more(sheet):
        sheet.parent.create_sheet("空")
        sheet.parent.create_sheet("藏").append([1])
        sheet.parent["藏"].sheet_state = "hidden"

    path = workbook(tmp_path / "a.xlsx", [HEADINGS, ["太原市", "2019-08", "煤矸石", 5]], title="数据", change=more)
    (head,) = look_at_table(path, "a.xlsx")
    assert (head.name, head.rows, head.columns) == ("数据", 2, 4)
    assert head.head[1] == ("太原市", "2019-08", "煤矸石", 5.0)


def test_rows_keep_their_numbers_and_columns_their_places(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[], [], [None, None, "甲", 5], [], [None, None, "乙", 6]])
    assert rows_of(path, first=2, columns=(4, 3, 9)) == [
        (2, ["", "", None]),
        (3, [5.0, "甲", None]),
        (4, ["", "", None]),
        (5, [6.0, "乙", None]),
    ]


def test_dates_come_as_text(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[date(2019, 8, 1), datetime(2019, 8, 1), True, 0.1]])  # noqa: DTZ001 - Excel knows no zones
    ((_number, row),) = rows_of(path)
    assert [str(value)[:10] for value in row[:2]] == ["2019-08-01", "2019-08-01"]
    assert row[2:] == [True, 0.1]


def test_what_is_merged_over_rows_counts_for_each_of_them(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", [["太原市", 1], [None, 2], ["大同市", 3]], change=lambda s: s.merge_cells("A1:A2")
    )
    assert [row[0] for _number, row in rows_of(path, columns=(1, 2))] == ["太原市", "太原市", "大同市"]


def test_hidden_rows_are_counted(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[2].hidden = True

    path = workbook(tmp_path / "a.xlsx", [[1], [2], [3]], change=hide)
    assert read_table(path, "a.xlsx", "Sheet1", 1, [1]).hidden_rows == 1


def test_a_formula_that_was_never_calculated_is_refused_with_its_place(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [HEADINGS, ["太原市", "2019-08", "煤矸石", "=1+1"]])
    assert fault_of(lambda: rows_of(path)) == "formula_without_value Sheet1!D2"
    assert rows_of(path, first=2, columns=(1,)) == [(2, ["太原市"])], "in a column that is not read it does no harm"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_is_read_in_the_encodings_that_excel_writes(tmp_path, encoding, delimiter):
    path = tmp_path / "a.csv"
    lines = [HEADINGS, ["太原市", "2019-08", '"煤矸石\n综合利用量"', "6500"]]
    path.write_bytes("\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert rows_of(path, sheet="", first=2) == [(2, ["太原市", "2019-08", "煤矸石\n综合利用量", "6500"])]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.csv", b"\xff\xff\xff\x81\x20", "strange_text"),
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\n\n", "empty_table"),
        ("a.xlsx", b"plain words", "not_a_workbook"),
        ("a.pdf", b"%PDF-1.4", "not_a_workbook"),
        ("a.xlsx", b"PK\x03\x04 cut off", "damaged"),
        ("a.csv", b"PK\x03\x04 a workbook by another name", "damaged"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "encrypted_or_old"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, content, fault):
    path = tmp_path / name
    path.write_bytes(content)
    assert fault_of(lambda: look_at_table(path, name)) == fault


def test_an_empty_workbook_is_refused(tmp_path):
    assert fault_of(lambda: look_at_table(workbook(tmp_path / "a.xlsx", []), "a.xlsx")) == "empty_table"


def test_a_sheet_of_too_many_rows_is_refused_by_name(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[1]], change=lambda s: s.cell(300_000, 1, "x"))
    assert fault_of(lambda: look_at_table(path, "a.xlsx")) == "too_many_rows Sheet1"


def test_a_sheet_that_is_gone_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[1]])
    assert fault_of(lambda: rows_of(path, sheet="别的")) == "damaged 别的"
