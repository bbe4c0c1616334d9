"""Mail that waits for returns to be verified, or for a figure to pass a bound: released, or dropped with its reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from tracker.models import Delivery, Period, Subscription
from tracker.queries.mail.conditions import crossings, hold_of, reason_to_drop
from tracker.queries.mail.occasions import Occasion

SUPERSEDED = gettext_noop("A newer summary is due; this one was still waiting for returns.")


@dataclass(frozen=True)
class HeldMail:
    """The held deliveries of one subscription on one occasion: they are released or dropped together."""

    subscription: Subscription
    period: Period
    occasion: str
    held_until: datetime

    @property
    def pk(self) -> str:
        """Return what tells it from all other held mail."""
        return f"{self.subscription.pk} {self.period.pk} {self.occasion}"

    @property
    def deliveries(self) -> QuerySet[Delivery]:
        """Return the deliveries that are still held."""
        return Delivery.objects.filter(
            subscription=self.subscription, period=self.period, occasion=self.occasion, state=Delivery.State.HELD
        )


def hold_if_asked(delivery: Delivery, subscription: Subscription, moment: datetime) -> Delivery:
    """Hold a new delivery that is due at `moment`, where its subscription waits for returns or for a bound."""
    until = subscription.held_until(moment)
    if until is not None or subscription.thresholds.all():
        delivery.state, delivery.held_until = Delivery.State.HELD, until or moment
    return delivery


def held_mail() -> Iterator[HeldMail]:
    """Return what is held, the oldest first."""
    held = Delivery.objects.filter(state=Delivery.State.HELD).order_by("pk").with_names()
    seen: set[str] = set()
    for delivery in held.prefetch_related("subscription__thresholds__indicator"):
        subscription, period = delivery.subscribed
        found = HeldMail(subscription, period, delivery.occasion, delivery.held_until or delivery.created_at)
        if found.pk not in seen:
            seen.add(found.pk)
            yield found


def settle_held(held: HeldMail, *, now: datetime) -> None:
    """Release mail once enough is verified or its latest moment has come; drop it where no bound is passed then."""
    hold = hold_of(held.subscription, held.period)
    if hold is not None and not hold.is_met and now < held.held_until:
        return
    reason = reason_to_drop(held.subscription, crossings(held.subscription, held.period))
    if reason:
        held.deliveries.update(state=Delivery.State.DROPPED, server_answer=reason)
    else:
        held.deliveries.update(state=Delivery.State.PENDING, next_attempt_at=now)


def drop_superseded(made: Iterable[Delivery], occasion: Occasion) -> None:
    """Drop what is still held of these subscriptions for an earlier run of the calendar."""
    subscriptions = {delivery.subscription_id for delivery in made}
    held = Delivery.objects.filter(subscription__in=subscriptions, state=Delivery.State.HELD)
    earlier = held.filter(due_at__lt=occasion.moment)
    earlier.update(state=Delivery.State.DROPPED, server_answer=SUPERSEDED)
