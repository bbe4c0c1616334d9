"""Changes of an event in the names of the screens."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.models import Event

register = template.Library()


@register.filter
def changed_before(event: Event) -> list[tuple[str, str]]:
    """Return the fields as they stood before, each with its name."""
    return _named(event.object_type, event.before)


@register.filter
def changed_after(event: Event) -> list[tuple[str, str]]:
    """Return the fields as they stood after, each with its name."""
    return _named(event.object_type, event.after)


def _named(object_type: str, values: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    try:
        fields: Any = apps.get_model("tracker", object_type)._meta
    except (LookupError, ValueError):
        fields = None
    return [_pair(fields, name, value) for name, value in (values or {}).items()]


def _pair(fields: Any, name: str, value: Any) -> tuple[str, str]:
    try:
        field = fields.get_field(name) if fields else None
    except FieldDoesNotExist:
        field = None
    label = str(capfirst(getattr(field, "verbose_name", "") or name))
    chosen = dict(getattr(field, "flatchoices", None) or ())
    if isinstance(value, str) and value in chosen:
        return label, str(chosen[value])
    return label, _words(value)


def _words(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return pgettext("answer", "Yes") if value else pgettext("answer", "No")
    return _("; ").join(map(_words, value)) if isinstance(value, list) else str(value)
