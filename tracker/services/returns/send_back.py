"""What the reviewer sends back: the return as a whole, with what is wrong with it and with single cells."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import CellComment, Event, Return, User
from tracker.models.access import Capability
from tracker.queries.errors import Refused
from tracker.queries.returns.checking_way import checking_way
from tracker.services.returns.move_between_levels import move_down
from tracker.services.returns.project_verdicts import ProjectComments, comment_lines
from tracker.services.returns.steps import (
    check_and_bump_version,
    entries_by_code,
    level_facts,
    record_step,
    require,
    require_seen,
)
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
    project_comments: ProjectComments | None = None,
    seen: Mapping[str, int | None] | None = None,
    one_level: bool = False,
) -> Return:
    """Send a submitted return back to its unit, with a comment on the whole, on single cells, or both.

    With `one_level` it goes to the level below, which checks it again; below the lowest level is the unit.

    `cell_comments` maps indicator codes to what is wrong there, `project_comments` members of lists; `seen` maps every
    code to the reported revision that the reviewer had before them. Raises Refused where nothing is said,
    ChangedMeanwhile where something else was seen.
    """
    require(unit_return, acting_user, Capability.VERIFY, (Return.State.SUBMITTED,))
    comment = comment.strip()
    said = {code: text.strip() for code, text in (cell_comments or {}).items() if text.strip()}
    project_comments = project_comments or {}
    if not comment and not said and not any(text.strip() for text in project_comments.values()):
        raise Refused(
            _("A return is sent back with a comment, on the whole or on single cells."),
            {"comment": _("Say what the unit should correct.")},
        )
    check_and_bump_version(unit_return, expected_version)
    entries = entries_by_code(unit_return)
    require_seen(entries, seen)
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
    of_projects = comment_lines(unit_return, project_comments, acting_user=acting_user, now=now)
    way = checking_way(unit_return)
    if one_level and way.below is not None:
        return move_down(
            unit_return, way, way.below, comment=comment, more={**said, **of_projects}, acting_user=acting_user, now=now
        )
    subtract_return(unit_return)
    before = unit_return.state
    unit_return.state = Return.State.SENT_BACK
    unit_return.review_comment = comment
    unit_return.save(update_fields=["state", "review_comment"])
    more = {**said, **of_projects, **level_facts(unit_return)}
    record_step(Event.Action.RETURN_SENT_BACK, unit_return, before, acting_user, now, reason=comment, more=more)
    return unit_return
