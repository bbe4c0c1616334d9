"""Which summaries are due, to whom, and asking for one by hand. Sending them is `tracker.services.mail.deliveries`."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from tracker.models import Delivery, Event, Period, Schedule, Subscription, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.mail.occasions import Occasion, occasions_of
from tracker.queries.mail.recipients import Recipient, Recipients
from tracker.services.audit.events import record_event
from tracker.services.audit.personal import recipient_in_log
from tracker.services.mail.held import drop_superseded, hold_if_asked
from tracker.services.mail.new_deliveries import new_message_id

#: What goes out later than this after its moment says so.
LATE_AFTER = timedelta(hours=1)
#: Revision 1 is the schedule's own; what people ask for by hand comes after it and never takes its place.
SCHEDULED = 1


def due_deliveries(*, now: datetime) -> list[Delivery]:
    """Make a delivery for each recipient whose summary is due; those made just now.

    Of the calendar's runs that have passed only the newest is sent: after a long stop nobody gets a pile.
    The database lets each be made once, so any number of schedulers may run.
    """
    return [delivery for schedule in active_schedules() for delivery in due_of_schedule(schedule, now=now)]


def active_schedules() -> QuerySet[Schedule]:
    """Return the schedules that somebody subscribes to."""
    schedules = Schedule.objects.filter(is_active=True, subscriptions__is_active=True).distinct()
    return schedules.select_related("plan__region")


def due_of_schedule(schedule: Schedule, *, now: datetime) -> list[Delivery]:
    """Create a delivery for each recipient of one schedule whose summary is due; return those just created."""
    made = [
        delivery for occasion in occasions_of(schedule, now=now) for delivery in _due_of(schedule, occasion, now=now)
    ]
    if schedule.when == Schedule.When.ON_WORSENING:
        Schedule.objects.filter(pk=schedule.pk).update(looked_at=now)
    return made


def deliver_by_hand(
    subscription: Subscription,
    period: Period,
    recipient: Recipient,
    *,
    again: bool,
    acting_user: User | None,
    now: datetime,
) -> tuple[Delivery, bool]:
    """Return the recipient's delivery for a period, or create one. Return `(delivery, created)`.

    Return the existing delivery unless `again` requests another. `acting_user` None is the operator of the machine;
    other users can request only their own mail, unless they manage the plan's mail.
    """
    check_may_steer(subscription, recipient.user, acting_user)
    made = subscription.deliveries.filter(period=period, recipient=recipient.address, kind=Delivery.Kind.SUMMARY)
    latest = made.order_by("-revision", "-pk").first()
    if latest and not again:
        return latest, False
    revision = _next_revision(subscription, period) if again else SCHEDULED
    occasion = Occasion(period, "", now)
    delivery = new_delivery(subscription, recipient, occasion, revision=revision, now=now)
    try:
        with transaction.atomic():
            delivery.save()
            record_event(
                Event.Action.MAIL_REQUESTED,
                acting_user=acting_user,
                now=now,
                about=delivery,
                after={"to": recipient_in_log(delivery), "period": period.code, "revision": revision},
            )
    except IntegrityError:
        raise Refused(_("This summary is being sent in this very moment.")) from None
    return delivery, True


def check_may_steer(subscription: Subscription, person: User | None, acting_user: User | None) -> None:
    """Raise NotAllowed for whoever neither gets this mail nor manages the plan's."""
    if acting_user is None or acting_user == (person or subscription.user):
        return
    plan = subscription.schedule.plan
    if not scope_of(acting_user, Capability.MANAGE_MAIL, plan_id=plan.pk).covers_region(plan.region):
        raise NotAllowed(_("You may not do this with another person's mail."))


def new_delivery(
    subscription: Subscription, recipient: Recipient, occasion: Occasion, *, revision: int, now: datetime
) -> Delivery:
    """Return a delivery that is not stored yet."""
    return Delivery(
        user=recipient.user,
        subscription=subscription,
        period=occasion.period,
        occasion=occasion.key,
        recipient=recipient.address,
        language=recipient.language,
        revision=revision,
        due_at=occasion.moment,
        is_late=now - occasion.moment > LATE_AFTER,
        next_attempt_at=now,
        created_at=now,
        message_id=new_message_id("summary"),
    )


def _due_of(schedule: Schedule, occasion: Occasion, *, now: datetime) -> Iterable[Delivery]:
    fresh = [
        hold_if_asked(
            new_delivery(subscription, recipient, occasion, revision=SCHEDULED, now=now), subscription, occasion.moment
        )
        for subscription, recipient in _without_delivery(schedule, occasion)
    ]
    if not fresh:
        return []
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)  # another scheduler may have made some in this moment
    if not schedule.waits:
        drop_superseded(fresh, occasion)
    return list(Delivery.objects.filter(message_id__in=[delivery.message_id for delivery in fresh]))


def _without_delivery(schedule: Schedule, occasion: Occasion) -> Sequence[tuple[Subscription, Recipient]]:
    """Return who was subscribed by the moment and has nothing on this occasion yet.

    One whose mail failed at an address that has been corrected since is due again.
    """
    active = schedule.subscriptions.filter(is_active=True, active_from__lt=occasion.moment)
    rows = active.select_related("user", "place").prefetch_related("indicators", "thresholds")
    subscriptions = [one for one in rows if occasion.concerns(one) and one.is_approved]
    for one in subscriptions:
        one.schedule = schedule
    made = Delivery.objects.filter(
        subscription__schedule=schedule, period=occasion.period, occasion=occasion.key, revision=SCHEDULED
    )
    addresses: set[tuple[int | None, str]] = set()
    people: set[tuple[int | None, int | None]] = set()
    for subscription_id, address, user_id, state in made.values_list("subscription", "recipient", "user", "state"):
        addresses.add((subscription_id, address))
        if user_id is not None and state != Delivery.State.FAILED:
            people.add((subscription_id, user_id))
    recipients = Recipients(subscriptions)
    return [
        (subscription, recipient)
        for subscription in subscriptions
        for recipient in recipients.of(subscription)
        if (subscription.pk, recipient.address) not in addresses
        and (recipient.user is None or (subscription.pk, recipient.user.pk) not in people)
    ]


def _next_revision(subscription: Subscription, period: Period) -> int:
    newest = subscription.deliveries.filter(period=period).aggregate(newest=Max("revision"))["newest"]
    return max(newest or 0, SCHEDULED) + 1
