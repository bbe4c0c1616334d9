"""What the unit does: open its return, keep drafts of it, hand it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tracker.models import (
    Entry,
    Event,
    ExpectedCell,
    ExpectedReturn,
    ListRule,
    Period,
    ReportingUnit,
    Return,
    User,
    ValueRevision,
)
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.plans.quantities import QuantityReader
from tracker.queries.projects.reports import members_reporting
from tracker.queries.returns.checking_way import checking_way
from tracker.services.audit.events import record_event
from tracker.services.returns.expected import link_returns
from tracker.services.returns.extensions import require_unlocked
from tracker.services.returns.fill_linked import fill_opened, fill_others, hold_links
from tracker.services.returns.steps import (
    add_revisions,
    check_and_bump_version,
    entries_by_code,
    level_facts,
    record_step,
    require,
)
from tracker.services.returns.totals import add_return
from tracker.services.returns.validation import require_valid


@dataclass(frozen=True)
class Source:
    """Where values came from: the entry form, the cells of a workbook, the demonstration's generator.

    `places` names the place of each value by its indicator's code, where they have places of their own.
    """

    kind: str = ValueRevision.Source.FORM
    place: str = ""
    places: Mapping[str, str] = field(default_factory=dict)

    def place_of(self, code: str) -> str:
        """Return where the value of an indicator stood."""
        return self.places.get(code, self.place)


FORM = Source()


def open_return(
    unit: ReportingUnit, period: Period, *, acting_user: User, now: datetime, is_demonstration: bool = False
) -> Return:
    """Open the unit's return for a period, with an empty entry for each indicator that is expected."""
    if not scope_of(acting_user, Capability.ENTER, plan_id=period.plan_id).covers_unit(unit):
        raise NotAllowed(_("You do not report for %(unit)s.") % {"unit": unit})
    cells = ExpectedCell.objects.filter(expected_return__unit=unit, expected_return__period=period).order_by(
        "indicator_id"
    )
    indicator_ids = list(cells.values_list("indicator_id", flat=True))
    require_unlocked(unit, period, now=now)
    if not indicator_ids and not members_reporting(unit, period).exists():
        raise Refused(
            _("%(unit)s has no return to submit for %(period)s. The plan manager sets what a unit reports.")
            % {"unit": unit, "period": period}
        )
    try:
        with transaction.atomic():
            hold_links(period)
            unit_return = Return.objects.create(unit=unit, period=period, is_demonstration=is_demonstration)
            Entry.objects.bulk_create(Entry(unit_return=unit_return, indicator_id=pk) for pk in indicator_ids)
            link_returns(ExpectedReturn.objects.filter(unit=unit, period=period))
            record_event(Event.Action.RETURN_OPENED, acting_user=acting_user, now=now, about=unit_return)
            fill_opened(unit_return, acting_user=acting_user, now=now)
    except IntegrityError:
        raise Refused(
            _("%(unit)s has a return for %(period)s already.") % {"unit": unit, "period": period},
            {"period": _("Open the existing return instead.")},
        ) from None
    return unit_return


