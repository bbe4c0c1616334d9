"""The body of a table as django-tables2 would render it, with what is the same for every row found out once.

Which arguments a column's function wants is asked once per function; a column's attributes, default and link once per
page; how its value is reached once per kind of record. What may differ from row to row (attributes that are functions,
links to what is no number, columns that fetch for themselves) goes the library's own way; each cell reads as there.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape
from typing import Any

import django_tables2 as tables
from django.db.models import Model
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # its stubs leave it out
from django_tables2.columns import BoundColumn
from django_tables2.columns.linkcolumn import BaseLinkColumn
from django_tables2.columns.manytomanycolumn import ManyToManyColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, AttributeDict, computed_values

from tracker.tables.addresses import numbered_address
from tracker.tables.calling import Caller, caller, reader, wanted

Renderer = Callable[[BoundRow, Any], Any]
#: Columns that reach their values in ways of their own.
FETCHING = (BaseLinkColumn, ManyToManyColumn)


def body_of(table: tables.Table) -> SafeString:
    """Return the rows of the table's page, each a `<tr>` with its cells."""
    cells = [_cell(table, bound) for bound in table.columns]
    opening = _opening_of_rows(table)
    pieces: list[str] = []
    for row in table.paginated_rows:
        pieces.append(opening(row))
        pieces += [cell(row) for cell in cells]
        pieces.append("</tr>\n")
    return mark_safe("".join(pieces))  # noqa: S308 - every cell was escaped when it was shown


def values_of(table: tables.Table, names: Iterable[str]) -> Callable[[Any], list[Any]]:
    """Return what gives a record's values in these columns, as `BoundRow.get_cell_value` gives each."""
    readers = [_value(table, table.columns[name]) for name in names]

    def values(record: Any) -> list[Any]:
        row = BoundRow(record, table)
        return [read(row, record) for read in readers]

    return values


def shown(value: Any, localized: bool | None = None) -> str:
    """Return a cell's content as `{{ cell }}` prints it: localized, and escaped unless it is markup already."""
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
    return _content(bound, caller(table, bound, bound.value), None)


def _cell(table: tables.Table, bound: BoundColumn) -> Callable[[BoundRow], str]:
    if isinstance(bound.column, FETCHING):
        content: Renderer = lambda row, _record: row.get_cell(bound.name)  # noqa: E731
    else:
        content = _content(bound, _linked(bound, caller(table, bound, bound.render)), bound.default)
    localized = bound.localize
    if type(table).get_column_class_names is not tables.Table.get_column_class_names:
        return lambda row: _cell_by_the_library(bound, row, content(row, row._record))
    attrs = {**table.attrs, **bound.column.attrs}
    own = attrs.get("td", attrs.get("cell", {}))
    if _has_function(own):
        return _cell_of(content, _own_opening(table, bound, own), localized)
    opening = _tag("td", bound.attrs["td"])
    return lambda row: f"{opening}{shown(content(row, row._record), localized)}</td>"


def _cell_by_the_library(bound: BoundColumn, row: BoundRow, content: Any) -> str:
    bound.current_value, bound.current_record = content, row.record
    return f"{_tag('td', bound.attrs['td'])}{shown(content, bound.localize)}</td>"


def _cell_of(content: Renderer, opening: Callable[[BoundRow, Any], str], localized: bool | None) -> Any:
    def cell(row: BoundRow) -> str:
        made = content(row, row._record)
        return f"{opening(row, made)}{shown(made, localized)}</td>"

    return cell


def _own_opening(table: tables.Table, bound: BoundColumn, own: Any) -> Callable[[BoundRow, Any], str]:
    """Return a function for the opening tag of a cell whose attributes depend on its row; write equal tags once."""
    kept: dict[tuple[Any, ...], str] = {}
    calls = {name: caller(table, bound, value) for name, value in own.items() if callable(value)}
    offered = {"value", "record", "table", "bound_column"}
    is_plain = all(
        isinstance(value, str) or (callable(value) and wanted(value)[0] <= offered and not wanted(value)[1])
        for value in own.values()
    )

    def opening(row: BoundRow, content: Any) -> str:
        if not is_plain or content is None or row.record is None:
            arguments = {"table": table, "bound_column": bound}
            if content is not None and row.record is not None:
                arguments |= {"record": row.record, "value": content}
            return _td(bound, computed_values(own, kwargs=arguments))
        found = tuple(call(row, row.record, content) for call in calls.values())
        if found not in kept:
            kept[found] = _td(bound, {**own, **dict(zip(calls, found, strict=True))})
        return kept[found]

    return opening


def _td(bound: BoundColumn, attrs: dict[str, Any]) -> str:
    return _tag("td", AttributeDict({**attrs, "class": bound.get_td_class(attrs)}))


def _content(bound: BoundColumn, call: Caller, default: Any) -> Renderer:
    """Return what a row has in this column: the function's answer, or the default where nothing is."""
    read, empty_values = reader(bound), bound.column.empty_values
    is_usual = empty_values is tables.Column.empty_values

    def content(row: BoundRow, record: Any) -> Any:
        value = read(record)
        if is_usual and isinstance(value, datetime | Model):
            return call(row, record, value)  # these are never empty, and slow to compare
        return default if value in empty_values else call(row, record, value)

    return content


def _linked(bound: BoundColumn, call: Caller) -> Caller:
    """Return the call within the column's link, if it has one."""
    link = bound.link
    if not link:
        return call
    if _has_function(link.attrs or {}) or "href" in (link.attrs or {}):
        return lambda row, record, value: link(call(row, record, value), **row._optional_cell_arguments(bound, value))
    attrs = AttributeDict(link.attrs or {}).as_html()
    opening = f"<a {attrs} href=" if attrs else "<a href="
    compose = _address(bound)

    def linked(row: BoundRow, record: Any, value: Any) -> Any:
        made = call(row, record, value)
        address = compose(row, record, value)
        if address is None:
            return made
        return SafeString(f'{opening}"{conditional_escape(address)}">{conditional_escape(made)}</a>')

    return linked


def _address(bound: BoundColumn) -> Caller:
    """Return where a cell leads: what a function says, a page of a number, or what the library finds out."""
    link = bound.link
    if callable(link.url):
        return caller(bound._table, bound, link.url)
    by_number = link.reverse_args.get("args") or []
    if set(link.reverse_args) != {"viewname", "args"} or len(by_number) != 1 or isinstance(by_number[0], int):
        return lambda row, _record, value: link.compose_url(**row._optional_cell_arguments(bound, value))
    address: list[Callable[[int], str]] = []

    def numbered(_row: BoundRow, record: Any, _value: Any) -> str:
        number = by_number[0].resolve(record) if isinstance(by_number[0], Accessor) else by_number[0]
        if type(number) is not int or isinstance(link.reverse_args["viewname"], Accessor):
            return str(link.call_reverse(record))
        if not address:
            address.append(numbered_address(link.reverse_args["viewname"]))
        return address[0](number)

    return numbered


def _has_function(attrs: Any) -> bool:
    return callable(attrs) or (isinstance(attrs, dict) and any(_has_function(value) for value in attrs.values()))


def _opening_of_rows(table: tables.Table) -> Callable[[BoundRow], str]:
    """Return a function for a row's opening tag; plain rows have only two."""
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
