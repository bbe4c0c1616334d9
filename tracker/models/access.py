"""The one place that decides who may do what, and where.

A membership gives a role for a region and all below it (or one unit), in every plan or in one alone. A role gives
capabilities. Querysets ask for the scope of a capability and filter by it; services ask whether it covers a unit
before they act; the admin asks through `tracker.web.access_backend`. Where a row belongs to a plan, they name it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from tracker.models.organisation import Membership, Region, ReportingUnit, Role, User, path_and_above


class Capability(StrEnum):
    """What a person can be allowed to do."""

    VIEW = "view"  # read returns once submitted, targets, figures
    ENTER = "enter"  # write and submit the returns of one's units
    VERIFY = "verify"  # accept a return or send it back
    CALL = "call"  # see the telephone numbers of the people who report
    READ_REPORTS = "read_reports"  # download what was issued
    ISSUE_REPORTS = "issue_reports"  # ask for a report
    MANAGE_PLAN = "manage_plan"  # targets, allocations, obligations, commitments
    MANAGE_MAIL = "manage_mail"  # schedules, subscriptions, the mail log
    READ_MAIL = "read_mail"  # read what was sent, without the addresses of people
    MANAGE_ACCOUNTS = "manage_accounts"  # open, change and close accounts; they give no rights
    MANAGE_PEOPLE = "manage_people"  # give roles, unlock, set one-time passwords, remove a lost second step
    READ_EVENTS = "read_events"  # the event log


READER = frozenset({Capability.VIEW, Capability.READ_REPORTS})
ISSUER = READER | {Capability.ISSUE_REPORTS}
GRANTS: dict[str, frozenset[Capability]] = {
    Role.REPORTER: ISSUER | {Capability.ENTER},
    Role.REVIEWER: ISSUER | {Capability.VERIFY, Capability.CALL},
    Role.PLAN_MANAGER: ISSUER | {Capability.MANAGE_PLAN, Capability.MANAGE_MAIL, Capability.CALL},
    Role.LEADER: ISSUER,
    Role.AUDITOR: READER | {Capability.READ_EVENTS, Capability.READ_MAIL},
    # 三员分立: who opens accounts gives no rights, who gives rights opens no accounts, and neither reads the log.
    Role.SYSTEM_ADMIN: READER | {Capability.MANAGE_PLAN, Capability.MANAGE_MAIL, Capability.MANAGE_ACCOUNTS},
    Role.SECURITY_ADMIN: frozenset({Capability.MANAGE_PEOPLE}),
    Role.AUDIT_ADMIN: frozenset({Capability.READ_EVENTS}),
}
#: The installing administrator sees and sets up everything, but neither reports nor verifies nor calls people: that
#: takes a membership.
SUPERUSER_GRANTS = frozenset(Capability) - {Capability.ENTER, Capability.VERIFY, Capability.CALL}

#: Each is held by one of the three administrators alone. Once three people are these, superusers hold none of them.
KEPT_FROM_SUPERUSERS = frozenset({Capability.MANAGE_ACCOUNTS, Capability.MANAGE_PEOPLE, Capability.READ_EVENTS})


@dataclass(frozen=True, order=True)
class PlanRight:
    """A capability that holds in one plan alone: in a region and all below it, or in one unit."""

    plan_id: int
    path: str = ""
    unit_id: int = 0


@dataclass(frozen=True)
class Scope:
    """Where a capability holds: everywhere, in regions (by path) and all below them, in single units.

    What is limited to a plan stands in `limited`. It counts only where the plan is named, or any plan will do.
    """

    everywhere: bool = False
    paths: tuple[str, ...] = ()
    unit_ids: tuple[int, ...] = ()
    limited: tuple[PlanRight, ...] = ()

    @property
    def is_somewhere(self) -> bool:
        """Return True if it holds anywhere at all, be it in one plan alone."""
        return self.everywhere or bool(self.paths) or bool(self.unit_ids) or bool(self.limited)

    @property
    def is_whole(self) -> bool:
        """Return True if it holds everywhere, or in a region that is part of no other."""
        return self.everywhere or any(path.count("/") == 1 for path in self.paths)

    def in_plan(self, plan_id: int) -> "Scope":
        """Return where it holds in this plan."""
        return self._with(right for right in self.limited if right.plan_id == plan_id)

    def in_any_plan(self) -> "Scope":
        """Return where it holds in at least one plan: for rows that belong to none, such as regions to choose from."""
        return self._with(self.limited)

    def _with(self, rights: Iterable[PlanRight]) -> "Scope":
        held = tuple(rights)
        return Scope(
            everywhere=self.everywhere,
            paths=tuple(sorted({*self.paths, *(right.path for right in held if right.path)})),
            unit_ids=tuple(sorted({*self.unit_ids, *(right.unit_id for right in held if right.unit_id)})),
        )

    def as_filter(self, path_field: str, unit_field: str = "", plan_field: str = "") -> Q:
        """Return the condition that rows lie within the scope.

        The lookups lead to a region's path, to a unit's id and to a plan's id. Without the last, what is limited to a
        plan does not count.
        """
        if self.everywhere:
            return ~Q(pk__in=())  # true of every row; an empty Q would vanish beside another condition
        condition = Q(pk__in=())
        for path in self.paths:
            condition |= Q(**{f"{path_field}__startswith": path})
        if unit_field and self.unit_ids:
            condition |= Q(**{f"{unit_field}__in": self.unit_ids})
        for plan_id in sorted({right.plan_id for right in self.limited}) if plan_field else ():
            held = Scope()._with(right for right in self.limited if right.plan_id == plan_id)
            condition |= Q(**{plan_field: plan_id}) & held.as_filter(path_field, unit_field)
        return condition

    def at_filter(self, path_field: str, plan_field: str) -> Q:
        """Return the condition that it is held at a row's very region, not at one above it."""
        if self.everywhere:
            return ~Q(pk__in=())
        condition = Q(**{f"{path_field}__in": self.paths}) if self.paths else Q(pk__in=())
        for right in self.limited:
            condition |= Q(**{plan_field: right.plan_id, path_field: right.path})
        return condition

    def is_held_at(self, region: Region) -> bool:
        """Return True if it is held at this very region, not at one above it."""
        return self.everywhere or region.path in self.paths

    def covers_region(self, region: Region) -> bool:
        """Return True if it holds in all of this region."""
        return self.everywhere or any(region.path.startswith(path) for path in self.paths)

    def covers_unit(self, unit: ReportingUnit) -> bool:
        """Return True if it holds for this unit."""
        return self.covers_region(unit.region) or unit.pk in self.unit_ids


