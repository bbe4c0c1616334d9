"""Refusals of services, shown at the fields of a form."""

from collections.abc import Callable
from typing import Any

from django.forms import ModelForm

from tracker.queries.errors import Refused


def refusing(form: ModelForm, check: Callable[[], object]) -> None:
    """Run a service's check from a form's clean(): what it refuses stands at its field."""
    try:
        check()
    except Refused as refusal:
        add_refusal(form, refusal.message, refusal.fields)


def add_refusal(form: Any, message: str, fields: dict[str, str]) -> None:
    """Show a refusal: each part at its field if the form has it, else above the form."""
    for name, text in fields.items():
        form.add_error(name if name in form.fields else None, text)
    if not any(name in form.fields for name in fields):
        form.add_error(None, message)
