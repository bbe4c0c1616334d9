"""What a file of evidence is, by its content: PDF, PNG, JPEG or .xlsx, whole, and nothing else besides.

The name's ending must agree. Files that a browser could take for a page (HTML or SVG in front of the real content)
are refused, though none is ever shown in the browser.
"""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from tracker.uploads import content_types
from tracker.uploads.faults import UploadRefused
from tracker.uploads.package import ZIP, check_package


@dataclass(frozen=True)
class EvidenceKind:
    """A kind of file: the endings its name may have (the first is the usual one) and its media type."""

    endings: tuple[str, ...]
    media_type: str


PDF = EvidenceKind((".pdf",), "application/pdf")
PNG = EvidenceKind((".png",), "image/png")
JPEG = EvidenceKind((".jpg", ".jpeg"), "image/jpeg")
XLSX = EvidenceKind((".xlsx",), content_types.XLSX)
KINDS = (PDF, PNG, JPEG, XLSX)
#: What a file chooser offers.
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
#: What browsers look for in the first kilobyte of a file whose kind they guess.
SNIFFED = 1024
MARKUP = re.compile(rb"<\s*(html|script|svg|body|iframe|head|!doctype\s+(html|svg))\b", re.IGNORECASE)
PDF_END = re.compile(rb"%%EOF\s*\0*\s*$")


def kind_of(path: Path, name: str) -> EvidenceKind:
    """Return the kind of the file at `path`, which its sender calls `name`. Raise UploadRefused if it has none."""
    with path.open("rb") as file:
        start = file.read(SNIFFED)
    if not start:
        raise UploadRefused.because("evidence_empty")
    kind = _kind_by_start(start)
    if Path(name).suffix.lower() not in kind.endings:
        raise UploadRefused.because("evidence_name", kind=kind.endings[0])
    if MARKUP.search(start):
        raise UploadRefused.because("evidence_markup")
    if kind is XLSX:
        check_package(path)
    elif not _is_whole(kind, path.read_bytes()):
        raise UploadRefused.because("evidence_damaged", kind=kind.endings[0])
    return kind


def _kind_by_start(start: bytes) -> EvidenceKind:
    signs = {b"%PDF-": PDF, PNG_SIGNATURE: PNG, JPEG_START: JPEG, ZIP: XLSX}
    for sign, kind in signs.items():
        if start.startswith(sign):
            return kind
    raise UploadRefused.because("evidence_kind")


def _is_whole(kind: EvidenceKind, content: bytes) -> bool:
    if kind is PDF:
        return PDF_END.search(content[-SNIFFED:]) is not None
    return _is_png(content) if kind is PNG else _is_jpeg(content)


def _is_png(content: bytes) -> bool:
    """Return True if chunk follows chunk, each with its right checksum, from IHDR to IEND, with nothing behind."""
    at, names = len(PNG_SIGNATURE), []
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        checksum = content[at + 8 + size : at + 12 + size]
        if len(body) != size or checksum != zlib.crc32(name + body).to_bytes(4, "big"):
            return False
        if name in (b"tEXt", b"iTXt", b"eXIf") and MARKUP.search(body):
            return False
        names.append(name)
        at += 12 + size
        if name == b"IEND":
            break
    return names[:1] == [b"IHDR"] and b"IDAT" in names and names[-1] == b"IEND" and at == len(content)


def _is_jpeg(content: bytes) -> bool:
    """Return True if segment follows segment up to the picture's data, and the file ends as a picture does.

    Telephones put further pictures behind the first; so the end marker is looked for at the end of the file.
    """
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if size < 2 or (marker in (0xE1, 0xFE) and MARKUP.search(content[at + 4 : at + 2 + size])):
            return False
        at += 2 + size
        if marker == 0xDA:  # the picture's data follow
            return content.rstrip(b"\0").endswith(JPEG_END) and at < len(content)
    return False
