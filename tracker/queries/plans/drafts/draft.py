"""Items of a draft: the plan's facts, clauses, targets, commitments and lists, as they are kept in JSON.

Values stay text until the plan is created, so that what a person typed is kept as typed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, Self, TypeVar


class ItemState(StrEnum):
    """Decision on an item."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


class Composition(StrEnum):
    """Relation of a whole to its parts: their sum, or a value of its own of which they are parts."""

    SUM = "sum"
    OF_WHICH = "of_which"


@dataclass(frozen=True)
class _Stored:
    """Something that is kept as a JSON object. Lists become tuples when read."""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """Return the item. Keys that are not known any more are left out."""
        names = {one.name for one in fields(cls)}
        return cls(**{name: _frozen(value) for name, value in row.items() if name in names})


@dataclass(frozen=True)
class DraftRegion(_Stored):
    """A region that is added with the plan."""

    code: str
    name: str
    level: str
    part_of: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class DraftPlan(_Stored):
    """Facts of the plan as a whole. Days are ISO dates."""

    name: str = ""
    code: str = ""
    issuer: str = ""
    document_number: str = ""
    issued_on: str = ""
    starts_on: str = ""
    ends_on: str = ""
    region: str = ""
    pace: str = "even_by_month"
    graded_by: str = "due"
    deadline_day: int = 5


@dataclass(frozen=True)
class Item(_Stored):
    """A proposal with its decision and the sentence that it stands in: characters `start` to `end` of the text."""

    PREFIX: ClassVar[str] = ""

    key: str
    state: str = ItemState.OPEN
    start: int = 0
    end: int = 0
    doubts: tuple[str, ...] = ()
    is_own: bool = False

    @property
    def is_sure(self) -> bool:
        """Return True if it waits for a decision and nothing about it is doubted."""
        return self.state == ItemState.OPEN and not self.doubts

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Return the sentences that it rests on."""
        return ((self.start, self.end),)

    @property
    def mark(self) -> tuple[int, int]:
        """Return the characters that are marked in the text."""
        return self.start, self.end


@dataclass(frozen=True)
class DraftClause(Item):
    """A clause."""

    PREFIX: ClassVar[str] = "c"

    number: str = ""
    name: str = ""


@dataclass(frozen=True)
class DraftTarget(Item):
    """A target with its indicator. Milestones are pairs of day and value, goals of region's name and value."""

    PREFIX: ClassVar[str] = "t"

    clauses: tuple[str, ...] = ()
    indicator: str = ""
    code: str = ""
    value: str = ""
    upper_value: str = ""
    unit: str = ""
    bound: str = "at_least"
    kind: str = ""
    direction: str = "more"
    over_periods: str = "sum"
    over_places: str = "sum"
    numerator: str = ""
    denominator: str = ""
    term_unit: str = ""
    base_value: str = ""
    base_year: str = ""
    milestones: tuple[tuple[str, str], ...] = ()
    goals: tuple[tuple[str, str], ...] = ()
    places: tuple[str, ...] = ()
    unknown_places: tuple[str, ...] = ()
    responsible: str = ""
    supporting: tuple[str, ...] = ()
    nature: str = ""
    is_approximate: bool = False
    part_of: str = ""
    composition: str = Composition.SUM
    number_start: int = 0
    number_end: int = 0
    further: tuple[tuple[int, int], ...] = ()

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        return tuple(dict.fromkeys(((self.start, self.end), *self.further)))

    @property
    def mark(self) -> tuple[int, int]:
        return (self.number_start, self.number_end) if self.number_end else (self.start, self.end)

    @property
    def has_terms(self) -> bool:
        """Return True if it is a ratio of two indicators."""
        return bool(self.numerator and self.denominator)


