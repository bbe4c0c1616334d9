"""Uploaded policy documents: detection of the kind, checks, and reading in the bounded process."""

from pathlib import Path

from tracker.uploads.bounded import run_bounded
from tracker.uploads.faults import UploadRefused
from tracker.uploads.package import MB, OLE, WORD, ZIP, check_package
from tracker.uploads.patience import ENDLESS, Patience
from tracker.uploads.policy.proposals import Reading
from tracker.uploads.policy.wire import from_lines

READER = "tracker.uploads.read_policy"
MAX_DOCUMENT = 20 * MB
PDF = b"%PDF-"
#: A PDF file may begin with other bytes; its mark is within the first of them.
START = 1_024
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: Names of the kinds of files, for messages.
KINDS = {".docx": "Word", ".pdf": "PDF", ".txt": "text"}
#: Faults of packages and of bounded processes, and what each is for a document.
FAULTS = {
    "damaged": "policy_damaged",
    "unreadable": "policy_unreadable",
    "too_many_cells": "policy_unreadable",
    **dict.fromkeys(
        ("macros", "doctype", "strange_encoding", "strange_part", "part_twice", "too_many_parts", "unpacks_too_large"),
        "policy_harmful",
    ),
}


def read_policy(path: Path, *, patience: Patience = ENDLESS) -> Reading:
    """Return what the document proposes. Raise `UploadRefused` with the fault if it cannot be read."""
    kind = kind_of(path)
    try:
        if kind == ".docx":
            check_package(path, WORD)
        return from_lines(run_bounded(READER, [str(path), kind], seconds=patience.left()))
    except UploadRefused as refused:
        fault = refused.faults[0]
        if fault.code not in FAULTS:
            raise
        raise UploadRefused.because(FAULTS[fault.code], kind=KINDS[kind]) from None


def kind_of(path: Path) -> str:
    """Return ".docx", ".pdf" or ".txt", by the content. Raise `UploadRefused` if it is none of these."""
    size = path.stat().st_size
    if size > MAX_DOCUMENT:
        raise UploadRefused.because("policy_too_large", limit=MAX_DOCUMENT // MB)
    with path.open("rb") as file:
        start = file.read(START)
    if not start.strip():
        raise UploadRefused.because("policy_empty")
    if start.startswith(OLE):
        raise UploadRefused.because("policy_encrypted_or_old")
    if start.startswith(ZIP):
        return ".docx"
    if PDF in start:
        return ".pdf"
    if start.startswith(PICTURES) or (b"\0" in start and not start.startswith(UTF_16)):
        raise UploadRefused.because("policy_kind")
    return ".txt"
