"""设置变动: the changes of set-up since an earlier document, each named, with its share in the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents.shape import Column, Kind, Row, Sheet


@dataclass(frozen=True)
class SetUpChange:
    """A change of set-up in words. `share` is None where it was not measured; `since` names the earlier document.

    `document` is the number of the document that orders the change, or the reason for it.
    """

    kind: str
    about: str
    before: Sequence[str]
    after: Sequence[str]
    document: str
    changed_by: str
    changed_at: datetime
    share: Sequence[str] | None
    since: str
    is_since_edition: bool = False


def set_up_sheet(plan: str, compared: str, changes: Sequence[SetUpChange]) -> Sheet:
    """Return the sheet; where nothing changed it says so."""
    return Sheet(
        name=_("Changes of set-up"),
        title=_("%(plan)s: changes of set-up") % {"plan": plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(pgettext("changed set-up", "What changed")),
            Column(pgettext("changed set-up", "About")),
            Column(pgettext("changed set-up", "Before")),
            Column(pgettext("changed set-up", "After")),
            Column(_("Document or reason")),
            Column(_("Its share in the figures of the earlier document"), is_wide=True),
            Column(_("Changed by")),
            Column(_("Changed at"), Kind.MOMENT),
            Column(pgettext("changed value", "As in")),
        ],
        rows=[_row(number, one) for number, one in enumerate(changes, 1)],
        notice="" if changes else _("No set-up behind the earlier document has changed."),
        notes=[
            _("Compared with: %(report)s") % {"report": compared},
            _(
                "Targets, shares, bounds, schedules, aggregation, deadlines, units, obligations and regions, each with "
                "what it moved in the figures of the earlier document when it was recorded. Changed values stand in "
                "the list of changed values. A level that moved because the yardstick moved is neither better nor "
                "worse."
            ),
        ],
        frozen_columns=3,
        is_optional=True,
        key="set-up changes",
    )


def share_in_words(share: Sequence[str] | None) -> str:
    """Return what a change moved."""
    if share is None:
        return _("in the sums by cause")
    return _("; ").join(share) or _("moves no figure")


def _row(number: int, one: SetUpChange) -> Row:
    return Row(
        [
            number,
            one.kind,
            one.about,
            _("; ").join(one.before),
            _("; ").join(one.after),
            one.document,
            share_in_words(one.share),
            one.changed_by,
            one.changed_at,
            one.since,
        ]
    )
