"""The one place that decides who may do what, and where.

A membership gives a role for a region and all below it (or one unit). A role gives capabilities. Querysets ask
for the scope of a capability and filter by it; services ask whether it covers a unit before they act; the admin
asks through `tracker.web.access_backend`.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from tracker.models.organisation import Membership, Region, ReportingUnit, Role, User


class Capability(StrEnum):
    """What a person can be allowed to do."""

    VIEW = "view"  # read returns once submitted, targets, figures
    ENTER = "enter"  # write and submit the returns of one's units
    VERIFY = "verify"  # accept a return or send it back
    READ_REPORTS = "read_reports"  # download what was issued
    ISSUE_REPORTS = "issue_reports"  # ask for a report
    MANAGE_PLAN = "manage_plan"  # targets, allocations, obligations, commitments
    MANAGE_MAIL = "manage_mail"  # schedules, subscriptions, the mail log
    MANAGE_ACCOUNTS = "manage_accounts"  # open, change and close accounts; they give no rights
    MANAGE_PEOPLE = "manage_people"  # give roles, unlock, set one-time passwords, remove a lost second step
    READ_EVENTS = "read_events"  # the event log


READER = frozenset({Capability.VIEW, Capability.READ_REPORTS})
ISSUER = READER | {Capability.ISSUE_REPORTS}
GRANTS: dict[str, frozenset[Capability]] = {
    Role.REPORTER: ISSUER | {Capability.ENTER},
    Role.REVIEWER: ISSUER | {Capability.VERIFY},
    Role.PLAN_MANAGER: ISSUER | {Capability.MANAGE_PLAN, Capability.MANAGE_MAIL},
    Role.LEADER: ISSUER,
    Role.AUDITOR: READER | {Capability.READ_EVENTS},
    # 三员分立: who opens accounts gives no rights, who gives rights opens no accounts, and neither reads the log.
    Role.SYSTEM_ADMIN: READER | {Capability.MANAGE_PLAN, Capability.MANAGE_MAIL, Capability.MANAGE_ACCOUNTS},
    Role.SECURITY_ADMIN: frozenset({Capability.MANAGE_PEOPLE}),
    Role.AUDIT_ADMIN: frozenset({Capability.READ_EVENTS}),
}
#: The installing administrator sees and sets up everything, but neither reports nor verifies: that takes a membership.
SUPERUSER_GRANTS = frozenset(Capability) - {Capability.ENTER, Capability.VERIFY}


@dataclass(frozen=True)
class Scope:
    """Where a capability holds: everywhere, in regions (by path) and all below them, in single units."""

    everywhere: bool = False
    paths: tuple[str, ...] = ()
    unit_ids: tuple[int, ...] = ()

    @property
    def is_somewhere(self) -> bool:
        """Whether it holds anywhere at all."""
        return self.everywhere or bool(self.paths) or bool(self.unit_ids)

    @property
    def is_whole(self) -> bool:
        """Whether it holds everywhere, or in a region that is part of no other."""
        return self.everywhere or any(path.count("/") == 1 for path in self.paths)

    def as_filter(self, path_field: str, unit_field: str = "") -> Q:
        """The condition that rows lie within, given the lookup to a region's path and, if any, to a unit's id."""
        if self.everywhere:
            return ~Q(pk__in=())  # true of every row; an empty Q would vanish beside another condition
        condition = Q(pk__in=())
        for path in self.paths:
            condition |= Q(**{f"{path_field}__startswith": path})
        if unit_field and self.unit_ids:
            condition |= Q(**{f"{unit_field}__in": self.unit_ids})
        return condition

    def covers_region(self, region: Region) -> bool:
        """Whether it holds in all of this region."""
        return self.everywhere or any(region.path.startswith(path) for path in self.paths)

    def covers_unit(self, unit: ReportingUnit) -> bool:
        """Whether it holds for this unit."""
        return self.covers_region(unit.region) or unit.pk in self.unit_ids


NOWHERE = Scope()


def scope_of(user: User, capability: Capability) -> Scope:
    """Where this person has this capability."""
    if not user.is_authenticated or not user.is_active:
        return NOWHERE
    if user.is_superuser and capability in SUPERUSER_GRANTS:
        return Scope(everywhere=True)
    granting = [m for m in user.current_memberships if capability in GRANTS[m.role]]
    return Scope(
        paths=tuple(sorted({m.region.path for m in granting if m.unit_id is None})),
        unit_ids=tuple(sorted({m.unit_id for m in granting if m.unit_id is not None})),
    )


def people_with(capability: Capability, unit: ReportingUnit) -> QuerySet[User]:
    """The people who have this capability for a unit by a membership, on its own or on a region above it."""
    codes = unit.region.path.rstrip("/").split("/")
    above = ["".join(f"{code}/" for code in codes[: number + 1]) for number in range(len(codes))]
    granting = Membership.objects.filter(
        Q(unit=unit) | Q(unit=None, region__path__in=above),
        role__in=[role for role, granted in GRANTS.items() if capability in granted],
    )
    return User.objects.filter(is_active=True, pk__in=granting.values("user"))
