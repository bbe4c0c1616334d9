"""Proposals that the reader makes from a policy document: targets, commitments, tables, and rejected numbers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.targets.kinds import Bound
from tracker.uploads.policy.clauses import Clause
from tracker.uploads.policy.content import Span, Table


class Change(StrEnum):
    """Meaning of the value: a level to reach, or an amount to rise or fall by."""

    LEVEL = "level"
    INCREASE = "increase"
    DECREASE = "decrease"


class Doubt(StrEnum):
    """Reason for which a proposal must be looked at. `policy_wording` explains each."""

    NO_BOUND_WORD = "no_bound_word"
    NO_INDICATOR = "no_indicator"
    INDICATOR_FROM_BEFORE = "indicator_from_before"
    PLAN_YEAR = "plan_year"
    YEAR_FROM_BEFORE = "year_from_before"
    BASE_FROM_BEFORE = "base_from_before"
    CONFLICTING_BOUNDS = "conflicting_bounds"
    PARTS_DIFFER = "parts_differ"
    UNIT_MISSING = "unit_missing"
    NUMBER_IN_WORDS = "number_in_words"
    PRESENT_LEVEL = "present_level"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    UNEQUAL_LISTS = "unequal_lists"


class Rejection(StrEnum):
    """Reason for which a number is no target."""

    DOCUMENT_NUMBER = "document_number"
    CONTACT = "contact"
    DATE = "date"
    DURATION = "duration"
    PAST_RESULT = "past_result"
    BASE_VALUE = "base_value"
    HIGHER_AUTHORITY = "higher_authority"
    SIZE_CLASS = "size_class"
    RULE = "rule"
    REWARD = "reward"
    SCORE = "score"
    RANK = "rank"
    NAME = "name"
    PROJECT_SIZE = "project_size"
    PLACE_COUNT = "place_count"
    FACTOR = "factor"
    PER_UNIT = "per_unit"
    NO_REQUIREMENT = "no_requirement"


@dataclass(frozen=True)
class Base:
    """Base of a target: its value in the target's unit, its year, or one of the two."""

    value: Decimal | None = None
    year: int | None = None


@dataclass(frozen=True)
class Bodies:
    """Bodies that carry out a clause: lead (牵头), responsible (责任), supporting (配合)."""

    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return True if any body is named."""
        return bool(self.lead or self.responsible or self.supporting)


NO_BODIES = Bodies()


@dataclass(frozen=True)
class TargetProposal:
    """Proposed target. `high` is the upper value of a range; `unit` is empty for indices and coefficients.

    `sentence` and `number` are spans of the document's text. `part_of` and `interim_of` are positions in the list of
    targets: the whole that this one is a part of (其中), and the final target that this one is a step towards.
    """

    clause: str
    indicator: str
    value: Decimal
    unit: str
    bound: Bound
    sentence: Span
    number: Span
    high: Decimal | None = None
    change: Change = Change.LEVEL
    base: Base | None = None
    year: int | None = None
    due_on: date | None = None
    frequency: str = ""
    places: tuple[str, ...] = ()
    bodies: Bodies = NO_BODIES
    is_approximate: bool = False
    nature: str = ""
    part_of: int | None = None
    interim_of: int | None = None
    is_from_table: bool = False
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class RejectedNumber:
    """Number that the reader saw and does not propose, with the reason."""

    reason: Rejection
    number: Span
    sentence: Span
    value: Decimal
    unit: str


@dataclass(frozen=True)
class CommitmentProposal:
    """Task or measure of a clause that carries no further clauses."""

    clause: str
    title: str
    kind: str
    sentence: Span
    places: tuple[str, ...] = ()
    bodies: Bodies = NO_BODIES
    due_on: date | None = None


@dataclass(frozen=True)
class TableReading:
    """Table with its kind: indicators, split, tasks, projects, roster or other."""

    clause: str
    kind: str
    table: Table


@dataclass(frozen=True)
class Plan:
    """Facts of the plan as a whole, as far as the document states them."""

    title: str = ""
    issuer: str = ""
    document_number: str = ""
    issued_on: date | None = None
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True)
class Reading:
    """Everything read from a document. `scanned_pages` are pages of a PDF file without text."""

    text: str
    plan: Plan
    clauses: tuple[Clause, ...]
    targets: tuple[TargetProposal, ...]
    commitments: tuple[CommitmentProposal, ...]
    tables: tuple[TableReading, ...]
    rejected: tuple[RejectedNumber, ...]
    scanned_pages: tuple[int, ...] = ()
