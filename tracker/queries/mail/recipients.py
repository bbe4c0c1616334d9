"""Who gets what a subscription sends, why, and what it is about, in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.models import Membership, Schedule, Subscription, User


@dataclass(frozen=True)
class Recipient:
    """An address, the person behind it (None is an outside address), and the language asked for (empty: their own)."""

    address: str
    user: User | None
    language: str = ""

    def __str__(self) -> str:
        return str(self.user or self.address)


class Recipients:
    """The recipients of many subscriptions; however many there are, the roles' holders are read once."""

    def __init__(self, subscriptions: Iterable[Subscription]) -> None:
        #: By role and region, the plan that a holder is limited to, if any, and the holder.
        self.holders: dict[tuple[str, int | None], list[tuple[int | None, User]]] = defaultdict(list)
        self.stopped: set[tuple[int, int]] = set()
        listed = [one for one in subscriptions if one.audience == Subscription.Audience.ROLE]
        if not listed:
            return
        held = Membership.objects.filter(
            role__in={one.role for one in listed},
            region__in={one.region_id for one in listed},
            unit=None,
            user__is_active=True,
        )
        for membership in held.select_related("user").order_by("user__username"):
            self.holders[membership.role, membership.region_id].append((membership.plan_id, membership.user))
        stops = Subscription.stopped_by.through.objects.filter(subscription__in=[one.pk for one in listed])
        self.stopped = set(stops.values_list("subscription_id", "user_id"))

    def of(self, subscription: Subscription) -> list[Recipient]:
        """Whom it goes to now: open accounts, and nobody who stopped it."""
        if subscription.audience == Subscription.Audience.OUTSIDE:
            return [Recipient(subscription.address, None, subscription.language)]
        people = [subscription.user] if subscription.user else self._holders(subscription)
        return [
            Recipient(user.email, user, subscription.language)
            for user in people
            if user.is_active and (subscription.pk, user.pk) not in self.stopped
        ]

    def _holders(self, subscription: Subscription) -> list[User]:
        """Return each holder of the role in the plan once, whatever other plans they hold it in."""
        held = self.holders[subscription.role, subscription.region_id]
        plan_id = subscription.schedule.plan_id
        return list(dict.fromkeys(user for limit, user in held if limit in (None, plan_id)))


def recipients_of(subscription: Subscription) -> list[Recipient]:
    """Whom one subscription goes to now."""
    return Recipients([subscription]).of(subscription)


def about(subscription: Subscription) -> str:
    """Return what it tells, in words."""
    match subscription.about:
        case Subscription.About.PLACE:
            return str(subscription.place)
        case Subscription.About.INDICATORS:
            return wording.listed(str(indicator) for indicator in subscription.indicators.all())
        case Subscription.About.CHASING:
            return _("who still owes a return")
    return str(subscription.schedule.plan)


def when(schedule: Schedule) -> str:
    """Return when it goes out, in words."""
    words = {"number": schedule.number, "time": f"{schedule.time_of_day:%H:%M}", "day": ""}
    match schedule.when:
        case Schedule.When.WEEKLY:
            return _("each week on %(day)s at %(time)s") % {**words, "day": wording.weekday(schedule.number)}
        case Schedule.When.WORKING_DAY:
            return _("each month on working day %(number)s at %(time)s") % words
        case Schedule.When.DAY_OF_MONTH:
            return _("each month on day %(number)s at %(time)s") % words
        case Schedule.When.AFTER_DEADLINE:
            return _("%(number)s days after the deadline at %(time)s") % words
        case Schedule.When.ON_ISSUE:
            return _("when a report is issued")
    return _("when a warning level worsens")


def reason_for(subscription: Subscription) -> str:
    """Why one gets it: the sentence at the foot of the mail."""
    words = {
        "name": str(subscription.schedule),
        "when": when(subscription.schedule),
        "role": subscription.get_role_display(),
        "region": str(subscription.region or ""),
        "approver": str(subscription.approved_by or ""),
    }
    if subscription.audience == Subscription.Audience.ROLE:
        return _("Mail “%(name)s” (%(when)s) is sent to the %(role)s of %(region)s.") % words
    if not subscription.is_approved:
        return _("“%(name)s” (%(when)s) goes to this address once a second person has approved it.") % words
    if subscription.audience == Subscription.Audience.OUTSIDE:
        return _("You get “%(name)s” (%(when)s) because %(approver)s approved it for this address.") % words
    return _("You subscribed to “%(name)s” (%(when)s).") % words
