"""The changes since a document was issued, by kind: values, goals, shares, rules, deadlines, units, regions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tracker.documents import wording
from tracker.models import (
    Allocation,
    Event,
    Extension,
    IssuedReport,
    Obligation,
    Period,
    Region,
    ReportingUnit,
    RuleChange,
    TargetVersion,
    User,
)
from tracker.models.rule_change import OF_INDICATOR, RULE_FIELDS
from tracker.queries.documents.changes import ValueChange


class ChangeKind(StrEnum):
    """The kinds of change that a document's figures or names can differ by."""

    VALUE = "value"
    GOAL = "goal"
    SHARE = "share"
    BOUNDS = "bounds"
    AGGREGATION = "aggregation"
    PACE = "pace"
    DEADLINE = "deadline"
    UNIT = "unit"
    OBLIGATION = "obligation"
    REGION = "region"


@dataclass(frozen=True)
class ChangeSince:
    """One change: what it was about, what stood before and after, who made it, when, and by which document."""

    kind: ChangeKind
    object_type: str
    about: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    recorded_at: datetime
    actor: User | None
    document: str = ""
    row: Any = None


def set_up_changes(
    report: IssuedReport, changed_values: Iterable[ValueChange], *, until: date | None = None
) -> list[ChangeSince]:
    """Return the changes recorded after a document's moment that concern its plan, the oldest first.

    Only what takes effect by the end of the document's period can touch it; what takes effect later is left out.
    `until` is a later day up to which a change may take effect.
    """
    until = until or report.period.ends_on
    found = [_of_value(one) for one in changed_values]
    events = Event.objects.filter(recorded_at__gt=report.as_of, object_type__in=READERS).select_related("actor")
    by_type: dict[str, list[Event]] = {}
    for event in events.order_by("recorded_at", "pk"):
        by_type.setdefault(event.object_type, []).append(event)
    for kind, listed in by_type.items():
        rows, read = READERS[kind]
        ids = {int(event.object_id) for event in listed}
        stored = {row.pk: row for row in rows(report).filter(pk__in=ids)}
        for event in listed:
            if (row := stored.get(int(event.object_id))) and (change := read(until, event, row)):
                found.append(change)
    return sorted(found, key=lambda one: one.recorded_at)


def _of_value(one: ValueChange) -> ChangeSince:
    label = f"{one.entry.unit_return.unit} {one.entry.unit_return.period.code} {one.entry.indicator}"
    decimals = one.entry.indicator.decimals
    before, after = ("" if value is None else f"{value:.{decimals}f}" for value in (one.then, one.now))
    return ChangeSince(
        ChangeKind.VALUE,
        "valuerevision",
        label,
        {"value": before},
        {"value": after},
        recorded_at=one.changed_at,
        actor=one.changed_by,
        document=one.reason,
        row=one,
    )


def _change(kind: ChangeKind, event: Event, row: Any, about: str, document: str = "") -> ChangeSince:
    kept = SHOWN[event.object_type]
    before, after = ({name: values[name] for name in kept if name in values} for values in (event.before, event.after))
    return ChangeSince(
        kind, event.object_type, about, before, _set(after, before), event.recorded_at, event.actor, document, row
    )


def _set(after: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stood after a change, without what was empty before and is."""
    return {name: value for name, value in after.items() if name in before or value not in (None, "", "[]")}


def _of_version(until: date, event: Event, row: TargetVersion) -> ChangeSince | None:
    if row.effective_from > until:
        return None
    return _change(ChangeKind.GOAL, event, row, str(row.target), row.document_number or row.no_document_reason)


def _of_share(until: date, event: Event, row: Allocation) -> ChangeSince | None:
    if row.version.effective_from > until:
        return None
    about = f"{row.version.target} · {row.unit or row.region}"
    return _change(ChangeKind.SHARE, event, row, about, row.version.document_number)


def _of_rule(until: date, event: Event, row: RuleChange) -> ChangeSince | None:
    if row.effective_from > until:
        return None
    stated = row.stated.keys()
    kind = ChangeKind.PACE if "pace" in stated else ChangeKind.BOUNDS
    kind = ChangeKind.AGGREGATION if stated & set(OF_INDICATOR) else kind
    about = str(row.target or row.indicator or row.plan)
    return _change(kind, event, row, about, row.document_number or row.no_document_reason)


def _of_period(until: date, event: Event, row: Period) -> ChangeSince | None:
    if row.ends_on > until or "due_at" not in event.after or not event.before.get("due_at"):
        return None
    return _change(ChangeKind.DEADLINE, event, row, wording.period_in_words(row.code))


def _of_extension(until: date, event: Event, row: Extension) -> ChangeSince | None:
    if row.period.ends_on > until:
        return None
    return _change(ChangeKind.DEADLINE, event, row, str(row), event.reason)


def _of_unit(_until: date, event: Event, row: ReportingUnit) -> ChangeSince | None:
    told = {"closed_on", "region", "name"} & event.after.keys()
    return _change(ChangeKind.UNIT, event, row, str(row)) if told else None


def _of_obligation(until: date, event: Event, row: Obligation) -> ChangeSince | None:
    if row.begins is not None and row.begins > until:
        return None
    return _change(ChangeKind.OBLIGATION, event, row, f"{row.unit} · {row.indicator}")


def _of_region(_until: date, event: Event, row: Region) -> ChangeSince | None:
    told = {"name", "level", "parent", "closed_on", "merged_into"} & event.after.keys()
    return _change(ChangeKind.REGION, event, row, str(row)) if told else None


#: By kind of object, the fields that say what a change of one was.
SHOWN: dict[str, tuple[str, ...]] = {
    "targetversion": ("value", "upper_value", "effective_from"),
    "allocation": ("value", "upper_value", "base_value"),
    "rulechange": ("effective_from", *RULE_FIELDS),
    "period": ("due_at",),
    "extension": ("until",),
    "reportingunit": ("closed_on", "name", "region"),
    "obligation": ("frequency", "begins", "ends"),
    "region": ("name", "level", "parent", "closed_on", "merged_into"),
}

#: By kind of object, the rows that concern a document, and what a change of one is.
READERS: dict[str, tuple[Callable[[IssuedReport], Any], Callable[..., ChangeSince | None]]] = {
    "targetversion": (
        lambda report: TargetVersion.objects.filter(target__plan=report.plan_id).select_related("target__indicator"),
        _of_version,
    ),
    "allocation": (
        lambda report: Allocation.objects.filter(version__target__plan=report.plan_id).select_related(
            "version__target__indicator", "region", "unit"
        ),
        _of_share,
    ),
    "rulechange": (
        lambda report: RuleChange.objects.filter(plan=report.plan_id).select_related(
            "plan", "target__indicator", "indicator", "weight"
        ),
        _of_rule,
    ),
    "period": (lambda report: Period.objects.filter(plan=report.plan_id), _of_period),
    "extension": (
        lambda report: Extension.objects.filter(period__plan=report.plan_id).select_related("unit", "period"),
        _of_extension,
    ),
    "reportingunit": (
        lambda report: ReportingUnit.objects.filter(obligations__plan=report.plan_id).distinct(),
        _of_unit,
    ),
    "obligation": (
        lambda report: Obligation.objects.filter(plan=report.plan_id).select_related("unit", "indicator"),
        _of_obligation,
    ),
    "region": (
        lambda report: Region.objects.filter(path__startswith=report.plan.region.path),
        _of_region,
    ),
}
