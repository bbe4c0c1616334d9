"""Reading a plan document (TOML): every mistake is reported with its place, and all at once."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.text import is_plain
from tracker.calculation.years import YEARS, is_sensible
from tracker.documents.setup.shape import NESTED, SHAPE, type_of
from tracker.queries.errors import Refused


@dataclass
class Document:
    """A document's tables, complete with defaults, the mistakes found so far, and what was left out, in words."""

    name: str
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table."""
        return self.tables.get(table, [])

    def complain(self, table: str, index: int, key: str, message: str) -> None:
        """Note a mistake at its place: "[[target]] 3, bound"."""
        self.mistakes[f"{self.name}: [[{table}]] {index + 1}, {key}"] = message

    def leave_out(self, table: str, index: int, message: str) -> None:
        """Note a row that is right in itself and was not loaded."""
        self.left_out.append(f"{self.name}: [[{table}]] {index + 1}: {message}")

    def require_known(self, table: str, key: str, known: Iterable[str]) -> None:
        """Complain of each name in `key` (a name or a list of them) that is not a known one."""
        names = set(known)
        for index, row in enumerate(self.rows(table)):
            value = row[key]
            for name in value if isinstance(value, list) else [value] if value else []:
                if name not in names:
                    self.complain(table, index, key, _("“%(name)s” is not defined.") % {"name": name})

    def raise_mistakes(self) -> None:
        """Refuse the document if anything is wrong with it."""
        if self.mistakes:
            raise Refused(_("%(file)s was not loaded; nothing was changed.") % {"file": self.name}, self.mistakes)


def read_document(path: Path) -> Document:
    """Read and check a document's shape. Raises Refused naming the file, table, row and key of each mistake."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError:
        raise Refused(_("There is no file %(path)s, or it cannot be read.") % {"path": path}) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(_("%(file)s is not TOML in UTF-8: %(error)s") % {"file": path.name, "error": error}) from None
    return complete_document(Document(path.name), content)


def complete_document(document: Document, content: Mapping[str, Any]) -> Document:
    """Fill a document from tables of plain values. Raise Refused naming the table, row and key of each mistake."""
    for table, rows in content.items():
        if table not in SHAPE:
            document.complain(table, 0, "", _("This table is not known."))
            continue
        listed = rows if isinstance(rows, list) else [rows]
        if not all(isinstance(row, dict) for row in listed):
            document.complain(table, 0, "", _("Each row must be a table of keys and values."))
            continue
        document.tables[table] = [_complete(document, table, index, row) for index, row in enumerate(listed)]
    document.raise_mistakes()
    return document


def _complete(document: Document, table: str, index: int, row: Mapping[str, Any]) -> dict[str, Any]:
    optional = SHAPE[table][1]
    _check_keys(document, table, index, row, SHAPE[table])
    nested = {
        key: _nested(document, table, index, key, row[key]) for key in NESTED.keys() & row.keys() & optional.keys()
    }
    return {**optional, **row, **nested}


def _nested(document: Document, table: str, index: int, key: str, rows: Any) -> list[dict[str, Any]]:
    """Return the rows within a row, complete with defaults; complain of what is wrong with them at their key."""
    if not isinstance(rows, list):
        return []
    for row in rows:
        if isinstance(row, dict):
            _check_keys(document, table, index, row, NESTED[key], within=key)
        else:
            document.complain(table, index, key, _("Each row must be a table of keys and values."))
    complete = [{**NESTED[key][1], **row} for row in rows if isinstance(row, dict)]
    for row in complete:
        row |= {name: _nested(document, table, index, name, row[name]) for name in NESTED.keys() & row.keys()}
    return complete


def _check_keys(
    document: Document,
    table: str,
    index: int,
    row: Mapping[str, Any],
    shape: tuple[tuple[str, ...], dict[str, Any]],
    within: str = "",
) -> None:
    """Complain of keys that are missing, unknown or of the wrong type."""
    required, optional = shape
    for key in required:
        if key not in row:
            document.complain(table, index, _place(within, key), _("This is required."))
    for key, value in row.items():
        problem = _("This key is not known.")
        if key in required or key in optional:
            problem = _problem(value, type_of("" if within else table, key), is_nested=key in NESTED)
        if problem:
            document.complain(table, index, _place(within, key), problem)


def _problem(value: Any, wanted: type | tuple[type, ...], *, is_nested: bool) -> str:
    """Return what is wrong with a value as such, "" where nothing is."""
    is_wrong = not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool)
    if is_wrong or isinstance(value, datetime):
        return _("This value is of the wrong type.")
    if isinstance(value, Decimal) and not value.is_finite():
        return _("This value is not a finite number.")
    if isinstance(value, date) and not is_sensible(value):
        return _("The year must lie between %(first)s and %(last)s.") % YEARS
    texts = value if isinstance(value, list) and not is_nested else [value] if isinstance(value, str) else []
    if not all(isinstance(text, str) for text in texts):
        return _("This value is of the wrong type.")
    return "" if all(map(is_plain, texts)) else _("This text holds a control character that cannot be seen.")


def _place(within: str, key: str) -> str:
    return f"{within}.{key}" if within else key
