"""What the reviewer's buttons on a return's page do; each says what was done."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext

from tracker.admin.sheet.return_entering import by
from tracker.admin.sheet.return_forms import OF_PROJECT, ReviewForm
from tracker.calculation.quantities import PLAIN
from tracker.models import Indicator, Return
from tracker.queries.errors import Refused
from tracker.queries.plans.quantities import QuantityReader
from tracker.services import returns


def verify(unit_return: Return, form: ReviewForm, request: HttpRequest) -> str:
    """Accept the return, with the values that the reviewer put in their place."""
    values, reasons = form.by_code("verified"), form.by_code("reason")
    empty = dict.fromkeys(
        # What the unit left empty, with a note, may stay so: missing is not zero.
        (code for code, text in values.items() if not text and form.fields[f"verified-{code}"].initial),
        gettext("Enter the verified value; if there was none, enter 0."),
    )
    amounts, whys = form.by_member("verified"), form.by_member("reason")
    empty |= dict.fromkeys(
        (
            f"{pk}: investment"
            for pk, text in amounts.items()
            if not text and form.fields[f"{OF_PROJECT}verified-{pk}"].initial
        ),
        gettext("Enter the verified value; if there was none, enter 0."),
    )
    if empty:
        raise Refused(gettext("Not saved. Correct the marked fields."), empty)
    _refuse_to_drop_comments(form)
    comment = "" if form.sets_values else form.cleaned_data["comment"]
    changes = {code: (text, reasons.get(code, "")) for code, text in values.items()}
    of_projects = {pk: (text, whys.get(pk, "")) for pk, text in amounts.items()}
    returns.verify_return(
        unit_return,
        changes=changes,
        project_changes=of_projects,
        seen=form.seen,
        comment=comment,
        **by(request, form),
    )
    return " ".join([_accepted(unit_return), *_rounded(values)])


def _accepted(unit_return: Return) -> str:
    if unit_return.state == Return.State.VERIFIED:
        return gettext("The return was verified. Its values count from now on.")
    words = {"region": unit_return.reviewing_region}
    return gettext("The return was accepted at your level. It now waits for %(region)s.") % words


def _rounded(values: Mapping[str, str]) -> list[str]:
    """Tell of each value with more decimals than are stored."""
    special = [code for code, text in values.items() if text and not PLAIN.fullmatch(text)]
    reader = QuantityReader()
    indicators = Indicator.objects.filter(code__in=special).select_related("unit").order_by("pk") if special else []
    return [text for one in indicators if (text := reader.rounding_of(one, values[one.code]))]


def send_back(unit_return: Return, form: ReviewForm, request: HttpRequest) -> str:
    """Ask the unit for a correction."""
    _send_back(unit_return, form, request, one_level=False)
    return gettext("The return was sent back to the unit.")


def send_down(unit_return: Return, form: ReviewForm, request: HttpRequest) -> str:
    """Ask the level below to check it again."""
    _send_back(unit_return, form, request, one_level=True)
    if unit_return.state == Return.State.SENT_BACK:
        return gettext("The return was sent back to the unit.")
    return gettext("The return was sent down to %(region)s.") % {"region": unit_return.reviewing_region}


def _send_back(unit_return: Return, form: ReviewForm, request: HttpRequest, *, one_level: bool) -> None:
    returns.send_back_return(
        unit_return,
        comment=form.cleaned_data["comment"],
        cell_comments=form.by_code("comment"),
        project_comments=form.by_member("comment"),
        seen=form.seen,
        one_level=one_level,
        **by(request, form),
    )


def _refuse_to_drop_comments(form: ReviewForm) -> None:
    """Raise Refused, at the fields, where comments to the unit would be lost: a verified return carries none.

    Below the last level the comment on the whole return goes up with it.
    """
    said = [f"comment-{code}" for code, text in form.by_code("comment").items() if text]
    said += [f"{OF_PROJECT}comment-{pk}" for pk, text in form.by_member("comment").items() if text]
    if form.cleaned_data["comment"] and form.sets_values:
        said.append("comment")
    if said:
        raise Refused(
            gettext("Nothing was verified: there are comments to the unit."),
            dict.fromkeys(said, gettext("Send the return back with this, or empty it to verify.")),
        )


BUTTONS = {"_verify": verify, "_send_back": send_back, "_send_down": send_down}