@transaction.atomic
def save_draft(
    unit_return: Return,
    texts: Mapping[str, str],
    *,
    acting_user: User,
    now: datetime,
    expected_version: int,
    notes: Mapping[str, str] | None = None,
    source: Source = FORM,
) -> Return:
    """Keep what the unit typed, by indicator code. Codes left out are untouched; an empty text empties the cell.

    Raises Refused with a message per indicator code when any text is not a quantity in the indicator's unit;
    then nothing is stored. Each changed value becomes a revision; typing the same value again changes nothing.
    """
    require_writable(unit_return, acting_user, now=now)
    check_and_bump_version(unit_return, expected_version)
    entries = entries_by_code(unit_return)
    _require_typed(unit_return, texts)
    reader = QuantityReader()
    read = reader.read_all({entries[code].indicator: text for code, text in texts.items() if code in entries})
    changed: dict[str, list[str | None]] = {}
    revisions: list[ValueRevision] = []
    for code, entry in entries.items():
        note = (notes or {}).get(code, entry.note).strip()
        quantity = read.get(code)
        value = entry.reported_value if code not in texts else quantity.value if quantity else None
        if value == entry.reported_value and note == entry.note:
            continue
        revision = ValueRevision(
            entry=entry,
            kind=ValueRevision.Kind.REPORTED,
            value=value,
            note=note,
            source=source.kind,
            source_place=source.place_of(code),
            actor=acting_user,
            recorded_at=now,
        )
        if value != entry.reported_value:
            changed[code] = [_text(entry.reported_value), _text(value)]
            revision.entered_text = texts[code].strip()[:100]
            revision.entered_unit = reader.unit_row(quantity.typed_unit) if quantity else None
        elif entry.reported_revision:  # only the note is new: the value is still the one entered then
            revision.entered_text = entry.reported_revision.entered_text
            revision.entered_unit_id = entry.reported_revision.entered_unit_id
        revisions.append(revision)
    seal = add_revisions(revisions)
    record_event(
        Event.Action.DRAFT_SAVED,
        acting_user=acting_user,
        now=now,
        about=unit_return,
        before={code: old for code, (old, new) in changed.items()},
        after={code: new for code, (old, new) in changed.items()} | seal,
    )
    return unit_return


def _require_typed(unit_return: Return, texts: Mapping[str, str]) -> None:
    """Raise Refused, by indicator code, where a figure is typed that the plan counts from a list."""
    typed = [code for code, text in texts.items() if text.strip()]
    rules = ListRule.objects.filter(plan=unit_return.period.plan_id, indicator__code__in=typed)
    listed = {rule.indicator.code: rule for rule in rules.select_related("indicator", "project_list")}
    if listed:
        raise Refused(
            _("Figures that are counted from lists are never typed."),
            {
                code: _("This figure is counted from the list “%(list)s”.") % {"list": rule.project_list}
                for code, rule in listed.items()
            },
        )


@transaction.atomic
def submit_return(unit_return: Return, *, acting_user: User, now: datetime, expected_version: int) -> Return:
    """Hand the return in. Refused, with a message per indicator code, while a check stops it or lacks a comment.

    Figures that are linked with another plan's are filled in there.
    """
    hold_links(unit_return.period)
    require_writable(unit_return, acting_user, now=now)
    check_and_bump_version(unit_return, expected_version)
    require_valid(unit_return)
    before = unit_return.state
    unit_return.state = Return.State.SUBMITTED
    unit_return.submitted_at = now
    unit_return.first_submitted_at = unit_return.first_submitted_at or now
    unit_return.submitted_by = acting_user
    way = checking_way(unit_return)
    unit_return.checking_region = way.stored(way.steps[0])
    unit_return.looked_at = None
    unit_return.save(
        update_fields=["state", "first_submitted_at", "submitted_at", "submitted_by", "checking_region", "looked_at"]
    )
    add_return(unit_return)
    record_step(Event.Action.RETURN_SUBMITTED, unit_return, before, acting_user, now, more=level_facts(unit_return))
    fill_others(unit_return, acting_user=acting_user, now=now)
    return unit_return


@transaction.atomic
def save_and_submit(
    unit_return: Return,
    texts: Mapping[str, str],
    *,
    acting_user: User,
    now: datetime,
    expected_version: int,
    notes: Mapping[str, str] | None = None,
) -> Return:
    """Keep what was typed and hand the return in, or do neither."""
    hold_links(unit_return.period)
    save_draft(unit_return, texts, acting_user=acting_user, now=now, expected_version=expected_version, notes=notes)
    return submit_return(unit_return, acting_user=acting_user, now=now, expected_version=unit_return.version)


def require_writable(unit_return: Return, acting_user: User, *, now: datetime) -> None:
    """Raise NotAllowed, ChangedMeanwhile or Refused unless the person may write in the return now.

    The lock is for drafts: whoever sends a return back or unlocks it wants it corrected, and gives the time.
    """
    require(unit_return, acting_user, Capability.ENTER, Return.OPEN_STATES)
    if unit_return.state == Return.State.DRAFT:
        require_unlocked(unit_return.unit, unit_return.period, now=now)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
