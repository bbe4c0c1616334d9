"""A return's way through the levels that check it: where it stands, what lies above and what below."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.calculation.checking_levels import Way
from tracker.models import Region, Return
from tracker.models.organisation import path_and_above


@dataclass(frozen=True)
class CheckingWay:
    """The regions that check a return, the lowest first, and the one where it stands.

    A plan without levels that check has one step: its own region.
    """

    steps: Sequence[Region]
    at: Region
    whole: Region

    @property
    def above(self) -> Region | None:
        """The next region up; None where the acceptance here is the last one."""
        return self._at_path(self._way.above)

    @property
    def below(self) -> Region | None:
        """The next region down; None where only the unit lies below."""
        return self._at_path(self._way.below)

    def stored(self, region: Region) -> Region | None:
        """Return what `Return.checking_region` holds for a step: nothing for the plan's own region."""
        return None if region == self.whole else region

    @property
    def _way(self) -> Way:
        return Way([step.path for step in self.steps], self.at.path)

    def _at_path(self, path: str | None) -> Region | None:
        return next((step for step in self.steps if step.path == path), None)


def checking_way(unit_return: Return) -> CheckingWay:
    """Return the way of a return, by its plan's levels and its unit's region.

    A unit that lies above all levels of the plan is checked by the plan's own region.
    """
    plan = unit_return.period.plan
    steps: list[Region] = []
    if plan.checking_levels:
        ends_on = unit_return.period.ends_on
        above = Region.objects.filter(path__in=path_and_above(unit_return.unit.region.path))
        steps = list(above.open_on(ends_on).filter(level__in=plan.checking_levels).order_by("-path"))
    return CheckingWay(steps or [plan.region], unit_return.reviewing_region, plan.region)
