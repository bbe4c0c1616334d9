"""Lists on pages: the head and the body of a table, and addresses that keep what else was chosen."""

from collections.abc import Iterator, Mapping
from typing import Any

import django_tables2 as tables
from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django_tables2.columns import BoundColumn

from tracker.tables.compiled import body_of
from tracker.tables.pages import PLACE

register = template.Library()
register.simple_tag(body_of, name="table_body")


@register.simple_tag(takes_context=True)
def table_head(context: dict[str, Any], table: tables.Table) -> SafeString:
    """Return the headings; those that sort are links to the sorted list, from its first page."""
    field = table.prefixed_order_by_field
    kept = _query_without(context["request"].GET, (field, *PLACE))
    start = f"?{kept}&{field}=" if kept else f"?{field}="
    return format_html_join("", "<th {}>{}</th>", ((_attributes(one), _heading(one, start)) for one in table.columns))


@register.simple_tag
def filter_fields(form: BaseForm) -> SafeString:
    """All fields of a form of filters, with the markup of `tracker/fields.html` but without a template for each."""
    hidden = form.hidden_fields()
    wrong = [*form.non_field_errors(), *(error for field in hidden for error in field.errors)]
    return SafeString(
        format_html_join("", '<p class="message error" role="alert">{}</p>', ((error,) for error in wrong))
        + format_html_join("", "{}", ((field,) for field in hidden))
        + "".join(map(_field, form.visible_fields()))
    )


@register.simple_tag(takes_context=True)
def address_with(context: dict[str, Any], changes: Mapping[str, str | None]) -> str:
    """Return the page's address with these choices changed; None removes one."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def choices_without(context: dict[str, Any], *names: str) -> list[tuple[str, str]]:
    """Return what the address says, but for some names and the page: for the hidden inputs of a form that changes
    the rest.
    """
    dropped = {*names, *PLACE, "view"}
    return [
        (name, value)
        for name, values in context["request"].GET.lists()
        if name not in dropped and not name.startswith("_")
        for value in values
    ]


def _field(field: BoundField) -> SafeString:
    number, errors = field.id_for_label, field.errors
    return format_html(
        '<div class="field{}"><label for="{}">{}</label>{}{}{}</div>',
        " has-error" if errors else "",
        number,
        capfirst(field.label),
        field,
        format_html('<p class="field-help">{}</p>', field.help_text) if field.help_text else "",
        format_html_join("", '<p class="field-error" id="{}_error">{}</p>', ((number, error) for error in errors)),
    )


def _query_without(query: QueryDict, names: tuple[str, ...]) -> str:
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest.urlencode()


def _attributes(column: BoundColumn) -> SafeString:
    return format_html_join(" ", '{}="{}"', _pairs(column))


def _pairs(column: BoundColumn) -> Iterator[tuple[str, Any]]:
    yield "scope", "col"
    yield from column.attrs["th"]._iteritems()
    if column.is_ordered:
        yield "aria-sort", "descending" if column.order_by_alias.is_descending else "ascending"


def _heading(column: BoundColumn, start: str) -> SafeString | str:
    words = capfirst(column.header)
    if not column.orderable:
        return str(words)
    return format_html('<a href="{}{}">{}</a>', start, column.order_by_alias.next, words)
