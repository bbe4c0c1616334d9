"""Workbooks as LibreOffice opened them, reckoned them and saved or printed them."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw


def saved_by_libreoffice(folder: Path, *workbooks: Path, form: str = "xlsx:Calc MS Excel 2007 XML") -> Path:
    """Where LibreOffice, with a profile of its own in this folder, put its file of each; skips where it is missing."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile, saved = f"-env:UserInstallation=file://{folder / 'profile'}", folder / "saved"
    target = ["--convert-to", form, "--outdir", str(saved)]
    subprocess.run(
        [program, "--headless", profile, *target, *map(str, workbooks)], check=True, capture_output=True, timeout=300
    )
    return saved


def printed_by_libreoffice(folder: Path, *workbooks: Path) -> dict[str, pypdfium2.PdfDocument]:
    """The pages that LibreOffice prints of each workbook, by the name of its file without ending."""
    printed = saved_by_libreoffice(folder, *workbooks, form="pdf")
    return {book.stem: pypdfium2.PdfDocument(printed / f"{book.stem}.pdf") for book in workbooks}


def smallest_letters(page: pypdfium2.PdfPage) -> float:
    """Return the size in points of the smallest letters on a page; 0 where there are none."""
    sizes = []
    for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        size = ctypes.c_float()
        raw.FPDFTextObj_GetFontSize(text.raw, ctypes.byref(size))
        sizes.append(size.value * text.get_matrix().d)
    return min(sizes, default=0.0)
