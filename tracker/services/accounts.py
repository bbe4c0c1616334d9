"""People: accounts and what they may do. An account is closed, never deleted: events name it for ever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, Membership, User
from tracker.models.access import Capability, scope_of
from tracker.services import configuration
from tracker.services.errors import NotAllowed, Refused
from tracker.services.events import record_event


@transaction.atomic
def create_account(user: User, password: str, *, acting_user: User, now: datetime) -> User:
    """Open an account with a password. Refused, at its field, when the password is weak."""
    _require_people_manager(acting_user)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(_("This password is too weak."), {"password1": " ".join(error.messages)}) from None
    user.set_password(password)
    configuration.save_configured(user, acting_user=acting_user, now=now, action=Event.Action.PERMISSION_CHANGED)
    return user


@transaction.atomic
def change_account(user: User, *, acting_user: User, now: datetime) -> User:
    """Keep what was changed in an account; clearing `is_active` closes it, its history stays."""
    require_may_manage(user, acting_user)
    if user.pk == acting_user.pk and not user.is_active:
        raise Refused(_("You cannot close your own account."), {"is_active": _("Ask another administrator.")})
    configuration.save_configured(user, acting_user=acting_user, now=now, action=Event.Action.PERMISSION_CHANGED)
    return user


@transaction.atomic
def grant_membership(membership: Membership, *, acting_user: User, now: datetime) -> Membership:
    """Give a role for a region or one unit, or change one that was given."""
    require_may_grant(membership, acting_user)
    action = Event.Action.PERMISSION_CHANGED
    configuration.save_configured(membership, acting_user=acting_user, now=now, action=action)
    return membership


@transaction.atomic
def withdraw_membership(membership: Membership, *, acting_user: User, now: datetime) -> None:
    """Take a role away."""
    require_may_grant(membership, acting_user)
    action = Event.Action.PERMISSION_CHANGED
    configuration.delete_configured(membership, acting_user=acting_user, now=now, action=action)


def require_may_grant(membership: Membership, acting_user: User) -> None:
    """Nobody gives beyond one's own region, nor to oneself; only the installing administrator may do the latter."""
    if not scope_of(acting_user, Capability.MANAGE_PEOPLE).covers_region(membership.region):
        raise NotAllowed(
            _("You manage no people in %(region)s.") % {"region": membership.region},
            {"region": _("Choose a region that you manage.")},
        )
    if membership.unit and not membership.unit.region.path.startswith(membership.region.path):
        raise Refused(
            _("The unit lies outside the region."),
            {"unit": _("%(unit)s lies outside %(region)s.") % {"unit": membership.unit, "region": membership.region}},
        )
    require_may_manage(membership.user, acting_user, field="user")
    if membership.user_id == acting_user.pk and not acting_user.is_superuser:
        raise NotAllowed(_("Nobody gives a role to oneself."), {"user": _("Ask another administrator.")})


def require_may_manage(user: User, acting_user: User, *, field: str = "username") -> None:
    """An ordinary manager of people does not touch the installing administrator's account."""
    _require_people_manager(acting_user)
    if user.is_superuser and not acting_user.is_superuser:
        raise NotAllowed(
            _("This account belongs to the installing administrator."),
            {field: _("Only the installing administrator changes it.")},
        )


def record_password_change(user: User, *, acting_user: User, now: datetime) -> None:
    """Note that a password was set, never what it is."""
    record_event(
        Event.Action.PERMISSION_CHANGED, acting_user=acting_user, now=now, about=user, after={"password": "changed"}
    )


def record_login(user: User, *, now: datetime, address: str | None) -> None:
    """Note that a person came in."""
    record_event(Event.Action.LOGGED_IN, acting_user=user, now=now, about=user, address=address)


def record_logout(user: User, *, now: datetime, address: str | None) -> None:
    """Note that a person went out."""
    record_event(Event.Action.LOGGED_OUT, acting_user=user, now=now, about=user, address=address)


def record_failed_login(username: str, *, now: datetime, address: str | None) -> None:
    """Note that somebody was refused. An unknown name is not kept: it may be a password in the wrong box."""
    known = User.objects.filter(username=username).first()
    after: Mapping[str, Any] = {"account": known.username if known else "unknown"}
    record_event(Event.Action.LOGIN_FAILED, acting_user=None, now=now, about=known, after=after, address=address)


def _require_people_manager(acting_user: User) -> None:
    if not scope_of(acting_user, Capability.MANAGE_PEOPLE).is_somewhere:
        raise NotAllowed(_("You do not manage people."))
