"""What the reviewer does: verify a return, send it back, unlock it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Return, User, ValueRevision
from tracker.models.access import Capability
from tracker.services.errors import NotAllowed, Refused
from tracker.services.quantities import QuantityReader
from tracker.services.returns.steps import add_revisions, entries_by_code, record_step, require, take_version
from tracker.services.totals import put_in, take_out


@transaction.atomic
def verify_return(
    unit_return: Return,
    *,
    acting_user: User,
    now: datetime,
    expected_version: int,
    changes: Mapping[str, tuple[str, str]] | None = None,
) -> Return:
    """Accept the return: every reported value becomes verified, or the reviewer's own where `changes` has one.

    `changes` maps an indicator code to (value as typed, reason). A value that differs from the reported one
    needs a reason. Raises ChangedMeanwhile when the return is not the version the reviewer saw.
    """
    require(unit_return, acting_user, Capability.VERIFY, (Return.State.SUBMITTED,))
    if unit_return.submitted_by_id == acting_user.pk:
        raise NotAllowed(_("You submitted this return; another reviewer must verify it."))
    take_version(unit_return, expected_version)
    entries = entries_by_code(unit_return)
    changes = {code: change for code, change in (changes or {}).items() if code in entries and change[0].strip()}
    read = QuantityReader().read_all({entries[code].indicator: text for code, (text, _reason) in changes.items()})
    unexplained = [
        code
        for code, (_value, reason) in changes.items()
        if (quantity := read[code]) and quantity.value != entries[code].reported_value and not reason.strip()
    ]
    if unexplained:
        raise Refused(
            _("A verified value that differs from the reported one needs a reason."),
            dict.fromkeys(unexplained, _("Say why the value differs.")),
        )
    revisions = []
    for code, entry in entries.items():
        quantity = read.get(code)
        revisions.append(
            ValueRevision(
                entry=entry,
                kind=ValueRevision.Kind.VERIFIED,
                value=quantity.value if quantity else entry.reported_value,
                reason=changes[code][1].strip() if code in changes else "",
                source=ValueRevision.Source.FORM,
                saw=entry.reported_revision,
                actor=acting_user,
                recorded_at=now,
            )
        )
    take_out(unit_return)
    add_revisions(revisions)
    before = unit_return.state
    unit_return.state = Return.State.VERIFIED
    unit_return.verified_at = now
    unit_return.verified_by = acting_user
    unit_return.review_comment = ""
    unit_return.save(update_fields=["state", "verified_at", "verified_by", "review_comment"])
    put_in(unit_return)
    record_step(Event.Action.RETURN_VERIFIED, unit_return, before, acting_user, now)
    return unit_return


@transaction.atomic
def send_back_return(
    unit_return: Return, *, comment: str, acting_user: User, now: datetime, expected_version: int
) -> Return:
    """Send a submitted return back to its unit, with a comment that says why."""
    require(unit_return, acting_user, Capability.VERIFY, (Return.State.SUBMITTED,))
    if not comment.strip():
        raise Refused(_("A return is sent back with a comment."), {"comment": _("Say what the unit should correct.")})
    take_version(unit_return, expected_version)
    take_out(unit_return)
    before = unit_return.state
    unit_return.state = Return.State.SENT_BACK
    unit_return.review_comment = comment.strip()
    unit_return.save(update_fields=["state", "review_comment"])
    record_step(Event.Action.RETURN_SENT_BACK, unit_return, before, acting_user, now, reason=unit_return.review_comment)
    return unit_return


@transaction.atomic
def unlock_return(
    unit_return: Return, *, reason: str, acting_user: User, now: datetime, expected_version: int
) -> Return:
    """Open a verified return for correction: its verified values are withdrawn and count no more.

    Each withdrawal is a revision without a value, so that what stood before stays known.
    """
    require(unit_return, acting_user, Capability.VERIFY, (Return.State.VERIFIED,))
    if not reason.strip():
        raise Refused(_("A return is unlocked with a reason."), {"comment": _("Say why it must be corrected.")})
    take_version(unit_return, expected_version)
    take_out(unit_return)
    add_revisions(
        [
            ValueRevision(
                entry=entry,
                kind=ValueRevision.Kind.VERIFIED,
                value=None,
                reason=reason.strip(),
                source=ValueRevision.Source.FORM,
                saw=entry.reported_revision,
                actor=acting_user,
                recorded_at=now,
            )
            for entry in entries_by_code(unit_return).values()
        ]
    )
    before = unit_return.state
    unit_return.state = Return.State.SENT_BACK
    unit_return.review_comment = reason.strip()
    unit_return.verified_at = unit_return.verified_by = None
    unit_return.save(update_fields=["state", "review_comment", "verified_at", "verified_by"])
    record_step(Event.Action.RETURN_UNLOCKED, unit_return, before, acting_user, now, reason=reason.strip())
    return unit_return
