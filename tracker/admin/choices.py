"""Choices of set-up forms, which neither show nor ask the database for a value that cannot be a key."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import QuerySet


class KnownChoicesMixin:
    """Shows no choice for a value that cannot be a key, instead of failing."""

    field: Any

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        key = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [each for each in value if _can_be(key, each)], attr)  # type: ignore[misc]


class KnownAutocomplete(KnownChoicesMixin, AutocompleteSelect):
    """Select of one with a search box."""


class KnownAutocompleteMultiple(KnownChoicesMixin, AutocompleteSelectMultiple):
    """Select of several with a search box."""


class KnownMultipleChoiceField(forms.ModelMultipleChoiceField):
    """Choice of several rows."""

    def _check_values(self, value: Iterable[Any]) -> QuerySet[Any]:
        """Return the rows. Raise ValidationError at a value that no key can be, however large the number."""
        given = list(value)
        key = self.queryset.model._meta.pk  # type: ignore[union-attr] # set by Django's admin
        for each in given:
            if not _can_be(key, each):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": each}
                )
        return super()._check_values(given)  # type: ignore[misc] # Django's own, unknown to the stubs


def _can_be(key: Any, value: Any) -> bool:
    try:
        if (number := key.to_python(value or None)) is not None:
            key.run_validators(number)
    except ValidationError:
        return False
    return True
