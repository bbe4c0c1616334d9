"""People: accounts and what they may do. An account is closed, never deleted: events name it for ever."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset as axes_reset
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import ActPermit, Event, Membership, Role, User
from tracker.models.access import Capability, Scope, people_covered_by, scope_of
from tracker.models.organisation import KEPT_APART
from tracker.models.personal import name_in_log
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.accounts import two_step
from tracker.services.accounts.plan_limits import require_plan_takes
from tracker.services.accounts.second_person import require_second_person
from tracker.services.accounts.sessions import end_sessions
from tracker.services.accounts.temporary_password import one_time_password
from tracker.services.audit import configuration
from tracker.services.audit.events import record_event

#: The same refusal is noted again after so long.
REFUSED_AGAIN = timedelta(minutes=10)


@transaction.atomic
def create_account(user: User, password: str, *, acting_user: User, now: datetime) -> User:
    """Open an account with a password. Refused, at its field, when the password is weak."""
    _require_account_manager(acting_user)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(_("This password is too weak."), {"password1": " ".join(error.messages)}) from None
    user.set_password(password)
    return store_account(user, acting_user=acting_user, now=now)


@transaction.atomic
def store_account(user: User, *, acting_user: User, now: datetime) -> User:
    """Open an account whose password is set already: many are hashed before a transaction begins."""
    _require_account_manager(acting_user)
    user.must_change_password = True
    user.created_by = acting_user
    configuration.save_configured(user, acting_user=acting_user, now=now, action=Event.Action.PERMISSION_CHANGED)
    return user


@transaction.atomic
def change_account(user: User, *, acting_user: User, now: datetime) -> User:
    """Keep what was changed in an account; clearing `is_active` closes it and ends its sessions, its history stays."""
    _require_account_manager(acting_user)
    require_may_change(user, acting_user)
    if user.pk == acting_user.pk and not user.is_active:
        raise Refused(_("You cannot close your own account."), {"is_active": _("Ask another administrator.")})
    if user.erased_at is not None:
        raise Refused(_("The personal data of this account was erased. It is not opened again."))
    if user.is_active or user.closed_at is None:
        user.closed_at = None if user.is_active else now
    configuration.save_configured(user, acting_user=acting_user, now=now, action=Event.Action.PERMISSION_CHANGED)
    if not user.is_active:
        end_sessions(user)
    return user


@transaction.atomic
def grant_membership(membership: Membership, *, acting_user: User, now: datetime) -> Membership:
    """Give a role for a region or one unit, or change one that was given."""
    require_may_grant(membership, acting_user)
    require_plan_takes(membership, now=now)
    if membership.role == Role.SECURITY_ADMIN:
        require_second_person(ActPermit.Act.GRANT_SECURITY_ADMIN, acting_user=acting_user, now=now)
    action = Event.Action.PERMISSION_CHANGED
    try:
        with transaction.atomic():
            configuration.save_configured(membership, acting_user=acting_user, now=now, action=action)
    except IntegrityError:
        _require_apart(membership)  # another administrator was quicker, and the database saw it
        raise
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
    _require_people_manager(acting_user)
    _require_covered(membership.user, acting_user, Capability.MANAGE_PEOPLE, field="user")
    _require_apart(membership)
    if membership.user_id == acting_user.pk and not acting_user.is_superuser:
        raise NotAllowed(_("You cannot grant a role to yourself."), {"user": _("Ask another administrator.")})


def _require_apart(membership: Membership) -> None:
    """Accounts, rights and the log are in three hands (三员分立)."""
    if membership.role not in KEPT_APART:
        return
    others = Membership.objects.filter(user=membership.user, role__in=KEPT_APART).exclude(role=membership.role)
    if other := others.exclude(pk=membership.pk).first():
        raise Refused(
            _("System, security and audit administrator are three people."),
            {"role": _("This person is %(role)s already.") % {"role": other.get_role_display()}},
        )


def require_may_change(user: User, acting_user: User) -> None:
    """Raise NotAllowed unless the acting user manages accounts wherever this person has a role."""
    _require_covered(user, acting_user, Capability.MANAGE_ACCOUNTS, field="username")


def _require_covered(user: User, acting_user: User, capability: Capability, *, field: str) -> None:
    """Raise NotAllowed unless all that this account can do lies within the acting user's scope.

    Otherwise an administrator of one place could take over an account that also has a role elsewhere.
    """
    if user.is_superuser and not acting_user.is_superuser:
        raise NotAllowed(
            _("This account is the superuser account."),
            {field: _("Only the installing administrator changes it.")},
        )
    if not is_covered(user, acting_user, scope_of(acting_user, capability)):
        raise NotAllowed(
            _("This person also has a role outside the regions that you manage."),
            {field: _("Ask an administrator who manages all of this person's regions.")},
        )


def is_covered(user: User, acting_user: User, scope: Scope) -> bool:
    """Return True if every membership of a person lies in the scope.

    A person without one belongs to the account's creator, to who covers all of the creator's memberships, and to
    who manages a whole plan's region.
    """
    if user.created_by_id == acting_user.pk and not user.memberships.exists():
        return True
    return people_covered_by(scope).filter(pk=user.pk).exists()


def require_may_reset(user: User, acting_user: User) -> None:
    """Raise NotAllowed unless the acting user manages people wherever this person has a role, and is another person."""
    _require_people_manager(acting_user)
    _require_covered(user, acting_user, Capability.MANAGE_PEOPLE, field="username")
    if user.pk == acting_user.pk and not acting_user.is_superuser:
        raise NotAllowed(_("Ask another administrator."))


def give_one_time_password(user: User, *, acting_user: User, now: datetime) -> str:
    """Set a random password that must be changed at the first login; it is returned this once."""
    require_may_reset(user, acting_user)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    with transaction.atomic():
        require_may_reset(user, acting_user)  # a role may have been given while the password was hashed
        _store_password(user, "one-time", acting_user=acting_user, now=now)
    return password


def change_own_password(user: User, password: str, *, now: datetime, address: str | None) -> None:
    """Set one's own, checked password; the other sessions end, and nothing says what it is."""
    user.set_password(password)
    user.must_change_password = False
    with transaction.atomic():
        _store_password(user, "changed", acting_user=user, now=now, address=address)


