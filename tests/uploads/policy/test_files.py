"""Text extraction: encodings, line ends, list numbers of Word, tables with merged cells, headers of PDF pages."""

from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.uploads.policy.pdfs import encrypted, picture_only, text_pages
from tracker.uploads.faults import UploadRefused
from tracker.uploads.policy.content import Content
from tracker.uploads.policy.files.pdf import read_pdf
from tracker.uploads.policy.files.plain_text import read_plain_text
from tracker.uploads.policy.files.word import read_word
from tracker.uploads.policy.files.word_numbering import format_number
from tracker.uploads.policy.normalising import normalise

LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))


def paragraphs(content: Content) -> list[str]:
    return [one.of(content.text) for one in content.paragraphs]


def rows(content: Content) -> list[list[str]]:
    return [[cell.text for cell in row] for row in content.tables[0].rows]


def fault_of(work) -> str:
    with pytest.raises(UploadRefused) as refused:
        work()
    return refused.value.faults[0].code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_each_encoding(encoding):
    content = read_plain_text("　　一、目标\r\n　　到２０２５年，利用率达到８０％。\r\n".encode(encoding))
    assert paragraphs(content) == ["一、目标", "到2025年，利用率达到80%。"]


def test_an_unknown_encoding_is_refused():
    assert fault_of(lambda: read_plain_text(b"\xff\xff\xff\x81\x20")) == "strange_text"


def test_line_ends_within_sentences_and_numbers_are_closed():
    line = "到2025年，全市一般工业固体废物综合利用率达到百分之八十以上并保持稳"
    text = f"{line}\n定，新增利用能力不少于12\n50万吨，培育一批具有较强带动能力的骨干企业和专业园\n区。\n{line}\n定。\n"
    first, second = paragraphs(read_plain_text(text.encode()))
    assert "不少于1250万吨" in first
    assert second == f"{line}定。"


def test_a_heading_is_not_joined_with_the_paragraph_below():
    text = "二、主要目标\n到2025年，全市一般工业固体废物综合利用率达到百分之八十以上并保持稳定。\n"
    assert paragraphs(read_plain_text(text.encode()))[0] == "二、主要目标"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2 0 2 5 年", "2025年"),
        ("达到 1 500 万吨", "达到1500万吨"),
        ("3.2  2025 年 目标", "3.2 2025年目标"),
        ("ＧＤＰ能耗下降１３．５％", "GDP能耗下降13.5%"),
        ("cut 5 percent", "cut 5 percent"),
    ],
)
def test_blanks_and_full_width_characters(text, plain):
    assert normalise(text) == plain


@pytest.mark.parametrize("delimiter", ["\t", " | ", "      "])
def test_columns_of_a_text_are_a_table(delimiter):
    lines = [delimiter.join(row) for row in (["指标", "单位", "2025年"], ["利用率", "%", "80"], ["产值", "亿元", "12"])]
    assert rows(read_plain_text("\n".join(lines).encode())) == [
        ["指标", "单位", "2025年"],
        ["利用率", "%", "80"],
        ["产值", "亿元", "12"],
    ]


def word(path: Path, items: list[tuple[int | None, str, str]], restart: bool = False) -> Path:
    """Write a document of paragraphs, each with its list level and the list that it belongs to."""
    document = Document()
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "7")
    for level, (form, text) in enumerate(LEVELS):
        element = OxmlElement("w:lvl")
        element.set(qn("w:ilvl"), str(level))
        for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            element.append(child)
        abstract.append(element)
    numbering.append(abstract)
    for number in ("1", "2"):
        element = OxmlElement("w:num")
        element.set(qn("w:numId"), number)
        child = OxmlElement("w:abstractNumId")
        child.set(qn("w:val"), "7")
        element.append(child)
        if restart and number == "2":
            override = OxmlElement("w:lvlOverride")
            override.set(qn("w:ilvl"), "0")
            start = OxmlElement("w:startOverride")
            start.set(qn("w:val"), "1")
            override.append(start)
            element.append(override)
        numbering.append(element)
    for level, number, text in items:
        paragraph = document.add_paragraph(text)
        if level is not None:
            properties = OxmlElement("w:numPr")
            for name, value in (("w:ilvl", str(level)), ("w:numId", number)):
                child = OxmlElement(name)
                child.set(qn("w:val"), value)
                properties.append(child)
            paragraph._p.get_or_add_pPr().append(properties)
    document.save(path)
    return path


