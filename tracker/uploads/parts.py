"""The parts of a workbook beside its sheets: which sheets there are, shared texts, which formats are dates."""

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tracker.uploads.faults import UploadRefused
from tracker.uploads.markup import Attributes, attribute, read_part

#: Number formats that Excel has built in and that show a date or a time; East Asian ones among them.
BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
BUILT_IN_PERCENTAGES = frozenset({"9", "10"})
#: What a format says beside its codes: quoted text, escaped characters, colours and conditions.
ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
MAX_TEXTS = 1_000_000
#: A template of every county of a large province has several hundred.
MAX_SHEETS = 1_000
MAX_COMMENTS, MAX_COMMENT = 5_000, 1_000


@dataclass(frozen=True)
class SheetPart:
    """One sheet as the workbook lists it: its name, whether it is shown, the part that holds it."""

    name: str
    state: str
    part: str


def find_workbook(archive: zipfile.ZipFile) -> str:
    """Return the part that the package names as its document. Raise UploadRefused if there is none."""
    for kind, target in _links(archive, "_rels/.rels", "").values():
        if kind.endswith("/officeDocument"):
            return target
    raise UploadRefused.because("not_a_workbook")


def list_sheets(archive: zipfile.ZipFile, workbook: str) -> tuple[list[SheetPart], bool]:
    """Return the workbook's sheets in order, and True if its dates count from 1904."""
    links = links_of(archive, workbook)
    sheets: list[SheetPart] = []
    from_1904 = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal from_1904
        if tag == "sheet":
            kind, target = links.get(attribute(attributes, "id"), ("", ""))
            if kind.endswith("/worksheet"):
                sheets.append(SheetPart(attributes.get("name", ""), attributes.get("state", "visible"), target))
        elif tag == "workbookPr":
            from_1904 = attributes.get("date1904", "0") in ("1", "true")

    read_part(archive, workbook, start=start)
    if not sheets or len(sheets) > MAX_SHEETS:
        raise UploadRefused.because("not_a_workbook" if not sheets else "too_many_sheets")
    names = [sheet.name.casefold() for sheet in sheets]
    if len(set(names)) != len(names) or len({sheet.part for sheet in sheets}) != len(sheets):
        raise UploadRefused.because("damaged")
    return sheets, from_1904


def links_of(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the links of a part by their id: kind and target, the target as a part's name."""
    folder, name = posixpath.split(part)
    return _links(archive, posixpath.join(folder, "_rels", f"{name}.rels"), folder)


def _links(archive: zipfile.ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), whole)

    read_part(archive, part, start=start)
    return found


def read_texts(archive: zipfile.ZipFile, workbook: str) -> list[str]:
    """Return the shared texts, in order; leave out phonetic readings."""
    part = _linked(archive, workbook, "/sharedStrings")
    texts: list[str] = []
    pieces: list[str] = []
    inside = {"t": 0, "rPh": 0}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "si":
            pieces.clear()
        elif tag in inside:
            inside[tag] += 1

    def end(tag: str) -> None:
        if tag in inside:
            inside[tag] -= 1
        elif tag == "si":
            texts.append("".join(pieces))
            if len(texts) > MAX_TEXTS:
                raise UploadRefused.because("too_many_cells")

    def text(piece: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(piece)

    if part:
        read_part(archive, part, start=start, end=end, text=text)
    return texts


def read_comments(archive: zipfile.ZipFile, sheet: str) -> list[tuple[str, str, str]]:
    """Return the comments of a sheet: the cell, the author and the text of each."""
    part = next((target for kind, target in links_of_any(archive, sheet).values() if kind.endswith("/comments")), "")
    if part not in archive.namelist():
        return []
    authors: list[str] = []
    found: list[tuple[str, str, str]] = []
    pieces: list[str] = []
    place: list[Any] = ["", 0]
    is_text = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal is_text
        if tag in ("author", "comment"):
            pieces.clear()
        if tag == "comment":
            author = attributes.get("authorId", "")
            place[:] = [attributes.get("ref", ""), int(author) if author.isdigit() and len(author) < 6 else 0]
        is_text = tag in ("t", "author")

    def end(tag: str) -> None:
        nonlocal is_text
        is_text = False
        if tag == "author":
            authors.append("".join(pieces))
        elif tag == "comment" and len(found) < MAX_COMMENTS:
            author = authors[int(place[1])] if int(place[1]) < len(authors) else ""
            found.append((str(place[0]), author, "".join(pieces)[:MAX_COMMENT]))

    def text(piece: str) -> None:
        if is_text:
            pieces.append(piece)

    read_part(archive, part, start=start, end=end, text=text)
    return found


def links_of_any(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the links of a part; none where it has none."""
    folder, name = posixpath.split(part)
    links = posixpath.join(folder, "_rels", f"{name}.rels")
    return links_of(archive, part) if links in archive.namelist() else {}


def read_date_styles(archive: zipfile.ZipFile, workbook: str) -> set[int]:
    """Return the numbers of the cell styles that show a date or a time."""
    return _styles(archive, workbook, _is_date)


def read_percent_styles(archive: zipfile.ZipFile, workbook: str) -> set[int]:
    """Return the numbers of the cell styles that show a number as a percentage: 0.852 as 85.2%."""
    return _styles(archive, workbook, _is_percent)


def _styles(archive: zipfile.ZipFile, workbook: str, is_wanted: Callable[[str, dict[str, str]], bool]) -> set[int]:
    part = _linked(archive, workbook, "/styles")
    formats: dict[str, str] = {}
    wanted: set[int] = set()
    count = 0
    in_cells = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal count, in_cells
        if tag == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            in_cells = True
        elif tag == "xf" and in_cells:
            if is_wanted(attributes.get("numFmtId", "0"), formats):
                wanted.add(count)
            count += 1

    def end(tag: str) -> None:
        nonlocal in_cells
        if tag == "cellXfs":
            in_cells = False

    if part:
        read_part(archive, part, start=start, end=end)
    return wanted


def _is_percent(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        return "%" in ASIDE.sub("", formats[number].partition(";")[0])
    return number in BUILT_IN_PERCENTAGES


def _is_date(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        return re.search(r"[ymdhs]", ASIDE.sub("", formats[number].partition(";")[0]), re.IGNORECASE) is not None
    return number.isdigit() and int(number) in BUILT_IN_DATES


def _linked(archive: zipfile.ZipFile, workbook: str, kind: str) -> str:
    return next((target for found, target in links_of(archive, workbook).values() if found.endswith(kind)), "")
