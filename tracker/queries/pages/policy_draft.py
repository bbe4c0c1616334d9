"""The page of a draft: the text at the left, the proposals of the same part of the text at the right."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.models import Commitment, PolicyDocument, Target
from tracker.models.target import KIND_CHOICES
from tracker.queries.imports.draft_lists.lists import members_in
from tracker.queries.imports.draft_lists.words import kind_choices, list_facts
from tracker.queries.pages.policy_text import Mark, TextPage, page_among, page_starts, text_page
from tracker.queries.plans.drafts.conflicts import Conflict, conflicts_of
from tracker.queries.plans.drafts.draft import (
    Composition,
    Draft,
    DraftClause,
    DraftCommitment,
    DraftList,
    DraftRejection,
    DraftTarget,
    Item,
    ItemState,
)
from tracker.queries.plans.drafts.known import Known, load_known
from tracker.queries.plans.drafts.tables import fitted, unit_of
from tracker.queries.plans.drafts.wording import explain_doubt, explain_rejection

#: More contradictions than these are shown once some of these are decided.
MOST_CONFLICTS = 30


@dataclass(frozen=True)
class Card:
    """A proposal as shown: its name, its figure, further facts, and what is doubted."""

    item: Item
    title: str
    figure: str
    facts: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]
    sentence: str
    page: int


@dataclass(frozen=True)
class WaitingItem:
    """An open proposal in the list of those that wait for a decision."""

    key: str
    title: str
    page: int


@dataclass(frozen=True)
class RejectedLine:
    """A number that is no target, with the reason."""

    rejection: DraftRejection
    number: str
    reason: str


@dataclass(frozen=True)
class ConflictLine:
    """A contradiction, with both sides as cards."""

    conflict: Conflict
    left: tuple[Card, ...]
    right: tuple[Card, ...]


@dataclass(frozen=True)
class DraftPage:
    """Everything that the page shows."""

    draft: Draft
    text: TextPage
    targets: tuple[Card, ...]
    commitments: tuple[Card, ...]
    lists: tuple[Card, ...]
    clauses: tuple[Card, ...]
    rejected: tuple[RejectedLine, ...]
    conflicts: tuple[ConflictLine, ...]
    more_conflicts: int
    sure: int
    waiting: tuple[WaitingItem, ...]
    accepted: dict[str, int]


def load_draft_page(document: PolicyDocument, number: int) -> DraftPage:
    """Return the page of a draft with this page of its text."""
    draft = Draft.from_json(document.draft)
    cards = Cards(document.text, draft, load_known(draft.regions))
    shown = text_page(document.text, number)
    marks = [
        Mark(*one.mark, one.key, one.state)
        for one in (*draft.targets, *draft.commitments, *draft.lists)
        if one.mark[1] > one.mark[0] and shown.holds(one.mark[0])
    ]
    conflicts = conflicts_of(draft)
    text = text_page(document.text, shown.number, _apart(marks), [(one.start, one.end) for one in draft.targets])
    return DraftPage(
        draft=draft,
        text=text,
        targets=tuple(cards.of(one) for one in draft.targets if text.holds(one.start)),
        commitments=tuple(cards.of(one) for one in draft.commitments if text.holds(one.start)),
        lists=tuple(cards.of(one) for one in draft.lists if text.holds(one.start)),
        clauses=tuple(cards.of(one) for one in draft.clauses if text.holds(one.start)),
        rejected=tuple(
            RejectedLine(one, document.text[one.number_start : one.number_end], explain_rejection(one.reason))
            for one in draft.rejected
            if text.holds(one.start)
        ),
        conflicts=tuple(
            ConflictLine(one, tuple(map(cards.of, one.left)), tuple(map(cards.of, one.right)))
            for one in conflicts[:MOST_CONFLICTS]
        ),
        more_conflicts=max(0, len(conflicts) - MOST_CONFLICTS),
        sure=sum(one.is_sure for one in draft.items),
        waiting=tuple(cards.waiting(one) for one in draft.items if one.state == ItemState.OPEN),
        accepted={
            "targets": _accepted(draft.targets),
            "clauses": _accepted(draft.clauses),
            "commitments": _accepted(draft.commitments),
            "lists": _accepted(draft.lists),
        },
    )


def _accepted(items: Iterable[Item]) -> int:
    return sum(one.state == ItemState.ACCEPTED for one in items)


def _apart(marks: list[Mark]) -> list[Mark]:
    """Return the marks that do not overlap; a shorter one, of a number, counts before a whole sentence."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: one.end - one.start):
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return kept


