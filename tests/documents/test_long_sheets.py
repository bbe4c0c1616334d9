"""Long sheets: rows streamed into the package read back as what went in, by every reader, on one sheet or several."""

import errno
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests import depth
from tests.documents.package_check import faults
from tests.libreoffice import saved_by_libreoffice
from tracker.calculation.levels import Level
from tracker.documents.shape import Column, Kind, LongRows, Report, Row, Sheet
from tracker.documents.workbook import count_steps, write_workbook
from tracker.documents.workbook.layout import ROW_HEIGHT
from tracker.documents.workbook.row_xml import CHUNK

COLUMNS = [
    Column("No.", Kind.COUNT),
    Column("Name"),
    Column("Exact", Kind.AMOUNT, is_exact=True),
    Column("Rounded", Kind.AMOUNT),
    Column("Rate", Kind.RATE),
    Column("Points", Kind.POINTS),
    Column("Level", Kind.LEVEL),
    Column("Brief", Kind.LEVEL, is_brief=True),
    Column("Moment", Kind.MOMENT),
    Column("Day", Kind.DAY),
]
NOON = datetime(2020, 9, 7, 4, 0, 1, 500_000, tzinfo=UTC)
PLAIN = (1, "name", Decimal(1), Decimal(1), Decimal(1), Decimal(1), Level.I, Level.II, NOON, date(2020, 9, 7))
TEXTS = [
    "=1+1",
    "+cmd",
    "-1",
    "@SUM(A1)",
    "#N/A",
    "http://example.com",
    "'quoted",
    "00123",
    " a space before and behind ",
    "<&>\"' ]]>",
    "two\nlines",
    "a\x00b\ud800c\uffff",
    "名" * 200,
    "😀",
    "",
]
LINE_ENDS = ["three\r\nlines\rended otherwise", "\r"]


def long(rows: list[tuple], **parts) -> Sheet:
    source = LongRows(len(rows), lambda: iter(rows))
    return Sheet("台账", "A ledger", COLUMNS, source, **parts)


def held(rows: list[tuple], **parts) -> Sheet:
    """The same as a sheet that openpyxl writes."""
    rows_held = [Row(values, decimals=decimals) for *values, decimals in rows]
    return Sheet("台账", "A ledger", COLUMNS, rows_held, **parts)


def write(path: Path, *sheets: Sheet, **parts) -> Path:
    write_workbook(Report("list", "A list", "The ministry", sheets), path / "list.xlsx", **parts)
    return path / "list.xlsx"


def looks(path: Path) -> dict[str, list]:
    """Of every cell what it holds and how it looks."""
    return {
        sheet.title: [
            (cell.coordinate, cell.value, cell.data_type, cell.style, cell.number_format, cell.quotePrefix)
            for row in sheet
            for cell in row
        ]
        for sheet in openpyxl.load_workbook(path)
    }


def changed(**values) -> tuple:
    """A plain row with some values of its own, by the columns' headings in lower case."""
    names = [column.heading.rstrip(".").lower() for column in COLUMNS]
    own = [values.pop(name, plain) for name, plain in zip(names, PLAIN, strict=True)]
    return (*own, values.pop("decimals", None))


