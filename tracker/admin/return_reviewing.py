"""What the reviewer's buttons on a return's page do; each says what was done."""

from django.http import HttpRequest
from django.utils.translation import gettext

from tracker.admin.return_entering import by
from tracker.admin.return_forms import SheetForm
from tracker.models import Return
from tracker.services import returns
from tracker.services.errors import Refused


def verify(unit_return: Return, form: SheetForm, request: HttpRequest) -> str:
    """Accept the return, with the values that the reviewer put in their place."""
    values, reasons = form.by_code("verified"), form.by_code("reason")
    empty = dict.fromkeys(
        (code for code, text in values.items() if not text),
        gettext("Enter the verified value; if there was none, enter 0."),
    )
    if empty:
        raise Refused(gettext("Nothing was saved. Please correct what is marked."), empty)
    changes = {code: (text, reasons.get(code, "")) for code, text in values.items()}
    returns.verify_return(unit_return, changes=changes, **by(request, form))
    return gettext("The return was verified. Its values count from now on.")


def send_back(unit_return: Return, form: SheetForm, request: HttpRequest) -> str:
    """Ask the unit for a correction."""
    returns.send_back_return(unit_return, comment=form.cleaned_data["comment"], **by(request, form))
    return gettext("The return was sent back to the unit.")


BUTTONS = {"_verify": verify, "_send_back": send_back}
