"""States of returns at an earlier moment, read from the event log and the extensions of then.

Which returns are expected is as it is known now; deadlines that the rule of a plan moves are those of periods to come,
and so were not due then either way.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from tracker.calculation.timeliness import Filing, filing_of
from tracker.models import Event, Extension
from tracker.models.expected import ExpectedReturnQuerySet

#: What a step of a return leads to: True is with those who review, False is with the unit.
LEADS_TO = {
    Event.Action.RETURN_SUBMITTED: True,
    Event.Action.RETURN_VERIFIED: True,
    Event.Action.RETURN_ACCEPTED: True,
    Event.Action.RETURN_SENT_BACK: False,
    Event.Action.RETURN_UNLOCKED: False,
    Event.Action.RETURN_WITHDRAWN: False,
}
#: So many returns are named in one query: databases bound the number of parameters.
AT_ONCE = 900


class FilingsKnownAt:
    """The returns that are expected, with what had become of each by a moment."""

    def __init__(self, rows: ExpectedReturnQuerySet, moment: datetime) -> None:
        self.moment = moment
        columns = ("unit", "period", "period__due_at", "unit_return", "unit_return__loaded_from")
        self.rows = list(rows.values_list(*columns, "unit_return__verified_at"))
        self.steps = _steps([row[3] for row in self.rows if row[3] is not None], moment)
        self.extended = _extensions({row[1] for row in self.rows}, moment)

    def __iter__(self) -> Iterator[tuple[int, int, Filing, int]]:
        """Yield the unit, the period, what had become of the return, and how many times it had been sent back."""
        for unit, period, due_at, unit_return, loaded_from, verified_at in self.rows:
            steps = self.steps.get(unit_return, [])
            submitted = [when for when, action in steps if action == Event.Action.RETURN_SUBMITTED]
            is_filed = LEADS_TO[Event.Action(steps[-1][1])] if steps else False
            if loaded_from is not None and not submitted:
                is_filed = verified_at is not None and verified_at <= self.moment
            filing = filing_of(
                first_late=max(due_at, self.extended.get((unit, period), due_at)),
                handed_in=submitted[0] if submitted and loaded_from is None else None,
                is_filed=is_filed,
                now=self.moment,
            )
            yield unit, period, filing, sum(action == Event.Action.RETURN_SENT_BACK for _when, action in steps)


def _steps(returns: Sequence[int], moment: datetime) -> dict[int, list[tuple[datetime, str]]]:
    """Return, by return, the steps up to a moment in their order."""
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for start in range(0, len(returns), AT_ONCE):
        numbers = [str(pk) for pk in returns[start : start + AT_ONCE]]
        events = Event.objects.filter(object_type="return", object_id__in=numbers, action__in=list(LEADS_TO))
        rows: Any = events.filter(recorded_at__lte=moment).order_by("pk")
        for number, when, action in rows.values_list("object_id", "recorded_at", "action"):
            found[int(number)].append((when, action))
    return found


def _extensions(periods: set[int], moment: datetime) -> dict[tuple[int, int], datetime]:
    """Return, by unit and period, until when an extension gave time as it stood at a moment."""
    standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)
    rows = Extension.objects.filter(standing, period__in=sorted(periods), granted_at__lte=moment).order_by("granted_at")
    return {(unit, period): until for unit, period, until in rows.values_list("unit", "period", "until")}