AMOUNTS = st.decimals(Decimal("-999999999"), Decimal("999999999"), places=6)
MOMENTS = st.datetimes(datetime(1905, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ROWS = st.tuples(
    st.one_of(st.none(), st.integers(0, 10**12), st.just("=n")),
    st.one_of(st.none(), st.text(max_size=40), st.sampled_from(TEXTS + LINE_ENDS)),
    st.one_of(st.none(), AMOUNTS, st.integers(-5, 5), st.just("=text")),
    st.one_of(st.none(), AMOUNTS, st.just(Decimal("-0.004"))),
    st.one_of(st.none(), AMOUNTS),
    st.one_of(st.none(), AMOUNTS),
    st.one_of(st.none(), st.sampled_from(Level)),
    st.one_of(st.none(), st.sampled_from(Level)),
    st.one_of(st.none(), MOMENTS),
    st.one_of(st.none(), st.dates(date(1905, 1, 1), date(2100, 1, 1)), st.just("unknown")),
    st.one_of(st.none(), st.integers(0, 4)),
)


@depth.examples(25)
@given(st.lists(ROWS, min_size=1, max_size=12))
def test_every_cell_is_the_one_that_openpyxl_would_have_written(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("book")
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    assert looks(write(folder / "a", long(rows))) == looks(write(folder / "b", held(rows)))


def test_what_stands_around_the_rows_is_the_same_too(tmp_path):
    around = {"notes": ("first note", "second"), "foot": ("Date:",), "has_filter": True}
    rows = [changed(no=number) for number in range(1_234)]
    (tmp_path / "held").mkdir()
    streamed = openpyxl.load_workbook(write(tmp_path, long(rows, frozen_columns=2, **around))).worksheets[0]
    plain = openpyxl.load_workbook(write(tmp_path / "held", held(rows, frozen_columns=2, **around))).worksheets[0]
    for read in (
        lambda sheet: sheet.auto_filter.ref,
        lambda sheet: sheet.print_title_rows,
        lambda sheet: sheet.print_area,
        lambda sheet: sheet.freeze_panes,
        lambda sheet: sheet.oddFooter.center.text,
        lambda sheet: sorted(map(str, sheet.merged_cells.ranges)),
        lambda sheet: [cell.value for cell in sheet["A"]],
        lambda sheet: sheet.page_setup.orientation,
    ):
        assert read(streamed) == read(plain)
    assert streamed.row_dimensions[1_240].height == plain.row_dimensions[1_240].height


def test_a_row_with_long_text_is_as_high_as_it_needs_and_others_as_one_line(tmp_path):
    sheet = openpyxl.load_workbook(
        write(tmp_path, long([changed(), changed(name="名称" * 60), changed(name="two\nlines")]))
    ).worksheets[0]
    assert sheet.sheet_format.defaultRowHeight == ROW_HEIGHT
    heights = [sheet.row_dimensions[number].height for number in (3, 4, 5)]
    assert heights[0] is None
    assert heights[1] > heights[2] > ROW_HEIGHT


def test_readers_that_read_row_by_row_find_every_row(tmp_path):
    rows = [changed(no=number) for number in range(2 * CHUNK + 1)]
    book = openpyxl.load_workbook(write(tmp_path, long(rows)), read_only=True)
    numbers = [row[0] for row in book.worksheets[0].iter_rows(min_row=3, values_only=True)]
    assert numbers == list(range(2 * CHUNK + 1))


def expected(rows: list[tuple]) -> list[list]:
    """What a reader should find of the number, the name, the exact amount and the moment."""
    return [[row[0], row[1], float(row[2]), row[8]] for row in rows]


@pytest.fixture
def many() -> list[tuple]:
    chance = random.Random(7)
    return [
        changed(
            no=number,
            name=text,
            exact=Decimal(chance.randrange(10**15)) / 10**6,
            moment=NOON.replace(microsecond=0) + timedelta(seconds=number * 7919),
        )
        for number, text in enumerate((TEXTS[:11] + TEXTS[12:14]) * 40, 1)
    ]


def in_shanghai(row: list) -> list:
    return [*row[:3], (row[3] + timedelta(hours=8)).replace(tzinfo=None)]


def test_calamine_reads_the_same_values(tmp_path, many):
    found = python_calamine.CalamineWorkbook.from_path(write(tmp_path, long(many))).get_sheet_by_name("台账")
    rows = [[row[0], row[1], row[2], row[8]] for row in found.to_python()[2 : 2 + len(many)]]
    assert rows == [in_shanghai(row) for row in expected(many)]


def test_libreoffice_reads_the_same_values(tmp_path, many):
    path = write(tmp_path, long(many))
    sheet = openpyxl.load_workbook(saved_by_libreoffice(tmp_path, path) / path.name).worksheets[0]
    rows = [[row[0], row[1], row[2], row[8]] for row in sheet.iter_rows(3, 2 + len(many), values_only=True)]
    assert rows == [in_shanghai(row) for row in expected(many)]
    assert {row[1].data_type for row in sheet.iter_rows(3, 2 + len(many))} == {"s"}


def test_what_does_not_fit_on_one_sheet_goes_on_on_the_next_with_the_same_head(tmp_path):
    rows = [changed(no=number) for number in range(250)]
    path = write(tmp_path, long(rows, has_filter=True, foot=("Date:",)), row_limit=112)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["台账", "台账(2)", "台账(3)"]
    found = []
    for sheet in book:
        assert [sheet["A1"].value, sheet["A2"].value] == ["A ledger", "No."]
        assert sheet.max_row <= 112
        assert sheet.auto_filter.ref.startswith("A2:J")
        assert sheet.print_title_rows == "$1:$2"
        found += [cell.value for cell in sheet["A"] if isinstance(cell.value, int)]
    assert found == list(range(250))


def test_a_long_name_keeps_the_number_of_its_part(tmp_path):
    sheet = Sheet("长" * 40, "T", COLUMNS, LongRows(300, lambda: iter([changed()] * 300)))
    names = openpyxl.load_workbook(write(tmp_path, sheet, row_limit=112)).sheetnames
    assert [name[-3:] for name in names] == ["长长长", "(2)", "(3)"] or [name[-3:] for name in names][1:] == [
        "(2)",
        "(3)",
    ]
    assert all(len(name) <= 31 for name in names)


def test_an_empty_list_is_a_table_with_headings_alone(tmp_path):
    sheet = openpyxl.load_workbook(write(tmp_path, long([], has_filter=True, notice="No data"))).worksheets[0]
    assert sheet["A2"].value == "No data"
    assert not sheet.auto_filter.ref


def test_a_list_stands_among_other_sheets_in_its_place(tmp_path):
    first = Sheet("First", "T", [Column("Heading")], [Row(["text"])])
    book = openpyxl.load_workbook(write(tmp_path, first, long([changed()]), first))
    assert book.sheetnames == ["First", "台账", "First 2"]
    assert book.worksheets[2]["A3"].value == book.worksheets[0]["A3"].value == "text"


def test_progress_says_the_sheet_and_the_row_as_often_as_was_announced(tmp_path):
    heard: list[str] = []
    sheet = long([changed()] * 4_100)
    with translation.override("en"):
        write(tmp_path, sheet, progress=heard.append)
    assert heard == ["台账", "台账, row 2,000 of 4,100", "台账, row 4,000 of 4,100"]
    assert count_steps(Report("list", "", "", [sheet])) == len(heard)


def test_no_more_rows_are_read_ahead_than_are_written_at_once(tmp_path):
    read = 0

    def rows() -> Iterator[tuple]:
        nonlocal read
        for _number in range(20_000):
            read += 1
            yield changed()

    at_each_step: list[int] = []
    sheet = Sheet("台账", "T", COLUMNS, LongRows(20_000, rows))
    write(tmp_path, sheet, progress=lambda _text: at_each_step.append(read))
    measured = at_each_step[1] - 2_000  # some were read before, to measure them
    assert [number - measured for number in at_each_step[1:]] == list(range(2_000, 20_001, 2_000))


def test_a_list_that_is_shorter_than_announced_is_no_workbook(tmp_path):
    sheet = Sheet("台账", "T", COLUMNS, LongRows(3, lambda: iter([changed()])))
    with pytest.raises(ValueError, match="3"):
        write(tmp_path, sheet)
    assert list(tmp_path.iterdir()) == []


def test_a_row_of_another_length_is_no_workbook(tmp_path):
    sheet = Sheet("台账", "T", COLUMNS, LongRows(2_100, lambda: iter([changed()] * 2_099 + [changed()[:-1]])))
    with pytest.raises(ValueError, match="argument"):
        write(tmp_path, sheet)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", range(1, 6))
def test_a_writer_stopped_at_any_step_leaves_nothing_beside_the_file(tmp_path, step):
    heard: list[str] = []

    def stop(text: str) -> None:
        heard.append(text)
        if len(heard) == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, held([changed()] * 300), long([changed()] * 6_000), progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_is_said_and_leaves_no_temporary_file(tmp_path):
    (tmp_path / "list.xlsx").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space") as full:
        write(tmp_path, held([changed()] * 30), long([changed()] * 6_000))
    assert full.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_temporary_files_lie_beside_the_workbook_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    seen: set[str] = set()
    write(
        tmp_path,
        held([changed()] * 300),
        long([changed()]),
        progress=lambda _text: seen.update(path.name for path in tmp_path.iterdir()),
    )
    assert seen == {"list.xlsx.sheet1", "list.xlsx.sheet2"} or seen == {"list.xlsx.sheet1"}
    assert [path.name for path in tmp_path.iterdir()] == ["list.xlsx"]


def test_a_strict_reader_of_the_package_objects_to_nothing(tmp_path, many):
    rows = [*many, *(changed(**{name: None}) for name in ("no", "name", "exact", "level", "moment", "day"))]
    around = {"has_filter": True, "notes": ("a note",), "foot": ("Date:", "By:"), "frozen_columns": 1}
    assert faults(write(tmp_path, long(rows, **around), held(rows[:3]), row_limit=200)) == []


def test_the_package_has_no_entry_twice_and_every_check_sum_holds(tmp_path):
    with zipfile.ZipFile(write(tmp_path, long([changed()] * 1_500), held([changed()]))) as package:
        assert package.testzip() is None
        assert len(set(package.namelist())) == len(package.namelist())
        assert {info.extract_version for info in package.infolist()} == {20}  # no larger head than old programs know
