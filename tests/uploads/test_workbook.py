"""Reading a workbook in the bounded process: what its cells hold, and a clear refusal of what cannot be read."""

from pathlib import Path

import pytest

from tests.uploads import packages
from tests.uploads.packages import BOOK, BOOK_LINKS, LINKS, plain_parts, sheet
from tracker.uploads import bounded
from tracker.uploads.bounded import run_bounded
from tracker.uploads.faults import UploadRefused
from tracker.uploads.limits import MEMORY
from tracker.uploads.workbook import CellKind, read_workbook

SHEET, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


@pytest.fixture
def read(tmp_path):
    """Read a workbook whose only sheet has these rows, or whose parts are changed like this."""

    def read(rows=packages.ROW, *, before="", after="", **parts):
        changed = {SHEET: sheet(rows, before, after)} | parts.pop("parts", {})
        return read_workbook(packages.pack(tmp_path / "x.xlsx", plain_parts() | changed))

    return read


@pytest.fixture
def refused(read):
    """The code of the refusal."""

    def refused(*arguments, **named):
        with pytest.raises(UploadRefused) as refusal:
            read(*arguments, **named)
        return refusal.value.faults[0].code

    return refused


def cell(content, attributes=""):
    return f'<row r="1"><c r="A1"{attributes}>{content}</c></row>'


NUMBERS = {
    "6500": "6500",
    "6500.0": "6500",
    "6500.1000000000004": "6500.1",
    "0.30000000000000004": "0.3",
    "1E3": "1000",
    "1.5e-3": "0.0015",
    "-0": "0",
    "-5": "-5",
    " 7 ": "7",
    "123456789.123456": "123456789.123456",
}


@pytest.mark.parametrize("stored", NUMBERS)
def test_a_number_reads_as_excel_shows_it(stored, read):
    found = read(cell(f"<v>{stored}</v>")).sheets[0].cell(1, 1)
    assert (found.kind, found.text) == (CellKind.NUMBER, NUMBERS[stored])


@pytest.mark.parametrize("stored", ["NaN", "nan", "INF", "-inf", "1e999", "six", "0x10", "１２", "1_0", "1,5"])
def test_what_is_no_finite_number_is_an_error_or_a_number_but_never_a_crash(stored, read):
    assert read(cell(f"<v>{stored}</v>")).sheets[0].cell(1, 1).kind in (CellKind.ERROR, CellKind.NUMBER)


def test_texts_of_every_kind_read_alike(read):
    runs = '<r><t>煤</t></r><r><t>矸石</t></r><rPh sb="0" eb="1"><t>mei</t></rPh>'
    shared = f'<sst xmlns="{packages.MAIN}"><si>{runs}</si></sst>'
    linked = BOOK_LINKS.replace(
        "</Relationships>",
        f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>煤矸石</t></is></c>'
        '<c r="C1" t="str"><f>"煤"&amp;"矸石"</f><v>煤矸石</v></c></row>'
    )
    found = read(rows, parts={"xl/sharedStrings.xml": shared, "xl/_rels/workbook.xml.rels": linked}).sheets[0]
    assert [found.cell(1, column).text for column in (1, 2, 3)] == ["煤矸石"] * 3
    assert [found.cell(1, column).has_formula for column in (1, 2, 3)] == [False, False, True]


def test_a_formula_without_a_value_is_told_from_an_empty_cell(read):
    found = read('<row r="1"><c r="A1"><f>B1*2</f></c><c r="B1"/></row>').sheets[0]
    assert (found.cell(1, 1).kind, found.cell(1, 1).has_formula) == (CellKind.EMPTY, True)
    assert found.cells.keys() == {(1, 1)}


def test_errors_booleans_and_dates_are_told_apart(read):
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c><c r="B1" t="b"><v>1</v></c>'
        '<c r="C1" t="d"><v>2020-08-01</v></c></row>'
    )
    found = read(rows).sheets[0]
    assert [found.cell(1, column).kind for column in (1, 2, 3)] == ["error", "boolean", "date"]


DATES = {"14": True, "0": False, "4": False, "22": True, "31": True, "57": True, "49": False, "10": False}
CODES = {
    "yyyy年m月d日": True,
    "[$-804]aaaa": False,
    "[h]:mm": True,
    "0.00": False,
    '#,##0.00"days"': False,
    "[Red]0": False,
    "0_d": False,
    "General;yyyy": False,
}


