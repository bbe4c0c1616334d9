"""What all set-up screens share: rows within one's scope, and an event for every change."""

from collections.abc import Iterable
from typing import Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext

from tracker.admin.field_help import add_help
from tracker.admin.issued import checking_issued
from tracker.admin.scoped import ScopePermissionsMixin, person
from tracker.admin.seen import checking_seen, seen
from tracker.models import Event
from tracker.models.access import Scope, scope_of
from tracker.queries.errors import Refused
from tracker.services.audit import configuration
from tracker.web.access_backend import ALLOWED_BY


class TrackerAdmin(ScopePermissionsMixin, admin.ModelAdmin):
    """A screen whose history is the event log; Django's own log is not written."""

    list_per_page = 50
    show_full_result_count = False
    view_on_site = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Under the name of what it lists, rather than "Select ... to change"."""
        title = capfirst(self.opts.verbose_name_plural)
        try:
            return super().changelist_view(request, {"title": title, **(extra_context or {})})
        except Refused as refusal:  # of an action on several rows: none of them was touched
            return self._told(request, refusal)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show a refusal that the form did not foresee (another user was quicker) as a message; nothing is stored."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            return self._told(request, refusal)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Return what lies outside one's scope does not exist; Django's own screen would lead to the first page."""
        raise Http404

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row; an address with an empty field to look it up by means the key."""
        return super().get_object(request, object_id, from_field or None)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As with changes: a refusal is told."""
        try:
            return super().delete_view(request, *args, **kwargs)
        except Refused as refusal:
            return self._told(request, refusal)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Without the rows that only join two others: their names say nothing to people."""
        named, counts, lacking, kept = super().get_deleted_objects(objs, request)
        joining = [model._meta for model in apps.get_models(include_auto_created=True) if model._meta.auto_created]
        starts = tuple(f"{capfirst(meta.verbose_name)}: " for meta in joining)
        plurals = {meta.verbose_name_plural for meta in joining}
        counted = {name: number for name, number in counts.items() if name not in plurals}
        return _without(named, starts), counted, lacking, kept

    def _told(self, request: HttpRequest, refusal: Refused) -> HttpResponse:
        self.message_user(request, " ".join([refusal.message, *refusal.fields.values()]), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Remember which fields changed, so that the message after saving names them."""
        labels = [str(form[name].label) for name in form.changed_data if name in form.fields]
        for formset in formsets or ():
            if formset.has_changed():
                labels.append(str(formset.model._meta.verbose_name_plural))
        request.changed_labels = labels  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Answer a saved form; the message says what changed, or that nothing did."""
        request.tells_change_of = obj  # type: ignore[attr-defined]
        return super().response_change(request, obj)

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        """Queue a message; that of a saved form with the fields that changed."""
        row, labels = getattr(request, "tells_change_of", None), getattr(request, "changed_labels", None)
        if row is not None and labels is not None and level == messages.SUCCESS:
            del request.tells_change_of  # type: ignore[attr-defined]
            if labels:
                words = gettext("Changed: %(fields)s.") % {"fields": gettext("; ").join(labels)}
                message = format_html("{} {}", message, words)
            else:
                message = gettext("Nothing was changed: “%(row)s” is as it was.") % {"row": row}
        super().message_user(request, message, level, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        """Skip Django's own log entry: the service that saved the row recorded it."""

    log_change = log_addition  # type: ignore[assignment]

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:  # type: ignore[override]
        """Skip Django's own log entry: the service that deleted the row recorded it."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the events about one row, newest first."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        events = Event.objects.filter(object_type=self.opts.model_name, object_id=str(row.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "original": row,
            "events": events.select_related("actor")[:200],
        }
        return TemplateResponse(request, "admin/tracker/history.html", context)


def _without(named: list[Any], starts: tuple[str, ...]) -> list[Any]:
    """Return a nested list of names without those that begin so."""
    kept = [_without(one, starts) if isinstance(one, list) else one for one in named]
    return [one for one in kept if one and not (isinstance(one, str) and one.startswith(starts))]


def _relations(model: type[Model]) -> set[str]:
    """Return the names of a model's fields that lead to one other row."""
    return {field.name for field in model._meta.fields if isinstance(field, ForeignKey)}


