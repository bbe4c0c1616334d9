"""The two-person rule: the most dangerous acts need a permit that another administrator has just given.

TWO_PERSON_RULE switches it on. A restore happens where no account is yet, so its permit is a signed code instead.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import ActPermit, Event, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.audit.events import record_event

LASTS = timedelta(hours=1)
SALT = "tracker.restore-permit"


def require_second_person(act: ActPermit.Act, *, acting_user: User, now: datetime) -> None:
    """Use a permit that another person gave within the hour. Raise Refused where there is none."""
    if not settings.TWO_PERSON_RULE:
        return
    fresh = ActPermit.objects.filter(act=act, granted_at__gt=now - LASTS, granted_at__lte=now, used_at=None)
    for permit in fresh.exclude(granted_by=acting_user):
        # Of two who use it at once, one finds it used: the update changes one row.
        if ActPermit.objects.filter(pk=permit.pk, used_at=None).update(used_by=acting_user, used_at=now):
            return
    raise Refused(
        _("This needs a second person. Ask another administrator to permit it on the page “State of the installation”.")
    )


@transaction.atomic
def permit_act(act: ActPermit.Act, *, acting_user: User, now: datetime) -> ActPermit:
    """Permit somebody else to do this once, within the hour. Raise NotAllowed for who does not manage all accounts."""
    _require_administrator(acting_user)
    permit = ActPermit.objects.create(act=act, granted_by=acting_user, granted_at=now)
    action = Event.Action.PERMISSION_CHANGED
    record_event(action, acting_user=acting_user, now=now, about=permit, after={"permitted": act.value})
    return permit


@transaction.atomic
def permit_restore(*, acting_user: User, now: datetime) -> str:
    """Return a code with which an archive may be restored within the hour."""
    _require_administrator(acting_user)
    action = Event.Action.PERMISSION_CHANGED
    record_event(action, acting_user=acting_user, now=now, about=acting_user, after={"permitted": "restore"})
    return TimestampSigner(salt=SALT).sign(acting_user.username)


def require_restore_permit(code: str) -> str:
    """Return the name of who permitted the restore, or "" where no permit is needed. Raise Refused for a bad code."""
    if not settings.TWO_PERSON_RULE:
        return ""
    try:
        return TimestampSigner(salt=SALT).unsign(code, max_age=LASTS)
    except BadSignature:
        raise Refused(
            _(
                "A restore needs the code of a second person, at most an hour old: --permit CODE. An administrator "
                "gets it on the page “State of the installation”."
            )
        ) from None


def _require_administrator(user: User) -> None:
    if not scope_of(user, Capability.MANAGE_ACCOUNTS).is_whole:
        raise NotAllowed(_("You do not manage this installation."))
