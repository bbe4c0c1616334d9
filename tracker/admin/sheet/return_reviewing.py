"""What the reviewer's buttons on a return's page do; each says what was done."""

from django.http import HttpRequest
from django.utils.translation import gettext

from tracker.admin.sheet.return_entering import by
from tracker.admin.sheet.return_forms import ReviewForm
from tracker.models import Return
from tracker.queries.errors import Refused
from tracker.services import returns


def verify(unit_return: Return, form: ReviewForm, request: HttpRequest) -> str:
    """Accept the return, with the values that the reviewer put in their place."""
    values, reasons = form.by_code("verified"), form.by_code("reason")
    empty = dict.fromkeys(
        # What the unit left empty, with a note, may stay so: missing is not zero.
        (code for code, text in values.items() if not text and form.fields[f"verified-{code}"].initial),
        gettext("Enter the verified value; if there was none, enter 0."),
    )
    if empty:
        raise Refused(gettext("Nothing was saved. Please correct what is marked."), empty)
    _refuse_to_drop_comments(form)
    changes = {code: (text, reasons.get(code, "")) for code, text in values.items()}
    returns.verify_return(unit_return, changes=changes, seen=form.seen, **by(request, form))
    return gettext("The return was verified. Its values count from now on.")


def send_back(unit_return: Return, form: ReviewForm, request: HttpRequest) -> str:
    """Ask the unit for a correction."""
    returns.send_back_return(
        unit_return,
        comment=form.cleaned_data["comment"],
        cell_comments=form.by_code("comment"),
        seen=form.seen,
        **by(request, form),
    )
    return gettext("The return was sent back to the unit.")


def _refuse_to_drop_comments(form: ReviewForm) -> None:
    """What was written to the unit goes back with the return; a verified one carries no comments."""
    said = [f"comment-{code}" for code, text in form.by_code("comment").items() if text]
    if form.cleaned_data["comment"]:
        said.append("comment")
    if said:
        raise Refused(
            gettext("Nothing was verified: there are comments to the unit."),
            dict.fromkeys(said, gettext("Send the return back with this, or empty it to verify.")),
        )


BUTTONS = {"_verify": verify, "_send_back": send_back}
