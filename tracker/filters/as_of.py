"""The moment whose knowledge a page shows: a field of its form, and the value of its address."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MILLISECOND = timedelta(milliseconds=1)


class AsOfField(forms.DateTimeField):
    """A moment up to now, by the clock of the plan; empty is now."""

    default_error_messages = {
        "invalid": _("Give the moment as a day and a time, 2020-09-08 18:00 for example."),
        "future": _("This moment is still to come: leave the field empty to see what is known now."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("label", None)
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "any"})
        super().__init__(required=False, label=_("as known at"), widget=widget, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        """Return the moment; None where none is given. Raise ValidationError for one in the future."""
        found = super().clean(value)
        if found is not None and found > timezone.now():
            raise ValidationError(self.error_messages["future"], code="future")
        return found


def parse_as_of(text: str) -> datetime | None:
    """Return the moment that an address names; None where it names none, or no good one."""
    try:
        return AsOfField().clean(text)
    except ValidationError:
        return None


def as_of_text(moment: datetime) -> str:
    """Return a moment as addresses and the field have it, by the current clock.

    It is rounded up to a millisecond, the finest that a browser's field keeps: what was recorded at the moment itself
    was known.
    """
    local = timezone.localtime(moment)
    beyond = timedelta(microseconds=-local.microsecond % 1000)
    return (local + beyond).replace(tzinfo=None).isoformat(timespec="milliseconds")


def as_of_query(moment: datetime | None) -> str:
    """Return what an address adds to show that moment: "&as_of=…"; empty for now."""
    return "" if moment is None else f"&{urlencode({'as_of': as_of_text(moment)})}"


class AsOfFilter(django_filters.Filter):
    """The moment of a list; it filters no rows by itself."""

    field_class = AsOfField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("as known at"), **kwargs)
        self.extra.pop("required", None)

    def filter(self, qs: Any, value: Any) -> Any:
        """Return the rows as they are: the list reads them as of the moment."""
        return qs


def as_of_context(moment: datetime | None, data: QueryDict) -> dict[str, Any]:
    """Return what the templates of a page that shows a moment need."""
    return {
        "as_of": moment,
        "as_of_text": as_of_text(moment) if moment else "",
        "as_of_query": as_of_query(moment),
        "now_query": without_as_of(data),
    }


def without_as_of(data: QueryDict) -> str:
    """Return an address's choices without its moment."""
    query = data.copy()
    query.pop("as_of", None)
    return query.urlencode()
