"""Workbooks as other programs write them: the same cells in markup that is as right, and looks different."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
Parts = dict[str, bytes]
ElementTree.register_namespace("", MAIN)
ElementTree.register_namespace("r", LINKS)


def _of_sheets(change: Callable[[ElementTree.Element], None]) -> Callable[[Parts], None]:
    """A change of each sheet's markup."""

    def act(parts: Parts) -> None:
        for name in filter(SHEET.fullmatch, list(parts)):
            root = ElementTree.fromstring(parts[name])  # noqa: S314 - ours
            change(root)
            parts[name] = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)

    return act


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def _texts(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, str]]:
    """The cells of text, emptied, with what stood there."""
    for cell in root.iter(_tag("c")):
        if cell.get("t") == "inlineStr":
            text = "".join(cell.itertext())
            cell[:] = []
            yield cell, text


def _calculated(root: ElementTree.Element) -> None:
    """Texts are results of formulas, as in a sheet that is filled from another one."""
    for cell, text in _texts(root):
        cell.set("t", "str")
        ElementTree.SubElement(cell, _tag("f")).text = "Other!A1"
        ElementTree.SubElement(cell, _tag("v")).text = text


def _rich(root: ElementTree.Element) -> None:
    """Texts in runs of several formats, with how they are pronounced."""
    for cell, text in _texts(root):
        inside = ElementTree.SubElement(cell, _tag("is"))
        for part in (text[:1], text[1:]):
            ElementTree.SubElement(ElementTree.SubElement(inside, _tag("r")), _tag("t")).text = part
        spoken = ElementTree.SubElement(inside, _tag("rPh"), sb="0", eb="1")
        ElementTree.SubElement(spoken, _tag("t")).text = "x"


def _shared(parts: Parts) -> None:
    """Texts stand in a part of their own, as in Excel."""
    strings = ElementTree.Element(_tag("sst"))
    for name in filter(SHEET.fullmatch, list(parts)):
        root = ElementTree.fromstring(parts[name])  # noqa: S314 - ours
        for cell, text in _texts(root):
            cell.set("t", "s")
            ElementTree.SubElement(cell, _tag("v")).text = str(len(strings))
            ElementTree.SubElement(ElementTree.SubElement(strings, _tag("si")), _tag("t")).text = text
        parts[name] = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    parts["xl/sharedStrings.xml"] = ElementTree.tostring(strings, encoding="utf-8", xml_declaration=True)
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    _add(parts, "[Content_Types].xml", b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/>' % kind)
    link = b'<Relationship Id="rIdShared" Type="%s/sharedStrings" Target="sharedStrings.xml"/>' % LINKS.encode()
    _add(parts, "xl/_rels/workbook.xml.rels", link)


def _add(parts: Parts, name: str, element: bytes) -> None:
    front, end, rest = parts[name].rpartition(b"</")
    parts[name] = front + element + end + rest


def _unnamed(root: ElementTree.Element) -> None:
    """Rows and cells do not say where they are: they follow one another."""
    for row in root.iter(_tag("row")):
        row.attrib.pop("r", None)
        row.attrib.pop("spans", None)
        for cell in row:
            cell.attrib.pop("r", None)


def _prefixed(parts: Parts) -> None:
    """Every element has a prefix, as the Open XML SDK writes them."""
    for name in list(parts):
        if name.startswith("xl/") and name.endswith(".xml"):
            text = parts[name].decode()
            if f'xmlns="{MAIN}"' in text:
                text = text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
                parts[name] = re.sub(r"<(/?)(?=[A-Za-z])(?![A-Za-z]+:)", r"<\1x:", text).encode()


def _strict(parts: Parts) -> None:
    """The strict form of ISO/IEC 29500, one of Excel's own choices."""
    for name in list(parts):
        if name.endswith((".xml", ".rels")):
            parts[name] = (
                parts[name].replace(MAIN.encode(), STRICT.encode()).replace(LINKS.encode(), STRICT_LINKS.encode())
            )


def _relative(parts: Parts) -> None:
    """Parts are named from where they are used, as Excel names them."""
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b'Target="/xl/', b'Target="')


def _bare(parts: Parts) -> None:
    """Without properties, theme and formats, as small exporters write."""
    for name in [one for one in parts if one.startswith(("docProps/", "xl/theme/"))]:
        del parts[name]
        parts["[Content_Types].xml"] = re.sub(
            rb"<Override[^>]*PartName=\"/%s\"[^>]*/>" % name.encode(), b"", parts["[Content_Types].xml"]
        )
    links = b'<Relationship [^>]*(?:/theme|core-properties|extended-properties)"[^>]*/>'
    for name in ("_rels/.rels", "xl/_rels/workbook.xml.rels"):
        parts[name] = re.sub(links, b"", parts[name])


#: What is done to the parts of a workbook as openpyxl writes it.
PRODUCERS: dict[str, Callable[[Parts], None]] = {
    "calculated": _of_sheets(_calculated),
    "unnamed": _of_sheets(_unnamed),
    "prefixed": _prefixed,
    "strict": _strict,
    "rich": _of_sheets(_rich),
    "shared": _shared,
    "relative": _relative,
    "bare": _bare,
}


def written_by(producer: str, content: bytes) -> bytes:
    """Return the workbook as that producer writes it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    PRODUCERS[producer](parts)
    written = io.BytesIO()
    packed = zipfile.ZIP_STORED if producer == "bare" else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(written, "w", packed) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()
