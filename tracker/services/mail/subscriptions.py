"""Setting up who gets what: saving a subscription, approving an outside address, stopping and taking up again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.models import Event, KeyedStop, Subscription, User
from tracker.models.access import Capability, scope_of
from tracker.models.personal import name_in_log
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.mail.obstacles import out_of_scope
from tracker.services.audit.configuration import save_configured
from tracker.services.audit.events import record_event
from tracker.services.audit.personal import without_personal
from tracker.services.mail.summaries import check_may_steer

#: What says whom a subscription goes to.
RECIPIENT = ("audience", "user_id", "role", "region_id", "address")


@transaction.atomic
def save_subscription(subscription: Subscription, *, acting_user: User, now: datetime) -> None:
    """Save a subscription; an outside address that is new waits until somebody else approves it.

    Raise Refused for an account without an e-mail address.
    """
    require_address(subscription)
    stored = Subscription.objects.filter(pk=subscription.pk).first()
    if subscription.address and (stored is None or stored.address != subscription.address):
        subscription.address_set_by, subscription.approved_by = acting_user, None
    if stored is not None and subscription.is_active and not stored.is_active:
        subscription.active_from = now  # what was missed meanwhile is not sent
    if stored is not None and any(getattr(stored, name) != getattr(subscription, name) for name in RECIPIENT):
        subscription.recipient_version = stored.recipient_version + 1
    if stored is not None and (stored.is_active, stored.recipient_version) != (
        subscription.is_active,
        subscription.recipient_version,
    ):
        _forget_keyed_stops(subscription)
    save_configured(subscription, acting_user=acting_user, now=now)


def require_address(subscription: Subscription) -> None:
    """Raise Refused, at the account, for an active subscription of a person who has no e-mail address."""
    person = subscription.user if subscription.audience == Subscription.Audience.PERSON else None
    if person is not None and subscription.is_active and not person.email:
        message = _("%(person)s has no e-mail address. Enter one in the account first.") % {"person": person}
        raise Refused(_("The subscription was not saved."), {"user": message})


def check_copies(subscription: Subscription, people: Iterable[User]) -> None:
    """Raise Refused, at `copies_to`, for people who may not read the figures that the mail is about."""
    outside = out_of_scope(subscription, people)
    if outside:
        words = {"people": wording.listed(str(one) for one in outside), "region": subscription.subject_region}
        told = _("These people may not read the figures of %(region)s: %(people)s.") % words
        raise Refused(told, fields={"copies_to": told})


@transaction.atomic
def approve_address(subscription: Subscription, *, acting_user: User, now: datetime) -> None:
    """Let mail go to an outside address. Raises Refused for whoever named the address: two people answer for it."""
    plan = subscription.schedule.plan
    if not scope_of(acting_user, Capability.MANAGE_MAIL, plan_id=plan.pk).covers_region(plan.region):
        raise NotAllowed(_("You may not approve addresses of this plan's mail."))
    if subscription.audience != Subscription.Audience.OUTSIDE or subscription.approved_by_id is not None:
        return
    if subscription.address_set_by == acting_user:
        raise Refused(_("You named this address yourself. Ask another administrator to approve it."))
    waiting = Subscription.objects.filter(pk=subscription.pk, address=subscription.address, approved_by=None)
    if waiting.update(approved_by=acting_user, active_from=now):
        record_event(
            Event.Action.CONFIGURED,
            acting_user=acting_user,
            now=now,
            about=subscription,
            after={"approved_by": name_in_log(acting_user)}
            | without_personal(subscription, {"address": subscription.address}),
        )


@transaction.atomic
def set_subscription_active(subscription: Subscription, active: bool, *, acting_user: User, now: datetime) -> None:
    """Stop what a person gets, or take it up again from now on: what was missed meanwhile is not sent."""
    check_may_steer(subscription, None, acting_user)
    changes: dict[str, object] = {"is_active": active} | ({"active_from": now} if active else {})
    if not Subscription.objects.filter(pk=subscription.pk).exclude(is_active=active).update(**changes):
        return
    subscription.refresh_from_db()
    _forget_keyed_stops(subscription)
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=subscription,
        before={"is_active": not active},
        after={"is_active": active},
    )


@transaction.atomic
def set_stopped(subscription: Subscription, person: User, stopped: bool, *, acting_user: User, now: datetime) -> None:
    """Stop what a person gets by a role, for this person alone, or take it up again."""
    check_may_steer(subscription, person, acting_user)
    _forget_keyed_stops(subscription, person)
    if subscription.stopped_by.filter(pk=person.pk).exists() == stopped:
        return
    if stopped:
        subscription.stopped_by.add(person)
    else:
        subscription.stopped_by.remove(person)
    record_event(
        Event.Action.CONFIGURED,
        acting_user=acting_user,
        now=now,
        about=subscription,
        before={"stopped": not stopped, "person": name_in_log(person)},
        after={"stopped": stopped, "person": name_in_log(person)},
    )


def _forget_keyed_stops(subscription: Subscription, person: User | None = None) -> None:
    """From here on a person has decided, and no key undoes it."""
    KeyedStop.objects.filter(subscription=subscription, person=person).delete()
