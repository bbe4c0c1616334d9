"""What the reviewer sends back: the return as a whole, with what is wrong with it and with single cells."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import CellComment, Event, Return, User
from tracker.models.access import Capability
from tracker.queries.errors import Refused
from tracker.services.returns.steps import check_and_bump_version, entries_by_code, record_step, require, require_seen
from tracker.services.returns.totals import subtract_return


@transaction.atomic
def send_back_return(
    unit_return: Return,
    *,
    acting_user: User,
    now: datetime,
    expected_version: int,
    comment: str = "",
    cell_comments: Mapping[str, str] | None = None,
    seen: Mapping[str, int | None] | None = None,
) -> Return:
    """Send a submitted return back to its unit, with a comment on the whole, on single cells, or both.

    `cell_comments` maps indicator codes to what is wrong there, `seen` every code to the reported revision that the
    reviewer had before them. Raises Refused where nothing is said, ChangedMeanwhile where something else was seen.
    """
    require(unit_return, acting_user, Capability.VERIFY, (Return.State.SUBMITTED,))
    comment = comment.strip()
    said = {code: text.strip() for code, text in (cell_comments or {}).items() if text.strip()}
    if not comment and not said:
        raise Refused(
            _("A return is sent back with a comment, on the whole or on single cells."),
            {"comment": _("Say what the unit should correct.")},
        )
    check_and_bump_version(unit_return, expected_version)
    entries = entries_by_code(unit_return)
    require_seen(entries, seen)
    subtract_return(unit_return)
    CellComment.objects.bulk_create(
        CellComment(
            entry=entries[code],
            revision=entries[code].reported_revision,
            text=text,
            author=acting_user,
            written_at=now,
        )
        for code, text in said.items()
        if code in entries
    )
    before = unit_return.state
    unit_return.state = Return.State.SENT_BACK
    unit_return.review_comment = comment
    unit_return.save(update_fields=["state", "review_comment"])
    record_step(Event.Action.RETURN_SENT_BACK, unit_return, before, acting_user, now, reason=comment, more=said)
    return unit_return
