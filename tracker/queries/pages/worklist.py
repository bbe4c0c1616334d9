"""What waits for a person: what a unit owes, what a reviewer is to review, and who is late. The first thing seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Case, When
from django.utils.functional import cached_property

from tracker.calculation.checks import Flag, Severity
from tracker.calculation.periods import SHANGHAI, days_until
from tracker.models import Extension, Period, ReportingUnit, Return, UnlockRequest, User
from tracker.models.access import Capability, scope_of
from tracker.models.reporting import ReturnQuerySet
from tracker.queries.plans.working_days import note_on
from tracker.queries.returns.checks import flags_of
from tracker.queries.returns.expected_returns import ExpectedReturn, expected_returns
from tracker.queries.returns.extension_rights import GRANTING
from tracker.queries.returns.late_units import LateUnit, late_units

#: Longer lists continue behind a link.
SHOWN = 12
#: From so many days before its deadline a return is marked as urgent.
SOON = 3


@dataclass(frozen=True)
class ToDo:
    """A return that a unit still has to hand in; without `unit_return` it is still to be opened."""

    unit: ReportingUnit
    period: Period
    due_at: datetime
    days_left: int
    is_locked: bool
    is_extended: bool
    unit_return: Return | None = None
    extension: Extension | None = None

    @property
    def is_sent_back(self) -> bool:
        """Whether it came back for correction."""
        return self.unit_return is not None and self.unit_return.state == Return.State.SENT_BACK

    @property
    def is_overdue(self) -> bool:
        """Whether its deadline has passed."""
        return self.days_left < 0

    @property
    def is_urgent(self) -> bool:
        """Whether there is little time left."""
        return 0 <= self.days_left <= SOON

    @property
    def deadline(self) -> datetime:
        """The last second that is on time."""
        return self.due_at - timedelta(seconds=1)

    @property
    def rank(self) -> tuple[bool, bool, datetime, str, str]:
        """What came back first, what is locked last, the earliest deadline first."""
        return self.is_locked, not self.is_sent_back, self.due_at, self.unit.region.path, self.unit.code


@dataclass(frozen=True)
class ToReview:
    """A return that waits for a reviewer, with what is odd about it."""

    unit_return: Return
    flags: Sequence[Flag]
    days_waiting: int

    @property
    def warnings(self) -> int:
        """How many flags ask for an explanation."""
        return sum(flag.severity in (Severity.ERROR, Severity.WARNING) for flag in self.flags)

    @property
    def hints(self) -> int:
        """How many flags only show."""
        return sum(flag.severity == Severity.HINT for flag in self.flags)


class Worklist:
    """A person's own work, each part read when the page asks for it. Bounded lists, a fixed number of queries."""

    def __init__(self, user: User, now: datetime, *, shown: int = SHOWN) -> None:
        self.user = user
        self.now = now
        self.shown = shown

    @cached_property
    def is_reporter(self) -> bool:
        """Whether the person files returns."""
        return scope_of(self.user, Capability.ENTER).is_somewhere

    @cached_property
    def is_reviewer(self) -> bool:
        """Whether the person reviews them."""
        return scope_of(self.user, Capability.VERIFY).is_somewhere

    @cached_property
    def is_chaser(self) -> bool:
        """Whether it is the person's business who is late."""
        return any(scope_of(self.user, capability).is_somewhere for capability in GRANTING)

    @cached_property
    def to_do(self) -> list[ToDo]:
        """What the person's units still have to hand in: what came back first, then by deadline."""
        return [replace(item, extension=self._extensions.get((item.unit.pk, item.period.pk))) for item in self._first]

    @property
    def more_to_do(self) -> int:
        """How many more there are than are shown."""
        return len(self._to_open) + self._open_returns.count() - len(self.to_do) if self.is_reporter else 0

    @property
    def has_several_plans(self) -> bool:
        """Whether a period's code alone does not say which is meant."""
        return len({owed.period.plan_id for owed in self._to_open}) > 1

    @property
    def note(self) -> str:
        """What to say where a deadline lies in a year whose holidays are not known."""
        return note_on(item.deadline for item in self.to_do)

    @cached_property
    def to_review(self) -> list[ToReview]:
        """What was submitted and waits for this reviewer, the oldest first."""
        found = list(self._waiting.order_by("submitted_at", "pk")[: self.shown]) if self.is_reviewer else []
        flags = flags_of(found)
        return [
            ToReview(row, flags[row.pk], (_day(self.now) - _day(row.submitted_at)).days)
            for row in found
            if row.submitted_at
        ]

    @cached_property
    def more_to_review(self) -> int:
        """How many more wait."""
        return self._waiting.count() - len(self.to_review) if len(self.to_review) == self.shown else 0

    @cached_property
    def to_decide(self) -> list[UnlockRequest]:
        """Requests to unlock that wait for this reviewer, the oldest first."""
        return list(UnlockRequest.objects.decidable_by(self.user).with_names().order_by("asked_at")[: self.shown])

    @property
    def late(self) -> list[LateUnit]:
        """The units that are late, the longest first."""
        return self._late[0]

    @property
    def more_late(self) -> int:
        """How many more are late."""
        return self._late[1] - len(self._late[0])

    @property
    def _first(self) -> list[ToDo]:
        return self._to_do[: self.shown]

    @cached_property
    def _extensions(self) -> dict[tuple[int, int], Extension]:
        """Those of the items shown, by unit and period: the unit reads why it got more time."""
        extended = [item for item in self._first if item.is_extended]
        if not extended:
            return {}
        standing = Extension.objects.standing().filter(
            unit__in={item.unit.pk for item in extended}, period__in={item.period.pk for item in extended}
        )
        return {(row.unit_id, row.period_id): row for row in standing}

    @cached_property
    def _to_do(self) -> list[ToDo]:
        if not self.is_reporter:
            return []
        sent_back_first = Case(When(state=Return.State.SENT_BACK, then=0), default=1)
        returns = self._open_returns.with_names().order_by(sent_back_first, "late_from", "unit__code", "pk")
        begun = [self._begun(row) for row in returns[: self.shown]]
        return sorted([*begun, *map(self._to_begin, self._to_open)], key=lambda item: item.rank)

    def _begun(self, row: Return) -> ToDo:
        return ToDo(
            unit=row.unit,
            period=row.period,
            due_at=row.due_at,
            days_left=days_until(row.due_at, self.now),
            is_locked=row.is_locked(self.now),
            is_extended=row.due_at > row.period.due_at,
            unit_return=row,
        )

    def _to_begin(self, owed: ExpectedReturn) -> ToDo:
        return ToDo(
            unit=owed.unit,
            period=owed.period,
            due_at=owed.due_at,
            days_left=days_until(owed.due_at, self.now),
            is_locked=owed.is_locked(self.now),
            is_extended=owed.due_at > owed.period.due_at,
        )

    @cached_property
    def _to_open(self) -> list[ExpectedReturn]:
        return expected_returns(self.user, now=self.now)

    @cached_property
    def _open_returns(self) -> ReturnQuerySet:
        return Return.objects.enterable_by(self.user).filter(state__in=Return.OPEN_STATES)

    @cached_property
    def _waiting(self) -> ReturnQuerySet:
        waiting = Return.objects.reviewable_by(self.user).filter(state=Return.State.SUBMITTED)
        return waiting.exclude(submitted_by=self.user).with_names()

    @cached_property
    def _late(self) -> tuple[list[LateUnit], int]:
        return late_units(self.user, now=self.now, at_most=self.shown) if self.is_chaser else ([], 0)


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