@pytest.mark.parametrize("number", [*DATES, *CODES])
@pytest.mark.parametrize("from_1904", [False, True])
def test_a_number_that_shows_as_a_date_is_one(number, from_1904, read):
    own = f'<numFmts><numFmt numFmtId="170" formatCode="{number.replace(chr(34), "&quot;")}"/></numFmts>'
    used = number if number in DATES else "170"
    styles = (
        f'<styleSheet xmlns="{packages.MAIN}">{own}<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/><xf numFmtId="{used}"/></cellXfs></styleSheet>'
    )
    linked = BOOK_LINKS.replace(
        "</Relationships>", f'<Relationship Id="rId2" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>'
    )
    book = BOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>') if from_1904 else BOOK
    parts = {"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": linked, WORKBOOK: book}
    found = read(cell("<v>44000</v>", ' s="1"'), parts=parts)
    is_date = DATES.get(number, CODES.get(number))
    assert found.sheets[0].cell(1, 1).kind == (CellKind.DATE if is_date else CellKind.NUMBER)
    assert found.from_1904 is from_1904


def test_merged_and_hidden_cells_are_known(read):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"/><row r="3" ht="0" customHeight="1"/>'
    found = read(
        rows,
        before='<cols><col min="3" max="4" hidden="1"/></cols>',
        after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
    ).sheets[0]
    assert found.is_merged(2, 2)
    assert not found.is_merged(3, 1)
    assert [found.is_hidden(row, 1) for row in (1, 2, 3, 4)] == [False, True, True, False]
    assert [found.is_hidden(1, column) for column in (2, 3, 4, 5)] == [False, True, True, False]


def test_hidden_sheets_are_read_and_marked(read):
    book = BOOK.replace("<sheet ", '<sheet state="veryHidden" ')
    assert [found.is_shown for found in read(parts={WORKBOOK: book}).sheets] == [False]


def test_cells_without_places_follow_one_another(read):
    found = read("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>").sheets[0]
    assert {place: cell.text for place, cell in found.cells.items()} == {(1, 1): "1", (1, 2): "2", (2, 1): "3"}


def test_what_the_sheet_says_of_its_size_does_not_matter(read):
    for ref in ("A1", "A1:XFD1048576", "Z99:A1", "nonsense"):
        assert len(read(before=f'<dimension ref="{ref}"/>').sheets[0].cells) == 2


def test_strict_workbooks_read_like_transitional_ones(read):
    def strict(text):
        return text.replace(packages.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            "http://schemas.openxmlformats.org/officeDocument", "http://purl.oclc.org/ooxml/officeDocument"
        )

    parts = {name: strict(text) for name, text in plain_parts().items() if name != "[Content_Types].xml"}
    assert read(parts=parts).sheets[0].cell(1, 2).text == "6500"


@pytest.mark.whole
def test_a_million_blank_rows_do_not_matter(read):
    blank = "".join(f'<row r="{number}" ht="15"/>' for number in range(2, 1_048_577))
    assert read(packages.ROW + blank).sheets[0].cells.keys() == {(1, 1), (1, 2)}


WRONG = {
    "markup that does not end": {SHEET: sheet()[:-30]},
    "markup with an unknown entity": {SHEET: sheet(cell("<v>&nbsp;</v>"))},
    "no markup at all": {SHEET: "指标"},
    "an empty sheet part": {SHEET: ""},
    "a missing sheet part": {"xl/_rels/workbook.xml.rels": BOOK_LINKS.replace("sheet1.xml", "sheet7.xml")},
    "no sheets": {WORKBOOK: BOOK.replace("<sheet ", "<other ")},
    "sheets without links": {WORKBOOK: BOOK.replace('r:id="rId1"', 'r:id="rId7"')},
    "no workbook": {"_rels/.rels": packages.ROOT_LINKS.replace("officeDocument", "thumbnail")},
    "a workbook elsewhere": {"_rels/.rels": packages.ROOT_LINKS.replace("xl/workbook.xml", "../../etc/passwd")},
    "a text that is not there": {SHEET: sheet(cell("<v>7</v>", ' t="s"'))},
    "a text before the first": {SHEET: sheet(cell("<v>-1</v>", ' t="s"'))},
    "a text by no number": {SHEET: sheet(cell("<v>x</v>", ' t="s"'))},
    "an unknown kind of cell": {SHEET: sheet(cell("<v>1</v>", ' t="zz"'))},
    "a style by no number": {SHEET: sheet(cell("<v>1</v>", ' s="-1"'))},
    "a cell in another row": {SHEET: sheet('<row r="1"><c r="A2"><v>1</v></c></row>')},
    "a cell twice": {SHEET: sheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')},
    "a row twice": {SHEET: sheet(cell("<v>1</v>") + cell("<v>2</v>"))},
    "a cell beyond the last column": {SHEET: sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>')},
    "a cell by no name": {SHEET: sheet('<row r="1"><c r="1A"><v>1</v></c></row>')},
    "a row beyond the last": {SHEET: sheet('<row r="1048577"/>')},
    "row zero": {SHEET: sheet('<row r="0"/>')},
    "a row by no number": {SHEET: sheet('<row r="1e9"/>')},
    "a merged range by no name": {SHEET: sheet(after='<mergeCells><mergeCell ref="A:B"/></mergeCells>')},
    "two sheets in one part": {WORKBOOK: BOOK.replace("</sheets>", '<sheet name="b" r:id="rId1"/></sheets>')},
}
AS_SUCH = {"no sheets", "sheets without links", "no workbook"}


@pytest.mark.parametrize("fault", WRONG, ids=str)
def test_a_workbook_that_contradicts_itself_is_refused(fault, refused):
    assert refused(parts=WRONG[fault]) == ("not_a_workbook" if fault in AS_SUCH else "damaged")


def test_too_many_filled_cells_are_refused(refused):
    rows = "".join(f'<row r="{row}">' + "<c><v>1</v></c>" * 300 + "</row>" for row in range(1, 700))
    assert refused(rows) == "too_many_cells"


def test_too_many_merged_ranges_are_refused(refused):
    merged = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 6_000))
    assert refused(after=f"<mergeCells>{merged}</mergeCells>") == "too_many_cells"


