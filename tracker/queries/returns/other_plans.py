"""The same indicator of the same unit and period in another plan's return: what stands there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.calculation.plausibility import differs
from tracker.models import Entry, Plan, Return, User
from tracker.models.entry import SAID


@dataclass(frozen=True)
class ValueElsewhere:
    """What another plan's return holds for the same indicator, unit and period. None is missing."""

    plan: Plan
    unit_return: Return
    value: Decimal | None

    def differs_from(self, value: Decimal | None) -> bool:
        """Return True if both returns hold a value, and not the same one."""
        return differs(value, self.value)


def values_elsewhere(unit_return: Return, user: User) -> Mapping[int, Sequence[ValueElsewhere]]:
    """Return the values by indicator's id, as far as the person may read them. One query.

    A value and a difference are the same here as in the check “another value in another plan”. Its flag names no value,
    since it is also shown to people who may not read the other plan.
    """
    period = unit_return.period
    cells = (
        Entry.objects.visible_to(user)
        .annotate(said=SAID)
        .filter(
            indicator__in=unit_return.entries.order_by().values("indicator"),
            unit_return__unit=unit_return.unit_id,
            unit_return__period__kind=period.kind,
            unit_return__period__starts_on=period.starts_on,
        )
    )
    found: dict[int, list[ValueElsewhere]] = defaultdict(list)
    others = cells.exclude(unit_return__period__plan=period.plan_id).select_related("unit_return__period__plan")
    for cell in others.order_by("unit_return__period__plan__code"):
        filed = cell.unit_return
        found[cell.indicator_id].append(ValueElsewhere(filed.period.plan, filed, cell.said))  # type: ignore[attr-defined]
    return found
