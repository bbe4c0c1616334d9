"""Uploaded policy documents are read in the bounded process; what cannot be read is refused with what to do."""

import zipfile
from pathlib import Path

import pytest
from docx import Document

from tests.uploads.packages import pack, plain_parts
from tests.uploads.policy.pdfs import encrypted, picture_only, text_pages
from tests.uploads.policy.scorer import documents, read
from tracker.uploads import policy_document
from tracker.uploads.faults import UploadRefused
from tracker.uploads.policy.proposals import Doubt, Rejection
from tracker.uploads.policy.vocabulary import words
from tracker.uploads.policy_document import kind_of, read_policy
from tracker.uploads.policy_wording import explain_doubt, explain_rejection
from tracker.uploads.wording import explain

PLAN = "某市2025年行动计划\n一、目标\n到2025年，利用率达到80%。\n"


def refusal_of(path: Path):
    with pytest.raises(UploadRefused) as refused:
        read_policy(path)
    return refused.value.faults[0]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("suffix", [".txt", ".docx", ".pdf"])
def test_the_bounded_process_reads_what_the_rules_read(suffix):
    path = next(one for one in documents("growing") if one.suffix == suffix)
    assert read_policy(path) == read(path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "policy_empty"),
        (b" \r\n", "policy_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "policy_encrypted_or_old"),
        (b"\x89PNG\r\n\x1a\n", "policy_kind"),
        (b"\x00\x01\x02\x03", "policy_kind"),
        (b"PK\x03\x04 cut off", "policy_damaged"),
        (b"%PDF-1.7 cut off", "policy_damaged"),
        ("坚持统筹推进，加强领导。\n".encode(), "policy_no_numbers"),
        ("2019年，利用率为56%。\n某市2021年计划，利用。\n".encode(), "policy_nothing_found"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path, content, fault):
    assert refusal_of(written(tmp_path / "plan", content)).code == fault


def test_pdf_files_without_text_or_with_a_lock_are_told_apart(tmp_path):
    assert refusal_of(picture_only(tmp_path / "a.pdf")).code == "policy_no_text"
    assert refusal_of(encrypted(tmp_path / "b.pdf")).code == "policy_encrypted"
    assert refusal_of(text_pages(tmp_path / "c.pdf", [["Cut waste by 5 percent."]] * 501)).code == "policy_too_long"


def word(path: Path) -> Path:
    document = Document()
    for line in PLAN.splitlines():
        document.add_paragraph(line)
    document.save(path)
    return path


def test_the_kind_is_told_by_the_content(tmp_path):
    assert kind_of(word(tmp_path / "plan.txt")) == ".docx"
    assert kind_of(written(tmp_path / "plan.docx", PLAN.encode())) == ".txt"
    assert kind_of(written(tmp_path / "a", b"\n%PDF-1.4")) == ".pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("word/vbaProject.bin", b"\xd0\xcf"),
        ("word/../../etc/passwd", b"x"),
        ("word/more.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'),
        ("word/bomb.xml", b" " * 30_000_000),
    ],
)
def test_a_hostile_word_file_is_refused(tmp_path, name, content):
    path = word(tmp_path / "plan.docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    assert refusal_of(path).code == "policy_harmful"


def test_a_workbook_is_no_policy_document(tmp_path):
    assert refusal_of(pack(tmp_path / "plan.docx", plain_parts())).code == "policy_kind"


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(policy_document, "MAX_DOCUMENT", 10)
    assert refusal_of(written(tmp_path / "plan.txt", PLAN.encode())).code == "policy_too_large"


def test_a_word_file_may_link_to_its_template(tmp_path):
    path = word(tmp_path / "plan.docx")
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'attachedTemplate" Target="file:///x.dotm" TargetMode="External"/></Relationships>'
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/_rels/settings.xml.rels", links)
    assert len(read_policy(path).targets) == 1


def test_a_text_of_more_than_500_pages_is_too_long(tmp_path):
    assert refusal_of(written(tmp_path / "plan.txt", ("坚持统筹推进。" * 150_000).encode())).code == "policy_too_long"


@pytest.mark.parametrize(
    "code",
    words(
        "policy_empty policy_too_large policy_kind policy_encrypted_or_old policy_encrypted policy_damaged "
        "policy_harmful policy_unreadable policy_no_text policy_too_long policy_no_numbers policy_nothing_found"
    ),
)
def test_every_fault_has_words_of_its_own(code):
    fault = UploadRefused.because(code, kind="PDF", limit=20).faults[0]
    assert explain(fault) != explain(UploadRefused.because("unreadable").faults[0])


def test_every_doubt_and_every_rejection_has_words():
    explained = [explain_doubt(one) for one in Doubt] + [explain_rejection(one) for one in Rejection]
    assert all(explained)
    assert len(set(explained)) == len(explained)
