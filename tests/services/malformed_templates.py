"""Templates that came back wrong, each in one way: a way to spoil a right one, and where the fault is told.

A case is a function from the template's bytes to the spoilt workbook's, and the cell that the fault must name: None
where the fault is the sheet's or the file's.
"""

import datetime
import io
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

from openpyxl import load_workbook

from tests.services.filled_templates import fill, saved

Case = tuple[Callable[[bytes], bytes], str | None]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET, KEYS = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"

#: What people and programs put where an amount belongs, and what is none.
NO_AMOUNTS: list[Any] = [
    *("很多", "abc", "约500", "500左右", "五百", "O", "l00", "无", "—", "-", "/", "null", "None", "NaN", "INF", "#N/A"),
    *("1e5", "1.2.3", "1,23", "1,2345", "--5", "5-6", "500 600", "500,", "1/3", "'500", "500\n600", "0x1F4", "1 234"),
    *("-1", "−5", "－5", "-0.5万吨", -1, -0.0001, -1e9),
    *("500公斤", "500吨标准煤", "500元", "500%", "500个", "￥500", "$500", "500kg", "万吨", "500万吨万吨"),
    *(
        "9999999999999999",
        "９９９９９９９９９９９９９９９９９",
        1e15,
        1e300,
        "99999999999999999999亿吨",
        0.0000001,
        "0.00000001",
    ),
    *(
        "∞",
        "½⅓",
        "🙂",
        "<b>500</b>",
        "500\u202e",
        "٥٠٠x",
        "ⅷ",
        "５００，０",
        "500。5",
        "500..5",
        "+",
        ".",
        ",",
        "()",
        "(500)",
    ),
    *(True, False, datetime.date(2020, 8, 1), datetime.timedelta(days=1), datetime.time(8, 30)),
    *("=1/0", "=A1", "=NOW()", "=SUM(G1:G3)", "=[1]Sheet1!A1", "=HYPERLINK(1)", "=cmd|'/c calc'!A1"),
]
#: What is no confirmation of a nil return.
NO_NILS: list[Any] = ["不是", "5", 7, "没有数据", "x" * 1_000, "=A1", -1, datetime.date(2020, 8, 1)]
#: What is no unit of measure of the indicator.
NO_MEASURES: list[Any] = ["公斤", "吨标准煤", "元", 5, "kg", "x" * 1_000, "=A1", "万 吨x", True]
NO_NOTES: list[Any] = ["长" * 501, "=A1"]
#: What Excel stores in a cell that went wrong.
ERRORS = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", ""]
NO_NUMBERS = ["NaN", "nan", "INF", "-INF", "1e999", "six", "1,5", "0x10", "--1", "1e", "true"]


def in_cell(place: str, value: Any, **also: Any) -> Case:
    """The template with this in one cell."""
    return partial(_put, place=place, value=value, also=also), place


def _put(template: bytes, place: str, value: Any, also: dict[str, Any]) -> bytes:
    workbook = load_workbook(io.BytesIO(template))
    sheet = workbook.worksheets[0]
    for name, content in {**also, place: value}.items():
        sheet[name].value = content
        if isinstance(content, str) and not content.startswith("="):
            sheet[name].data_type = "s"
    return saved(workbook)


def in_workbook(spoil: Callable[[Any], Any], place: str | None = None, **cells: Any) -> Case:
    """The filled-in template with its workbook spoilt."""

    def build(template: bytes) -> bytes:
        workbook = load_workbook(io.BytesIO(fill(template, **(cells or {"G6": 500}))))
        spoil(workbook)
        return saved(workbook)

    return build, place


