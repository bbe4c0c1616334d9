"""Which summaries are due, to whom, and asking for one by hand. Sending them is `tracker.services.mail.deliveries`."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from tracker.calculation.periods import Month, summary_moment
from tracker.models import Delivery, Event, Period, Schedule, Subscription, User
from tracker.models.access import Capability, scope_of
from tracker.services.errors import NotAllowed, Refused
from tracker.services.events import record_event

#: What goes out later than this after its moment says so.
LATE_AFTER = timedelta(hours=1)
#: Revision 1 is the schedule's own; what people ask for by hand comes after it and never takes its place.
SCHEDULED = 1


def due_deliveries(*, now: datetime) -> list[Delivery]:
    """Make a delivery for each person whose summary is due; those made just now.

    Of the periods whose moment has passed only the newest is sent: after a long stop nobody gets a pile.
    The database lets each be made once, so any number of schedulers may run.
    """
    schedules = Schedule.objects.filter(is_active=True).select_related("plan")
    return [delivery for schedule in schedules for delivery in _due_of(schedule, now=now)]


def deliver_by_hand(
    subscription: Subscription, period: Period, *, again: bool, acting_user: User | None, now: datetime
) -> tuple[Delivery, bool]:
    """The person's delivery for a period, and whether it is new: the one there is, unless `again` asks for another.

    `acting_user` None is who runs the machine; everybody else asks for oneself, or manages the plan's mail.
    """
    _check_may_steer(subscription, acting_user)
    latest = subscription.deliveries.filter(period=period).order_by("-revision").first()
    if latest and not again:
        return latest, False
    revision = _next_revision(subscription, period) if again else SCHEDULED
    delivery = _new_delivery(subscription, period, revision=revision, is_late=False, now=now)
    try:
        with transaction.atomic():
            delivery.save()
            record_event(
                Event.Action.MAIL_REQUESTED,
                acting_user=acting_user,
                now=now,
                about=delivery,
                after={"to": delivery.recipient, "period": period.code, "revision": revision},
            )
    except IntegrityError:
        raise Refused(_("This summary is being sent in this very moment.")) from None
    return delivery, True


@transaction.atomic
def set_subscription_active(subscription: Subscription, active: bool, *, acting_user: User, now: datetime) -> None:
    """Stop what a person gets, or take it up again from now on: what was missed meanwhile is not sent."""
    _check_may_steer(subscription, acting_user)
    changes: dict[str, object] = {"is_active": active} | ({"active_from": now} if active else {})
    if not Subscription.objects.filter(pk=subscription.pk).exclude(is_active=active).update(**changes):
        return
    subscription.refresh_from_db()
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=subscription,
        before={"is_active": not active},
        after={"is_active": active},
    )


def moment_of(schedule: Schedule, period: Period) -> datetime:
    """When a period's summary goes out by this schedule."""
    return summary_moment(Month.parse(period.code), schedule.day_of_month, schedule.time_of_day)


def newest_due_period(schedule: Schedule, *, now: datetime) -> Period | None:
    """The newest month of the plan whose moment has passed."""
    months = schedule.plan.periods.filter(kind=Period.Kind.MONTH).order_by("-starts_on")
    return next((period for period in months if moment_of(schedule, period) <= now), None)


def _check_may_steer(subscription: Subscription, acting_user: User | None) -> None:
    """Raise NotAllowed for whoever neither subscribed nor manages the plan's mail."""
    if acting_user is None or acting_user == subscription.user:
        return
    if not scope_of(acting_user, Capability.MANAGE_MAIL).covers_region(subscription.schedule.plan.region):
        raise NotAllowed(_("You may not do this with another person's mail."))


def _due_of(schedule: Schedule, *, now: datetime) -> Iterable[Delivery]:
    period = newest_due_period(schedule, now=now)
    if period is None:
        return []
    moment = moment_of(schedule, period)
    is_late = now - moment > LATE_AFTER
    fresh = [
        _new_delivery(subscription, period, revision=SCHEDULED, is_late=is_late, now=now)
        for subscription in _without_delivery(schedule, period, moment)
    ]
    if not fresh:
        return []
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)  # another scheduler may have made some in this moment
    return list(Delivery.objects.filter(message_id__in=[delivery.message_id for delivery in fresh]))


def _without_delivery(schedule: Schedule, period: Period, moment: datetime) -> Iterable[Subscription]:
    """Subscriptions that were active by the moment and have nothing of this period yet.

    One that failed at an address that has been corrected since is due again.
    """
    served = Delivery.objects.filter(period=period, revision=SCHEDULED, subscription__schedule=schedule).filter(
        Q(recipient=F("subscription__user__email")) | ~Q(state=Delivery.State.FAILED)
    )
    return (
        schedule.subscriptions.filter(is_active=True, active_from__lt=moment, user__is_active=True)
        .exclude(pk__in=served.values("subscription_id"))
        .select_related("user")
    )


def _next_revision(subscription: Subscription, period: Period) -> int:
    newest = subscription.deliveries.filter(period=period).aggregate(newest=Max("revision"))["newest"]
    return max(newest or 0, SCHEDULED) + 1


def _new_delivery(
    subscription: Subscription, period: Period, *, revision: int, is_late: bool, now: datetime
) -> Delivery:
    domain = settings.SERVER_EMAIL.rpartition("@")[2] or "localhost"
    return Delivery(
        user=subscription.user,
        subscription=subscription,
        period=period,
        recipient=subscription.user.email,
        revision=revision,
        is_late=is_late,
        next_attempt_at=now,
        created_at=now,
        message_id=f"<summary.{uuid.uuid4().hex}@{domain}>",
    )
