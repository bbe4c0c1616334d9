"""Emergency access: a superuser takes what three administrators keep apart (三员分立), for hours, if one agrees."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import EmergencyAccess, Event, Role, User
from tracker.models.access import Capability, scope_of
from tracker.models.emergency import LONGEST_REASON, MOST_HOURS
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.audit.events import record_event


@transaction.atomic
def ask_for_access(reason: str, hours: int, *, acting_user: User, now: datetime) -> EmergencyAccess:
    """Ask for the rights. Raise NotAllowed for who is no superuser or holds them, Refused at a wrong field."""
    if not (acting_user.is_superuser and acting_user.is_active and acting_user.is_kept_apart):
        raise NotAllowed(_("Only a superuser without these rights asks for them."))
    wrong: dict[str, str] = {}
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        wrong["reason"] = _("Give the reason, in at most 300 characters.")
    if not 1 <= hours <= MOST_HOURS:
        wrong["hours"] = _("Choose from 1 to %(hours)s hours.") % {"hours": MOST_HOURS}
    if EmergencyAccess.objects.waiting(now).filter(user=acting_user).exists():
        wrong.setdefault("reason", _("Your earlier request still waits. Withdraw it first."))
    if wrong:
        raise Refused(_("Emergency access was not asked for."), wrong)
    asked = EmergencyAccess.objects.create(user=acting_user, reason=reason, hours=hours, asked_at=now)
    _record(asked, "asked", acting_user=acting_user, now=now, hours=hours)
    return asked


@transaction.atomic
def agree(access: EmergencyAccess, *, acting_user: User, now: datetime) -> None:
    """Agree to a request: the rights begin now. Raise NotAllowed for who is not a security administrator of all."""
    if acting_user.pk == access.user_id or not may_agree(acting_user):
        raise NotAllowed(_("A security administrator of the whole installation agrees, who is another person."))
    ends_at = now + timedelta(hours=access.hours)
    waiting = EmergencyAccess.objects.waiting(now).filter(pk=access.pk)
    if not waiting.update(agreed_by=acting_user, agreed_at=now, ends_at=ends_at):
        raise ChangedMeanwhile(_("This request was withdrawn, has lapsed, or was agreed to already."))
    access.refresh_from_db()
    _record(access, "agreed", acting_user=acting_user, now=now, ends_at=ends_at.isoformat())


@transaction.atomic
def end_access(access: EmergencyAccess, *, acting_user: User, now: datetime) -> None:
    """End the rights before their time, or withdraw a request. Raise NotAllowed for who may not."""
    if acting_user.pk != access.user_id and not (may_agree(acting_user) or _keeps_accounts(acting_user)):
        raise NotAllowed(_("You do not manage this installation."))
    if not EmergencyAccess.objects.filter(pk=access.pk, ended_at=None).update(ended_at=now, ended_by=acting_user):
        raise ChangedMeanwhile(_("This access has ended already."))
    access.refresh_from_db()
    _record(access, "ended", acting_user=acting_user, now=now)


@transaction.atomic
def note_end(access: EmergencyAccess, *, now: datetime) -> None:
    """Note the end of rights whose time is over."""
    if EmergencyAccess.objects.run_out(now).filter(pk=access.pk).update(ended_at=access.ends_at):
        _record(access, "run_out", acting_user=None, now=now)


def may_agree(user: User) -> bool:
    """Return True for a security administrator of the whole installation who is no superuser."""
    if user.is_superuser or not user.memberships_as([Role.SECURITY_ADMIN]):
        return False
    return scope_of(user, Capability.MANAGE_PEOPLE).is_whole


def may_see(user: User) -> bool:
    """Return True for who asks for emergency access, agrees to it, or keeps the installation."""
    return user.is_superuser or may_agree(user) or _keeps_accounts(user)


def _keeps_accounts(user: User) -> bool:
    return scope_of(user, Capability.MANAGE_ACCOUNTS).is_whole


def _record(access: EmergencyAccess, step: str, *, acting_user: User | None, now: datetime, **more: object) -> None:
    record_event(
        Event.Action.EMERGENCY_ACCESS,
        acting_user=acting_user,
        now=now,
        about=access,
        after={"step": step, "account": f"#{access.user_id}", **more},
        reason=access.reason,
    )
