"""How a table's column reaches a record's value, and calls its functions, found out once instead of for each cell."""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

import django_tables2 as tables
from django.db.models import Model
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, signature

Reader = Callable[[Any], Any]
Caller = Callable[[BoundRow, Any, Any], Any]
#: What differs from row to row, of all that a column's function may ask for.
OF_THE_ROW = ("value", "record", "bound_row")
OF_THE_TABLE = ("column", "bound_column", "table")


def caller(table: tables.Table, bound: BoundColumn, function: Callable[..., Any]) -> Caller:
    """Return a call of the function with those of a cell's arguments that it requires."""
    if getattr(function, "__func__", None) is tables.Column.render:
        return lambda _row, _record, value: value
    wants, takes_all = wanted(function)
    offered = {"column": bound.column, "bound_column": bound, "table": table}
    if not takes_all and not wants <= {*OF_THE_ROW, *OF_THE_TABLE}:
        return lambda _row, _record, _value: None  # the library does not call it either
    named = OF_THE_TABLE if takes_all else tuple(wants & offered.keys())
    call = partial(function, **{name: offered[name] for name in named}) if named else function
    match takes_all or "bound_row" in wants, takes_all or "record" in wants, takes_all or "value" in wants:
        case False, False, False:
            return lambda _row, _record, _value: call()
        case False, False, True:
            return lambda _row, _record, value: call(value=value)
        case False, True, False:
            return lambda _row, record, _value: call(record=record)
        case False, True, True:
            return lambda _row, record, value: call(value=value, record=record)
    row_wants = OF_THE_ROW if takes_all else tuple(wants & set(OF_THE_ROW))
    return lambda row, record, value: call(
        **{name: {"value": value, "record": record, "bound_row": row}[name] for name in row_wants}
    )


def wanted(function: Callable[..., Any]) -> tuple[frozenset[str], bool]:
    """Return the arguments that a function names, and True if it takes all others too."""
    plain = getattr(function, "__func__", None)
    if plain is None:
        names, rest = signature(function)
        return frozenset(names), bool(rest)
    names, takes_all = _signature(plain)
    return frozenset(names[1:]), takes_all


@lru_cache(maxsize=1024)
def _signature(function: Callable[..., Any]) -> tuple[tuple[str, ...], bool]:
    names, rest = signature(function)
    return tuple(names), bool(rest)


def reader(bound: BoundColumn) -> Reader:
    """Return a function that reads the column's value from a record; it returns None if the value cannot be reached."""
    accessor = Accessor(bound.accessor)
    readers: dict[type, Reader] = {}

    def read(record: Any) -> Any:
        reader = readers.get(type(record))
        if reader is None:
            reader = readers[type(record)] = _reader_for(accessor, record)
        try:
            return reader(record)
        except Exception:
            return None  # what a row does not have is empty, as in the library

    return read


def _reader_for(accessor: Accessor, record: Any) -> Reader:
    """Return how to reach the value in records like this one."""
    field = accessor.get_field(record)
    if getattr(field, "choices", ()):
        return partial(_display, accessor)
    if isinstance(record, dict) or accessor.callable_args or accessor.callable_kwargs:
        return accessor.resolve
    if _leads_over_relations(type(record), accessor.bits[:-1]):
        return partial(_reach, accessor, attrgetter(".".join(accessor.bits)))
    return partial(_walk, accessor, tuple(accessor.bits))


def _display(accessor: Accessor, record: Any) -> Any:
    """Return a choice in words, as the model displays it."""
    holder, name = accessor.penultimate(record)
    words = getattr(holder, f"get_{name}_display", None) if isinstance(holder, Model) else None
    return words() if words else accessor.resolve(record)


def _leads_over_relations(kind: type, bits: Iterable[str]) -> bool:
    """Return True if every step but the last is known to lead to a model, which has no keys and cannot be called."""
    for bit in bits:
        relation = getattr(kind, bit, None)
        if not isinstance(relation, ForwardManyToOneDescriptor):
            return False
        kind = relation.field.related_model
    return issubclass(kind, Model) and not hasattr(kind, "__getitem__")


def _reach(accessor: Accessor, get: Reader, record: Any) -> Any:
    """Return what stands at the end of a way over relations; None where one leads nowhere."""
    found = get(record)
    return accessor.resolve(record) if callable(found) else found


def _walk(accessor: Accessor, bits: tuple[str, ...], record: Any) -> Any:
    """From attribute to attribute; whatever has keys or an order is left to the library."""
    current = record
    for bit in bits:
        if hasattr(type(current), "__getitem__"):
            return accessor.resolve(record)
        current = getattr(current, bit)
        if callable(current):
            if _is_special(current):
                return accessor.resolve(record)
            current = current()
        if current is None:
            break
    return current


def _is_special(function: Any) -> bool:
    return bool(getattr(function, "alters_data", False) or getattr(function, "do_not_call_in_templates", False))
