"""The body of a table as django-tables2 would render it, with what is the same for every row found out once.

Which arguments a column's function wants is asked once per function; a column's attributes, default and link once per
page; how its value is reached once per kind of record. What may differ from row to row (attributes that are functions,
links, columns that fetch for themselves) goes the library's own way, so that each cell reads as it does there.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache, partial
from html import escape
from operator import attrgetter
from typing import Any

import django_tables2 as tables
from django.db.models import Model
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # its stubs leave it out
from django_tables2.columns import BoundColumn
from django_tables2.columns.linkcolumn import BaseLinkColumn
from django_tables2.columns.manytomanycolumn import ManyToManyColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, AttributeDict, computed_values, signature

Reader = Callable[[Any], Any]
Renderer = Callable[[BoundRow, Any], Any]
Caller = Callable[[BoundRow, Any, Any], Any]
#: Columns that reach their values in ways of their own.
FETCHING = (BaseLinkColumn, ManyToManyColumn)
#: What differs from row to row, of all that a column's function may ask for.
OF_THE_ROW = ("value", "record", "bound_row")
OF_THE_TABLE = ("column", "bound_column", "table")


def body_of(table: tables.Table) -> SafeString:
    """The rows of the table's page, each a `<tr>` with its cells."""
    cells = [_cell(table, bound) for bound in table.columns]
    opening = _opening_of_rows(table)
    pieces: list[str] = []
    for row in table.paginated_rows:
        pieces.append(opening(row))
        pieces += [cell(row) for cell in cells]
        pieces.append("</tr>\n")
    return mark_safe("".join(pieces))  # noqa: S308 - every cell was escaped when it was shown


def values_of(table: tables.Table, names: Iterable[str]) -> Callable[[Any], list[Any]]:
    """What gives a record's values in these columns, as `BoundRow.get_cell_value` gives each."""
    readers = [_value(table, table.columns[name]) for name in names]

    def values(record: Any) -> list[Any]:
        row = BoundRow(record, table)
        return [read(row, record) for read in readers]

    return values


def shown(value: Any, localized: bool | None = None) -> str:
    """A cell's content as `{{ cell }}` prints it: localized, and escaped unless it is markup already."""
    kind = type(value)
    if kind is SafeString:
        return str(value)
    if kind is str:
        return escape(value)
    if not isinstance(value, Model):  # nothing about a model's name depends on the locale's formats
        value = localize(template_localtime(value)) if localized is None else localize(value, use_l10n=localized)
    text = value if isinstance(value, str) else str(value)
    return str(text.__html__()) if isinstance(text, SafeData) else escape(text)


def _value(table: tables.Table, bound: BoundColumn) -> Renderer:
    if isinstance(bound.column, FETCHING):
        return lambda row, _record: row.get_cell_value(bound.name)
    return _content(bound, _caller(table, bound, bound.value), None)


def _cell(table: tables.Table, bound: BoundColumn) -> Callable[[BoundRow], str]:
    if isinstance(bound.column, FETCHING):
        content: Renderer = lambda row, _record: row.get_cell(bound.name)  # noqa: E731
    else:
        content = _content(bound, _linked(bound, _caller(table, bound, bound.render)), bound.default)
    localized = bound.localize
    if type(table).get_column_class_names is not tables.Table.get_column_class_names:
        return lambda row: _cell_by_the_library(bound, row, content(row, row._record))
    attrs = {**table.attrs, **bound.column.attrs}
    own = attrs.get("td", attrs.get("cell", {}))
    if _has_function(own):
        return lambda row: _cell_with_own_attributes(table, bound, own, row, content(row, row._record))
    opening = _tag("td", bound.attrs["td"])
    return lambda row: f"{opening}{shown(content(row, row._record), localized)}</td>"


def _cell_by_the_library(bound: BoundColumn, row: BoundRow, content: Any) -> str:
    bound.current_value, bound.current_record = content, row.record
    return f"{_tag('td', bound.attrs['td'])}{shown(content, bound.localize)}</td>"


def _cell_with_own_attributes(table: tables.Table, bound: BoundColumn, own: Any, row: BoundRow, content: Any) -> str:
    """A cell whose attributes are functions of its row; of a cell without content they do not hear."""
    arguments = {"table": table, "bound_column": bound}
    if content is not None and row.record is not None:
        arguments |= {"record": row.record, "value": content}
    attrs = AttributeDict(computed_values(own, kwargs=arguments))
    attrs["class"] = bound.get_td_class(attrs)
    return f"{_tag('td', attrs)}{shown(content, bound.localize)}</td>"


