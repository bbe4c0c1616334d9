"""Readings as JSON lines: what the bounded process answers, and what its parent makes of it."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from tracker.uploads.policy.proposals import Reading

BLOCK = 200
TEXT_BLOCK = 100_000


def to_lines(reading: Reading) -> Iterator[dict[str, Any]]:
    """Return the reading as lines: each names a field and carries a part of it."""
    for start in range(0, len(reading.text), TEXT_BLOCK):
        yield {"field": "text", "part": reading.text[start : start + TEXT_BLOCK]}
    for one in fields(Reading):
        value = getattr(reading, one.name)
        if isinstance(value, tuple):
            for start in range(0, len(value), BLOCK):
                yield {"field": one.name, "part": [encode(item) for item in value[start : start + BLOCK]]}
        elif one.name != "text":
            yield {"field": one.name, "part": encode(value)}


def from_lines(lines: Iterable[dict[str, Any]]) -> Reading:
    """Return the reading that these lines carry."""
    parts: dict[str, Any] = {}
    hints = get_type_hints(Reading)
    for line in lines:
        name, part = line["field"], line["part"]
        if get_origin(hints[name]) is tuple:
            parts[name] = (*parts.get(name, ()), *decode(hints[name], part))
        elif name == "text":
            parts[name] = parts.get(name, "") + part
        else:
            parts[name] = decode(hints[name], part)
    empty = {name: () for name, hint in hints.items() if get_origin(hint) is tuple}
    return Reading(**{"text": "", **empty, **parts})


def encode(value: Any) -> Any:
    """Return a value of JSON: dataclasses as lists of their fields, decimals and dates as text."""
    if is_dataclass(value):
        return [encode(getattr(value, one.name)) for one in fields(value)]
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    return str(value) if isinstance(value, Decimal | date | StrEnum) else value


def decode(kind: Any, value: Any) -> Any:
    """Return the value of this type that `encode` wrote."""
    if value is None:
        return None
    if isinstance(kind, UnionType):
        return decode(next(one for one in get_args(kind) if one is not NoneType), value)
    if get_origin(kind) is tuple:
        return tuple(decode(get_args(kind)[0], item) for item in value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(*(decode(hints[one.name], item) for one, item in zip(fields(kind), value, strict=True)))
    if kind is date:
        return date.fromisoformat(value)
    return kind(value)
