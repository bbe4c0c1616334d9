"""Reasons for which a subscription's mail would not go out as it is set up now."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.models import MailThreshold, Subscription, Target, User
from tracker.queries.mail.conditions import verified_in
from tracker.queries.mail.obstacles import CLOSED, obstacle_to
from tracker.queries.mail.occasions import next_occasion
from tracker.queries.mail.paused import is_paused
from tracker.queries.mail.recipients import Recipient, recipients_of


def reasons_not_sent(subscription: Subscription, *, now: datetime, to: User | None = None) -> list[str]:
    """Return, a sentence each, why mail would not be sent, or not as asked; of one person alone if `to` is given.

    Empty where it will go out.
    """
    reasons = _of_the_schedule(subscription, now) + _of_the_conditions(subscription, now)
    if not subscription.is_active:
        return [*reasons, _("The subscription is not active.")]
    found = [one for one in recipients_of(subscription) if to is None or one.user == to]
    if not found:
        reasons.append(_nobody(subscription))
    return [*reasons, *(said for one in found if (said := _of_a_recipient(subscription, one)))]


def _of_the_schedule(subscription: Subscription, now: datetime) -> list[str]:
    schedule, reasons = subscription.schedule, []
    if not schedule.is_active:
        reasons.append(_("The schedule is not active."))
    if not schedule.waits and next_occasion(schedule, now=now) is None:
        reasons.append(_("The plan is over: no further mail is due."))
    if subscription.active_from > now:
        reasons.append(_("The subscription is not active yet: only mail due after its first moment goes out."))
    if not settings.EMAIL_SENDING:
        reasons.append(_("No mail server is set: mail is made and kept here, and none is sent."))
    return reasons


def _of_the_conditions(subscription: Subscription, now: datetime) -> list[str]:
    """Return what it waits for that cannot come."""
    upcoming = None if subscription.schedule.waits else next_occasion(subscription.schedule, now=now)
    if upcoming is None or subscription.hold_number is None:
        return _of_the_thresholds(subscription)
    region, counted = subscription.subject_region, Subscription.Counted(subscription.hold_counts)
    expected = verified_in(upcoming[1], region, counted).expected
    words = {"region": region, "number": subscription.hold_number, "expected": expected}
    if expected < subscription.hold_number:
        return [
            _("%(region)s expects %(expected)s, fewer than the %(number)s to wait for: it waits for all.") % words,
            *_of_the_thresholds(subscription),
        ]
    return _of_the_thresholds(subscription)


def _of_the_thresholds(subscription: Subscription) -> list[str]:
    """Return the bounds that no figure can pass: their indicator is no target of the plan, or is not graded."""
    thresholds: Sequence[MailThreshold] = list(subscription.thresholds.select_related("indicator"))
    if not thresholds:
        return []
    targets = subscription.schedule.plan.targets.exclude(bound=Target.Bound.REFERENCE)
    graded = set(targets.values_list("indicator", flat=True))
    return [
        _("%(indicator)s has no graded target in this plan: its bound is never passed.") % {"indicator": one.indicator}
        for one in thresholds
        if one.indicator_id not in graded
    ]


def _nobody(subscription: Subscription) -> str:
    if subscription.audience == Subscription.Audience.ROLE:
        words = {"role": subscription.get_role_display(), "region": subscription.region}
        return _("Nobody gets it now: no open account has the role %(role)s in %(region)s and wants it.") % words
    return _("%(person)s: %(reason)s") % {"person": subscription.recipients, "reason": _(CLOSED)}


def _of_a_recipient(subscription: Subscription, recipient: Recipient) -> str:
    obstacle = obstacle_to(subscription, recipient, is_paused=is_paused(recipient.address))
    return _("%(person)s: %(reason)s") % {"person": recipient, "reason": _(obstacle)} if obstacle else ""
