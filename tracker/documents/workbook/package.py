"""The file itself: the parts that openpyxl makes, and long sheets streamed in from where their rows come from."""

import posixpath
import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

#: A quarter of the time of zlib's usual level for a file a quarter larger: of a long list it is a good part.
LEVEL = 1
#: An entry that may grow beyond this needs a larger head, which must be known beforehand.
LARGE = 2_000_000_000
DRAWING = re.compile(r"xl/drawings/drawing\d+\.xml")
#: The beginning of an element without a prefix.
UNPREFIXED = re.compile(rb"<(/?)([A-Za-z]\w*)(?=[\s/>])")
CHART = re.compile(r"xl/charts/chart\d+\.xml")
#: The number format of a chart's labels, which says not yet that it is the chart's own.
LINKED = re.compile(rb'(<(?:c:)?numFmt formatCode="[^"]*")\s*/>')
#: A target that is named from the root of the package.
ABSOLUTE = re.compile(rb'Target="/([^"]+)"')
#: The earliest time that an entry can have.
NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Stream:
    """The XML of a sheet in pieces, and about how many bytes they make."""

    pieces: Callable[[], Iterable[bytes]]
    size: int


class Package(ZipFile):
    """A workbook's package. A file for which there is a stream is written from that instead."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w", ZIP_DEFLATED, compresslevel=LEVEL)
        self.streams: dict[str, Stream] = {}

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        """Add a file, as openpyxl asks for each sheet."""
        stream = self.streams.get(str(filename))
        size = stream.size if stream else Path(filename).stat().st_size
        with self.open(self._entry(arcname), "w", force_zip64=size > LARGE) as entry:
            if stream is None:
                with Path(filename).open("rb") as file:
                    shutil.copyfileobj(file, entry)
                return
            for piece in stream.pieces():
                entry.write(piece)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        """Add a part, as openpyxl asks for everything else.

        It names related parts from the root of the package and drawings without a prefix, which not every reader
        takes, and leaves out that formats of a chart's labels are its own, without which LibreOffice takes the cells'.
        """
        name = str(getattr(zinfo_or_arcname, "filename", zinfo_or_arcname))
        data = own_formats(name, prefixed_drawing(name, relative_targets(name, data)))
        super().writestr(self._entry(zinfo_or_arcname), data, *args, **kwargs)

    def _entry(self, name: Any) -> ZipInfo:
        """Return an entry without the time of writing, so that the same workbook is the same bytes."""
        entry = ZipInfo(str(name), date_time=NO_TIME)
        entry.compress_type = ZIP_DEFLATED
        entry._compresslevel = LEVEL  # type: ignore[attr-defined]
        entry.external_attr = 0o600 << 16
        return entry


def relative_targets(name: str, data: Any) -> Any:
    """Return a part's relationships with each target named from the part's own folder; any other part as it is.

    "/xl/worksheets/sheet1.xml" in xl/_rels/workbook.xml.rels is "worksheets/sheet1.xml".
    """
    if not name.endswith(".rels"):
        return data
    folder = posixpath.dirname(posixpath.dirname(name))
    content = data if isinstance(data, bytes) else str(data).encode()

    def from_folder(found: "re.Match[bytes]") -> bytes:
        return b'Target="%s"' % posixpath.relpath(found[1].decode(), folder or ".").encode()

    return ABSOLUTE.sub(from_folder, content)


def prefixed_drawing(name: str, data: Any) -> Any:
    """Return a drawing with the usual prefix before its elements, by which exceljs knows them; any other part as it is.

    All elements without a prefix are of the one namespace that the root declares.
    """
    if not DRAWING.fullmatch(name):
        return data
    content = data if isinstance(data, bytes) else str(data).encode()
    content = content.replace(b"<wsDr xmlns=", b"<wsDr xmlns:xdr=", 1)
    return UNPREFIXED.sub(rb"<\1xdr:\2", content)


def own_formats(name: str, data: Any) -> Any:
    """Return a chart whose labels are printed in its own number formats in every program; any other part as it is."""
    if not CHART.fullmatch(name):
        return data
    return LINKED.sub(rb'\1 sourceLinked="0"/>', data if isinstance(data, bytes) else str(data).encode())


def save_package(workbook: Workbook, path: Path, streams: dict[str, Stream]) -> None:
    """Write the workbook; `streams` holds, by its sheet's temporary file, what is streamed."""
    with Package(path) as package:
        package.streams = streams
        ExcelWriter(workbook, package).write_data()


def discard(workbook: Workbook, path: Path) -> None:
    """Leave nothing of a workbook that could not be finished."""
    sheets: list[Any] = workbook.worksheets  # write-only ones, of which the types tell little
    for sheet in sheets:
        with suppress(OSError, ValueError):  # the disk may be full
            if not sheet.closed:
                sheet.close()
        sheet._writer.cleanup()
    path.unlink(missing_ok=True)
