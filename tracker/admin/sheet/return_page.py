"""What a return's page shows: who may do what on it now, and its lines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from tracker.admin.sheet.return_flags import ShownFlags, flags_while_entering, flags_while_reading
from tracker.admin.sheet.return_forms import EntryForm, ReviewForm, SheetForm, plain
from tracker.admin.sheet.return_levels import LevelStep, level_steps
from tracker.admin.sheet.return_overtaken import MergedForm
from tracker.admin.sheet.review_lines import ReviewContext, beside
from tracker.calculation.comparison import adjustment
from tracker.calculation.merging import MergeOutcome
from tracker.documents.wording import amount, exact
from tracker.models import Event, Evidence, Extension, Region, Return, User
from tracker.models.access import Capability, scope_of
from tracker.queries.plans.quantities import QuantityReader
from tracker.queries.projects.reports import ReportRow
from tracker.queries.returns.check_wording import FlagMessage
from tracker.queries.returns.checking_way import CheckingWay, checking_way
from tracker.queries.returns.evidence import evidence_by_entry
from tracker.queries.returns.history import HistoryLine, cell_history, readable, without_first_filing
from tracker.queries.returns.linked_cells import LinkMark, link_marks, linked_cells
from tracker.queries.returns.other_plans import ValueElsewhere, values_elsewhere
from tracker.queries.returns.project_rows import rows_readable_by
from tracker.queries.returns.return_rows import ReturnRow, load_return_rows
from tracker.queries.returns.review_comments import ReviewComment, comments_since, last_acceptance, last_reopening
from tracker.queries.returns.usual_ranges import usual_ranges
from tracker.services.returns.extensions import locked_words
from tracker.services.returns.merge_with_stored import NOTE, VALUE
from tracker.uploads.evidence_kinds import ENDINGS


class Mode(StrEnum):
    """What this person can do with the return now."""

    ENTER = "enter"
    REVIEW = "review"
    READ = "read"


@dataclass(frozen=True)
class EntryLine:
    """One row as shown. `theirs` is what somebody else stored meanwhile, `typed` what could not be stored."""

    row: ReturnRow
    allocation: str
    last_verified: str
    last_year: str
    to_date: str
    months: str
    reported: str
    verified: str
    note: str
    history: Sequence[HistoryLine]
    evidence: Sequence[Evidence] = ()
    value_field: BoundField | None = None
    text_field: BoundField | None = None
    evidence_field: BoundField | None = None
    base_field: BoundField | None = None
    theirs: str = ""
    typed: str = ""
    flags: Sequence[FlagMessage] = ()
    value_met: MergeOutcome = MergeOutcome.SAME
    note_met: MergeOutcome = MergeOutcome.SAME
    comments: Sequence[ReviewComment] = ()
    elsewhere: Sequence[tuple[ValueElsewhere, str, bool]] = ()
    links: Sequence[LinkMark] = ()
    beside: ReviewContext | None = None
    usual: str = ""

    @property
    def code(self) -> str:
        """The indicator's code, by which fields are named."""
        return self.row.indicator.code

    @property
    def stored(self) -> str:
        """The stored value as one would type it: what Escape puts back."""
        return plain(self.row.entry.reported_value)

    @property
    def converted(self) -> str:
        """Return what was typed for the stored value, where it reads otherwise: "6500万吨"."""
        revision = self.row.entry.reported_revision
        text = revision.entered_text if revision else ""
        return text if text and text != self.stored else ""

    @property
    def by_whom(self) -> str:
        """Return who stored what stands there now."""
        revision = self.row.entry.reported_revision
        return str(revision.actor) if revision else ""

    @property
    def before(self) -> str:
        """The cumulative before this period, for the sum that follows as one types."""
        return plain(self.row.to_date.value)

    @property
    def share(self) -> str:
        """The allocation, for the completion rate that follows as one types."""
        return plain(self.row.allocation)

    @property
    def difference(self) -> Decimal | None:
        """Return the adjustment of the entry, or None where a value is missing."""
        return adjustment(self.row.entry.reported_value, self.row.entry.verified_value)

    @property
    def differs(self) -> bool:
        """Return True if the reviewer accepted another value than the reported one."""
        entry = self.row.entry
        return entry.verified_revision_id is not None and entry.verified_value != entry.reported_value


