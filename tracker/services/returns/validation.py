"""What keeps a return from being handed in: errors, and warnings that nobody has answered with a note."""

from django.utils.translation import gettext as _

from tracker.calculation.checks import Check, Severity
from tracker.models import Return
from tracker.queries.errors import Refused
from tracker.queries.projects.reports import report_rows, stopping_rows
from tracker.queries.returns.check_wording import FlagMessage, describe
from tracker.queries.returns.checks import check_return

#: What a refusal calls the note of a cell: this and the indicator's code.
NOTE = "note-"


def require_valid(unit_return: Return) -> None:
    """Raise Refused while an error stands, at its cell, or a warning without a note, at the note of its cell.

    The rows of its project sheet are checked by the same rule, at `project-` with the member and the field.
    """
    notes = dict(unit_return.entries.values_list("indicator__code", "note"))
    stopping = [told for told in describe(check_return(unit_return), notes) if told.stops]
    of_projects = stopping_rows(report_rows(unit_return))
    if not stopping and of_projects:
        raise Refused(_("The project sheet is not complete: see what is marked there."), of_projects)
    if not stopping:
        return
    fields: dict[str, str] = {}
    for told in stopping:
        if told.severity is Severity.WARNING:  # what is odd stands at the figure; here the answer is wanted
            fields[f"{NOTE}{told.indicator}"] = told.advice
        else:
            said = told.advice if told.kind is Check.MISSING else str(told)
            fields[told.indicator] = f"{fields[told.indicator]} {said}" if told.indicator in fields else said
    raise Refused(_message(stopping), fields)


def _message(stopping: list[FlagMessage]) -> str:
    if any(told.kind is Check.MISSING for told in stopping):
        return _("The return is not complete.")
    if any(told.severity is Severity.ERROR for told in stopping):
        return _("The return was not submitted: correct what is marked as an error.")
    return _("The return was not submitted: say in the note of each marked figure why it is right, or correct it.")
