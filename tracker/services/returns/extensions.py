"""More time for one unit: granting an extension, withdrawing it, and refusing what comes after the lock."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.models import Event, ExpectedReturn, Extension, Period, ReportingUnit, User
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.returns.extension_rights import may_grant
from tracker.services.audit.events import record_event
from tracker.services.returns.expected import update_deadlines

#: As long as the column is.
REASON_LENGTH = 500


def grant_extension(
    unit: ReportingUnit, period: Period, *, until: datetime, reason: str, acting_user: User, now: datetime
) -> Extension:
    """Let a unit hand in its return for a period until `until`, the first late moment. It then ends by itself.

    A later end takes the place of an extension that stands; an earlier one is refused, with the field it is wrong in.
    """
    check_extension(unit, period, until=until, reason=reason, acting_user=acting_user, now=now)
    try:
        with transaction.atomic():
            earlier = _standing(unit, period)
            if earlier:  # a later end takes its place
                _withdraw(earlier, acting_user, now, Extension.objects.standing())
            extension = Extension.objects.create(
                unit=unit, period=period, until=until, reason=reason.strip(), granted_by=acting_user, granted_at=now
            )
            update_deadlines(ExpectedReturn.objects.filter(unit=unit, period=period))
            record_event(
                Event.Action.EXTENSION_GRANTED,
                acting_user=acting_user,
                now=now,
                about=extension,
                before={"until": earlier.until.isoformat()} if earlier else {},
                after={"until": until.isoformat()},
                reason=extension.reason,
            )
    except IntegrityError:
        raise ChangedMeanwhile(
            _("Somebody else has just given %(unit)s an extension for %(period)s.") % {"unit": unit, "period": period}
        ) from None
    return extension


@transaction.atomic
def withdraw_extension(extension: Extension, *, acting_user: User, now: datetime) -> Extension:
    """End a running extension before its time. Refused once the unit has submitted under it: that stays on time."""
    _require_granting(acting_user, extension.unit, extension.period)
    rows = ExpectedReturn.objects.filter(unit=extension.unit_id, period=extension.period_id)
    expected = rows.select_related("unit_return").first()
    submitted_at = expected.first_submitted_at if expected else None
    if submitted_at and extension.period.due_at <= submitted_at < extension.until:
        raise Refused(
            _("The unit has submitted its return within this extension; the extension can no longer be withdrawn.")
        )
    if not _withdraw(extension, acting_user, now, Extension.objects.running(now)):
        raise ChangedMeanwhile(_("This extension has ended or was withdrawn already."))
    update_deadlines(rows)
    record_event(
        Event.Action.EXTENSION_WITHDRAWN,
        acting_user=acting_user,
        now=now,
        about=extension,
        before={"until": extension.until.isoformat()},
    )
    return extension


def require_unlocked(unit: ReportingUnit, period: Period, *, now: datetime) -> None:
    """Raise Refused, saying who can help, when the period is locked for this unit."""
    period.refresh_from_db(fields=["due_at", "locks_at"])
    expected = ExpectedReturn.objects.filter(unit=unit, period=period).first()
    locks_at = expected.locks_at if expected else period.locks_at
    if locks_at is not None and now >= locks_at:
        raise Refused(locked_words(unit, period))


def locked_words(unit: ReportingUnit, period: Period) -> str:
    """Return what to tell a unit for which a period is locked."""
    words = {"unit": unit, "period": period, "moment": wording.moment(period.locks_at) if period.locks_at else ""}
    return (
        _(
            "Returns for %(period)s have been locked since %(moment)s."
            " A reviewer or the plan manager can give %(unit)s an extension."
        )
        % words
    )


def _require_granting(acting_user: User, unit: ReportingUnit, period: Period) -> None:
    if not may_grant(acting_user, unit, period):
        raise NotAllowed(_("Only a reviewer or the plan manager can give %(unit)s more time.") % {"unit": unit})


def check_extension(
    unit: ReportingUnit, period: Period, *, until: datetime, reason: str, acting_user: User, now: datetime
) -> None:
    """Raise Refused, with what is wrong at each field, where such an extension cannot be granted."""
    _require_granting(acting_user, unit, period)
    wrong = {}
    reason, standing = reason.strip(), _standing(unit, period)
    if not ExpectedReturn.objects.filter(unit=unit, period=period).exists():
        wrong["period"] = _("%(unit)s has no return to submit for %(period)s.") % {"unit": unit, "period": period}
    if until <= now:
        wrong["until"] = _("This moment has passed; choose a later day.")
    elif until <= period.due_at:
        due = wording.moment(period.deadline)
        wrong["until"] = _("The deadline is already %(moment)s; choose a later day.") % {"moment": due}
    elif standing and until <= standing.until:
        ends = wording.moment(standing.deadline)
        wrong["until"] = _("There is an extension until %(moment)s already; choose a later day.") % {"moment": ends}
    if not reason:
        wrong["reason"] = _("Give the reason for the extension.")
    elif len(reason) > REASON_LENGTH:
        wrong["reason"] = _("Keep the reason within %(number)s characters.") % {"number": REASON_LENGTH}
    if wrong:
        raise Refused(_("The extension was not granted."), wrong)


def _standing(unit: ReportingUnit, period: Period) -> Extension | None:
    return Extension.objects.standing().filter(unit=unit, period=period).first()


def _withdraw(extension: Extension, acting_user: User, now: datetime, those: QuerySet[Extension]) -> bool:
    """Withdraw it if it is still one of those; of two people at once, one does."""
    if not those.filter(pk=extension.pk).update(withdrawn_by=acting_user, withdrawn_at=now):
        return False
    extension.withdrawn_by, extension.withdrawn_at = acting_user, now
    return True