NOWHERE = Scope()


def scope_of(user: User, capability: Capability, *, plan_id: int | None = None) -> Scope:
    """Return where this person has this capability; with a plan's id, where in that plan."""
    scope = _scope_of(user, capability)
    return scope if plan_id is None else scope.in_plan(plan_id)


def _scope_of(user: User, capability: Capability) -> Scope:
    if not user.is_authenticated or not user.is_active:
        return NOWHERE
    if capability in KEPT_FROM_SUPERUSERS and user.is_kept_apart:
        return NOWHERE
    if user.is_superuser and capability in SUPERUSER_GRANTS:
        return Scope(everywhere=True)
    granting = [m for m in user.current_memberships if capability in GRANTS[m.role]]
    return Scope(
        paths=tuple(sorted({m.region.path for m in granting if m.unit_id is None and m.plan_id is None})),
        unit_ids=tuple(sorted({m.unit_id for m in granting if m.unit_id is not None and m.plan_id is None})),
        limited=tuple(sorted({_right(m.plan_id, m) for m in granting if m.plan_id is not None})),
    )


def may_call(user: User, unit: ReportingUnit, plan_id: int) -> bool:
    """Return True if this person sees the personal telephone numbers of a unit's people.

    These are the people who review or remind: reviewers and plan managers whose scope holds the unit. Everybody else
    sees the unit's own number. Numbers of people are in no list, export or document, and are not printed.
    """
    return scope_of(user, Capability.CALL, plan_id=plan_id).covers_unit(unit)


def _right(plan_id: int, membership: Membership) -> PlanRight:
    if membership.unit_id is None:
        return PlanRight(plan_id, path=membership.region.path)
    return PlanRight(plan_id, unit_id=membership.unit_id)


def people_with(capability: Capability, *, within: Region, plan_id: int, only_there: bool = False) -> QuerySet[User]:
    """Return the people who have this capability for a whole region in a plan.

    A membership gives it for the region or, unless it counts `only_there`, for a region above.
    """
    granting = Membership.objects.filter(
        Q(plan=None) | Q(plan=plan_id),
        unit=None,
        region__path__in=[within.path] if only_there else path_and_above(within.path),
        role__in=[role for role, granted in GRANTS.items() if capability in granted],
    )
    return User.objects.filter(is_active=True, pk__in=granting.values("user"))


def people_covered_by(scope: Scope) -> QuerySet[User]:
    """Return the people all of whose memberships lie in the scope: whoever touches an account covers all of it.

    Somebody without one is covered with the account's creator, and by who holds a region that is part of no other.
    """
    if scope.everywhere:
        return User.objects.all()
    if not scope.is_somewhere:
        return User.objects.none()
    within = Membership.objects.filter(scope.as_filter("region__path", plan_field="plan"))
    beyond = Membership.objects.exclude(pk__in=within.values("pk"))
    held = User.objects.filter(is_superuser=False, pk__in=within.values("user")).exclude(pk__in=beyond.values("user"))
    without = User.objects.filter(is_superuser=False, memberships=None)
    if not scope.is_whole:
        without = without.filter(created_by__in=held.values("pk"))
    return User.objects.filter(Q(pk__in=held.values("pk")) | Q(pk__in=without.values("pk")))


#: Any one of these lets a person read the accounts of those who have a role in its scope.
READS_PEOPLE = (Capability.MANAGE_ACCOUNTS, Capability.MANAGE_PEOPLE, Capability.MANAGE_MAIL)


def people_readable_by(user: User) -> QuerySet[User]:
    """Return the people with a role in the person's scope, and those who have none yet.

    Who reads the log alone reads the accounts that the scope covers as a whole.
    """
    everyone = User.objects.prefetch_related("memberships__region", "memberships__unit", "memberships__plan")
    held = [scope for scope in (scope_of(user, capability) for capability in READS_PEOPLE) if scope.is_somewhere]
    if any(scope.everywhere for scope in held):
        return everyone
    condition = Q(pk__in=people_covered_by(scope_of(user, Capability.READ_EVENTS)).values("pk"))
    condition |= Q(memberships=None) if held else Q(pk__in=())
    for scope in held:
        condition |= scope.as_filter("memberships__region__path", plan_field="memberships__plan")
    return everyone.filter(condition).distinct()


def reads_addresses(user: User) -> bool:
    """Return True if this person sees people's mail addresses: who keeps accounts, gives roles or manages mail."""
    return any(scope_of(user, capability).is_somewhere for capability in READS_PEOPLE)
