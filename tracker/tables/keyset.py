"""Pages of long lists, found by where the last row stood in the order: the thousandth costs what the first does.

A page's address names the row it begins after, or ends before, by what that row is sorted by. Nothing is counted or
skipped, and what is added meanwhile moves no row from one page to another.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Model, OrderBy, Q, QuerySet


@dataclass(frozen=True)
class Key:
    """What rows are sorted by: a lookup, its direction, and whether it may be missing, which comes last either way."""

    path: str
    is_descending: bool = False
    is_nullable: bool = False

    @classmethod
    def of(cls, model: type[Model], path: str, *, is_descending: bool) -> Self:
        """Return the key for a lookup from a model."""
        return cls(path, is_descending, _may_be_missing(model, path))

    def order(self, *, is_reversed: bool = False) -> OrderBy:
        """For `order_by`; databases use an index only for what says nothing about missing values where none are."""
        goes_down = self.is_descending is not is_reversed
        where = ("nulls_first" if is_reversed else "nulls_last") if self.is_nullable else ""
        options = {where: True} if where else {}
        return F(self.path).desc(**options) if goes_down else F(self.path).asc(**options)

    def equals(self, value: Any) -> Q:
        """Return where the key has this value."""
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def beyond(self, value: Any, *, is_reversed: bool) -> Q | None:
        """Return where the key comes after this value (before it when reversed); None when nothing can."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if is_reversed else None
        comparison = "lt" if self.is_descending is not is_reversed else "gt"
        condition = Q(**{f"{self.path}__{comparison}": value})
        return condition | Q(**{f"{self.path}__isnull": True}) if self.is_nullable and not is_reversed else condition

    def value_of(self, record: Model) -> Any:
        """Return what a record has there."""
        found: Any = record
        for name in self.path.split("__"):
            if found is None:
                return None
            found = getattr(found, name)
        return found


@dataclass(frozen=True)
class Slice:
    """Some rows of a list, and the marks of the pages before and after them; None where there is none."""

    rows: list[Any]
    before: str | None = None
    after: str | None = None


def with_tie_break(keys: Sequence[Key]) -> list[Key]:
    """Return the keys, ending with one that no two rows share."""
    if any(key.path == "pk" for key in keys):
        return list(keys)
    return [*keys, Key("pk", is_descending=bool(keys) and keys[0].is_descending)]


def read_slice(
    queryset: QuerySet[Any], keys: Sequence[Key], size: int, *, after: str | None = None, before: str | None = None
) -> Slice:
    """So many rows after a mark, or before one; the first ones when there is no mark, or one that cannot be read.

    `keys` end with one that no two rows share. One query; a second where less than a page lies before the mark.
    """
    try:
        if after:
            rows = _read(queryset, keys, size, _beyond(keys, _values(after, keys), is_reversed=False))
            return _slice(rows, keys, size, has_before=True)
        if before:
            rows = _read(queryset, keys, size, _beyond(keys, _values(before, keys), is_reversed=True), is_reversed=True)
            if len(rows) >= size:
                shown = rows[:size][::-1]
                more = mark_of(shown[0], keys) if len(rows) > size else None
                return Slice(shown, before=more, after=mark_of(shown[-1], keys))
    except (ValueError, TypeError, ValidationError, OverflowError):
        pass  # somebody typed in the address
    return _slice(_read(queryset, keys, size, Q()), keys, size, has_before=False)


def mark_of(record: Model, keys: Sequence[Key]) -> str:
    """Return a record's place in the order, in the form used in an address."""
    text = json.dumps([_plain(key.value_of(record)) for key in keys], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _values(mark: str, keys: Sequence[Key]) -> list[Any]:
    try:
        text = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode()
    except (binascii.Error, UnicodeError) as fault:
        raise ValueError("no mark") from fault
    try:
        values = json.loads(text)
    except RecursionError:  # brackets within brackets without end
        raise ValueError("no mark") from None
    if not isinstance(values, list) or len(values) != len(keys) or "\\u0000" in text:
        raise ValueError("a mark of another order")
    if any(isinstance(value, list | dict | float) for value in values):
        raise ValueError("no values")
    return values


def _beyond(keys: Sequence[Key], values: Sequence[Any], *, is_reversed: bool) -> Q:
    """Return the condition for the rows after those values in the order, or before them if it is reversed."""
    condition = Q(pk__in=())
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        if further := key.beyond(value, is_reversed=is_reversed):
            condition |= equal & further
        equal &= key.equals(value)
    return condition & _bound(keys[0], values[0], is_reversed=is_reversed)


def _bound(key: Key, value: Any, *, is_reversed: bool) -> Q:
    """Return the same condition for the first key only, by which an index finds where to begin."""
    further = key.beyond(value, is_reversed=is_reversed)
    return Q() if further is None else further | key.equals(value)


def _read(
    queryset: QuerySet[Any], keys: Sequence[Key], size: int, condition: Q, *, is_reversed: bool = False
) -> list[Any]:
    order = [key.order(is_reversed=is_reversed) for key in keys]
    return list(queryset.filter(condition).order_by(*order)[: size + 1])


def _slice(rows: list[Any], keys: Sequence[Key], size: int, *, has_before: bool) -> Slice:
    shown = rows[:size]
    return Slice(
        shown,
        before=mark_of(shown[0], keys) if has_before and shown else None,
        after=mark_of(shown[-1], keys) if len(rows) > size else None,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _may_be_missing(model: type[Model], path: str) -> bool:
    """Return True if a lookup may lead to nothing; what is no field, like an annotation, may."""
    found: Any = model
    for name in path.split("__"):
        if name == "pk":
            return False
        try:
            field = found._meta.get_field(name)
        except FieldDoesNotExist:
            return True
        if getattr(field, "null", True):
            return True
        found = field.related_model
    return False
