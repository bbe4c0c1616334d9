"""Reading of a policy document's file by its kind."""

from pathlib import Path

from tracker.uploads.policy.content import Content
from tracker.uploads.policy.files.pdf import read_pdf
from tracker.uploads.policy.files.plain_text import read_plain_text
from tracker.uploads.policy.files.word import read_word


def read_file(path: Path, kind: str) -> tuple[Content, tuple[int, ...]]:
    """Return the content of a file of this kind (.txt, .docx, .pdf), and its pages without text.

    Raise `UploadRefused` if the file cannot be read.
    """
    if kind == ".pdf":
        return read_pdf(path)
    if kind == ".docx":
        return read_word(path), ()
    return read_plain_text(path.read_bytes()), ()
