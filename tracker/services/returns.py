"""Filing and reviewing returns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tracker.models import Entry, Event, Obligation, Period, ReportingUnit, Return, User, ValueRevision
from tracker.models.access import Capability, scope_of
from tracker.services.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.events import record_event
from tracker.services.quantities import QuantityReader
from tracker.services.totals import put_in, take_out


@dataclass(frozen=True)
class Source:
    """Where values came from: the entry form, a cell of a workbook, the demonstration's generator."""

    kind: str = ValueRevision.Source.FORM
    place: str = ""


FORM = Source()
#: What of a cell follows its newest revisions.
CELL_FIELDS = ("reported_value", "reported_revision", "note", "verified_value", "verified_revision")


def open_return(
    unit: ReportingUnit, period: Period, *, acting_user: User, now: datetime, is_demonstration: bool = False
) -> Return:
    """Open the unit's return for a period, with an empty entry for each indicator it owes."""
    if not scope_of(acting_user, Capability.ENTER).covers_unit(unit):
        raise NotAllowed(_("You do not report for %(unit)s.") % {"unit": unit})
    owed = Obligation.objects.filter(plan=period.plan_id, unit=unit, frequency=period.kind)
    indicator_ids = list(owed.values_list("indicator_id", flat=True))
    if not indicator_ids:
        raise Refused(
            _("%(unit)s owes no return for %(period)s. The plan manager sets what a unit reports.")
            % {"unit": unit, "period": period}
        )
    try:
        with transaction.atomic():
            unit_return = Return.objects.create(unit=unit, period=period, is_demonstration=is_demonstration)
            Entry.objects.bulk_create(Entry(unit_return=unit_return, indicator_id=pk) for pk in indicator_ids)
            record_event(Event.Action.RETURN_OPENED, acting_user=acting_user, now=now, about=unit_return)
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
    _require(unit_return, acting_user, Capability.ENTER, Return.OPEN_STATES)
    _take_version(unit_return, expected_version)
    entries = _entries_by_code(unit_return)
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
        if value != entry.reported_value:
            changed[code] = [_text(entry.reported_value), _text(value)]
        revisions.append(
            ValueRevision(
                entry=entry,
                kind=ValueRevision.Kind.REPORTED,
                value=value,
                entered_text=texts.get(code, "").strip()[:100],
                entered_unit=reader.unit_row(quantity.typed_unit) if quantity else None,
                note=note,
                source=source.kind,
                source_place=source.place,
                actor=acting_user,
                recorded_at=now,
            )
        )
    _add_revisions(revisions)
    record_event(
        Event.Action.DRAFT_SAVED,
        acting_user=acting_user,
        now=now,
        about=unit_return,
        before={code: old for code, (old, new) in changed.items()},
        after={code: new for code, (old, new) in changed.items()},
    )
    return unit_return


@transaction.atomic
def submit_return(unit_return: Return, *, acting_user: User, now: datetime, expected_version: int) -> Return:
    """Hand the return in. Refused, with a message per indicator code, while a cell is missing."""
    _require(unit_return, acting_user, Capability.ENTER, Return.OPEN_STATES)
    _take_version(unit_return, expected_version)
    missing = [code for code, entry in _entries_by_code(unit_return).items() if entry.reported_value is None]
    if missing:
        raise Refused(
            _("The return is not complete."),
            dict.fromkeys(missing, _("Enter a number; if there was none, enter 0 (nil return).")),
        )
    before = unit_return.state
    unit_return.state = Return.State.SUBMITTED
    unit_return.submitted_at = now
    unit_return.submitted_by = acting_user
    unit_return.save(update_fields=["state", "submitted_at", "submitted_by"])
    put_in(unit_return)
    _record_step(Event.Action.RETURN_SUBMITTED, unit_return, before, acting_user, now)
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
    save_draft(unit_return, texts, acting_user=acting_user, now=now, expected_version=expected_version, notes=notes)
    return submit_return(unit_return, acting_user=acting_user, now=now, expected_version=unit_return.version)


@transaction.atomic
def verify_return(
    unit_return: Return,
    *,
    acting_user: User,
    now: datetime,
    expected_version: int,
    changes: Mapping[str, tuple[str, str]] | None = None,
) -> Return:
    """Accept the return: every reported value becomes verified, or the reviewer's own where `changes` has one.

    `changes` maps an indicator code to (value as typed, reason). A value that differs from the reported one
    needs a reason. Raises ChangedMeanwhile when the return is not the version the reviewer saw.
    """
    _require(unit_return, acting_user, Capability.VERIFY, (Return.State.SUBMITTED,))
    if unit_return.submitted_by_id == acting_user.pk:
        raise NotAllowed(_("You submitted this return; another reviewer must verify it."))
    _take_version(unit_return, expected_version)
    entries = _entries_by_code(unit_return)
    changes = {code: change for code, change in (changes or {}).items() if code in entries and change[0].strip()}
    read = QuantityReader().read_all({entries[code].indicator: text for code, (text, _reason) in changes.items()})
    unexplained = [
        code
        for code, (_value, reason) in changes.items()
        if (quantity := read[code]) and quantity.value != entries[code].reported_value and not reason.strip()
    ]
    if unexplained:
        raise Refused(
            _("A verified value that differs from the reported one needs a reason."),
            dict.fromkeys(unexplained, _("Say why the value differs.")),
        )
    revisions = []
    for code, entry in entries.items():
        quantity = read.get(code)
        revisions.append(
            ValueRevision(
                entry=entry,
                kind=ValueRevision.Kind.VERIFIED,
                value=quantity.value if quantity else entry.reported_value,
                reason=changes[code][1].strip() if code in changes else "",
                source=ValueRevision.Source.FORM,
                saw=entry.reported_revision,
                actor=acting_user,
                recorded_at=now,
            )
        )
    take_out(unit_return)
    _add_revisions(revisions)
    before = unit_return.state
    unit_return.state = Return.State.VERIFIED
    unit_return.verified_at = now
    unit_return.verified_by = acting_user
    unit_return.review_comment = ""
    unit_return.save(update_fields=["state", "verified_at", "verified_by", "review_comment"])
    put_in(unit_return)
    _record_step(Event.Action.RETURN_VERIFIED, unit_return, before, acting_user, now)
    return unit_return


