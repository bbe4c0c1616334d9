"""Reading a plan document (TOML): every mistake is reported with its place, and all at once."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.text import is_plain
from tracker.calculation.years import YEARS, is_sensible
from tracker.queries.errors import Refused

#: table -> (required keys, optional keys with their defaults)
SHAPE: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "plan": (
        ("code", "name", "issuer", "issued_on", "starts_on", "ends_on", "region"),
        {
            "name_en": "",
            "issuer_en": "",
            "document_number": "",
            "deadline_day": 5,
            "deadline_on_working_day": True,
            "lock_after_days": None,
            "graded_by": "due",
            "level_two_below": 0,
            "level_one_below": -10,
            "pace": "even_by_month",
            "checking_levels": [],
            "fiscal_year_starts": 1,
            "time_zone": "Asia/Shanghai",
            "calendar": "CN",
            "deadlines": {},
        },
    ),
    "clause": (("number", "name"), {"name_en": "", "wording": ""}),
    "indicator": (
        ("code", "name", "unit"),
        {
            "name_en": "",
            "decimals": 2,
            "direction": "more",
            "over_periods": "sum",
            "over_places": "sum",
            "parts": [],
            "numerator": "",
            "denominator": "",
            "included_in": "",
            "weight": "",
            "definition": "",
        },
    ),
    "target": (
        ("indicator", "clauses", "bound"),
        {
            "kind": "",
            "value": None,
            "upper_value": None,
            "base_value": None,
            "base_year": None,
            "base_source": "",
            "pace": "",
            "milestones": [],
            "goals": [],
            "graded_by": "",
            "level_two_below": None,
            "level_one_below": None,
            "nature": "",
            "responsible": "",
            "supporting": [],
            "is_approximate": False,
            "is_key": False,
            "places": [],
            "document_number": "",
        },
    ),
    "commitment": (("clause", "kind"), {"part_of": "", "places": [], "bodies": []}),
    "unit": (("code", "symbol", "symbol_en", "dimension", "factor"), {"is_countable": False}),
    "level": (("code", "name"), {"name_en": ""}),
    "region": (("code", "level", "name"), {"name_en": "", "part_of": ""}),
    "check": (("kind", "severity"), {"indicator": "", "low": None, "high": None}),
}
#: rows within a row: key -> (required keys, optional keys with their defaults)
NESTED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "milestones": (("day", "value"), {}),
    "goals": (("place", "value"), {"upper_value": None, "base_value": None}),
}
TYPES: dict[str, type | tuple[type, ...]] = {
    "day": date,
    "issued_on": date,
    "starts_on": date,
    "ends_on": date,
    **dict.fromkeys(("value", "upper_value", "base_value"), (int, Decimal, type(None))),
    **dict.fromkeys(("level_two_below", "level_one_below"), (int, Decimal, type(None))),
    "base_year": (int, type(None)),
    "is_countable": bool,
    "factor": (int, Decimal),
    **dict.fromkeys(("low", "high"), (int, Decimal, type(None))),
    "decimals": int,
    "deadline_day": int,
    "deadline_on_working_day": bool,
    "lock_after_days": (int, type(None)),
    "fiscal_year_starts": int,
    "deadlines": dict,
    "is_approximate": bool,
    "is_key": bool,
    **dict.fromkeys(("parts", "clauses", "places", "bodies", "supporting", "milestones", "goals"), list),
}


@dataclass
class Document:
    """A document's tables, complete with defaults, and the mistakes found so far."""

    name: str
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table."""
        return self.tables.get(table, [])

    def complain(self, table: str, index: int, key: str, message: str) -> None:
        """Note a mistake at its place: "[[target]] 3, bound"."""
        self.mistakes[f"{self.name}: [[{table}]] {index + 1}, {key}"] = message

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
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError:
        raise Refused(_("There is no file %(path)s, or it cannot be read.") % {"path": path}) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(_("%(file)s is not TOML in UTF-8: %(error)s") % {"file": path.name, "error": error}) from None
    return check_document(path.name, content)


def check_document(name: str, content: Mapping[str, Any]) -> Document:
    """Return the tables complete with defaults. Raise Refused naming the table, row and key of each mistake."""
    document = Document(name)
    for table, rows in content.items():
        if table not in SHAPE:
            document.complain(table, 0, "", _("This table is not known."))
            continue
        listed = rows if isinstance(rows, list) else [rows]
        if not all(isinstance(row, dict) for row in listed):
            document.complain(table, 0, "", _("Rows are tables of keys and values."))
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
            document.complain(table, index, key, _("Rows are tables of keys and values."))
    return [{**NESTED[key][1], **row} for row in rows if isinstance(row, dict)]


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
        if key not in required and key not in optional:
            document.complain(table, index, _place(within, key), _("This key is not known."))
        elif not isinstance(value, TYPES.get(key, str)) or (isinstance(value, bool) and TYPES.get(key) is not bool):
            document.complain(table, index, _place(within, key), _("This value is of the wrong type."))
        elif isinstance(value, date) and not is_sensible(value):
            problem = _("The year must lie between %(first)s and %(last)s.") % YEARS
            document.complain(table, index, _place(within, key), problem)
        elif not all(
            is_plain(text) for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)
        ):
            problem = _("This text holds a control character that cannot be seen.")
            document.complain(table, index, _place(within, key), problem)


def _place(within: str, key: str) -> str:
    return f"{within}.{key}" if within else key
