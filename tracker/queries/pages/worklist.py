"""What waits for a person: what a unit owes, what a reviewer is to review, and who is late. The first thing seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Q, When
from django.utils.functional import cached_property

from tracker.calculation.checks import Flag, Severity
from tracker.calculation.deadlines import SHANGHAI, days_until
from tracker.models import ExpectedReturn, Extension, Period, Plan, ReportingUnit, Return, UnlockRequest, User
from tracker.models.access import Capability, scope_of
from tracker.models.expected import ExpectedReturnQuerySet
from tracker.models.reporting import ReturnQuerySet
from tracker.queries.plans.working_days import note_on_years, unknown_years_of
from tracker.queries.returns.accepted_so_far import accepted_so_far
from tracker.queries.returns.checks import flags_of
from tracker.queries.returns.expected_returns import BY_DEADLINE, begun_returns
from tracker.queries.returns.extension_rights import GRANTING
from tracker.queries.returns.late_units import LateUnit, late_units

#: Longer lists continue behind a link.
SHOWN = 12
#: From so many days before its deadline a return is marked as urgent.
SOON = 3


@dataclass(frozen=True)
class ToDo:
    """A return that a unit still has to submit; without `unit_return` it is still to be opened."""

    expected: ExpectedReturn
    days_left: int
    is_locked: bool
    extension: Extension | None = None

    @property
    def unit(self) -> ReportingUnit:
        """The unit that is to submit it."""
        return self.expected.unit

    @property
    def period(self) -> Period:
        """The period it is for."""
        return self.expected.period

    @property
    def unit_return(self) -> Return | None:
        """The return, if it is opened."""
        return self.expected.unit_return

    @property
    def due_at(self) -> datetime:
        """The first late moment for this unit."""
        return self.expected.due_at

    @property
    def deadline(self) -> datetime:
        """The last second that is on time."""
        return self.expected.deadline

    @property
    def is_extended(self) -> bool:
        """Return True if the unit has more time."""
        return self.expected.is_extended

    @property
    def is_sent_back(self) -> bool:
        """Return True if it came back for correction."""
        return self.expected.state == Return.State.SENT_BACK

    @property
    def is_overdue(self) -> bool:
        """Return True if its deadline has passed."""
        return self.days_left < 0

    @property
    def is_urgent(self) -> bool:
        """Return True if there is little time left."""
        return 0 <= self.days_left <= SOON


@dataclass(frozen=True)
class ToReview:
    """A return that waits for a reviewer, with what is odd about it."""

    unit_return: Return
    flags: Sequence[Flag]
    days_waiting: int

    @property
    def warnings(self) -> int:
        """Return how many flags ask for an explanation."""
        return sum(flag.severity in (Severity.ERROR, Severity.WARNING) for flag in self.flags)

    @property
    def hints(self) -> int:
        """Return how many flags only show."""
        return sum(flag.severity == Severity.HINT for flag in self.flags)


class Worklist:
    """A person's own work, each part read when the page asks for it. Bounded lists, a fixed number of queries."""

    def __init__(self, user: User, now: datetime, *, shown: int = SHOWN) -> None:
        self.user = user
        self.now = now
        self.shown = shown

    @cached_property
    def is_reporter(self) -> bool:
        """Return True if the person files returns."""
        return scope_of(self.user, Capability.ENTER).is_somewhere

    @cached_property
    def is_reviewer(self) -> bool:
        """Return True if the person reviews them."""
        return scope_of(self.user, Capability.VERIFY).is_somewhere

    @cached_property
    def is_chaser(self) -> bool:
        """Return True if it is the person's business who is late."""
        return any(scope_of(self.user, capability).is_somewhere for capability in GRANTING)

    @cached_property
    def to_do(self) -> list[ToDo]:
        """Return what the person's units still have to submit: what came back first, what is locked last, then by
        deadline.
        """
        if not self.is_reporter:
            return []
        sent_back_first = Case(When(unit_return__state=Return.State.SENT_BACK, then=0), default=1)
        is_draft = Q(unit_return=None) | Q(unit_return__state=Return.State.DRAFT)
        locked_last = Case(When(is_draft, locks_at__lte=self.now, then=1), default=0)
        ordered = self._outstanding.order_by(locked_last, sent_back_first, *BY_DEADLINE)
        keys = list(ordered.values_list("pk", flat=True)[: self.shown])  # of tens of thousands the names are not read
        found = ExpectedReturn.objects.with_names().in_bulk(keys)
        rows = [found[pk] for pk in keys if pk in found]
        extensions = _extensions_of(rows)
        return [
            ToDo(
                expected=row,
                days_left=days_until(row.due_at, self.now, row.period.plan.zone),
                is_locked=row.is_locked(self.now),
                extension=extensions.get((row.unit_id, row.period_id)),
            )
            for row in rows
        ]

    @cached_property
    def more_to_do(self) -> int:
        """Return how many more there are than are shown."""
        return self._outstanding.count() - len(self.to_do) if self.is_reporter else 0

    @cached_property
    def has_several_plans(self) -> bool:
        """Return True if a period's code alone does not say which is meant."""
        plans = self._outstanding.not_started().order_by().values_list("period__plan", flat=True)
        return len(plans.distinct()[:2]) > 1

    @property
    def note(self) -> str:
        """Return what to say where a deadline lies in a year whose holidays are not known."""
        return note_on_years(unknown_years_of((item.period.plan, item.deadline) for item in self.to_do))

    @cached_property
    def to_review(self) -> list[ToReview]:
        """Return what was submitted and waits for this reviewer, the oldest first."""
        found = list(self._waiting.order_by("submitted_at", "pk")[: self.shown]) if self.is_reviewer else []
        flags = flags_of(found)
        return [
            ToReview(row, flags[row.pk], (_day(self.now) - _day(row.submitted_at)).days)
            for row in found
            if row.submitted_at
        ]

    @cached_property
    def more_to_review(self) -> int:
        """Return how many more wait."""
        return self._waiting.count() - len(self.to_review) if len(self.to_review) == self.shown else 0

    @cached_property
    def accepted(self) -> int:
        """Return how many returns the person's level has accepted so far; 0 where no level checks below a plan's
        own.
        """
        if not self.is_reviewer or not Plan.objects.exclude(checking_levels=[]).exists():
            return 0
        return accepted_so_far(self.user).count()

    @cached_property
    def submitted(self) -> list[Return]:
        """Return what the person's units have submitted and nobody has verified yet, the newest first."""
        if not self.is_reporter:
            return []
        waiting = Return.objects.enterable_by(self.user).filter(state=Return.State.SUBMITTED)
        return list(waiting.with_names().order_by("-submitted_at", "pk")[: self.shown])

    @cached_property
    def to_decide(self) -> list[UnlockRequest]:
        """Return the unlock requests that wait for this reviewer, the oldest first."""
        return list(UnlockRequest.objects.decidable_by(self.user).with_names().order_by("asked_at")[: self.shown])

    @property
    def late(self) -> list[LateUnit]:
        """The units that are late, the longest first."""
        return self._late[0]

    @property
    def more_late(self) -> int:
        """Return how many more are late."""
        return self._late[1] - len(self._late[0])

    @cached_property
    def _outstanding(self) -> ExpectedReturnQuerySet:
        return begun_returns(self.user, now=self.now).outstanding()

    @cached_property
    def _waiting(self) -> ReturnQuerySet:
        return Return.objects.waiting_for(self.user).with_names()

    @cached_property
    def _late(self) -> tuple[list[LateUnit], int]:
        return late_units(self.user, now=self.now, at_most=self.shown) if self.is_chaser else ([], 0)


def _extensions_of(rows: Sequence[ExpectedReturn]) -> dict[tuple[int, int], Extension]:
    """Return the extensions of these, by unit and period: the unit reads why it got more time."""
    extended = [row for row in rows if row.is_extended]
    if not extended:
        return {}
    standing = Extension.objects.standing().filter(
        unit__in={row.unit_id for row in extended}, period__in={row.period_id for row in extended}
    )
    return {(row.unit_id, row.period_id): row for row in standing}


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
