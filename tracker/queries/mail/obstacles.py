"""Why a message must not go out: asked anew before each attempt, since people, roles and scopes change."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from tracker.models import Delivery, Role, Subscription, User
from tracker.models.access import Capability, scope_of
from tracker.queries.mail.paused import is_paused
from tracker.queries.mail.recipients import Recipient, recipients_of

NO_ADDRESS = gettext_noop("The person has no e-mail address.")
BAD_ADDRESS = gettext_noop("The address is not a valid one.")
CHANGED_ADDRESS = gettext_noop("The person's address has changed since.")
CLOSED = gettext_noop("The account is closed.")
STOPPED = gettext_noop("The subscription was stopped.")
NOT_APPROVED = gettext_noop("Nobody has approved this address.")
NO_LONGER_MEANT = gettext_noop("The person no longer has the role, or stopped this mail.")
PAUSED = gettext_noop("The address is paused: the server refused it several times. Correct it, or resume it.")
OUT_OF_SCOPE = gettext_noop("The person may not read the figures of this region.")


def reason_not_to_send(delivery: Delivery) -> str:
    """Why this delivery must not go out; empty when it may."""
    recipient = Recipient(delivery.recipient, delivery.user, delivery.language)
    if delivery.kind == Delivery.Kind.SUMMARY:
        subscription, _period = delivery.subscribed
        if _is_one_of_several(subscription, recipient) and not _still_gets(subscription, recipient):
            return CLOSED if delivery.user and not delivery.user.is_active else NO_LONGER_MEANT
        return obstacle_to(subscription, recipient, is_paused=is_paused(delivery.recipient))
    if delivery.kind == Delivery.Kind.REMINDER and not delivery.addressee.gets_reminders:
        return STOPPED
    if delivery.kind == Delivery.Kind.HEAD and not delivery.addressee.memberships_as([Role.AUDIT_ADMIN]):
        return NO_LONGER_MEANT if delivery.addressee.is_active else CLOSED
    return _address_obstacle(recipient, is_paused=is_paused(delivery.recipient))


def obstacle_to(subscription: Subscription, recipient: Recipient, *, is_paused: bool) -> str:
    """Why a subscription's mail must not go to a recipient; empty when it may."""
    if recipient.user is not None and not recipient.user.is_active:
        return CLOSED
    if not subscription.is_active:
        return STOPPED
    if recipient.user is None:
        if subscription.address != recipient.address:
            return CHANGED_ADDRESS
        if not subscription.is_approved:
            return NOT_APPROVED
    elif is_out_of_scope(subscription, recipient):
        return OUT_OF_SCOPE
    return _address_obstacle(recipient, is_paused=is_paused)


def out_of_scope(subscription: Subscription, people: Iterable[User]) -> list[User]:
    """Return those of these people who may not read the figures that the mail is about."""
    return [one for one in people if is_out_of_scope(subscription, Recipient(one.email, one))]


def is_out_of_scope(subscription: Subscription, recipient: Recipient) -> bool:
    """Return True if the person may not read the figures that this would tell. An outside address was approved for
    them.
    """
    if recipient.user is None:
        return False
    needs = (Capability.VIEW, Capability.READ_REPORTS)
    scopes = [scope_of(recipient.user, need, plan_id=subscription.schedule.plan_id) for need in needs]
    return not all(scope.covers_region(subscription.subject_region) for scope in scopes)


def is_address(text: str) -> bool:
    """Return True if mail can be addressed to this."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.isascii()


def _address_obstacle(recipient: Recipient, *, is_paused: bool) -> str:
    if recipient.user is not None and not recipient.user.is_active:
        return CLOSED
    if recipient.user is not None and recipient.address != recipient.user.email:
        return CHANGED_ADDRESS
    if not is_address(recipient.address):
        return BAD_ADDRESS if recipient.address else NO_ADDRESS
    return PAUSED if is_paused else ""


def _is_one_of_several(subscription: Subscription, recipient: Recipient) -> bool:
    """Return True for a person who gets it by a role or as a copy."""
    return recipient.user is not None and recipient.user.pk != subscription.user_id


def _still_gets(subscription: Subscription, recipient: Recipient) -> bool:
    return any(one.user == recipient.user for one in recipients_of(subscription))
