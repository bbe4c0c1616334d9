"""One bound for every date that a person types, on every form, filter and set-up screen."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tracker.calculation.years import YEARS, is_sensible


def require_sensible_year(day: date) -> None:
    """Raise ValidationError for a date or datetime outside the years that deadlines can be calculated for."""
    if not is_sensible(day):
        raise ValidationError(_("The year must lie between %(first)s and %(last)s.") % YEARS, code="year")


def bound_date_fields() -> None:
    """Give the bound to Django's own form fields, from which those of models and filters come too.

    Called before any form is declared: a field takes its validators when it is made.
    """
    for field in (forms.DateField, forms.DateTimeField):
        field.default_validators = [require_sensible_year]