class Cards:
    """Makes the cards of a draft."""

    def __init__(self, text: str, draft: Draft, known: Known) -> None:
        self.text, self.draft, self.known = text, draft, known
        self.starts = page_starts(text)
        self.bounds, self.kinds = dict(Target.Bound.choices), dict(KIND_CHOICES)
        self.made: dict[str, Card] = {}

    def of(self, item: Item) -> Card:
        """Return the card of an item, made once however often it is shown."""
        if item.key not in self.made:
            self.made[item.key] = self._card(item)
        return self.made[item.key]

    def waiting(self, item: Item) -> WaitingItem:
        """Return the line of an open item in the list of those that wait."""
        return WaitingItem(item.key, self._title(item), page_among(self.starts, item.start))

    def _title(self, item: Item) -> str:
        if isinstance(item, DraftTarget):
            return item.indicator or _("(no name)")
        if isinstance(item, DraftCommitment):
            name = next((one.name for one in self.draft.clauses if one.number == item.clause), "")
            return f"{item.clause} {name}".strip()
        return f"{getattr(item, 'number', '')} {getattr(item, 'name', '')}".strip()

    def _card(self, item: Item) -> Card:
        if isinstance(item, DraftTarget):
            figure, facts = self.figure(item), self._facts(item)
        elif isinstance(item, DraftCommitment):
            figure = str(Commitment.Kind(item.kind).label)
            facts = (
                (_("Regions"), "、".join(item.places)),
                (_("Not among the regions"), "、".join(item.unknown_places)),
                (_("Bodies"), "、".join(item.bodies)),
            )
        elif isinstance(item, DraftList):
            words = {"kind": dict(kind_choices())[item.kind], "number": len(members_in(item, self.known))}
            figure = _("%(kind)s %(year)s, rows: %(number)s") % {**words, "year": item.year}
            facts = list_facts(item, self.draft, self.known)
        elif isinstance(item, DraftClause):
            figure, facts = "", ()
        else:
            raise TypeError(item)
        return Card(
            item,
            self._title(item),
            figure,
            tuple((name, value) for name, value in facts if value),
            tuple(explain_doubt(doubt) for doubt in item.doubts) if item.state == ItemState.OPEN else (),
            self.text[item.start : item.end],
            page_among(self.starts, item.start),
        )

    def figure(self, target: DraftTarget) -> str:
        """Return bound, value and unit in words."""
        change = _(", %(kind)s") % {"kind": self.kinds[target.kind]} if target.kind else ""
        about = _("about ") if target.is_approximate else ""
        upper = f"–{target.upper_value}" if target.upper_value else ""
        unit = "%" if target.kind in ("rise_percent", "fall_percent") else target.unit
        return f"{self.bounds.get(target.bound, target.bound)} {about}{target.value}{upper} {unit}{change}".strip()

    def _facts(self, target: DraftTarget) -> tuple[tuple[str, str], ...]:
        parts = self.draft.parts_of(target.key)
        whole = self.draft.target(target.part_of) if target.part_of else None
        base = _("%(value)s in %(year)s") % {"value": target.base_value, "year": target.base_year}
        return (
            (_("Clauses"), "、".join(target.clauses)),
            (_("Unit of measure"), self._unit(target)),
            (_("Base value"), base if target.base_value else ""),
            (_("Milestones"), "；".join(f"{day}: {value}" for day, value in target.milestones)),
            (_("Allocation"), "；".join(f"{name} {value}" for name, value in target.goals)),
            (_("Regions"), "、".join(target.places)),
            (_("Not among the regions"), "、".join(target.unknown_places)),
            (_("Responsible body"), target.responsible),
            (_("Supporting bodies"), "、".join(target.supporting)),
            (_("Ratio of"), f"{target.numerator} ÷ {target.denominator}" if target.has_terms else ""),
            (_("Made of"), self._made_of(target, parts)),
            (_("Part of"), whole.indicator if whole else ""),
        )

    def _unit(self, target: DraftTarget) -> str:
        """Return what becomes of the unit where it is not taken as it stands."""
        used = unit_of(self.draft, target, self.known)
        if used != target.unit and used:
            return _("%(own)s, converted to %(used)s") % {"own": target.unit, "used": used}
        is_new = bool(used) and used == fitted(used, self.known)[0] and used not in self.known.units
        return _("%(unit)s, added to the units of measure") % {"unit": used} if is_new else ""

    def _made_of(self, target: DraftTarget, parts: list[DraftTarget]) -> str:
        if not parts:
            return ""
        names = "、".join(one.indicator for one in parts)
        if target.composition == Composition.SUM:
            return _("sum of %(parts)s") % {"parts": names}
        return _("own value, of which %(parts)s") % {"parts": names}
