"""A second reader of Word documents, which knows the package's rules and nothing of the library that wrote it."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import defusedxml.ElementTree

from tests.documents.package_check import _content_types, _relations

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: What may stand in a body and in a paragraph, by the schema.
OF_BODY = {"p", "tbl", "sdt", "sectPr", "bookmarkStart", "bookmarkEnd"}
OF_PARAGRAPH = {"pPr", "r", "sdt", "hyperlink", "bookmarkStart", "bookmarkEnd", "fldSimple"}
#: The order of what describes a content control.
OF_CONTROL = ["rPr", "alias", "tag", "id", "lock", "placeholder", "temporary", "showingPlcHdr", "text"]
LONGEST_TAG = 64


def faults(path: Path) -> list[str]:
    """What a strict reader would object to; empty for a sound document."""
    with zipfile.ZipFile(path) as package:
        if package.testzip():
            return ["a part is damaged"]
        names = package.namelist()
        parts = {name: package.read(name) for name in names}
    found = [f"two parts are called {name}" for name in {name for name in names if names.count(name) > 1}]
    trees = {
        name: defusedxml.ElementTree.fromstring(data)
        for name, data in parts.items()
        if name.endswith((".xml", ".rels"))
    }
    found += [fault for check in (_content_types, _relations) for fault in check(trees, set(names))]
    return found + list(_body(trees["word/document.xml"]))


def _body(tree: Any) -> Iterator[str]:
    body = tree.find(f"{WORD}body")
    yield from (f"{child.tag} in the body" for child in body if _name(child) not in OF_BODY)
    if len(body) and _name(body[-1]) != "sectPr":
        yield "the section does not end the body"
    for paragraph in body.iter(f"{WORD}p"):
        yield from (f"{child.tag} in a paragraph" for child in paragraph if _name(child) not in OF_PARAGRAPH)
        if paragraph.find(f"{WORD}pPr") is not None and _name(paragraph[0]) != "pPr":
            yield "the properties of a paragraph do not begin it"
    yield from _controls(body)


def _controls(body: Any) -> Iterator[str]:
    ids = []
    for control in body.iter(f"{WORD}sdt"):
        if [_name(child) for child in control] != ["sdtPr", "sdtContent"]:
            yield "a content control without properties or content"
            continue
        properties = control[0]
        order = [OF_CONTROL.index(_name(child)) for child in properties]
        if order != sorted(order):
            yield "properties of a content control in the wrong order"
        tag = properties.find(f"{WORD}tag")
        if tag is None or not 0 < len(tag.get(f"{WORD}val")) <= LONGEST_TAG:
            yield "a content control without a tag of its length"
        ids += [one.get(f"{WORD}val") for one in properties.findall(f"{WORD}id")]
    yield from (f"the identity {one} twice" for one in set(ids) if ids.count(one) > 1)


def _name(element: Any) -> str:
    return str(element.tag).removeprefix(WORD)
