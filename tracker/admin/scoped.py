"""Person at a screen, permissions there, and names and help of its inputs."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.text import capfirst

from tracker.admin.choices import KnownAutocomplete, KnownAutocompleteMultiple, KnownMultipleChoiceField
from tracker.admin.field_help import LABELS, help_for
from tracker.models import User
from tracker.web.access_backend import may


def person(request: HttpRequest) -> User:
    """Return the user of a request; the site admits only users who have signed in."""
    return cast(User, request.user)


class ScopePermissionsMixin:
    """Permissions from `tracker.models.access`, for the installing administrator too."""

    opts: Any

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(person(request), "view", self.opts.model_name)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(person(request), "add", self.opts.model_name)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(person(request), "change", self.opts.model_name)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(person(request), "delete", self.opts.model_name)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(person(request), "view", self.opts.model_name)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", KnownAutocomplete(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", KnownAutocompleteMultiple(db_field, self.admin_site))  # type: ignore[attr-defined]
        kwargs.setdefault("form_class", KnownMultipleChoiceField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Every input has a name and help; beside a choice one may add or change, not remove, what can be chosen."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is None:
            return None
        named = self.opts.model_name, db_field.name
        field.label = capfirst(str(LABELS.get(named) or field.label or db_field.verbose_name))
        field.help_text = field.help_text or help_for(*named)
        if isinstance(self, admin.options.InlineModelAdmin):
            field.widget.attrs.setdefault("aria-label", field.label)
        for part in getattr(field.widget, "widgets", ()):  # a day and a time of day, under one label
            part.attrs.setdefault("aria-label", field.label)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field
