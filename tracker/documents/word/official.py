"""The form of official documents by GB/T 9704-2012: page, faces, sizes, page numbers.

A4; margins of 37 mm at the top and 28 mm at the left; a text block of 156 by 225 mm with 22 lines of 28 characters.
The body is set in 仿宋 of size 3 (16 points), the title in 小标宋 of size 2 (22 points), headings in 黑体 and 楷体.
Page numbers are set in 宋体 of size 4 (14 points) between dashes, right on odd pages and left on even ones.
"""

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, Twips
from docx.text.paragraph import Paragraph

#: In twips (1/20 point): 210 mm by 297 mm.
WIDTH, HEIGHT = 11906, 16838
TOP, BOTTOM, LEFT, RIGHT = 2098, 1984, 1587, 1474
#: The footer's text begins 7 mm below the text block.
FOOTER = 1587
#: Of the grid: 22 lines in 225 mm, and how much narrower than the type a character's square is (in 1/4096 point).
LINE, CHARACTER = 580, -848
#: LibreOffice gives a character that is wider than its square two of them. The text therefore keeps to lines of the
#: same height without the grid, and its letters stand closer by this (in twips): again 28 to a line.
CLOSER = -5
BODY, TITLE, NUMBER = 16, 22, 14


@dataclass(frozen=True)
class Face:
    """A typeface: the official name, the name under which systems usually have it, and the Latin one beside it."""

    official: str
    usual: str
    latin: str = "Times New Roman"


SONG = Face("宋体", "SimSun")
TITLE_FACE = Face("方正小标宋简体", "宋体")
BODY_FACE = Face("仿宋_GB2312", "仿宋")
BOLD_FACE = Face("黑体", "SimHei")
KAI_FACE = Face("楷体_GB2312", "楷体")
FACES = (SONG, TITLE_FACE, BODY_FACE, BOLD_FACE, KAI_FACE)


def new_document(*, language: str) -> Any:
    """Return an empty document with this form. English ones have the same page, set in one Latin face."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Twips(WIDTH), Twips(HEIGHT)
    section.top_margin, section.bottom_margin = Twips(TOP), Twips(BOTTOM)
    section.left_margin, section.right_margin = Twips(LEFT), Twips(RIGHT)
    section.footer_distance = Twips(FOOTER - NUMBER * 20)
    document.settings.odd_and_even_pages_header_footer = True
    _set_grid(section, is_chinese=language != "en")
    _set_style(document, language)
    _number_pages(section)
    _name_faces(document)
    return document


def paragraph(
    document: Any,
    *,
    face: Face = BODY_FACE,
    size: int = BODY,
    align: str = "",
    indent: int = 2,
    right: int = 0,
    keep: bool = False,
) -> Paragraph:
    """Return a new paragraph; `indent` and `right` are in characters."""
    found: Paragraph = document.add_paragraph()
    properties = found._p.get_or_add_pPr()
    if keep:
        properties.append(OxmlElement("w:keepNext"))
    spacing = OxmlElement("w:spacing")
    for name, value in (("before", "0"), ("after", "0"), ("line", str(LINE)), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    snapped = OxmlElement("w:snapToGrid")
    snapped.set(qn("w:val"), "0")
    properties.append(snapped)
    properties.append(spacing)
    if indent or right:
        indented = OxmlElement("w:ind")
        for name, count in (("firstLine", indent), ("right", right)):
            if count:
                indented.set(qn(f"w:{name}Chars"), str(count * 100))
                indented.set(qn(f"w:{name}"), str(count * size * 20))
        properties.append(indented)
    if align:
        justified = OxmlElement("w:jc")
        justified.set(qn("w:val"), align)
        properties.append(justified)
    _set_face(found, face, size)
    return found


def run_of(text: str, face: Face, size: int, *, bold: bool = False) -> Any:
    """Return a run of text in a face, as an element; what is no character of XML is left out."""
    found = OxmlElement("w:r")
    properties = OxmlElement("w:rPr")
    properties.append(_fonts(face))
    if bold:
        properties.append(OxmlElement("w:b"))
    for name in ("w:sz", "w:szCs"):
        sized = OxmlElement(name)
        sized.set(qn("w:val"), str(size * 2))
        properties.append(sized)
    found.append(properties)
    words = OxmlElement("w:t")
    words.set(qn("xml:space"), "preserve")
    words.text = "".join(letter for letter in text if letter >= " " and letter not in "\ufffe\uffff")
    found.append(words)
    return found


def _set_face(found: Paragraph, face: Face, size: int) -> None:
    """Set face and size for the mark of a paragraph's end too: an empty paragraph is as high as a full one."""
    mark = OxmlElement("w:rPr")
    mark.append(_fonts(face))
    sized = OxmlElement("w:sz")
    sized.set(qn("w:val"), str(size * 2))
    mark.append(sized)
    found._p.get_or_add_pPr().append(mark)


def _fonts(face: Face) -> Any:
    fonts = OxmlElement("w:rFonts")
    for name, value in (("ascii", face.latin), ("eastAsia", face.official), ("hAnsi", face.latin), ("cs", face.latin)):
        fonts.set(qn(f"w:{name}"), value)
    return fonts


def _set_grid(section: Any, *, is_chinese: bool) -> None:
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "linesAndChars" if is_chinese else "lines")
    grid.set(qn("w:linePitch"), str(LINE))
    if is_chinese:
        grid.set(qn("w:charSpace"), str(CHARACTER))
    section._sectPr.append(grid)


def _set_style(document: Any, language: str) -> None:
    style = document.styles["Normal"]
    style.font.size = Pt(BODY)
    style.font.name = BODY_FACE.latin
    properties = style.element.get_or_add_rPr()
    properties.rFonts.set(qn("w:eastAsia"), BODY_FACE.official)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), str(CLOSER if language != "en" else 0))
    properties.append(closer)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-US")
    spoken.set(qn("w:eastAsia"), "zh-CN" if language != "en" else "en-US")
    properties.append(spoken)


def _number_pages(section: Any) -> None:
    """Put page numbers as — 1 — into the footers.

    They are one character in from the right on odd pages, from the left on even ones.
    """
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        properties = line._p.get_or_add_pPr()
        for old in properties.findall(qn("w:pStyle")):
            properties.remove(old)
        indented = OxmlElement("w:ind")
        indented.set(qn(f"w:{side}Chars"), "100")
        indented.set(qn(f"w:{side}"), str(NUMBER * 20))
        properties.append(indented)
        justified = OxmlElement("w:jc")
        justified.set(qn("w:val"), side)
        properties.append(justified)
        line._p.append(run_of("— ", SONG, NUMBER))
        for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("shown", "1"), ("end", "")):
            line._p.append(_field_run(kind, text))
        line._p.append(run_of(" —", SONG, NUMBER))


def _field_run(kind: str, text: str) -> Any:
    found = run_of(text, SONG, NUMBER)
    words = found.find(qn("w:t"))
    if kind == "shown":
        return found
    found.remove(words)
    if kind:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
    else:
        mark = OxmlElement("w:instrText")
        mark.set(qn("xml:space"), "preserve")
        mark.text = text
    found.append(mark)
    return found


def _name_faces(document: Any) -> None:
    """Give each official face the name under which systems usually have it, to be set in where it is not installed."""
    fonts = "".join(
        f"<w:font w:name={quoteattr(face.official)}><w:altName w:val={quoteattr(face.usual)}/>"
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for face in FACES
    )
    table = parse_xml(f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>")
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            from docx.oxml.parser import etree

            part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)