def test_numbers_of_word_lists_are_shown_and_begin_again_below_each_heading(tmp_path):
    items = [(0, "1", "目标"), (1, "1", "甲"), (1, "1", "乙"), (0, "1", "任务"), (1, "1", "丙"), (None, "", "正文")]
    assert paragraphs(read_word(word(tmp_path / "a.docx", items))) == [
        "一、目标", "（一）甲", "（二）乙", "二、任务", "（一）丙", "正文",
    ]  # fmt: skip


def test_a_list_that_restarts_begins_with_one(tmp_path):
    items = [(0, "1", "甲"), (0, "1", "乙"), (0, "2", "丙")]
    assert paragraphs(read_word(word(tmp_path / "a.docx", items, restart=True)))[2] == "一、丙"
    assert paragraphs(read_word(word(tmp_path / "b.docx", items)))[2] == "三、丙"


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (21, "chineseCounting", "二十一"),
        (105, "chineseCountingThousand", "一百零五"),
        (4, "lowerRoman", "iv"),
        (28, "upperLetter", "BB"),
        (3, "decimal", "3"),
        (2, "decimalEnclosedCircle", "②"),
    ],
)
def test_formats_of_list_numbers(number, form, shown):
    assert format_number(number, form) == shown


def test_a_merged_cell_counts_in_every_row_and_column_that_it_covers(tmp_path):
    document = Document()
    table = document.add_table(3, 3)
    for row, texts in enumerate([["县区", "新增（个）", ""], ["", "2024年", "2025年"], ["甲县", "5", "6"]]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    document.save(tmp_path / "a.docx")
    assert rows(read_word(tmp_path / "a.docx")) == [
        ["县区", "新增（个）", "新增（个）"],
        ["县区", "2024年", "2025年"],
        ["甲县", "5", "6"],
    ]


def test_deleted_text_is_left_out(tmp_path):
    document = Document()
    paragraph = document.add_paragraph("达到80%。")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = "达到70%。"
    run.append(text)
    deleted.append(run)
    paragraph._p.append(deleted)
    document.save(tmp_path / "a.docx")
    assert paragraphs(read_word(tmp_path / "a.docx")) == ["达到80%。"]


def test_headers_and_page_numbers_of_a_pdf_are_dropped(tmp_path):
    lines = [f"Action {number} Cut waste by {number}5 percent by 2030." for number in (1, 2, 3)]
    pages = [["Harbour Plan", line, f"- {number} -"] for number, line in enumerate(lines, 1)]
    content, scanned = read_pdf(text_pages(tmp_path / "a.pdf", pages))
    assert paragraphs(content) == lines
    assert scanned == ()


def test_a_sentence_that_differs_only_in_its_numbers_is_no_header(tmp_path):
    pages = [[f"Action {number} Cut waste by {number}5 percent by 2030."] for number in (1, 2, 3)]
    content, _scanned = read_pdf(text_pages(tmp_path / "a.pdf", pages))
    assert len(content.paragraphs) == 3


def test_a_pdf_of_pictures_has_no_text_and_says_so(tmp_path):
    assert fault_of(lambda: read_pdf(picture_only(tmp_path / "a.pdf"))) == "policy_no_text"


def test_a_locked_pdf_says_so(tmp_path):
    assert fault_of(lambda: read_pdf(encrypted(tmp_path / "a.pdf"))) == "policy_encrypted"


def test_a_damaged_pdf_says_so(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing else")
    assert fault_of(lambda: read_pdf(path)) == "policy_damaged"


def test_a_pdf_of_more_than_500_pages_is_too_long(tmp_path):
    assert fault_of(lambda: read_pdf(text_pages(tmp_path / "a.pdf", [["text"]] * 501))) == "policy_too_long"


def test_a_ruled_table_of_a_pdf_keeps_its_cells(tmp_path):
    table = [["Indicator", "Unit", "2030"], ["Recycling rate", "%", "60"], ["Reuse shops", "shops", "8"]]
    content, _scanned = read_pdf(text_pages(tmp_path / "a.pdf", [["Targets of the plan follow in the table."]], table))
    assert rows(content) == table
