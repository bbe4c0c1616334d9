"""Who gets what next, and when: what an administrator reads before mail goes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from tracker.models import Delivery, Membership, PausedAddress, Period, Subscription, User
from tracker.models.access import Capability, scope_of
from tracker.queries.mail.conditions import in_words
from tracker.queries.mail.obstacles import obstacle_to
from tracker.queries.mail.occasions import next_occasion
from tracker.queries.mail.recipients import Recipient, Recipients, about, reason_for, when


@dataclass(frozen=True)
class Upcoming:
    """What one recipient gets next by one subscription. `next_at` is None while it waits for something to happen."""

    subscription: Subscription
    recipient: Recipient
    about: str
    when: str
    why: str
    conditions: Sequence[str]
    next_at: datetime | None
    period: Period | None
    obstacle: str
    last: Delivery | None


def subscriptions_managed_by(user: User) -> Sequence[Subscription]:
    """Return the subscriptions to the mail of the plans that a user manages."""
    managed = scope_of(user, Capability.MANAGE_MAIL).as_filter(
        "schedule__plan__region__path", plan_field="schedule__plan"
    )
    rows = Subscription.objects.filter(managed).select_related(
        "user", "region", "place", "approved_by", "schedule__plan__region"
    )
    return list(
        rows.prefetch_related("indicators", "thresholds__indicator").order_by("schedule__plan", "schedule__name", "pk")
    )


def upcoming_mail(subscriptions: Sequence[Subscription], *, now: datetime) -> list[Upcoming]:
    """Return a row for each recipient, the soonest first, those that wait for an event last."""
    resolved = Recipients(subscriptions)
    pairs = [(subscription, recipient) for subscription in subscriptions for recipient in resolved.of(subscription)]
    read_memberships([recipient.user for _one, recipient in pairs if recipient.user])
    paused = set(PausedAddress.objects.filter(paused_at__isnull=False).values_list("address", flat=True))
    last = _last_deliveries(subscriptions)
    schedules = {one.schedule_id: one.schedule for one in subscriptions}
    following = {pk: next_occasion(schedule, now=now) for pk, schedule in schedules.items()}
    rows = []
    for subscription, recipient in pairs:
        moment, period = following[subscription.schedule_id] or (None, None)
        rows.append(
            Upcoming(
                subscription=subscription,
                recipient=recipient,
                about=about(subscription),
                when=when(subscription.schedule),
                why=reason_for(subscription, is_copy=recipient.is_copy),
                conditions=in_words(subscription),
                next_at=moment,
                period=period,
                obstacle=_obstacle(subscription, recipient, is_paused=recipient.address in paused),
                last=last.get((subscription.pk, recipient.address)),
            )
        )
    return sorted(rows, key=lambda row: (row.next_at is None, row.next_at or now))


def read_memberships(users: Iterable[User]) -> None:
    """Read the memberships of many people at once: asked one by one, each costs a query."""
    by_user: dict[int, list[Membership]] = {user.pk: [] for user in users}
    for membership in Membership.objects.filter(user__in=by_user).select_related("region", "unit", "plan"):
        by_user[membership.user_id].append(membership)
    for user in users:
        user.current_memberships = by_user[user.pk] if user.is_active else []


def _last_deliveries(subscriptions: Iterable[Subscription]) -> dict[tuple[int | None, str], Delivery]:
    made = Delivery.objects.filter(subscription__in=[one.pk for one in subscriptions], kind=Delivery.Kind.SUMMARY)
    newest = made.order_by().values("subscription", "recipient").annotate(newest=Max("pk")).values("newest")
    return {(one.subscription_id, one.recipient): one for one in Delivery.objects.filter(pk__in=newest)}


def _obstacle(subscription: Subscription, recipient: Recipient, *, is_paused: bool) -> str:
    """Why nothing would go out, in the reader's language; empty when it would."""
    if not subscription.schedule.is_active:
        return _("The schedule is not active.")
    return _(found) if (found := obstacle_to(subscription, recipient, is_paused=is_paused)) else ""
