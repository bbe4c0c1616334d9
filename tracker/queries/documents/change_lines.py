"""Values that changed since earlier documents, as a document keeps and prints them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from tracker.documents.compliance.figures import ChangeLine
from tracker.documents.issue_words import Issue
from tracker.models import IssuedReport, Period
from tracker.queries.documents.changes import ValueChange, changes_between
from tracker.queries.documents.editions import issue_of
from tracker.queries.documents.quality import in_words


def changes_since_all(earlier: Sequence[IssuedReport], now: Sequence[int], period: Period) -> list[dict[str, Any]]:
    """Return the changed values, each once: against the newest of the earlier documents that has another value."""
    found: dict[int, tuple[ValueChange, IssuedReport]] = {}
    for report, changes in zip(earlier, changes_between(earlier, now, until=period), strict=True):
        for change in changes:
            found.setdefault(change.entry.pk, (change, report))
    ordered = sorted(found.values(), key=lambda one: (one[0].changed_at, one[0].entry.pk))
    return [_as_json(change, report, is_edition=report.period_id == period.pk) for change, report in ordered]


def change_lines(kept: Sequence[Mapping[str, Any]]) -> list[ChangeLine]:
    """Return kept changes in the active language."""
    return [_line(one) for one in kept]


def _as_json(change: ValueChange, report: IssuedReport, *, is_edition: bool) -> dict[str, Any]:
    filed, indicator = change.entry.unit_return, change.entry.indicator
    region, unit = filed.unit.region, filed.unit
    return {
        "region": [region.name, region.name_en],
        "unit": [unit.name, unit.name_en],
        "period": filed.period.code,
        "indicator": [indicator.name, indicator.name_en],
        "measure_unit": [indicator.unit.symbol, indicator.unit.symbol_en],
        "decimals": indicator.decimals,
        "then": None if change.then is None else str(change.then),
        "now": None if change.now is None else str(change.now),
        "changed_by": str(change.changed_by),
        "changed_at": change.changed_at.isoformat(),
        "reason": change.reason,
        "since": asdict(issue_of(report)),
        "is_edition": is_edition,
    }


def _line(kept: Mapping[str, Any]) -> ChangeLine:
    names = {name: in_words(kept[name]) for name in ("region", "unit", "indicator", "measure_unit")}
    then, now = (None if kept[key] is None else Decimal(kept[key]) for key in ("then", "now"))
    return ChangeLine(
        **names,
        period=kept["period"],
        decimals=kept["decimals"],
        then=then,
        now=now,
        changed_by=kept["changed_by"],
        changed_at=datetime.fromisoformat(kept["changed_at"]),
        reason=kept["reason"],
        since=Issue(**kept["since"]).in_words(is_edition=kept["is_edition"]),
    )
