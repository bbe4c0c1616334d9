"""What the unit's buttons on a return's page do; each says what was done."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from tracker.admin.scoped import person
from tracker.admin.sheet.return_forms import SheetForm
from tracker.models import Return
from tracker.services import returns


def by(request: HttpRequest, form: SheetForm) -> dict[str, Any]:
    """Return who acts, when, on which version: what every verb about a return takes."""
    return {"acting_user": person(request), "now": timezone.now(), "expected_version": form.expected_version}


def save(unit_return: Return, form: SheetForm, request: HttpRequest) -> str:
    """Keep a draft."""
    returns.save_draft(unit_return, form.by_code("value"), notes=form.by_code("note"), **by(request, form))
    return gettext("The draft was saved. It is not submitted yet.")


def submit(unit_return: Return, form: SheetForm, request: HttpRequest) -> str:
    """Keep what was typed and hand it in."""
    returns.save_and_submit(unit_return, form.by_code("value"), notes=form.by_code("note"), **by(request, form))
    return gettext("The return was submitted to the reviewer.")


BUTTONS = {"_save": save, "_submit": submit}
