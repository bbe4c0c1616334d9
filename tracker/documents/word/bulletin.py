"""Sets a bulletin as Word document: locked numbers that carry the identity of their figures, free text around them."""

import hashlib
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from tracker.documents.bulletin.paper import AFTER, BulletinPaper
from tracker.documents.bulletin.text import Part, Section, Sentence
from tracker.documents.word.official import (
    BODY,
    BODY_FACE,
    BOLD_FACE,
    KAI_FACE,
    TITLE,
    TITLE_FACE,
    Face,
    new_document,
    paragraph,
    run_of,
)

#: A tag of a content control has no more characters.
LONGEST_TAG = 64
NUMERALS = "一二三四五六七八九十"
#: The date stands four characters from the right edge, an annex note two from the left.
DATE_INDENT = 4
#: So long a property of a document may be, in letters.
LONGEST_PROPERTY = 255


def write_bulletin(paper: BulletinPaper, path: Path) -> None:
    """Write the bulletin to this path, in the active language."""
    document = new_document(language=paper.language)
    for warning in (paper.text.marker, paper.draft):
        if warning:
            _plain(document, [warning], face=BOLD_FACE, align="center", indent=0)
    if number := paper.written("document_number"):
        _plain(document, number, align="center", indent=0)
    _title(document, paper.title)
    _head(document, paper)
    for number_of, section in enumerate(paper.text.sections, 1):
        _section(document, number_of, section, paper)
    _foot(document, paper)
    document.core_properties.title = paper.title[:LONGEST_PROPERTY]
    document.core_properties.author = "".join(paper.written("signature"))[:200]
    document.core_properties.comments = paper.text.basis[:LONGEST_PROPERTY]
    document.core_properties.language = paper.language
    document.save(str(path))


def tag_of(figure: str) -> str:
    """Return the tag of a figure's content control: its identity, of a long one the end with a hash of it all."""
    if len(figure) <= LONGEST_TAG:
        return figure
    digest = hashlib.sha256(figure.encode()).hexdigest()[:8]
    return f"{digest}…{figure[-(LONGEST_TAG - 9) :]}"


def _title(document: Any, title: str) -> None:
    line = paragraph(document, face=TITLE_FACE, size=TITLE, align="center", indent=0, keep=True)
    line._p.append(run_of(title, TITLE_FACE, TITLE))
    paragraph(document, indent=0)


def _head(document: Any, paper: BulletinPaper) -> None:
    colon = ":" if paper.language == "en" else "："
    for words in paper.written("addressee"):
        _plain(document, [words.rstrip(":：") + colon], indent=0)
    _plain(document, paper.written("opening"))


def _section(document: Any, number: int, section: Section, paper: BulletinPaper) -> None:
    """Set the heading and the text; of several sentences each begins a paragraph."""
    written = paper.written(AFTER % section.key)
    if not section.sentences and not written:
        return
    _heading(document, number, section.heading, paper.language)
    for sentence in section.sentences:
        _sentence(paragraph(document), sentence)
    _plain(document, written)


def _heading(document: Any, number: int, heading: str, language: str) -> None:
    is_chinese = language != "en"
    numeral = f"{NUMERALS[number - 1]}、" if is_chinese and number <= len(NUMERALS) else f"{number}. "
    line = paragraph(document, face=BOLD_FACE, keep=True, indent=2 if is_chinese else 0)
    line._p.append(run_of(numeral + heading, BOLD_FACE, BODY, bold=not is_chinese))


def _sentence(line: Paragraph, sentence: Sentence) -> None:
    for part in sentence.parts:
        line._p.append(_locked(part) if part.figure else run_of(part.text, BODY_FACE, BODY))


def _locked(part: Part) -> Any:
    """Return a number in a content control that can be neither changed nor removed."""
    control, properties = OxmlElement("w:sdt"), OxmlElement("w:sdtPr")
    marks = (("w:alias", part.figure), ("w:tag", tag_of(part.figure)), ("w:lock", "sdtContentLocked"))
    for name, value in marks:
        mark = OxmlElement(name)
        mark.set(qn("w:val"), value[:LONGEST_TAG] if name == "w:alias" else value)
        properties.append(mark)
    properties.append(OxmlElement("w:text"))
    content = OxmlElement("w:sdtContent")
    content.append(run_of(part.text, BODY_FACE, BODY))
    control.append(properties)
    control.append(content)
    return control


def _foot(document: Any, paper: BulletinPaper) -> None:
    _plain(document, paper.written("closing"))
    if annexes := paper.written("annex"):
        paragraph(document, indent=0)
        _annexes(document, annexes, paper.language)
    for _line in range(2):  # the place of the seal
        paragraph(document, indent=0)
    _plain(document, paper.written("signature"), align="right", indent=0, right=2)
    day = date_format(paper.day, "DATE_FORMAT")
    _plain(document, [day], align="right", indent=0, right=DATE_INDENT)
    paragraph(document, indent=0)
    contacts = [_("(%(words)s)") % {"words": words} for words in paper.written("contact")]
    _plain(document, contacts)
    _plain(document, [_("(%(words)s)") % {"words": paper.text.basis.rstrip(".。")}], face=KAI_FACE)


def _annexes(document: Any, annexes: list[str], language: str) -> None:
    """Name the annexes, two characters in and without a stop behind; several are numbered."""
    colon = ": " if language == "en" else "："
    named = [words.rstrip("。.;；，,") for words in annexes]
    if len(named) > 1:
        named = [f"{number}. {words}" for number, words in enumerate(named, 1)]
    _plain(document, [_("Annex") + colon + named[0], *named[1:]])


def _plain(
    document: Any,
    lines: list[str],
    *,
    face: Face = BODY_FACE,
    align: str = "",
    indent: int = 2,
    right: int = 0,
) -> None:
    for words in lines:
        line = paragraph(document, face=face, align=align, indent=indent, right=right)
        line._p.append(run_of(words, face, BODY))