@transaction.atomic
def send_back_return(
    unit_return: Return, *, comment: str, acting_user: User, now: datetime, expected_version: int
) -> Return:
    """Send a submitted return back to its unit, with a comment that says why."""
    _require(unit_return, acting_user, Capability.VERIFY, (Return.State.SUBMITTED,))
    if not comment.strip():
        raise Refused(_("A return is sent back with a comment."), {"comment": _("Say what the unit should correct.")})
    _take_version(unit_return, expected_version)
    take_out(unit_return)
    before = unit_return.state
    unit_return.state = Return.State.SENT_BACK
    unit_return.review_comment = comment.strip()
    unit_return.save(update_fields=["state", "review_comment"])
    _record_step(
        Event.Action.RETURN_SENT_BACK, unit_return, before, acting_user, now, reason=unit_return.review_comment
    )
    return unit_return


@transaction.atomic
def unlock_return(
    unit_return: Return, *, reason: str, acting_user: User, now: datetime, expected_version: int
) -> Return:
    """Open a verified return for correction: its verified values are withdrawn and count no more.

    Each withdrawal is a revision without a value, so that what stood before stays known.
    """
    _require(unit_return, acting_user, Capability.VERIFY, (Return.State.VERIFIED,))
    if not reason.strip():
        raise Refused(_("A return is unlocked with a reason."), {"comment": _("Say why it must be corrected.")})
    _take_version(unit_return, expected_version)
    take_out(unit_return)
    _add_revisions(
        [
            ValueRevision(
                entry=entry,
                kind=ValueRevision.Kind.VERIFIED,
                value=None,
                reason=reason.strip(),
                source=ValueRevision.Source.FORM,
                saw=entry.reported_revision,
                actor=acting_user,
                recorded_at=now,
            )
            for entry in _entries_by_code(unit_return).values()
        ]
    )
    before = unit_return.state
    unit_return.state = Return.State.SENT_BACK
    unit_return.review_comment = reason.strip()
    unit_return.verified_at = unit_return.verified_by = None
    unit_return.save(update_fields=["state", "review_comment", "verified_at", "verified_by"])
    _record_step(Event.Action.RETURN_UNLOCKED, unit_return, before, acting_user, now, reason=reason.strip())
    return unit_return


def _require(unit_return: Return, acting_user: User, capability: Capability, states: Iterable[str]) -> None:
    if not scope_of(acting_user, capability).covers_unit(unit_return.unit):
        raise NotAllowed(_("You may not do this for %(unit)s.") % {"unit": unit_return.unit})
    unit_return.refresh_from_db(fields=["state", "version", "submitted_by", "submitted_at"])
    if unit_return.state not in tuple(states):
        raise ChangedMeanwhile(
            _("This return is now “%(state)s”. Reload the page to see it.") % {"state": unit_return.get_state_display()}
        )


def _take_version(unit_return: Return, expected: int) -> None:
    """Move the version on if it still is what the person saw: one of two writers at once is told."""
    taken = Return.objects.filter(pk=unit_return.pk, version=expected, state=unit_return.state)
    if taken.update(version=expected + 1) != 1:
        raise ChangedMeanwhile(_("Somebody else changed this return meanwhile. Reload the page to see the change."))
    unit_return.version = expected + 1


def _entries_by_code(unit_return: Return) -> dict[str, Entry]:
    entries = unit_return.entries.select_related("indicator__unit", "reported_revision")
    return {entry.indicator.code: entry for entry in entries}


def _add_revisions(revisions: list[ValueRevision]) -> None:
    """Add one revision to each cell and make the cells show them, in as many queries for many as for one."""
    entries = [revision.entry for revision in revisions]
    numbers = _last_numbers(entries)
    for revision in revisions:
        revision.number = numbers.get(revision.entry_id, 0) + 1
    ValueRevision.objects.bulk_create(revisions)
    for revision in revisions:
        entry = revision.entry
        if revision.kind == ValueRevision.Kind.REPORTED:
            entry.reported_value, entry.reported_revision, entry.note = revision.value, revision, revision.note
        else:
            entry.verified_value, entry.verified_revision = revision.value, revision
    Entry.objects.bulk_update(entries, CELL_FIELDS)


def _last_numbers(entries: list[Entry]) -> dict[int, int]:
    rows = ValueRevision.objects.filter(entry__in=entries).order_by().values("entry_id")
    return dict(rows.annotate(last=Max("number")).values_list("entry_id", "last"))


def _record_step(
    action: Event.Action, unit_return: Return, before: str, acting_user: User, now: datetime, reason: str = ""
) -> None:
    record_event(
        action,
        acting_user=acting_user,
        now=now,
        about=unit_return,
        before={"state": before},
        after={"state": str(unit_return.state)},
        reason=reason,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
