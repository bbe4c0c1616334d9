"""Decoding of text files: UTF-8, UTF-16 with its mark, or GB18030 (as Chinese Windows programs write)."""

from tracker.uploads.faults import UploadRefused

ENCODINGS = ("utf-8-sig", "gb18030")
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def decode(content: bytes) -> str:
    """Return the text of the content. Raise `UploadRefused` if its encoding is none of these."""
    marked = BYTE_ORDER_MARKS.get(content[:2])
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UploadRefused.because("strange_text")