class ReturnPage:
    """A return as one person sees it at one moment."""

    def __init__(self, unit_return: Return, user: User, now: datetime) -> None:
        self.unit_return = unit_return
        self.user = user
        self.now = now
        self.rows = load_return_rows(unit_return)
        self.is_own = unit_return.is_within(user, Capability.ENTER)

    @cached_property
    def mode(self) -> Mode:
        """Entering while it is open and not locked, reviewing while it is submitted, reading otherwise."""
        if self.is_own and self.unit_return.is_open and not self.is_locked:
            return Mode.ENTER
        is_waiting = self.unit_return.state == Return.State.SUBMITTED
        if is_waiting and self.is_reviewer and not self.is_author:
            return Mode.REVIEW
        return Mode.READ

    @property
    def is_reviewer(self) -> bool:
        """Return True if the return is the person's to review at the level it stands at."""
        return self.unit_return.is_reviewed_by(self.user)

    @cached_property
    def reopening(self) -> Event | None:
        """Return when the return last came back to its unit, by whom and why."""
        return last_reopening(self.unit_return)

    @cached_property
    def acceptance(self) -> Event | None:
        """Return the acceptance by the level below, for the reviewer at the level where the return waits."""
        return last_acceptance(self.unit_return) if self.mode is Mode.REVIEW and self.levels else None

    @cached_property
    def comments(self) -> Mapping[int, list[ReviewComment]]:
        """Return what the reviewer then said of cells, by entry. The unit sees what it has not corrected yet.

        To others a correction under way does not show: to them everything that was said still stands.
        """
        said = comments_since(self.reopening, self.unit_return)
        if not self.unit_return.is_open:
            return said
        if self.is_own:
            return {pk: [one for one in found if not one.is_answered] for pk, found in said.items()}
        return {pk: [ReviewComment(one.comment, is_answered=False) for one in found] for pk, found in said.items()}

    @cached_property
    def elsewhere(self) -> Mapping[int, Sequence[ValueElsewhere]]:
        """Return what the unit reports of the same in other plans, by indicator's id."""
        return values_elsewhere(self.unit_return, self.user)

    @cached_property
    def links(self) -> Mapping[int, Sequence[LinkMark]]:
        """Return what the links with other plans did to the return's values, by indicator's id."""
        return link_marks(self.unit_return, linked_cells(self.unit_return), self.user, self.now)

    @property
    def number_of_comments(self) -> int:
        """Return how many cells have one."""
        return sum(1 for said in self.comments.values() if said)

    @cached_property
    def is_author(self) -> bool:
        """Return True if the person submitted it or typed a value of it, and so cannot check it."""
        return self.unit_return.is_written_by(self.user)

    @property
    def may_withdraw(self) -> bool:
        """Return True if the person may take it back: it is their unit's, submitted, and no reviewer has opened it."""
        is_unseen = self.unit_return.state == Return.State.SUBMITTED and self.unit_return.looked_at is None
        return is_unseen and self.is_own

    @cached_property
    def next_waiting(self) -> Return | None:
        """Return the next return that waits for this reviewer, the oldest first, after this one."""
        if self.mode is Mode.ENTER or not scope_of(self.user, Capability.VERIFY).is_somewhere:
            return None
        waiting = Return.objects.waiting_for(self.user).exclude(pk=self.unit_return.pk)
        return waiting.with_names().order_by("submitted_at", "pk").first()

    @cached_property
    def projects(self) -> Sequence[ReportRow]:
        """Return the rows of its project sheet, as far as the user may read them."""
        return rows_readable_by(self.unit_return, self.user)

    @property
    def has_projects(self) -> bool:
        """Return True if its unit reports of projects in it."""
        return bool(self.projects)

    @property
    def projects_in_words(self) -> str:
        """Return how many projects are reported, and how many of these rows are not as they should be."""
        number = sum(1 for row in self.projects if not row.report.is_empty)
        words = gettext("%(number)s of %(all)s projects reported") % {"number": number, "all": len(self.projects)}
        doubtful = sum(1 for row in self.projects if row.flags and not row.report.is_empty)
        if not doubtful:
            return words
        return words + " · " + ngettext("%(number)s flagged", "%(number)s flagged", doubtful) % {"number": doubtful}

    @property
    def is_overdue(self) -> bool:
        """Return True if the deadline has passed and the return is not submitted."""
        return self.unit_return.is_overdue(self.now)

    @property
    def is_locked(self) -> bool:
        """Return True if its unit may no longer write in it without an extension."""
        return self.unit_return.is_locked(self.now)

    @property
    def extension_reason(self) -> str:
        """Why the unit got more time, where it did."""
        if self.unit_return.due_at == self.unit_return.period.due_at:
            return ""
        standing = Extension.objects.standing().filter(unit=self.unit_return.unit, period=self.unit_return.period)
        return standing.values_list("reason", flat=True).first() or ""

    @property
    def locked_words(self) -> str:
        """Return what to tell its unit then."""
        return locked_words(self.unit_return.unit, self.unit_return.period)

    def new_form(self) -> SheetForm | None:
        """Return the unfilled form for what the user can do; None if the user can only read."""
        kinds: dict[Mode, type[SheetForm]] = {Mode.ENTER: EntryForm, Mode.REVIEW: ReviewForm}
        return self.form_of(kinds[self.mode]) if self.mode in kinds else None

    def form_of(self, kind: type[SheetForm], data: Mapping[str, Any] | None = None) -> SheetForm:
        """Return a form of this kind for the stored return. Only the last level may set other values."""
        if issubclass(kind, ReviewForm):
            how: dict[str, Any] = {"projects": self.projects, "sets_values": self.way.above is None}
            return kind(self.rows, self.unit_return.version, data, **how)
        return kind(self.rows, self.unit_return.version, data)

    @cached_property
    def way(self) -> CheckingWay:
        """Return the levels that check the return, and the one where it is now."""
        return checking_way(self.unit_return)

    @property
    def waits_for(self) -> Region | None:
        """The region whose reviewers it waits for."""
        is_waiting = self.unit_return.state == Return.State.SUBMITTED
        return self.unit_return.reviewing_region if is_waiting else None

    @property
    def levels(self) -> Sequence[LevelStep]:
        """The levels in their order with how far the return has come, once it is submitted; none for a single one."""
        return level_steps(self.way, self.unit_return)

    #: The endings that the chooser of evidence offers.
    evidence_endings = ",".join(ENDINGS)

    @cached_property
    def units(self) -> str:
        """Return the dimension and the factor of each unit of measure that can be entered, as JSON.

        The page converts values with them during entry.
        """
        known = QuantityReader().known_units
        return json.dumps({symbol: [unit.dimension, str(unit.factor)] for symbol, unit in known.items()})

    def flags(self, form: SheetForm | None) -> ShownFlags:
        """Return what is odd: while entering, of what stands in the form; else of what the unit has said."""
        if self.mode is Mode.ENTER:
            entered = form if isinstance(form, EntryForm) else None
            return flags_while_entering(self.unit_return, self.rows, entered)
        said = {row.indicator.code: self._reported(row) for row in self.rows}
        return flags_while_reading(self.unit_return, self.rows, said)

    def lines(
        self, form: SheetForm | None, *, flags: ShownFlags, was_overtaken: bool = False, met: MergedForm | None = None
    ) -> Iterator[EntryLine]:
        """Yield the rows with their fields. `was_overtaken`: the form was filled in for an older version.

        `met`: the form was merged with what another user stored; it holds the outcome of each cell.
        """
        first, second = ("verified", "reason") if isinstance(form, ReviewForm) else ("value", "note")
        takes_input = form is not None and self.mode is not Mode.READ
        has_values = not isinstance(form, ReviewForm) or form.sets_values
        evidence = evidence_by_entry(self.user, self.unit_return)
        is_entered = takes_input and isinstance(form, EntryForm)
        usual = self._usual() if is_entered else {}
        for row in self.rows:
            code, decimals = row.indicator.code, row.indicator.decimals
            reported, note = self._reported(row)
            typed = form.data.get(f"{first}-{code}", "") if form is not None and was_overtaken else ""
            overtaken = was_overtaken and typed.strip() != plain(row.entry.reported_value)
            to_date = row.to_date
            yield EntryLine(
                row=row,
                allocation=exact(row.allocation, decimals),
                last_verified=exact(row.last_verified, decimals),
                last_year=exact(row.last_year, decimals),
                to_date=exact(to_date.value, decimals),
                months="" if to_date.is_complete or not to_date.coverage.expected else str(to_date.coverage),
                reported=exact(reported, decimals),
                verified=exact(row.entry.verified_value, decimals),
                note=note,
                history=cell_history(
                    without_first_filing(readable(row.revisions, self.unit_return, self.user), self.unit_return)
                ),
                value_field=form[f"{first}-{code}"] if form is not None and takes_input and has_values else None,
                text_field=form[f"{second}-{code}"] if form is not None and takes_input and has_values else None,
                evidence=evidence.get(row.entry.pk, ()),
                evidence_field=form[f"evidence-{code}"] if form is not None and is_entered else None,
                base_field=form[f"base-{code}"] if form is not None and is_entered else None,
                theirs=exact(reported, decimals) if (overtaken and takes_input) or met else "",
                typed=typed if overtaken and not takes_input else "",
                flags=flags.of(code, _errors_at(form, f"{first}-{code}", f"{second}-{code}")),
                value_met=met.outcome(code, VALUE) if met else MergeOutcome.SAME,
                note_met=met.outcome(code, NOTE) if met else MergeOutcome.SAME,
                comments=self.comments.get(row.entry.pk, ()),
                elsewhere=self._elsewhere(row, reported),
                links=self.links.get(row.indicator.pk, ()),
                beside=self._beside(row, form) if takes_input else None,
                usual=usual.get(code, "") if is_entered else "",
            )

    def _elsewhere(self, row: ReturnRow, reported: Decimal | None) -> Sequence[tuple[ValueElsewhere, str, bool]]:
        """Return other plans' values with their texts, and True where they differ. A link tells of the same value."""
        told = {one.unit_return.pk for one in self.links.get(row.indicator.pk, ()) if one.unit_return}
        return [
            (one, exact(one.value, row.indicator.decimals), one.differs_from(reported))
            for one in self.elsewhere.get(row.indicator.pk, ())
            if one.unit_return.pk not in told or one.value != reported
        ]

    def _beside(self, row: ReturnRow, form: SheetForm | None) -> ReviewContext | None:
        """Return what the reviewer reads beside the value."""
        reopened_at = self.reopening.recorded_at if self.reopening else None
        return beside(row, form, reopened_at) if isinstance(form, ReviewForm) else None

    def _usual(self) -> dict[str, str]:
        """Return the usual ranges in words, by indicator code."""
        ranges = usual_ranges(self.unit_return)
        decimals = {row.indicator.code: row.indicator.decimals for row in self.rows}
        return {
            code: f"{amount(low, decimals[code])} – {amount(high, decimals[code])}"
            for code, (low, high) in ranges.items()
            if code in decimals
        }

    def _reported(self, row: ReturnRow) -> tuple[Decimal | None, str]:
        """Return what the unit has said. While it corrects what came back, others see what it had submitted."""
        if self.is_own or not self.unit_return.is_open:
            return row.entry.reported_value, row.entry.note
        return row.reported_as_of(self.unit_return.submitted_at)


def _errors_at(form: SheetForm | None, *names: str) -> str:
    """Return what stands at these fields already."""
    return " ".join(str(text) for name in names for text in form.errors.get(name, ())) if form is not None else ""
