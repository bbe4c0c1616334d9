"""What a file of evidence is, by its content."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import depth
from tests.uploads.evidence_files import WHOLE, chunk, jpeg, pdf, png, segment, xlsx
from tracker.uploads.evidence_kinds import kind_of
from tracker.uploads.faults import UploadRefused

PAGE = b"<!DOCTYPE html><script>alert(1)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def looked_at(path, content, name):
    path = path / "file"
    path.write_bytes(content)
    return kind_of(path, name)


@pytest.mark.parametrize(("name", "content"), WHOLE.items())
def test_a_whole_file_of_each_kind_is_taken(tmp_path, name, content):
    assert name.lower().endswith(looked_at(tmp_path, content, name).endings)


@pytest.mark.parametrize("size", [1024, 70_000])
def test_a_photograph_with_its_preview_behind_is_taken(tmp_path, size):
    looked_at(tmp_path, jpeg(segment(0xE1, b"Exif\0\0" + b"\1" * 60), data=b"\7" * size) + jpeg(), "photo.jpg")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "evidence_empty"),
        ("a.html", PAGE, "evidence_kind"),
        ("a.pdf", PAGE, "evidence_kind"),
        ("a.svg", DRAWING, "evidence_kind"),
        ("a.png", DRAWING, "evidence_kind"),
        ("a.exe", b"MZ\x90\0" + b"\0" * 90, "evidence_kind"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "evidence_kind"),
        ("a.gif", b"GIF89a", "evidence_kind"),
        ("a.pdf", b"\n" + pdf(), "evidence_kind"),
        ("a.exe", pdf(), "evidence_name"),
        ("a.pdf.html", pdf(), "evidence_name"),
        ("pdf", pdf(), "evidence_name"),
        ("a.jpg", png(), "evidence_name"),
        ("a.xlsm", xlsx(), "evidence_name"),
        ("a.pdf", pdf(PAGE), "evidence_markup"),
        ("a.jpg", jpeg(segment(0xFE, PAGE)), "evidence_markup"),
        ("a.jpg", jpeg(segment(0xE1, b" " * 2000 + PAGE)), "evidence_damaged"),
        ("a.png", png(chunk(b"tEXt", DRAWING)), "evidence_markup"),
        ("a.png", png(chunk(b"tEXt", b" " * 2000 + PAGE)), "evidence_damaged"),
        ("a.png", png() + PAGE, "evidence_markup"),
        ("a.png", png() + b"more", "evidence_damaged"),
        ("a.png", png()[:-4], "evidence_damaged"),
        ("a.png", png().replace(b"IHDR", b"IHDX"), "evidence_damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "evidence_damaged"),
        ("a.jpg", jpeg()[:-1], "evidence_damaged"),
        ("a.jpg", jpeg() + b" " * 2000 + PAGE, "evidence_damaged"),
        ("a.jpg", b"\xff\xd8\xff\xd9", "evidence_damaged"),
        ("a.pdf", pdf()[:-5], "evidence_damaged"),
        ("a.xlsx", xlsx()[:-30], "damaged"),
        ("a.xlsx", xlsx({"xl/vbaProject.bin": b"macro"}), "macros"),
        ("a.xlsx", xlsx({"xl/embeddings/a.bin": b"object"}), "embedded_objects"),
    ],
)
def test_what_is_none_of_them_or_more_than_one_is_refused(tmp_path, name, content, code):
    with pytest.raises(UploadRefused) as refusal:
        looked_at(tmp_path, content, name)
    assert [fault.code for fault in refusal.value.faults] == [code]


@given(name=st.sampled_from(sorted(WHOLE)), cut=st.integers(0, 400), junk=st.binary(max_size=40))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=depth.amount(150, quick=30),
)
def test_a_damaged_file_is_refused_or_taken_never_an_accident(tmp_path, name, cut, junk):
    content = WHOLE[name]
    at = cut % (len(content) + 1)
    for damaged in (content[:at], content[:at] + junk + content[at:], content[:at] + junk + content[at + len(junk) :]):
        try:
            looked_at(tmp_path, damaged, name)
        except UploadRefused as refusal:
            assert refusal.faults
