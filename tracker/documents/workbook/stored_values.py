"""Gives formulas the values they have, for viewers that do not reckon; openpyxl writes formulas without any."""

import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from tracker.documents.workbook.package import relative_targets

#: A cell with a formula as openpyxl writes it: its place, its attributes, the formula, no value.
FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v\s*/?>(?:</v>)?</c>')


def store_values(path: Path, sheets: Sequence[Mapping[str, Decimal | None]]) -> None:
    """Put the values in, sheet by sheet in the workbook's order; None is the empty text."""
    aside = path.with_name(f"{path.name}.values")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", part.filename)
            if number:
                values = sheets[int(number[1]) - 1]
                content = FORMULA.sub(lambda found, values=values: _with_value(found, values), content)  # type: ignore[misc]
            new.writestr(part, relative_targets(part.filename, content), zipfile.ZIP_DEFLATED)
    os.replace(aside, path)  # noqa: PTH105


def _with_value(found: "re.Match[bytes]", values: Mapping[str, Decimal | None]) -> bytes:
    place, attributes, formula = found[1].decode(), found[2], found[3]
    value = values.get(place)
    stored = b"<v></v>" if value is None else f"<v>{float(value)!r}</v>".encode()
    attributes = re.sub(rb'\s+t="[^"]*"', b"", attributes)
    kind = b' t="str"' if value is None else b""
    return b'<c r="%s"%s%s><f>%s</f>%s</c>' % (found[1], attributes, kind, formula, stored)