@dataclass(frozen=True)
class DraftCommitment(Item):
    """A task or measure of a clause."""

    PREFIX: ClassVar[str] = "m"

    clause: str = ""
    kind: str = "task"
    part_of: str = ""
    places: tuple[str, ...] = ()
    unknown_places: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftList(Item):
    """A list of projects, firms or tasks from a table of the document, with what each of its columns is.

    A row has its first and last character and its cells; a row of one cell heads those below it. `fields` names the
    field of each column: empty for one that is left out, "note" for one that is kept in words with the content.
    `counts` is what the figure of `target` counts: members, investment, or the code of a step.
    """

    PREFIX: ClassVar[str] = "l"

    name: str = ""
    code: str = ""
    kind: str = "projects"
    year: str = ""
    clause: str = ""
    title: str = ""
    headings: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    rows: tuple[tuple[int, int, tuple[str, ...]], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()
    amounts_in: str = ""
    target: str = ""
    counts: str = "members"
    default_region: str = ""
    left_out: tuple[int, ...] = ()
    heading_end: int = 0

    @property
    def mark(self) -> tuple[int, int]:
        return self.start, max(self.start, self.heading_end)


SomeItem = TypeVar("SomeItem", bound=Item)


@dataclass(frozen=True)
class DraftRejection(_Stored):
    """A number that the reader saw and does not propose, with the reason."""

    reason: str
    start: int
    end: int
    number_start: int
    number_end: int


@dataclass(frozen=True)
class Draft:
    """A whole draft."""

    plan: DraftPlan = field(default_factory=DraftPlan)
    regions: tuple[DraftRegion, ...] = ()
    clauses: tuple[DraftClause, ...] = ()
    targets: tuple[DraftTarget, ...] = ()
    commitments: tuple[DraftCommitment, ...] = ()
    lists: tuple[DraftList, ...] = ()
    rejected: tuple[DraftRejection, ...] = ()
    scanned_pages: tuple[int, ...] = ()
    last_key: int = 0

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Draft":
        """Return the draft that `as_json` wrote."""
        return cls(
            plan=DraftPlan.from_json(content.get("plan", {})),
            regions=tuple(DraftRegion.from_json(row) for row in content.get("regions", ())),
            clauses=tuple(DraftClause.from_json(row) for row in content.get("clauses", ())),
            targets=tuple(DraftTarget.from_json(row) for row in content.get("targets", ())),
            commitments=tuple(DraftCommitment.from_json(row) for row in content.get("commitments", ())),
            lists=tuple(DraftList.from_json(row) for row in content.get("lists", ())),
            rejected=tuple(DraftRejection.from_json(row) for row in content.get("rejected", ())),
            scanned_pages=tuple(content.get("scanned_pages", ())),
            last_key=content.get("last_key", 0),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the draft as a JSON object."""
        return asdict(self)

    @property
    def items(self) -> Iterator[Item]:
        """Return clauses, targets, commitments and lists."""
        yield from (*self.clauses, *self.targets, *self.commitments, *self.lists)

    def item(self, key: str) -> Item | None:
        """Return the item of this key."""
        return self._by_key.get(key)

    def target(self, key: str) -> DraftTarget | None:
        """Return the target of this key."""
        found = self._by_key.get(key)
        return found if isinstance(found, DraftTarget) else None

    def parts_of(self, key: str) -> list[DraftTarget]:
        """Return the parts of a target that are not dropped."""
        return self._parts.get(key, [])

    @cached_property
    def _by_key(self) -> dict[str, Item]:
        return {one.key: one for one in self.items}

    @cached_property
    def _parts(self) -> dict[str, list[DraftTarget]]:
        parts: dict[str, list[DraftTarget]] = {}
        for one in self.targets:
            if one.part_of and one.state != ItemState.DROPPED:
                parts.setdefault(one.part_of, []).append(one)
        return parts

    def next_key(self, kind: type[Item]) -> tuple["Draft", str]:
        """Return the draft with one key more given out, and the key."""
        return replace(self, last_key=self.last_key + 1), f"{kind.PREFIX}{self.last_key + 1}"

    def with_states(self, keys: Iterable[str], state: ItemState) -> "Draft":
        """Return the draft with this decision on the items of these keys."""
        wanted = set(keys)
        return replace(
            self,
            clauses=_decided(self.clauses, wanted, state),
            targets=_decided(self.targets, wanted, state),
            commitments=_decided(self.commitments, wanted, state),
            lists=_decided(self.lists, wanted, state),
        )

    def with_item(self, item: Item) -> "Draft":
        """Return the draft with this item, in place of the one with its key or at the place of its sentence."""
        if isinstance(item, DraftClause):
            return replace(self, clauses=_with(self.clauses, item))
        if isinstance(item, DraftTarget):
            return replace(self, targets=_with(self.targets, item))
        if isinstance(item, DraftCommitment):
            return replace(self, commitments=_with(self.commitments, item))
        if isinstance(item, DraftList):
            return replace(self, lists=_with(self.lists, item))
        raise TypeError(item)


def _decided(rows: tuple[SomeItem, ...], keys: set[str], state: ItemState) -> tuple[SomeItem, ...]:
    return tuple(replace(one, state=state.value) if one.key in keys else one for one in rows)


def _with(rows: tuple[SomeItem, ...], item: SomeItem) -> tuple[SomeItem, ...]:
    if any(one.key == item.key for one in rows):
        return tuple(item if one.key == item.key else one for one in rows)
    at = sum(one.start <= item.start for one in rows)
    return (*rows[:at], item, *rows[at:])


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
