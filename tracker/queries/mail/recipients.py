"""Who gets what a subscription sends, why, and what it is about, in words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.models import Membership, Schedule, Subscription, User


@dataclass(frozen=True)
class Recipient:
    """An address, the person behind it (None is an outside address), and the language asked for (empty: their own).

    A copy goes to a person who is named beside the recipients.
    """

    address: str
    user: User | None
    language: str = ""
    is_copy: bool = False

    def __str__(self) -> str:
        return str(self.user or self.address)


class Recipients:
    """The recipients of many subscriptions; however many there are, the roles' holders are read once."""

    def __init__(self, subscriptions: Iterable[Subscription]) -> None:
        known = list(subscriptions)
        self.copied = _copied(known)
        #: By role and region, the plan that a holder is limited to, if any, and the holder.
        self.holders: dict[tuple[str, int | None], list[tuple[int | None, User]]] = defaultdict(list)
        self.stopped: set[tuple[int, int]] = set()
        listed = [one for one in known if one.audience == Subscription.Audience.ROLE]
        if listed:
            self._read_holders(listed)
        if listed or self.copied:
            stops = Subscription.stopped_by.through.objects.filter(subscription__in=[one.pk for one in known])
            self.stopped = set(stops.values_list("subscription_id", "user_id"))

    def _read_holders(self, listed: Sequence[Subscription]) -> None:
        held = Membership.objects.filter(
            role__in={one.role for one in listed},
            region__in={one.region_id for one in listed},
            unit=None,
            user__is_active=True,
        )
        for membership in held.select_related("user").order_by("user__username"):
            self.holders[membership.role, membership.region_id].append((membership.plan_id, membership.user))

    def of(self, subscription: Subscription) -> list[Recipient]:
        """Return whom it goes to now: open accounts, and nobody who stopped it. Copies come last, each person once."""
        people, outside = self._people(subscription), []
        if subscription.audience == Subscription.Audience.OUTSIDE:
            outside = [Recipient(subscription.address, None, subscription.language)]
        copied = [user for user in self.copied[subscription.pk] if user not in people]
        named = [(user, False) for user in people] + [(user, True) for user in copied]
        return outside + [
            Recipient(user.email, user, subscription.language, is_copy)
            for user, is_copy in named
            if user.is_active and (subscription.pk, user.pk) not in self.stopped
        ]

    def _people(self, subscription: Subscription) -> list[User]:
        if subscription.audience == Subscription.Audience.OUTSIDE:
            return []
        return [subscription.user] if subscription.user else self._holders(subscription)

    def _holders(self, subscription: Subscription) -> list[User]:
        """Return each holder of the role in the plan once, whatever other plans they hold it in."""
        held = self.holders[subscription.role, subscription.region_id]
        plan_id = subscription.schedule.plan_id
        return list(dict.fromkeys(user for limit, user in held if limit in (None, plan_id)))


def _copied(subscriptions: Sequence[Subscription]) -> dict[int, list[User]]:
    """Return the people who get a copy, by subscription."""
    through = Subscription.copies_to.through.objects.filter(subscription__in=[one.pk for one in subscriptions])
    copied: dict[int, list[User]] = defaultdict(list)
    for row in through.select_related("user").order_by("user__username"):
        copied[row.subscription_id].append(row.user)
    return copied


def recipients_of(subscription: Subscription) -> list[Recipient]:
    """Whom one subscription goes to now."""
    return Recipients([subscription]).of(subscription)


def is_copy(subscription: Subscription, person: User | None) -> bool:
    """Return True if a person gets a copy of what others get."""
    if person is None or person.pk == subscription.user_id or not subscription.copies_to.filter(pk=person.pk).exists():
        return False
    return any(one.is_copy and one.user == person for one in recipients_of(subscription))


def about(subscription: Subscription) -> str:
    """Return what it tells, in words."""
    match subscription.about:
        case Subscription.About.PLACE:
            return str(subscription.place)
        case Subscription.About.INDICATORS:
            return wording.listed(str(indicator) for indicator in subscription.indicators.all())
        case Subscription.About.CHASING:
            return _("who has a return to submit")
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


def reason_for(subscription: Subscription, *, is_copy: bool = False) -> str:
    """Why one gets it: the sentence at the foot of the mail."""
    words = {
        "name": str(subscription.schedule),
        "when": when(subscription.schedule),
        "role": subscription.get_role_display(),
        "region": str(subscription.region or ""),
        "approver": str(subscription.approved_by or ""),
    }
    if is_copy:
        words["recipients"] = subscription.recipients
        return _("You get a copy of “%(name)s” (%(when)s), which goes to %(recipients)s.") % words
    if subscription.audience == Subscription.Audience.ROLE:
        return _("Mail “%(name)s” (%(when)s) is sent to the %(role)s of %(region)s.") % words
    if not subscription.is_approved:
        return _("“%(name)s” (%(when)s) goes to this address once a second person has approved it.") % words
    if subscription.audience == Subscription.Audience.OUTSIDE:
        return _("You get “%(name)s” (%(when)s) because %(approver)s approved it for this address.") % words
    return _("You subscribed to “%(name)s” (%(when)s).") % words
