"""PDF files written by hand: pages of text, a ruled table, a picture, a lock."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

TOP, LEFT, STEP, WIDTH = 780, 60, 30, 140
#: Padding of passwords, from the PDF standard.
PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def text_pages(path: Path, pages: Sequence[Sequence[str]], table: Sequence[Sequence[str]] = ()) -> Path:
    """Write pages of lines of ASCII, the table below the lines of the last one."""
    contents = []
    for number, lines in enumerate(pages, 1):
        drawn = [_text(LEFT, TOP - 200 * at, line) for at, line in enumerate(lines)]
        if table and number == len(pages):
            drawn.append(_table(table))
        contents.append("\n".join(drawn).encode())
    return _write(path, contents)


def picture_only(path: Path) -> Path:
    """Write a page that holds a picture and no text."""
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    return _write(path, [b"q 500 0 0 700 50 50 cm /Im0 Do Q"], picture=picture + b"\nstream\n\x80\nendstream")


def encrypted(path: Path) -> Path:
    """Write a page locked with a password (standard handler, revision 2)."""
    owner = hashlib.md5(PADDING).digest() * 2  # noqa: S324
    lock = f"<< /Filter /Standard /V 1 /R 2 /P -44 /O <{owner.hex()}> /U <{(b'x' * 32).hex()}> >>".encode()
    return _write(path, [_text(LEFT, TOP, "locked").encode()], lock=lock)


def _text(left: float, bottom: float, line: str) -> str:
    escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 12 Tf {left} {bottom} Td ({escaped}) Tj ET"


def _table(rows: Sequence[Sequence[str]]) -> str:
    top, bottom = 500, 500 - STEP * len(rows)
    right = LEFT + WIDTH * len(rows[0])
    drawn = [f"{LEFT} {top - STEP * at} m {right} {top - STEP * at} l S" for at in range(len(rows) + 1)]
    drawn += [f"{LEFT + WIDTH * at} {top} m {LEFT + WIDTH * at} {bottom} l S" for at in range(len(rows[0]) + 1)]
    for row, cells in enumerate(rows):
        drawn += [_text(LEFT + 5 + WIDTH * at, top - STEP * row - 20, cell) for at, cell in enumerate(cells)]
    return "\n".join(drawn)


def _write(path: Path, contents: Sequence[bytes], *, picture: bytes = b"", lock: bytes = b"") -> Path:
    """Write the objects and their table of places."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    last = 4 + 2 * len(contents)
    resources = f"<< /Font << /F1 3 0 R >> {f'/XObject << /Im0 {last} 0 R >>' if picture else ''} >>"
    for at, content in enumerate(contents):
        page = f"/MediaBox [0 0 595 842] /Contents {5 + 2 * at} 0 R /Resources {resources}"
        objects.append(f"<< /Type /Page /Parent 2 0 R {page} >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    objects += [one for one in (picture, lock) if one]
    file, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R".encode()
    if lock:
        trailer += b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    file += b"trailer\n%b >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, start)
    path.write_bytes(file)
    return path
