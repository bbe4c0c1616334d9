"""Imports point down, and the rules of reckoning know nothing of the framework."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

TOP = Path(settings.BASE_DIR)
STANDARD = sys.stdlib_module_names


def imports_of(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield node.module or ""


def test_imports_point_down():
    program = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([program, "--no-cache"], cwd=TOP, capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", sorted((TOP / "tracker" / "calculation").glob("**/*.py")), ids=lambda path: path.name)
def test_reckoning_uses_the_standard_library_and_itself_alone(path):
    others = [
        name
        for name in imports_of(path)
        if name.split(".")[0] not in STANDARD and not name.startswith("tracker.calculation")
    ]
    assert others == []


def test_only_the_workbook_rooms_know_openpyxl():
    rooms = {TOP / "tracker" / "documents" / "workbook", TOP / "tracker" / "uploads"}
    outside = [path for path in (TOP / "tracker").rglob("*.py") if rooms.isdisjoint(path.parents)]
    assert [str(path) for path in outside if any(name.startswith("openpyxl") for name in imports_of(path))] == []


def test_migrations_import_no_code_of_ours():
    for path in (TOP / "tracker" / "migrations").glob("*.py"):
        ours = [name for name in imports_of(path) if name.startswith(("tracker", "config"))]
        assert all(name.startswith("tracker.migrations") for name in ours), path.name


def test_there_is_no_room_for_leftovers():
    assert not list((TOP / "tracker").rglob("utils.py"))


def test_no_page_holds_inline_script_or_style():
    """The content policy would refuse it. Mail is no page: its readers know no style sheets."""
    mail = TOP / "templates" / "mail"
    pages = [path for path in (TOP / "templates").rglob("*.html") if mail not in path.parents]
    inline = re.compile(r"""\s(style|on[a-z]+)=|<style|<script(?![^>]*\bsrc=)|javascript:""")
    assert [str(path) for path in pages if inline.search(path.read_text(encoding="utf-8"))] == []
