"""Two people on one set-up screen: the second to save sees what the first stored, before anything is overwritten.

The form carries a digest of the row, of what hangs on it and of its choices as they were when it was opened. A counter
in the row would miss what services change beside the screens, such as a deadline that a plan's rule moves.
"""

import hashlib
import json
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.models import Event
from tracker.services.audit.configuration import recorded_values

FIELD = "_seen"


def seen(screen: ModelAdmin, request: HttpRequest, row: Model) -> str:
    """Return the digest of a stored row with its inline rows and many-to-many choices."""
    held: list[Any] = [recorded_values(row)]
    for field in row._meta.many_to_many:
        held.append(sorted(getattr(row, field.name).values_list("pk", flat=True)))
    for inline in screen.get_inline_instances(request, row):
        formset: Any = inline.get_formset(request, row)
        beside = inline.model._base_manager.filter(**{formset.fk.name: row}).order_by("pk")
        held.append([[each.pk, recorded_values(each)] for each in beside])
    return hashlib.sha256(json.dumps(held, sort_keys=True, default=str).encode()).hexdigest()[:20]


def checking_seen(form: type[ModelForm], screen: ModelAdmin, request: HttpRequest) -> type[ModelForm]:
    """Return the form with a check that the row is as the person saw it; what differs is told, and nothing is stored.

    The form is then shown again with the present digest: who saves it once more has seen both.
    """

    class SeenForm(form):  # type: ignore[misc, valid-type]  # a class that is made for each request
        def clean(self) -> dict[str, Any]:
            data = super().clean() or {}
            before, pk = request.POST.get(FIELD), self.instance.pk
            if before and pk:
                # On PostgreSQL a second saver waits here; on SQLite one transaction writes at a time. By key alone: a
                # row that a model is ordered by may be missing, and PostgreSQL locks none of these.
                stored = self._meta.model._base_manager.select_for_update().filter(pk=pk).order_by("pk").first()
                if stored is not None and seen(screen, request, stored) != before:
                    self.add_error(None, changed_meanwhile(self, stored))
            return data

    SeenForm.__name__ = form.__name__
    return SeenForm


def changed_meanwhile(form: ModelForm, stored: Model) -> list[str]:
    """Say who stored what, field by field, where it differs from what was typed."""
    about = Event.objects.filter(object_type=stored._meta.model_name, object_id=str(stored.pk))
    last = about.select_related("actor").order_by("-pk").first()
    words = {"person": _("The system"), "time": ""}
    if last is not None:
        words = {
            "person": str(last.actor or _("The system")),
            "time": f"{timezone.localtime(last.recorded_at):%Y-%m-%d %H:%M}",
        }
    told = [_("%(person)s changed this meanwhile (%(time)s). Nothing of yours is stored yet.") % words]
    there = recorded_values(stored)
    for name, field in form.fields.items():
        if name in there and name in form.cleaned_data:
            typed = form.cleaned_data[name]
            if form.has_changed() and not _same(stored, name, typed):
                both = {"field": capfirst(str(field.label or name)), "stored": there[name] or "—", "typed": typed}
                told.append(_("%(field)s: stored “%(stored)s”, yours “%(typed)s”.") % both)
    return [*told, _("Save again to store yours, or open the page again to keep what is stored.")]


def _same(stored: Model, name: str, typed: Any) -> bool:
    field = stored._meta.get_field(name)
    value = getattr(stored, name)
    return value == typed or (value in (None, "") and typed in (None, "")) or (field.is_relation and value == typed)
