"""Small whole files of each kind that may be evidence."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from tests.uploads.packages import plain_parts


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """One chunk of a PNG file."""
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def png(*extra: bytes) -> bytes:
    """A picture of one pixel, with further chunks behind its head."""
    head = chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
    data = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + data + chunk(b"IEND")


def segment(marker: int, body: bytes) -> bytes:
    """One segment of a JPEG file."""
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(*extra: bytes, data: bytes = b"\x12\x34\x56") -> bytes:
    """What is built like a picture: head, tables, data, end."""
    head = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    return b"\xff\xd8" + head + b"".join(extra) + segment(0xDA, b"\1\1\0\0\x3f\0") + data + b"\xff\xd9"


def pdf(body: bytes = b"1 0 obj\n<<>>\nendobj\n") -> bytes:
    """The frame of a PDF file."""
    return b"%PDF-1.7\n" + body + b"trailer\n<<>>\nstartxref\n0\n%%EOF\n"


def xlsx(more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A small workbook, with further parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**plain_parts(), **(more or {})}.items():
            archive.writestr(name, content)
    return file.getvalue()


WHOLE = {"scale.png": png(), "scale.jpg": jpeg(), "scale.JPEG": jpeg(), "scale.pdf": pdf(), "scale.xlsx": xlsx()}