def in_parts(change: Callable[[dict[str, bytes]], Any], place: str | None = None) -> Case:
    """The filled-in template with its package spoilt."""

    def build(template: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(fill(template, G6=500))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        change(parts)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
        return content.getvalue()

    return build, place


def replaced(part: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    """Replace bytes of a part, which must be there."""

    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part], (part, old)
        parts[part] = parts[part].replace(old, new)

    return change


def amount_cell(attributes: str, content: str) -> Callable[[dict[str, bytes]], None]:
    """Put a cell of one's own making where the first amount is."""

    def change(parts: dict[str, bytes]) -> None:
        markup = parts[SHEET]
        start = markup.index(b'<c r="G6"')
        end = markup.index(b"</c>", start) + 4
        parts[SHEET] = markup[:start] + f'<c r="G6"{attributes}>{content}</c>'.encode() + markup[end:]

    return change


def _keys(row: int, column: int, value: str | None) -> Case:
    return in_workbook(lambda workbook: setattr(workbook["_keys"].cell(row, column), "value", value))


def _first(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda workbook: act(workbook.worksheets[0])


def _swap(sheet: Any) -> None:
    sheet["B6"].value, sheet["B7"].value = sheet["B7"].value, sheet["B6"].value


def _hide(sheet: Any, *, row: int = 0, column: str = "") -> None:
    if row:
        sheet.row_dimensions[row].hidden = True
    else:
        sheet.column_dimensions[column].hidden = True


def cut(share: int) -> Case:
    """The file as it was when the line broke."""
    return (lambda template: (filled := fill(template, G6=500))[: len(filled) * share // 100]), None


FAMILIES: dict[str, list[Case]] = {
    "amounts in words": [in_cell("G6", value) for value in NO_AMOUNTS],
    "choices and notes": [
        *(in_cell("H6", value) for value in NO_NILS),
        *(in_cell("H6", "零报告", G6=value) for value in (5, "5万吨", 0.1)),
        *(in_cell("K6", value, G6=1) for value in NO_NOTES),
        *(in_cell("C6", value, G6=1) for value in NO_MEASURES),
        (in_cell("C6", "亿吨", G6="500万吨")[0], "G6"),
    ],
    "stored by programs": [
        *(in_parts(amount_cell(' t="e"', f"<v>{error}</v>"), "G6") for error in ERRORS if error),
        *(in_parts(amount_cell("", f"<v>{number}</v>"), "G6") for number in NO_NUMBERS),
        *(in_parts(amount_cell(kind, "<v>1</v>"), "G6") for kind in (' t="b"', ' t="d"')),
        in_parts(amount_cell("", "<f>B1*2</f>"), "G6"),
        in_parts(amount_cell("", "<f>B1*2</f><v/>"), "G6"),
        in_parts(amount_cell(' t="str"', "<f>B1*2</f><v></v>"), "G6"),
        in_parts(amount_cell(' t="inlineStr"', "<is><t>很多</t></is>"), "G6"),
        in_parts(amount_cell(' t="s"', "<v>999999</v>")),
        in_parts(amount_cell(' t="zz"', "<v>1</v>")),
        in_parts(amount_cell("", '<v>1</v></c><c r="G6"><v>2</v>')),
        in_parts(amount_cell("", "<v>1")),
        in_parts(amount_cell("", "<v>&undefined;</v>")),
    ],
    "sheets": [
        *(
            in_workbook(_first(lambda sheet, ref=ref: sheet.merge_cells(ref)), place)
            for ref, place in (("G6:G7", "G6"), ("F6:G6", "G6"), ("G6:H6", "G6"), ("C6:C7", "C6"), ("K6:K7", "K6"))
        ),
        *(in_workbook(_first(lambda sheet, row=row: _hide(sheet, row=row)), f"G{row}") for row in (6, 7)),
        *(
            in_workbook(_first(lambda sheet, column=column: _hide(sheet, column=column)), f"{column}6")
            for column in "GHK"
        ),
        in_workbook(_first(lambda sheet: sheet.insert_rows(6)), "B6"),
        in_workbook(_first(lambda sheet: sheet.insert_rows(1)), "B6"),
        in_workbook(_first(lambda sheet: sheet.delete_rows(6)), "B6"),
        in_workbook(_first(lambda sheet: sheet.insert_cols(2)), "B5"),
        in_workbook(_first(_swap), "B6"),
        in_cell("B6", "别的指标", G6=1),
        in_cell("B6", None, G6=1),
        in_workbook(lambda workbook: (workbook.create_sheet("x"), workbook.remove(workbook.worksheets[0]))),
        in_workbook(lambda workbook: (workbook.create_sheet("x"), _first(_veil("hidden"))(workbook))),
        in_workbook(lambda workbook: (workbook.create_sheet("x"), _first(_veil("veryHidden"))(workbook))),
    ],
    "keys": [
        in_workbook(lambda workbook: workbook.remove(workbook["_keys"])),
        in_workbook(lambda workbook: setattr(workbook["_keys"], "title", "keys")),
        in_workbook(lambda workbook: workbook["_keys"].delete_rows(1, 20)),
        in_workbook(lambda workbook: workbook["_keys"].delete_rows(6)),
        in_workbook(lambda workbook: workbook["_keys"].insert_rows(2)),
        in_workbook(lambda workbook: workbook["_keys"].append(["row", "8", "fly_ash_utilised", "粉煤灰"])),
        in_workbook(lambda workbook: workbook["_keys"].append(["sheet", "填报", "unit-140200", "0"])),
        *(
            _keys(row, column, value)
            for row, column, value in (
                *((1, 1, "another"), (1, 1, None), (1, 2, "0"), (1, 2, "99"), (1, 2, None)),
                *((2, 2, "0" * 64), (2, 2, None), (2, 2, "很长" * 99), (3, 1, "x"), (3, 2, "shanxi-2021")),
                *((3, 3, "2020-09"), (3, 3, None), (4, 2, "别的"), (4, 3, "unit-140200"), (4, 4, "7"), (4, 1, "row")),
                *((5, 2, "7"), (5, 2, "6.5"), (5, 2, "99999999"), (5, 3, "fly_ash_utilised"), (5, 3, None)),
                *((5, 4, "x"), (5, 5, "480"), (5, 6, "x"), (6, 2, "6"), (6, 3, "coal_gangue_utilised"), (9, 1, "row")),
            )
        ),
    ],
    "files": [
        *(cut(share) for share in range(10, 100, 10)),
        (lambda _template: b"", None),
        (lambda _template: b"\0" * 1_000, None),
        (lambda _template: "指标,本月\n煤矸石,500\n".encode("gbk"), None),
        (lambda _template: OLE + b"\0" * 2_000, None),
        (lambda _template: b"<html><table></table></html>", None),
        (lambda template: b"junk" + template, None),
        (lambda template: template[::-1], None),
        in_parts(lambda parts: parts.update({"xl/vbaProject.bin": b"x"})),
        in_parts(lambda parts: parts.update({"xl/externalLinks/externalLink1.xml": b"<x/>"})),
        in_parts(lambda parts: parts.update({"xl/embeddings/oleObject1.bin": b"x"})),
        in_parts(lambda parts: parts.update({"xl/media/a.png": b"\0" * 50_000_000})),
        in_parts(lambda parts: parts.update({"../../a.py": b"x"})),
        in_parts(lambda parts: parts.update({SHEET: b"<!DOCTYPE x>" + parts[SHEET]})),
        in_parts(lambda parts: parts.update({SHEET: ("<!DOCTYPE x><x/>").encode("utf-16")})),
        in_parts(lambda parts: parts.update({SHEET: b""})),
        in_parts(lambda parts: parts.update({SHEET: parts[SHEET][: len(parts[SHEET]) // 2]})),
        in_parts(lambda parts: parts.pop(SHEET)),
        in_parts(lambda parts: parts.pop("xl/workbook.xml")),
        in_parts(lambda parts: parts.pop("xl/_rels/workbook.xml.rels")),
        in_parts(lambda parts: parts.pop("_rels/.rels")),
        in_parts(lambda parts: parts.pop("[Content_Types].xml")),
        in_parts(lambda parts: parts.pop("xl/styles.xml")),
        in_parts(replaced("xl/workbook.xml", b'sheetId="1"', b'sheetId="1" sheetId="2"')),
        in_parts(replaced("[Content_Types].xml", b"sheet.main+xml", b"template.macroEnabledTemplate.main+xml")),
    ],
}


def _veil(state: str) -> Callable[[Any], None]:
    return lambda sheet: setattr(sheet, "sheet_state", state)
