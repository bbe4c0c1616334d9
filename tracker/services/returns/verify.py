"""What the reviewer accepts: a return as it was reported, or with other values and the reasons for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Entry, Event, Return, User, ValueRevision
from tracker.models.access import Capability
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.plans.quantities import QuantityReader
from tracker.queries.returns.checking_way import checking_way
from tracker.services.returns.move_between_levels import move_up
from tracker.services.returns.project_verdicts import ProjectChanges, accepted_lines, follow_verdict, verify_lines
from tracker.services.returns.steps import (
    add_revisions,
    check_and_bump_version,
    entries_by_code,
    level_facts,
    record_step,
    require,
    require_seen,
)
from tracker.services.returns.totals import add_return, subtract_return

#: By indicator code, what the reviewer typed: (value, reason).
Changes = Mapping[str, tuple[str, str]]


@transaction.atomic
def verify_return(
    unit_return: Return,
    *,
    acting_user: User,
    now: datetime,
    expected_version: int,
    changes: Changes | None = None,
    seen: Mapping[str, int | None] | None = None,
    comment: str = "",
    project_changes: ProjectChanges | None = None,
) -> Return:
    """Accept the return: every reported value becomes verified, or the reviewer's own where `changes` has one.

    Where a level above checks it too, the return moves up to that level as it was reported, and nothing counts yet.
    `comment` goes up with it; the last level says nothing.

    `changes` maps an indicator code to (value as typed, reason). A value that differs from the reported one
    needs a reason. `project_changes` is the same for lines of projects, by the member's primary key. `seen` maps every
    indicator code to the reported revision that the reviewer had before them.
    Raises ChangedMeanwhile when the return is not the version the reviewer saw, or a cell not the revision.
    """
    require(unit_return, acting_user, Capability.VERIFY, (Return.State.SUBMITTED,))
    require_other_author(unit_return, acting_user)
    check_and_bump_version(unit_return, expected_version)
    entries = entries_by_code(unit_return)
    require_seen(entries, seen)
    changes = {code: change for code, change in (changes or {}).items() if code in entries and change[0].strip()}
    accepted = _accepted(entries, changes)
    lines = accepted_lines(unit_return, project_changes or {})
    way = checking_way(unit_return)
    if way.above is not None:
        _require_as_reported(entries, accepted, [report.member_id for report in lines])
        return move_up(unit_return, way, way.above, comment=comment.strip(), acting_user=acting_user, now=now)
    subtract_return(unit_return)
    seal = add_revisions(
        [
            ValueRevision(
                entry=entry,
                kind=ValueRevision.Kind.VERIFIED,
                value=accepted.get(code, entry.reported_value),
                reason=changes[code][1].strip() if code in changes else "",
                source=ValueRevision.Source.FORM,
                saw=entry.reported_revision,
                actor=acting_user,
                recorded_at=now,
            )
            for code, entry in entries.items()
        ]
    )
    before = unit_return.state
    unit_return.state = Return.State.VERIFIED
    unit_return.verified_at = now
    unit_return.verified_by = acting_user
    unit_return.review_comment = ""
    unit_return.save(update_fields=["state", "verified_at", "verified_by", "review_comment"])
    add_return(unit_return)
    of_projects = verify_lines(unit_return, lines, acting_user=acting_user, now=now)
    follow_verdict(unit_return, now=now)
    more = level_facts(unit_return) | seal | of_projects
    record_step(Event.Action.RETURN_VERIFIED, unit_return, before, acting_user, now, more=more)
    return unit_return


def require_other_author(unit_return: Return, acting_user: User) -> None:
    """Raise NotAllowed for who submitted the return, or typed a value of it: at no level do they accept it."""
    if unit_return.submitted_by_id == acting_user.pk:
        raise NotAllowed(_("You submitted this return; another reviewer must verify it."))
    if unit_return.is_written_by(acting_user):
        raise NotAllowed(_("You typed values of this return; another reviewer must verify it."))


def _require_as_reported(entries: Mapping[str, Entry], accepted: Mapping[str, Decimal], members: Sequence[int]) -> None:
    """Raise Refused where a level below the last one would set other values than the unit reported.

    `members` are those whose lines would get another value.
    """
    other = [code for code, value in accepted.items() if value != entries[code].reported_value]
    other += [f"{member}: investment" for member in members]
    if other:
        raise Refused(
            _("Only the last level sets another value than the reported one."),
            dict.fromkeys(other, _("Accept it as reported, or send the return back with a comment.")),
        )


def _accepted(entries: Mapping[str, Entry], changes: Changes) -> dict[str, Decimal]:
    """Return the reviewer's own values; raise Refused if one cannot be read, or differs without a reason."""
    read = QuantityReader().read_all({entries[code].indicator: text for code, (text, _reason) in changes.items()})
    values = {code: quantity.value for code, quantity in read.items() if quantity}
    unexplained = [
        code for code, value in values.items() if value != entries[code].reported_value and not changes[code][1].strip()
    ]
    if unexplained:
        raise Refused(
            _("If the verified value differs from the reported one, give a reason."),
            dict.fromkeys(unexplained, _("Say why the value differs.")),
        )
    return values
