"""What a new installation starts with: reference data, the plan, the administrator, accounts to try it with."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.models import Event, Membership, Plan, Region, Role, Schedule, Subscription, User
from tracker.models.personal import name_in_log
from tracker.queries.errors import Refused
from tracker.services.accounts.temporary_password import one_time_password
from tracker.services.audit.events import record_event
from tracker.services.plans.loading import load_plan
from tracker.services.plans.plan_document import read_document

ADMINISTRATOR = "admin"


@dataclass(frozen=True)
class NewAccount:
    """An account that was just made. Its password is nowhere else: whoever is told must keep it."""

    user: User
    password: str


@dataclass(frozen=True)
class DemonstrationAccount:
    """A person of the demonstration: the role, and where it holds (the plan's own region by default)."""

    username: str
    name: str
    role: Role
    place: str = ""


DEMONSTRATION_ACCOUNTS = (
    DemonstrationAccount("demo-taiyuan", "太原市填报员（演示）", Role.REPORTER, "140100"),
    DemonstrationAccount("demo-reviewer", "省级审核员（演示）", Role.REVIEWER),
    DemonstrationAccount("demo-leader", "分管领导（演示）", Role.LEADER),
)


def check_administrator_password(password: str) -> None:
    """Raise Refused, saying why, when the administrator's password is weak."""
    try:
        validate_password(password, User(username=ADMINISTRATOR))
    except ValidationError as error:
        raise Refused(
            _("The administrator's password is too weak; nothing was set up."), {"password": " ".join(error.messages)}
        ) from None


def plan_of(document: Path, *, now: datetime) -> tuple[Plan, bool]:
    """Return the plan that a document describes, and True if it was loaded now because it did not exist."""
    code = read_document(document).rows("plan")[0]["code"]
    plan = Plan.objects.filter(code=code).first()
    return (plan, False) if plan else (load_plan(document, acting_user=None, now=now), True)


@transaction.atomic
def create_administrator(password: str, *, now: datetime) -> NewAccount | None:
    """Create the installing administrator with this password, or a temporary one if it is empty; None if there is one.

    Raise Refused on a weak password.
    """
    if User.objects.filter(username=ADMINISTRATOR).exists():
        return None
    if password:
        check_administrator_password(password)
    is_chosen, password = bool(password), password or one_time_password()
    user = User.objects.create_superuser(
        ADMINISTRATOR,
        password=password,
        must_change_password=not is_chosen,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    record_event(Event.Action.PERMISSION_CHANGED, acting_user=None, now=now, about=user, after={"superuser": True})
    return NewAccount(user, password)


@transaction.atomic
def create_demonstration_accounts(plan: Plan, *, now: datetime) -> list[NewAccount]:
    """Create the demonstration's people that do not exist yet, each with a temporary password."""
    missing = [wanted for wanted in DEMONSTRATION_ACCOUNTS if not User.objects.filter(username=wanted.username)]
    made = [_create(wanted, plan, now) for wanted in missing]
    for account in made:
        if account.user.memberships_as([Role.LEADER]):
            _subscribe(account.user, plan, now)
    return made


def _create(wanted: DemonstrationAccount, plan: Plan, now: datetime) -> NewAccount:
    password = one_time_password()
    user = User.objects.create_user(
        wanted.username,
        email=f"{wanted.username}@example.com",
        password=password,
        display_name=wanted.name,
        is_demonstration=True,
        must_change_password=True,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    region = Region.objects.get(code=wanted.place) if wanted.place else plan.region
    Membership.objects.create(user=user, role=wanted.role, region=region)
    grant = {"role": wanted.role.value, "region": region.code}
    record_event(Event.Action.PERMISSION_CHANGED, acting_user=None, now=now, about=user, after=grant)
    return NewAccount(user, password)


def _subscribe(leader: User, plan: Plan, now: datetime) -> None:
    """Subscribe the leader to a summary each month."""
    schedule = Schedule.objects.create(plan=plan, name="月度简报（演示）")
    Subscription.objects.create(schedule=schedule, user=leader, active_from=now)
    record_event(
        Event.Action.CONFIGURED, acting_user=None, now=now, about=schedule, after={"subscriber": name_in_log(leader)}
    )
