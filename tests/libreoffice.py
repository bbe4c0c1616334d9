"""Workbooks as LibreOffice opened them, reckoned them and saved them again."""

import shutil
import subprocess
from pathlib import Path

import pytest


def saved_by_libreoffice(folder: Path, *workbooks: Path) -> Path:
    """Where LibreOffice, with a profile of its own in this folder, put its .xlsx of each; skips where it is missing."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile, saved = f"-env:UserInstallation=file://{folder / 'profile'}", folder / "saved"
    target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(saved)]
    subprocess.run(
        [program, "--headless", profile, *target, *map(str, workbooks)], check=True, capture_output=True, timeout=300
    )
    return saved
