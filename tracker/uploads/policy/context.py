"""Context of a sentence: the plan's years, its section, and the facts carried over from earlier sentences."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tracker.uploads.policy.proposals import NO_BODIES, Base, Bodies, Bound, Change, Doubt, Rejection
from tracker.uploads.policy.quantities import Quantity


@dataclass(frozen=True)
class PlanYears:
    """First and last year of the plan, and the base year that it states for all targets."""

    first: int | None = None
    last: int | None = None
    base: int | None = None

    @property
    def only(self) -> int | None:
        """Return the year of a yearly plan, or None."""
        return self.last if self.first == self.last else None


@dataclass(frozen=True)
class Draft:
    """Target under construction. Positions count from the start of its sentence."""

    indicator: str
    quantity: Quantity
    bound: Bound
    change: Change = Change.LEVEL
    base: Base | None = None
    year: int | None = None
    due_on: date | None = None
    frequency: str = ""
    places: tuple[str, ...] = ()
    bodies: Bodies = NO_BODIES
    is_approximate: bool = False
    has_bound: bool = True
    nature: str = ""
    part_of: int | None = None
    doubts: tuple[Doubt, ...] = ()

    def doubting(self, *doubts: Doubt) -> "Draft":
        """Return the draft with more doubts."""
        return replace(self, doubts=(*self.doubts, *(one for one in doubts if one not in self.doubts)))


@dataclass(frozen=True)
class Rejected:
    """Number of a sentence that is no target."""

    quantity: Quantity
    reason: Rejection


@dataclass
class SentenceContext:
    """Facts that hold before a sentence. The reader of a paragraph updates them from sentence to sentence.

    `topic` is the measure that a line of a list begins with: ——城镇新增就业。三年累计新增240万人以上.
    """

    years: PlanYears
    is_past_section: bool = False
    is_goal_section: bool = False
    places: tuple[str, ...] = ()
    topic: str = ""
    year: int | None = None
    due_on: date | None = None
    recent: tuple[Draft, ...] = ()
    known_bases: dict[str, tuple[Decimal, str, int | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class SentenceReading:
    """Targets and rejected numbers of a sentence."""

    drafts: tuple[Draft, ...] = ()
    rejected: tuple[Rejected, ...] = ()
