"""Changing or ending several rows of a set-up list at once: shown first, then stored for all of them or for none."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import BooleanField, DateField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.queries.errors import Refused

CHOSEN = "set-"
#: So many rows are listed by name before they are changed.
LISTED = 100


class SeveralMixin:
    """List whose rows are changed together: `several` are the fields, `end_field` the day or flag that ends a row."""

    several: tuple[str, ...] = ()
    end_field = ""
    model: Any
    opts: Any

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            return actions
        own: dict[str, tuple[Callable[..., Any], str]] = {}
        if self.several:
            own["change_several"] = (change_several, _("Change the selected rows"))
        if self.end_field:
            own["end_several"] = (end_several, _("End the selected rows"))
        return {**{name: (action, name, label) for name, (action, label) in own.items()}, **actions}

    def store_one_of_several(self, request: HttpRequest, row: Any) -> None:
        """Save a row as its own screen does."""
        self.save_row(request, row, True)  # type: ignore[attr-defined]
        self._require_within(request, row)  # type: ignore[attr-defined]


def change_several(screen: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
    """Ask which fields the selected rows get, or give them."""
    form = SeveralForm(screen, request, screen.several, is_end=False)
    return _page(screen, request, rows, form, "change_several", _("Change several rows"))


def end_several(screen: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
    """Ask for the day from which the selected rows have ended, or end them."""
    form = SeveralForm(screen, request, (screen.end_field,), is_end=True)
    return _page(screen, request, rows, form, "end_several", _("End several rows"))


def _page(
    screen: Any, request: HttpRequest, rows: QuerySet[Any], form: "SeveralForm", action: str, title: str
) -> HttpResponse | None:
    listed, problems = list(rows), []
    if "apply" in request.POST and form.is_valid():
        problems = _store(screen, request, listed, form.chosen)
        if not problems:
            return None
    context = {
        **screen.admin_site.each_context(request),
        "title": title,
        "opts": screen.opts,
        "rows": listed[:LISTED],
        "number": len(listed),
        "more": max(len(listed) - LISTED, 0),
        "form": form,
        "action": action,
        "problems": problems,
        "checkbox": ACTION_CHECKBOX_NAME,
        "keys": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "across": request.POST.get("select_across", "0"),
    }
    return TemplateResponse(request, "admin/tracker/several.html", context)


def _store(screen: Any, request: HttpRequest, rows: list[Any], chosen: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give every row the values; return what is wrong with which, and store nothing then."""
    problems: list[tuple[str, str]] = []
    with transaction.atomic():
        for row in rows:
            if not screen.has_change_permission(request, row):
                raise PermissionDenied
            for name, value in chosen.items():
                setattr(row, name, value)
            try:
                with transaction.atomic():
                    row.full_clean()
                    screen.store_one_of_several(request, row)
            except ValidationError as error:
                problems.append((str(row), " ".join(error.messages)))
            except Refused as refusal:
                problems.append((str(row), " ".join([refusal.message, *refusal.fields.values()])))
        if problems:
            transaction.set_rollback(True)
            return problems
    fields = _("; ").join(capfirst(str(screen.opts.get_field(name).verbose_name)) for name in chosen)
    words = {"count": len(rows), "name": screen.opts.verbose_name_plural, "fields": fields}
    said = ngettext(
        "%(count)s row of “%(name)s” was changed: %(fields)s.",
        "%(count)s rows of “%(name)s” were changed: %(fields)s.",
        len(rows),
    )
    messages.success(request, said % words)
    return []


class SeveralForm(forms.Form):
    """Values for several rows; only ticked fields are changed. What ends a row needs no tick."""

    def __init__(self, screen: Any, request: HttpRequest, names: tuple[str, ...], *, is_end: bool) -> None:
        super().__init__(request.POST if "apply" in request.POST else None)
        self.names, self.is_end = names, is_end
        for name in names:
            own = screen.model._meta.get_field(name)
            field = screen.formfield_for_dbfield(own, request, required=False)
            if isinstance(own, BooleanField):
                field = forms.TypedChoiceField(
                    choices=[("1", _("yes")), ("0", _("no"))],
                    coerce=lambda text: text == "1",
                    label=field.label,
                    help_text=field.help_text,
                    initial="0" if is_end else "1",
                )
            elif isinstance(own, DateField):
                field.widget = AdminDateWidget()
                field.required = is_end
            self.fields[name] = field
            if not is_end:
                label = _("Change “%(field)s”") % {"field": field.label}
                self.fields[CHOSEN + name] = forms.BooleanField(required=False, label=label)

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        """Return the tick and the value of each field; None where no tick is needed."""
        return [(None if self.is_end else self[CHOSEN + name], self[name]) for name in self.names]

    @property
    def chosen(self) -> dict[str, Any]:
        """Return the values of the fields that are changed."""
        return {name: self.cleaned_data[name] for name in self.names if self.is_end or self.cleaned_data[CHOSEN + name]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.is_end and not any(data.get(CHOSEN + name) for name in self.names):
            raise ValidationError(_("Tick at least one field that is to be changed."))
        return data
