"""Tables of a plan document as TOML. Keys that hold what their absence means are left out."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.documents.setup.shape import NESTED, SHAPE, Tables

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_toml(tables: Tables, comment: str = "") -> str:
    """Return the tables as a TOML document, in the order of the shape.

    >>> print(to_toml({"clause": [{"number": "二", "name": "主要目标", "name_en": "", "wording": ""}]}), end="")
    [[clause]]
    number = "二"
    name = "主要目标"
    """
    lines = [f"# {line}" for line in comment.splitlines()]
    for table, (required, optional) in SHAPE.items():
        for row in tables.get(table, ()):
            lines += ["", f"[{table}]" if table == "plan" else f"[[{table}]]"]
            lines += [f"{key} = {_value(key, row[key])}" for key in _said(row, required, optional)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _said(row: Mapping[str, Any], required: tuple[str, ...], optional: Mapping[str, Any]) -> Iterator[str]:
    """Return the keys that must be written: the required ones, and those that differ from their defaults."""
    yield from (key for key in required if row.get(key) is not None)
    yield from (key for key, default in optional.items() if key in row and row[key] != default and row[key] is not None)


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{"".join(ESCAPES.get(character, character) for character in value)}"'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {_value(name, one)}' for name, one in value.items())} }}"
    if isinstance(value, list):
        return _list(key, value)
    return str(value)


def _list(key: str, values: list[Any]) -> str:
    if key not in NESTED:
        return f"[{', '.join(_value(key, one) for one in values)}]"
    rows = [{name: row[name] for name in _said(row, *NESTED[key])} for row in values]
    return f"[\n{''.join(f'  {_value(key, row)},' + chr(10) for row in rows)}]"


def plain_number(value: Decimal) -> str:
    """Return a number without an exponent and without zeros that say nothing.

    >>> plain_number(Decimal("6500.000000")), plain_number(Decimal("0.10")), plain_number(Decimal("1E+3"))
    ('6500', '0.1', '1000')
    """
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