def _store_password(user: User, how: str, *, acting_user: User, now: datetime, address: str | None = None) -> None:
    """Store a password that is hashed already: on SQLite nobody else writes while a transaction is open."""
    user.save(update_fields=["password", "password_set_at", "must_change_password"])
    end_sessions(user)
    record_event(
        Event.Action.PASSWORD_CHANGED,
        acting_user=acting_user,
        now=now,
        about=user,
        after={"password": how},
        address=address,
    )


def locked_addresses(user: User) -> int:
    """From how many addresses this person is locked out now."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    failed = AccessAttempt.objects.filter(username=user.username, attempt_time__gte=since)
    return failed.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).count()


@transaction.atomic
def unlock(user: User, *, acting_user: User, now: datetime) -> None:
    """Forget a person's failures at logging in."""
    require_may_reset(user, acting_user)
    axes_reset(username=user.username)
    record_event(Event.Action.ACCOUNT_UNLOCKED, acting_user=acting_user, now=now, about=user)


@transaction.atomic
def remove_second_step(user: User, *, acting_user: User, now: datetime) -> None:
    """Remove a lost app, so that the person sets up another."""
    require_may_reset(user, acting_user)
    two_step.remove(user, acting_user=acting_user, now=now)


def record_login(user: User, *, now: datetime, address: str | None) -> None:
    """Note that a person came in."""
    record_event(Event.Action.LOGGED_IN, acting_user=user, now=now, about=user, address=address)


def record_logout(user: User, *, now: datetime, address: str | None) -> None:
    """Note that a person went out."""
    record_event(Event.Action.LOGGED_OUT, acting_user=user, now=now, about=user, address=address)


def record_failed_login(username: str, *, now: datetime, address: str | None) -> None:
    """Note that somebody was refused. An unknown name is not kept: it may be a password in the wrong box."""
    known = User.objects.filter(username=username).first()
    after: Mapping[str, Any] = {"account": name_in_log(known) if known else "unknown"}
    record_event(Event.Action.LOGIN_FAILED, acting_user=None, now=now, about=known, after=after, address=address)


def record_refused_access(user: User, path: str, *, method: str, now: datetime, address: str | None) -> None:
    """Note that a person was refused a page; the same one at most once in ten minutes."""
    after = {"path": path[:200], "method": method}
    known = Event.objects.filter(action=Event.Action.ACCESS_REFUSED, actor=user, recorded_at__gt=now - REFUSED_AGAIN)
    if not known.filter(after=after).exists():
        record_event(Event.Action.ACCESS_REFUSED, acting_user=user, now=now, after=after, address=address)


def _require_account_manager(acting_user: User) -> None:
    if not scope_of(acting_user, Capability.MANAGE_ACCOUNTS).is_somewhere:
        raise NotAllowed(_("You do not have permission to manage accounts."))


def _require_people_manager(acting_user: User) -> None:
    if not scope_of(acting_user, Capability.MANAGE_PEOPLE).is_somewhere:
        raise NotAllowed(_("You do not manage people."))
