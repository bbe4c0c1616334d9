"""报送情况变动: periods of which an earlier issue counted other returns as on time, late or missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.timeliness import Filing
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet, Value


@dataclass(frozen=True)
class TimelinessChange:
    """The number of a period's returns in one state, in an earlier document, which `since` names, and at present.

    Without a state the deadline of the period moved, and `then` and `now` are its last moments on time, in words.
    """

    period: str
    filing: Filing | None
    then: int | str
    now: int | str
    since: str


def timeliness_changes(plan: str, compared: str, found: Sequence[TimelinessChange]) -> Sheet:
    """Return the sheet; where nothing changed it says so."""
    return Sheet(
        name=_("Changes of timeliness"),
        title=_("%(plan)s: changes of completeness and timeliness") % {"plan": plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Period")),
            Column(_("State of the return")),
            Column(_("In the earlier document"), Kind.COUNT, key="then"),
            Column(pgettext("changed figure", "Now"), Kind.COUNT, key="now"),
            Column(_("Difference"), Kind.COUNT),
            Column(pgettext("changed value", "As in")),
        ],
        rows=[
            Row(
                [
                    number,
                    one.period,
                    filing_in_words(one.filing) if one.filing else _("Deadline"),
                    one.then,
                    one.now,
                    _difference(one),
                    one.since,
                ]
            )
            for number, one in enumerate(found, 1)
        ],
        notice="" if found else _("No period of the earlier document is counted otherwise, and no deadline moved."),
        notes=[
            _("Compared with: %(report)s") % {"report": compared},
            _(
                "A period is counted otherwise when a return came, was sent back or withdrawn, and when a deadline, an "
                "extension or what is expected of a unit changed."
            ),
        ],
        frozen_columns=2,
        key="timeliness changes",
    )


def _difference(change: TimelinessChange) -> Value:
    """Return how many returns more or fewer; nothing for a deadline."""
    if isinstance(change.then, str) or isinstance(change.now, str):
        return ""
    return Formula("{now}-{then}", change.now - change.then)


def filing_in_words(filing: Filing) -> str:
    """Return "on time", "late"."""
    return {
        Filing.ON_TIME: _("on time"),
        Filing.LATE: pgettext("return", "late"),
        Filing.UNDATED: _("time unknown"),
        Filing.MISSING: _("Missing"),
        Filing.SENT_BACK: _("Sent back, to be resubmitted"),
        Filing.NOT_DUE: _("not due yet"),
    }[filing]
