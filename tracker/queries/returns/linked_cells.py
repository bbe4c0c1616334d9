"""Cells of a return that are the same figure as a cell of another plan's return, by the links in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.models import Entry, IndicatorLink, Plan, Return, User, ValueRevision
from tracker.models.access import Capability
from tracker.queries.returns.checking_way import checking_way


@dataclass(frozen=True)
class LinkedCell:
    """A linked indicator of a return, with the other plan's cell; None while that return is not opened."""

    indicator_id: int
    plan: Plan
    other_indicator_id: int
    there: Entry | None

    @property
    def unit_return(self) -> Return | None:
        """The other plan's return."""
        return self.there.unit_return if self.there else None


def linked_cells(unit_return: Return) -> Sequence[LinkedCell]:
    """Return the linked indicators of a return. One query where there are none, else two."""
    period = unit_return.period
    related = ("plan__region", "other_plan__region")
    links = IndicatorLink.objects.in_force(period).select_related(*related).order_by("pk")
    seen = [link.seen_from(period.plan_id) for link in links]
    if not seen:
        return []
    wanted = Q(pk__in=())
    for _indicator, plan, other in seen:
        wanted |= Q(unit_return__period__plan=plan, indicator=other)
    there = Entry.objects.filter(
        wanted,
        unit_return__unit=unit_return.unit_id,
        unit_return__period__kind=period.kind,
        unit_return__period__starts_on=period.starts_on,
        unit_return__period__ends_on=period.ends_on,
    ).select_related(
        *("indicator", "reported_revision__actor"),
        *("unit_return__unit__region", "unit_return__period__plan__region"),
        *("unit_return__checking_region", "unit_return__expectation"),
    )
    cells = {(entry.unit_return.period.plan_id, entry.indicator_id): entry for entry in there.order_by("pk")}
    return [LinkedCell(indicator, plan, other, cells.get((plan.pk, other))) for indicator, plan, other in seen]


def place_of(revision: ValueRevision, unit_return: Return) -> str:
    """Return where a filled value came from: the plan, the period, the indicator's code and the revision."""
    period = unit_return.period
    return f"{period.plan.code} {period.code} {revision.entry.indicator.code} r{revision.number}"


def came_from(revision: ValueRevision | None, unit_return: Return, code: str) -> bool:
    """Return True if a revision was filled from this indicator of this return."""
    if revision is None or revision.source != ValueRevision.Source.LINKED:
        return False
    period = unit_return.period
    return revision.source_place.startswith(f"{period.plan.code} {period.code} {code} r")


def obstacle(unit_return: Return, now: datetime) -> str:
    """Return why nothing can be filled in a return now, in words; empty where it can.

    A lock holds for what was handed in as for drafts. What was sent back is the unit's to correct, lock or not.
    """
    if unit_return.state == Return.State.VERIFIED:
        return _("that return is verified already")
    expectation = getattr(unit_return, "expectation", None)
    locks_at = expectation.locks_at if expectation else unit_return.period.locks_at
    if unit_return.state != Return.State.SENT_BACK and locks_at is not None and now >= locks_at:
        return _("that return is locked")
    if unit_return.state == Return.State.SUBMITTED and checking_way(unit_return).below is not None:
        return _("that return was accepted at a level already")
    return ""


@dataclass(frozen=True)
class LinkMark:
    """A sentence beside a linked cell, with the other return where the reader may open it."""

    text: str
    is_warning: bool = False
    unit_return: Return | None = None


def link_marks(
    unit_return: Return, cells: Sequence[LinkedCell], user: User, now: datetime
) -> Mapping[int, Sequence[LinkMark]]:
    """Return, by indicator's id, where a value came from, where it went, or why it did not go there.

    Of an open return others than its unit are told nothing, nor is anybody told what stands in another plan's open one:
    both are drafts.
    """
    if not cells or (unit_return.is_open and not unit_return.is_within(user, Capability.ENTER)):
        return {}
    own = {entry.indicator_id: entry for entry in unit_return.entries.select_related("indicator", "reported_revision")}
    there = {cell.there.unit_return_id: cell.there.unit_return for cell in cells if cell.there}
    readable = set(Return.objects.visible_to(user).filter(pk__in=list(there)).values_list("pk", flat=True))
    obstacles = {pk: obstacle(other, now) for pk, other in there.items()}
    marks: dict[int, list[LinkMark]] = {}
    for cell in cells:
        if entry := own.get(cell.indicator_id):
            mark = _mark(unit_return, entry, cell, obstacles)
            shown = mark if mark.unit_return and mark.unit_return.pk in readable else replace(mark, unit_return=None)
            marks.setdefault(cell.indicator_id, []).append(shown)
    return marks


def _mark(unit_return: Return, entry: Entry, cell: LinkedCell, obstacles: Mapping[int, str]) -> LinkMark:
    words = {"plan": cell.plan}
    there, other = cell.there, cell.unit_return
    if there is None or other is None:
        return LinkMark(_("Linked with “%(plan)s”: filled in there when that return is opened.") % words)
    same = there.reported_value == entry.reported_value
    is_reported = other.state in Return.REPORTED_STATES
    if came_from(entry.reported_revision, other, there.indicator.code) and (same or not is_reported):
        return LinkMark(_("Filled in from the return for “%(plan)s”.") % words, unit_return=other)
    if same and came_from(there.reported_revision, unit_return, entry.indicator.code):
        return LinkMark(_("Also filled in for “%(plan)s”.") % words, unit_return=other)
    if same and is_reported:
        return LinkMark(_("Linked with “%(plan)s”: the same value there.") % words, unit_return=other)
    if obstacles[other.pk]:
        told = _("Linked with “%(plan)s”, but not filled in there: %(reason)s.")
        return LinkMark(told % {**words, "reason": obstacles[other.pk]}, is_warning=True, unit_return=other)
    if is_reported and not unit_return.is_open:
        told = _("Linked with “%(plan)s”, but another value was entered there.")
        return LinkMark(told % words, is_warning=True, unit_return=other)
    if unit_return.is_open:
        return LinkMark(_("Linked with “%(plan)s”: filled in there once this return is submitted.") % words)
    return LinkMark(_("Linked with “%(plan)s”: not submitted there yet.") % words, unit_return=other)
