"""The person who searches, and the plans within reach."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from tracker.models import Plan, User
from tracker.models.access import Capability, Scope, scope_of
from tracker.queries.pages.overview import plans_within


@dataclass(frozen=True)
class Reader:
    """A person with the scope that every kind of result asks for."""

    user: User

    @cached_property
    def scope(self) -> Scope:
        """Return the part of the tree in which the person reads figures."""
        return scope_of(self.user, Capability.VIEW)

    @cached_property
    def plans(self) -> list[Plan]:
        """The plans of which the person reads a place, as the pages of targets and clauses admit them."""
        return [plan for plan in plans_within(self.scope) if self._reads(plan)] if self.scope.is_somewhere else []

    def regions_of(self, plan: Plan) -> Q:
        """Return the condition that a region belongs to a plan and may be read in it."""
        return Q(path__startswith=plan.region.path) & self.scope.in_plan(plan.pk).as_filter("path")

    def plan_at(self, path: str) -> Plan | None:
        """Return the newest plan in which the region of this path may be read."""
        for plan in self.plans:
            scope = self.scope.in_plan(plan.pk)
            is_read = scope.everywhere or any(path.startswith(held) for held in scope.paths)
            if is_read and path.startswith(plan.region.path):
                return plan
        return None

    def _reads(self, plan: Plan) -> bool:
        """Return True if the person reads the plan's region or one within it; a single unit is not enough."""
        scope, top = self.scope.in_plan(plan.pk), plan.region.path
        return scope.everywhere or any(path.startswith(top) or top.startswith(path) for path in scope.paths)
