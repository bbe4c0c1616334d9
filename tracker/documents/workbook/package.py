"""The file itself: the parts that openpyxl makes, and long sheets streamed in from where their rows come from."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

#: A quarter of the time of zlib's usual level for a file a quarter larger: of a long list it is a good part.
LEVEL = 1
#: An entry that may grow beyond this needs a larger head, which must be known beforehand.
LARGE = 2_000_000_000


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
        if stream is None:
            super().write(filename, arcname, *args, **kwargs)
            return
        with self.open(arcname, "w", force_zip64=stream.size > LARGE) as entry:
            for piece in stream.pieces():
                entry.write(piece)


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