def test_too_many_sheets_are_refused(refused):
    many = "".join(f'<sheet name="s{number}" r:id="rId1"/>' for number in range(1_100))
    assert refused(parts={WORKBOOK: BOOK.replace("</sheets>", f"{many}</sheets>")}) == "too_many_sheets"


def test_deep_markup_is_read_or_refused_but_never_crashes(refused):
    assert refused(f"{'<x>' * 200_000}") == "damaged"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Run this source as a program of the bounded process."""

    def run(source, **named):
        (tmp_path / "hostile_program.py").write_text(f"from tracker.uploads.program import run\n{source}")
        monkeypatch.setitem(bounded.ENVIRONMENT, "PYTHONPATH", str(tmp_path))
        return list(run_bounded("hostile_program", [], **named))

    return run


ENDINGS = {
    "aborts": "import os\nos.abort()",
    "ends without a word": "",
    "says half a line": "print('{\"cel', end='')",
    "raises": "raise ValueError('secret')",
    "takes all memory": "def work(a):\n    yield {'cells': len(b'x' * 600_000_000)}\nrun(work)",
    "recurses": "def work(a):\n    yield {'cells': [list(work(a))]}\nrun(work)",
    "never ends": "import time\ntime.sleep(60)",
    "leaves a child that never ends": "import os, time\nif not os.fork(): time.sleep(60)\nos._exit(0)",
}


@pytest.mark.parametrize("ending", ENDINGS, ids=str)
def test_a_program_that_does_not_end_well_is_a_refusal(ending, program):
    with pytest.raises(UploadRefused) as refusal:
        program(ENDINGS[ending], seconds=1 if "never" in ending else 30)
    assert refusal.value.faults[0].code == "unreadable"


def test_a_program_that_answers_too_much_is_stopped(program):
    with pytest.raises(UploadRefused) as refusal:
        program("while True: print('{\"cells\": []}')", max_answer=10_000)
    assert refusal.value.faults[0].code == "too_many_cells"


def test_the_program_knows_nothing_of_the_services_environment(program, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user:password@host/name")
    monkeypatch.setenv("SECRET_KEY", "secret")
    source = "import os\ndef work(a):\n    yield {'names': sorted(os.environ)}\nrun(work)"
    (answer,) = program(source)
    assert not {"DATABASE_URL", "SECRET_KEY", "TRACKER_DATA_DIR"} & set(answer["names"])


def test_the_program_starts_without_django(program):
    source = "import sys\nimport tracker.uploads.read_cells\nfound = 'django' in sys.modules\n"
    source += "def work(a):\n    yield {'django': found}\nrun(work)"
    assert program(source) == [{"django": False}]


def test_the_bounds_hold_in_the_program(program):
    source = "import resource\ndef work(a):\n    yield {'memory': resource.getrlimit(resource.RLIMIT_AS)[1]}\nrun(work)"
    assert program(source) == [{"memory": MEMORY}]


def test_no_open_file_is_left_behind(read):
    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir())) if open_files.exists() else 0
    for _time in range(3):
        read()
    assert (len(list(open_files.iterdir())) if open_files.exists() else 0) == before


@pytest.mark.whole
def test_the_largest_reading_stays_within_its_memory(read, tmp_path):
    rows = "".join(f'<row r="{row}">' + f"<c><v>{row}</v></c>" * 190 + "</row>" for row in range(1, 1_000))
    assert len(read(rows).sheets[0].cells) == 190 * 999
    assert packages.peak_while_reading(tmp_path / "x.xlsx") <= MEMORY


def test_a_percentage_is_what_its_cell_shows():
    path = Path(__file__).parent / "cases" / "template-percent-cell.xlsx"
    sheet = read_workbook(path).sheet("填报")
    assert [sheet.cell(row, 7).text for row in (6, 7, 8)] == ["100", "85.2%", "12"]
