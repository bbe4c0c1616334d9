"""Workbooks made by hand, part by part, so that each can be wrong in one way."""

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>指标</t></is></c><c r="B1"><v>6500</v></c></row>'

TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{WORKBOOK_TYPE}"/></Types>'
)
ROOT_LINKS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">'
    '<sheets><sheet name="填报" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
BOOK_LINKS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def sheet(rows: str = ROW, before: str = "", after: str = "") -> str:
    """A sheet's XML around these rows."""
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def plain_parts() -> dict[str, str | bytes]:
    """The parts of a small right workbook."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT_LINKS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_LINKS,
        "xl/worksheets/sheet1.xml": sheet(),
    }


def pack(path: Path, parts: Mapping[str, str | bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write these parts as a package."""
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def peak_while_reading(path: Path) -> int:
    """The peak memory in bytes of the process that reads this workbook.

    Asked from a small process of its own: what a test run has grown to, or started before, is not counted.
    """
    asked = (
        "import resource, sys; from pathlib import Path; from tracker.uploads.workbook import read_workbook\n"
        "try: read_workbook(Path(sys.argv[1]))\n"
        "except Exception: pass\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"
    )
    found = subprocess.run([sys.executable, "-c", asked, str(path)], capture_output=True, text=True, check=True)
    return int(found.stdout)
