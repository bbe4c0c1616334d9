"""What happened to a return, as lines to read: who, when, what, from where and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.documents.wording import exact, listed
from tracker.models import Event, Return, User, ValueRevision
from tracker.models.access import Capability
from tracker.queries.projects.line_history import line_history

Kind = ValueRevision.Kind
#: Steps that bring values; those that came some other way stand as lines of their own.
BRING_VALUES = (
    Event.Action.DRAFT_SAVED,
    Event.Action.RETURN_VERIFIED,
    Event.Action.RETURN_UNLOCKED,
    Event.Action.RETURN_SENT_BACK,
    Event.Action.RETURN_SENT_DOWN,
)


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened. `what` is a sentence; `where` its source; `why` the note or the reason."""

    at: datetime
    who: str
    what: str
    where: str = ""
    why: str = ""


@dataclass(frozen=True)
class HistoryStep:
    """One step on a return, with the values that it brought."""

    line: HistoryLine
    values: Sequence[HistoryLine] = ()


def cell_history(revisions: Iterable[ValueRevision]) -> list[HistoryLine]:
    """Return a cell's revisions in words, oldest first; each states the value before it."""
    last: dict[str, ValueRevision] = {}
    lines = []
    for revision in revisions:
        lines.append(_value_line(revision, last.get(revision.kind)))
        last[revision.kind] = revision
    return lines


def without_first_filing(revisions: Sequence[ValueRevision], unit_return: Return) -> list[ValueRevision]:
    """Return the revisions without the drafts that led to the first submission: of those, the one submitted is left.

    A return that was never submitted keeps its drafts. The history of the whole return tells all of them.
    """
    first = unit_return.first_submitted_at
    if first is None:
        return list(revisions)
    drafts = [one for one in revisions if one.kind == Kind.REPORTED and one.recorded_at <= first]
    return [one for one in revisions if one not in drafts[:-1]]


def return_history(unit_return: Return, user: User) -> list[HistoryStep]:
    """Return all that happened to a return, in order, as far as the person may read it. Two queries."""
    until = _readable_until(unit_return, user)
    mark = {"recorded_at__lte": until} if until else {}
    if until is None and not _reads_all(unit_return, user):
        return []
    revisions = ValueRevision.objects.filter(entry__unit_return=unit_return, **mark).order_by("entry_id", "number")
    lines = _lines_with_names(list(revisions.select_related("actor", "entered_unit", "entry__indicator__unit")))
    for said in line_history(unit_return, until):
        lines.setdefault((said.at, said.by), []).append(HistoryLine(said.at, said.who, said.what, said.where, said.why))
    events = Event.objects.filter(Q(object_type="return", object_id=str(unit_return.pk)), **mark)
    steps = []
    for event in events.select_related("actor").order_by("recorded_at", "pk"):
        values = lines.pop((event.recorded_at, event.actor_id), []) if event.action in BRING_VALUES else []
        if event.action == Event.Action.RETURN_FILLED:  # each value bears the name of who typed it for the other plan
            filled = [key for key in lines if key[0] == event.recorded_at]
            values = [line for key in filled for line in lines.pop(key)]
        steps.append(HistoryStep(_event_line(event), values))
    steps += [HistoryStep(line) for rest in lines.values() for line in rest]  # loaded from a table, say
    return sorted(steps, key=lambda step: step.line.at)


def readable(revisions: Iterable[ValueRevision], unit_return: Return, user: User) -> list[ValueRevision]:
    """Return those that the person may read: while a unit corrects what came back, others read what it had handed
    in.
    """
    if _reads_all(unit_return, user):
        return list(revisions)
    until = _readable_until(unit_return, user)
    return [revision for revision in revisions if until and revision.recorded_at <= until]


def _reads_all(unit_return: Return, user: User) -> bool:
    return not unit_return.is_open or unit_return.is_within(user, Capability.ENTER)


def _readable_until(unit_return: Return, user: User) -> datetime | None:
    return None if _reads_all(unit_return, user) else unit_return.submitted_at


def _lines_with_names(revisions: list[ValueRevision]) -> dict[tuple[datetime, int | None], list[HistoryLine]]:
    """Return the lines of values by the step that recorded them: its time and its user."""
    by_step: dict[tuple[datetime, int | None], list[HistoryLine]] = {}
    last: dict[tuple[int, str], ValueRevision] = {}
    for revision in revisions:
        key = (revision.entry_id, revision.kind)
        line = _value_line(revision, last.get(key), name=str(revision.entry.indicator))
        by_step.setdefault((revision.recorded_at, revision.actor_id), []).append(line)
        last[key] = revision
    return by_step


def _value_line(revision: ValueRevision, before: ValueRevision | None, name: str = "") -> HistoryLine:
    indicator = revision.entry.indicator
    decimals, old = indicator.decimals, before.value if before else None
    sentence = _sentence(revision, before) % {
        "value": f"{exact(revision.value, decimals)} {indicator.unit}",
        "before": exact(old, decimals),
    }
    if _reads_otherwise(revision):
        sentence += " " + _("(entered as “%(text)s”)") % {"text": revision.entered_text}
    return HistoryLine(
        at=revision.recorded_at,
        who=str(revision.actor),
        what=_("%(indicator)s: %(what)s") % {"indicator": name, "what": sentence} if name else capfirst(sentence),
        where=_where(revision),
        why=listed(text for text in (revision.note if _note_is_new(revision, before) else "", revision.reason) if text),
    )


def _sentence(revision: ValueRevision, before: ValueRevision | None) -> str:
    is_verified = revision.kind == Kind.VERIFIED
    old = before.value if before else None
    if revision.value is None:
        return _("verification undone, %(before)s before") if is_verified else _("emptied, %(before)s before")
    if is_verified:
        return _("verified %(value)s") if old is None else _("verified %(value)s, %(before)s before")
    if before is not None and old == revision.value:
        return _("still %(value)s, with a new note")
    return _("reported %(value)s") if old is None else _("reported %(value)s, %(before)s before")


def _reads_otherwise(revision: ValueRevision) -> bool:
    """Return True if what was typed is not simply the value: in another unit, or written otherwise."""
    text = revision.entered_text
    return bool(text) and revision.value is not None and text != _plain(revision.value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _note_is_new(revision: ValueRevision, before: ValueRevision | None) -> bool:
    return before is None or before.note != revision.note or revision.kind == Kind.VERIFIED


def _where(revision: ValueRevision) -> str:
    """Return the form, or the workbook and the cell in it, or the table."""
    return " ".join(filter(None, (str(revision.get_source_display()), revision.source_place)))


def _event_line(event: Event) -> HistoryLine:
    return HistoryLine(
        at=event.recorded_at,
        who=str(event.actor) if event.actor else _("the system"),
        what=str(event.get_action_display()),
        where=str(event.after.get("file") or event.after.get("checked_by", "")),
        why=event.reason,
    )