class ReadOnlyAdmin(TrackerAdmin):
    """A screen that only shows; the querysets say to whom."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Link only those related rows whose screens this person may open; Django links all of them."""
        return self.without_closed_links(super().get_fields(request, obj), request)

    def without_closed_links(self, names: Iterable[Any], request: HttpRequest) -> list[Any]:
        """Return the fields, those that lead to another row as what this person may see of it."""
        return [self._without_closed_link(name, request) for name in names]

    def _without_closed_link(self, name: Any, request: HttpRequest) -> Any:
        field = self.opts.get_field(name) if name in _relations(self.model) else None
        if field is None:
            return name

        def related(row: Any) -> Any:
            found = getattr(row, name)
            if found is None:
                return self.get_empty_value_display()
            screen = self.admin_site._registry.get(type(found))
            if screen is None or not screen.has_view_or_change_permission(request, found):
                return str(found)
            if not screen.get_queryset(request).filter(pk=found.pk).exists():
                return str(found)
            address = reverse(f"admin:{found._meta.app_label}_{found._meta.model_name}_change", args=[found.pk])
            return format_html('<a href="{}">{}</a>', address, found)

        related.__name__ = name
        related.short_description = field.verbose_name  # type: ignore[attr-defined]  # as the admin reads it
        return related

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(person(request)) if hasattr(rows, "visible_to") else rows


class SetupAdmin(TrackerAdmin):
    """A screen on which somebody sets up what lies in their region.

    `region_path` is the lookup to the path of the region a row belongs to. Rows without one belong to everybody:
    who manages only a part of the province does not change them. `plan_field` is the lookup to its plan. Who manages
    one plan alone chooses among rows without one, and does not change them.
    """

    region_path = ""
    plan_field = ""

    class Media:
        js = ("tracker/names.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        scopes = self._scopes(request, "view")
        return self._within(rows, scopes if self.plan_field else [scope.in_any_plan() for scope in scopes])

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(self._reaches(scope) for scope in self._scopes(request, "add"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_write(request, obj, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_write(request, obj, "delete") and (obj is None or not self.has_history(obj))

    def has_history(self, row: Any) -> bool:
        """Return True if something hangs on the row that must not be lost with it."""
        return False

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """One chooses among what one may see."""
        related = self.admin_site._registry.get(cast(type[Model], db_field.related_model))
        if "queryset" not in kwargs and related is not None:
            kwargs["queryset"] = related.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, with help beside every field; a changed row must be as the person saw it."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        add_help(self.opts.model_name, form)
        return checking_seen(checking_issued(form), self, request) if change else form

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Give the form the digest of the row as it is stored now."""
        stored = self.model._base_manager.filter(pk=obj.pk).first() if obj is not None and obj.pk else None
        if stored is not None:
            context["seen"] = seen(self, request, stored)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Save through the service, and not beyond one's scope: the transaction then undoes it."""
        self.save_row(request, obj, change)
        self._require_within(request, obj)

    def save_row(self, request: HttpRequest, row: Any, change: bool) -> None:
        """Save as this screen does; a screen with rules of its own calls their service here."""
        configuration.save_configured(row, acting_user=person(request), now=timezone.now())

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        names = [field.name for field in self.opts.many_to_many if field.name in form.cleaned_data]
        chosen = {name: form.cleaned_data[name] for name in names}
        configuration.set_related(form.instance, chosen, acting_user=person(request), now=timezone.now())
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool) -> None:
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            configuration.delete_configured(row, acting_user=person(request), now=timezone.now())
        for row in rows:
            self.save_inline_row(request, row)

    def save_inline_row(self, request: HttpRequest, row: Any) -> None:
        """Save a row of an inline."""
        configuration.save_configured(row, acting_user=person(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """All at once or none: each is recorded, what follows from it is done, and each needs what one alone needs."""
        with transaction.atomic():
            for row in queryset:
                self.delete_model(request, row)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        configuration.delete_configured(obj, acting_user=person(request), now=timezone.now())

    def _scopes(self, request: HttpRequest, verb: str) -> list[Scope]:
        capabilities = ALLOWED_BY.get((verb, self.opts.model_name), ())
        scopes = [scope_of(person(request), capability) for capability in capabilities]
        return [scope for scope in scopes if scope.is_somewhere]

    def _reaches(self, scope: Scope) -> bool:
        holds_here = bool(self.plan_field or scope.paths)
        return scope.is_whole or (bool(self.region_path) and holds_here)

    def _within(self, rows: QuerySet[Any], scopes: list[Scope]) -> QuerySet[Any]:
        if not scopes:
            return rows.none()
        if not self.region_path or any(scope.everywhere for scope in scopes):
            return rows
        condition = scopes[0].as_filter(self.region_path, plan_field=self.plan_field)
        for scope in scopes[1:]:
            condition |= scope.as_filter(self.region_path, plan_field=self.plan_field)
        return rows.filter(condition)

    def _may_write(self, request: HttpRequest, row: Model | None, verb: str) -> bool:
        scopes = [scope for scope in self._scopes(request, verb) if self._reaches(scope)]
        if row is None or row.pk is None:
            return bool(scopes)
        if not self.region_path or any(scope.everywhere for scope in scopes):
            return bool(scopes)
        return self._within(self.model._base_manager.filter(pk=row.pk), scopes).exists()

    def _require_within(self, request: HttpRequest, row: Model) -> None:
        if not self._may_write(request, row, "change"):
            raise PermissionDenied