def _content(bound: BoundColumn, call: Caller, default: Any) -> Renderer:
    """What a row has in this column: the function's answer, or the default where nothing is."""
    read, empty_values = _reader(bound), bound.column.empty_values
    is_usual = empty_values is tables.Column.empty_values

    def content(row: BoundRow, record: Any) -> Any:
        value = read(record)
        if is_usual and isinstance(value, datetime | Model):
            return call(row, record, value)  # these are never empty, and slow to compare
        return default if value in empty_values else call(row, record, value)

    return content


def _linked(bound: BoundColumn, call: Caller) -> Caller:
    """The same within the column's link, if it has one."""
    link = bound.link
    if not link:
        return call
    if _has_function(link.attrs or {}) or "href" in (link.attrs or {}):
        return lambda row, record, value: link(call(row, record, value), **row._optional_cell_arguments(bound, value))
    attrs = AttributeDict(link.attrs or {}).as_html()
    opening = f"<a {attrs} href=" if attrs else "<a href="

    def linked(row: BoundRow, record: Any, value: Any) -> Any:
        made = call(row, record, value)
        address = link.compose_url(**row._optional_cell_arguments(bound, value))
        if address is None:
            return made
        return SafeString(f'{opening}"{conditional_escape(address)}">{conditional_escape(made)}</a>')

    return linked


def _caller(table: tables.Table, bound: BoundColumn, function: Callable[..., Any]) -> Caller:
    """Calls the function with those of a cell's arguments that it wants."""
    if getattr(function, "__func__", None) is tables.Column.render:
        return lambda _row, _record, value: value
    wants, takes_all = _wanted(function)
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


def _wanted(function: Callable[..., Any]) -> tuple[frozenset[str], bool]:
    """The arguments that a function names, and whether it takes all others too."""
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


def _reader(bound: BoundColumn) -> Reader:
    """Reads the column's value from a record; None where it cannot be reached."""
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
    """How to reach the value in records like this one."""
    field = accessor.get_field(record)
    if getattr(field, "choices", ()):
        return partial(_display, accessor)
    if isinstance(record, dict) or accessor.callable_args or accessor.callable_kwargs:
        return accessor.resolve
    if _leads_over_relations(type(record), accessor.bits[:-1]):
        return partial(_reach, accessor, attrgetter(".".join(accessor.bits)))
    return partial(_walk, accessor, tuple(accessor.bits))


def _display(accessor: Accessor, record: Any) -> Any:
    """A choice in words, as a model says them."""
    holder, name = accessor.penultimate(record)
    words = getattr(holder, f"get_{name}_display", None) if isinstance(holder, Model) else None
    return words() if words else accessor.resolve(record)


def _leads_over_relations(kind: type, bits: Iterable[str]) -> bool:
    """Whether every step but the last is known to lead to a model, which has no keys and cannot be called."""
    for bit in bits:
        relation = getattr(kind, bit, None)
        if not isinstance(relation, ForwardManyToOneDescriptor):
            return False
        kind = relation.field.related_model
    return issubclass(kind, Model) and not hasattr(kind, "__getitem__")


def _reach(accessor: Accessor, get: Reader, record: Any) -> Any:
    """What stands at the end of a way over relations; None where one leads nowhere."""
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


def _has_function(attrs: Any) -> bool:
    return callable(attrs) or (isinstance(attrs, dict) and any(_has_function(value) for value in attrs.values()))


def _opening_of_rows(table: tables.Table) -> Callable[[BoundRow], str]:
    """Gives a row's opening tag; of plain rows there are two."""
    kept: dict[int, str] = {}
    is_fixed = not _has_function(dict(table.row_attrs))

    def opening(row: BoundRow) -> str:
        if not is_fixed or type(row) is not BoundRow:
            return _tag("tr", row.attrs)
        parity = row.row_counter % 2
        if parity not in kept:
            kept[parity] = _tag("tr", row.attrs)
        return kept[parity]

    return opening


def _tag(name: str, attrs: AttributeDict) -> str:
    html = attrs.as_html()
    return f"<{name} {html}>" if html else f"<{name}>"
