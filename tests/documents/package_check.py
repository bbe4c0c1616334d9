"""A second reader of workbooks, which knows the package's rules and nothing of the library that wrote it."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import defusedxml.ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
NAME = re.compile(r"[^\W\d][\w.]*|\\[\w.]*|_[\w.]*")
LOOKS_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*")
CELL = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
ERRORS = re.compile(r"#(REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!)")
#: What must come before what in a worksheet, as the schema orders it.
ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]


def faults(path: Path) -> list[str]:
    """What a strict reader would object to; empty for a sound workbook."""
    with zipfile.ZipFile(path) as package:
        if package.testzip():
            return ["a part is damaged"]
        names = package.namelist()
        parts = {name: package.read(name) for name in names}
    found = [f"two parts are called {name}" for name in {name for name in names if names.count(name) > 1}]
    trees = {name: defusedxml.ElementTree.fromstring(data) for name, data in parts.items() if _is_xml(name)}
    checks = (_content_types, _relations, _sheets, _names, _styles_of_sheets)
    return found + [fault for check in checks for fault in check(trees, set(names))]


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels", ".vml"))


def _content_types(trees: dict[str, Any], names: set[str]) -> Iterator[str]:
    types = trees["[Content_Types].xml"]
    defaults = {one.get("Extension").casefold() for one in types.iter(f"{TYPES}Default")}
    overrides = [one.get("PartName").removeprefix("/") for one in types.iter(f"{TYPES}Override")]
    yield from (f"{part}: a content type twice" for part in set(overrides) if overrides.count(part) > 1)
    yield from (f"{part}: a content type and no part" for part in overrides if part not in names)
    for name in names - {"[Content_Types].xml"}:
        if name not in overrides and name.rpartition(".")[2].casefold() not in defaults:
            yield f"{name}: no content type"
        if name.startswith("xl/worksheets/sheet") and name not in overrides:
            yield f"{name}: a sheet of no type of its own"


def _relations(trees: dict[str, Any], names: set[str]) -> Iterator[str]:
    reached = {"[Content_Types].xml"}
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        reached.add(name)
        folder, _slash, file = name.partition("_rels/")
        source = folder + file.removesuffix(".rels")
        ids = [one.get("Id") for one in tree]
        yield from (f"{name}: {one} twice" for one in set(ids) if ids.count(one) > 1)
        for one in tree:
            if one.get("TargetMode") == "External":
                yield f"{name}: leads out of the workbook"
                continue
            target = one.get("Target")
            full = target.removeprefix("/") if target.startswith("/") else posixpath.normpath(folder + target)
            reached.add(full)
            if full not in names:
                yield f"{name}: {full} is not there"
        if source in trees:
            used = {each.get(RELATION_ID) for each in trees[source].iter() if each.get(RELATION_ID)}
            yield from (f"{source}: no relation {one}" for one in used - set(ids))
    yield from (f"{name}: nothing leads to it" for name in names - reached)


def _sheets(trees: dict[str, Any], names: set[str]) -> Iterator[str]:
    shared = trees.get("xl/sharedStrings.xml")
    strings = len(shared.findall(f"{MAIN}si")) if shared is not None else 0
    for name, tree in trees.items():
        if name.startswith("xl/worksheets/sheet"):
            yield from (f"{name}: {fault}" for fault in _sheet(tree, strings))


def _sheet(tree: Any, strings: int) -> Iterator[str]:
    order = [ORDER.index(child.tag.removeprefix(MAIN)) for child in tree]
    if order != sorted(order):
        yield "parts in the wrong order"
    last_row, cells = 0, set()
    for row in tree.iter(f"{MAIN}row"):
        number = int(row.get("r"))
        if number <= last_row:
            yield f"row {number} after {last_row}"
        last_row, last_column = number, 0
        for cell in row.iter(f"{MAIN}c"):
            yield from _cell(cell, number, strings)
            column = _number(CELL.fullmatch(cell.get("r"))[1])
            if column <= last_column:
                yield f"cell {cell.get('r')} out of order, or twice"
            last_column = column
            cells.add((number, column))
    yield from _dimension(tree, cells)
    yield from _merged(tree)


def _cell(cell: Any, row: int, strings: int) -> Iterator[str]:
    where, kind, value = cell.get("r"), cell.get("t", "n"), cell.findtext(f"{MAIN}v")
    match = CELL.fullmatch(where or "")
    if not match or int(match[2]) != row or int(match[2]) > 1_048_576 or _number(match[1]) > 16_384:
        yield f"{where} does not stand in row {row}"
    formula = cell.findtext(f"{MAIN}f")
    if formula is not None:
        if not formula or formula.startswith("=") or len(formula) > 8_192 or ERRORS.search(formula):
            yield f"{where}: no formula: {formula[:60]}"
        if value is None:
            yield f"{where}: a formula without its value"
    if kind == "n" and value is not None and not _is_number(value):
        yield f"{where}: {value!r} is no number"
    if kind == "s" and not (value and value.isdigit() and int(value) < strings):
        yield f"{where}: there is no text {value}"
    if kind == "inlineStr" and cell.find(f"{MAIN}is") is None:
        yield f"{where}: text without text"
    if kind == "e" or kind not in {"n", "s", "str", "inlineStr", "b"}:
        yield f"{where}: of the type {kind}"
    texts = [value or "", *(text.text or "" for text in cell.iter(f"{MAIN}t"))]
    if max(map(len, texts)) > 32_767:
        yield f"{where}: longer than a cell may be"


def _is_number(value: str) -> bool:
    try:
        return float(value) == float(value) and "inf" not in value.casefold()
    except ValueError:
        return False


def _dimension(tree: Any, cells: set[tuple[int, int]]) -> Iterator[str]:
    dimension = tree.find(f"{MAIN}dimension")
    if dimension is None or not cells:
        return
    corners = [CELL.fullmatch(corner) for corner in dimension.get("ref").split(":")]
    rows, columns = [int(corner[2]) for corner in corners], [_number(corner[1]) for corner in corners]
    there = [min(row for row, _column in cells), max(row for row, _column in cells)]
    if rows[-1] < there[1] or columns[-1] < max(column for _row, column in cells):
        yield f"its dimension {dimension.get('ref')} leaves cells out"


def _merged(tree: Any) -> Iterator[str]:
    taken: set[tuple[int, int]] = set()
    ranges = [one.get("ref") for one in tree.iter(f"{MAIN}mergeCell")]
    for each in ranges:
        (first, top), (last, bottom) = (CELL.fullmatch(corner).groups() for corner in each.split(":"))
        if int(bottom) - int(top) > 50:
            continue
        inside = {
            (row, column)
            for row in range(int(top), int(bottom) + 1)
            for column in range(_number(first), _number(last) + 1)
        }
        if inside & taken:
            yield f"{each} overlaps another merged range"
        taken |= inside


def _names(trees: dict[str, Any], names: set[str]) -> Iterator[str]:
    workbook = trees["xl/workbook.xml"]
    sheets = [sheet.get("name") for sheet in workbook.iter(f"{MAIN}sheet")]
    if len({sheet.casefold() for sheet in sheets}) != len(sheets):
        yield "two sheets of one name"
    yield from (f"a sheet called {sheet}" for sheet in sheets if len(sheet) > 31 or re.search(r"[\[\]:*?/\\]", sheet))
    seen = set()
    for one in workbook.iter(f"{MAIN}definedName"):
        name, scope = one.get("name"), one.get("localSheetId")
        key = (name.casefold(), scope)
        if key in seen:
            yield f"the name {name} twice"
        seen.add(key)
        plain = name.removeprefix("_xlnm.")
        if not NAME.fullmatch(plain) or LOOKS_LIKE_CELL.fullmatch(plain) or len(name) > 255:
            yield f"{name} is no name"
        if scope is not None and int(scope) >= len(sheets):
            yield f"{name} of a sheet that is not there"
        for sheet in re.findall(r"'((?:[^']|'')+)'!", one.text):
            if sheet.replace("''", "'") not in sheets:
                yield f"{name} leads to the sheet {sheet}, which is not there"
        if "#REF!" in one.text:
            yield f"{name} leads nowhere"


def _styles_of_sheets(trees: dict[str, Any], names: set[str]) -> Iterator[str]:
    styles = trees["xl/styles.xml"]
    known = {tag: len(list(styles.find(f"{MAIN}{tag}"))) for tag in ("cellXfs", "cellStyleXfs", "fonts", "fills")}
    known["borders"] = len(list(styles.find(f"{MAIN}borders")))
    for record in styles.find(f"{MAIN}cellXfs"):
        for attribute, tag in (
            ("fontId", "fonts"),
            ("fillId", "fills"),
            ("borderId", "borders"),
            ("xfId", "cellStyleXfs"),
        ):
            if int(record.get(attribute, 0)) >= known[tag]:
                yield f"a style's {attribute} is not there"
    formats = styles.find(f"{MAIN}dxfs")
    number = len(list(formats)) if formats is not None else 0
    for name, tree in trees.items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        used = {int(cell.get("s", 0)) for cell in tree.iter(f"{MAIN}c")}
        yield from (f"{name}: no style {one}" for one in used if one >= known["cellXfs"])
        for rule in tree.iter(f"{MAIN}cfRule"):
            if rule.get("dxfId") is not None and int(rule.get("dxfId")) >= number:
                yield f"{name}: no conditional style {rule.get('dxfId')}"


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
