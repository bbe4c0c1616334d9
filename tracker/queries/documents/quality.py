"""What each unit made of a period's return, for the report that says so; and keeping it with the report."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tracker.calculation.checks import Flag, Severity
from tracker.documents.compliance import QualityLine
from tracker.models import Entry, ExpectedCell, ExpectedReturn, Period, Region, Return
from tracker.queries.returns.checks import flags_of
from tracker.queries.returns.times_sent_back import times_sent_back


def read_quality(period: Period, region: Region) -> list[QualityLine]:
    """Return a line for each return of the region that is expected for the period."""
    cells = ExpectedCell.objects.filter(expected_return=OuterRef("pk")).order_by().values("expected_return")
    verified = Entry.objects.filter(unit_return=OuterRef("unit_return"), verified_value__isnull=False).order_by()
    number_of = {
        "expected_number": Coalesce(Subquery(cells.annotate(number=Count("pk")).values("number")), 0),
        "verified_number": Coalesce(
            Subquery(verified.values("unit_return").annotate(number=Count("pk")).values("number")), 0
        ),
    }
    rows = ExpectedReturn.objects.filter(period=period).within(region).with_names().annotate(**number_of)
    found = list(rows.order_by("unit__region__path", "unit__code"))
    returns = [row.unit_return for row in found if row.unit_return]
    flags = flags_of(one for one in returns if one.state != Return.State.DRAFT)
    sent_back = times_sent_back(Return.objects.filter(pk__in=[one.pk for one in returns]))
    return [_line(row, flags.get(row.unit_return_id or 0, ()), sent_back) for row in found]


def quality_as_json(lines: Iterable[QualityLine]) -> list[dict[str, Any]]:
    """The lines in JSON's own types."""
    rows = [asdict(line) for line in lines]
    return [
        {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()} for row in rows
    ]


def quality_from_json(rows: Sequence[Mapping[str, Any]]) -> list[QualityLine]:
    """The lines that `quality_as_json` kept."""
    return [
        QualityLine(
            **{
                **row,
                "submitted_at": row["submitted_at"] and datetime.fromisoformat(row["submitted_at"]),
                "deadline": datetime.fromisoformat(row["deadline"]),
            }
        )
        for row in rows
    ]


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _line(row: ExpectedReturn, flags: Sequence[Flag], sent_back: Mapping[int, int]) -> QualityLine:
    gravity = Counter(flag.severity for flag in flags)
    present: int = row.verified_number  # type: ignore[attr-defined]  # annotated, as is the other
    filed = row.unit_return if row.state != Return.State.DRAFT else None
    return QualityLine(
        region=str(row.unit.region),
        unit=str(row.unit),
        owed=max(row.expected_number, present),  # type: ignore[attr-defined]
        present=present,
        state=filed.get_state_display() if filed else _("not handed in"),
        submitted_at=row.first_submitted_at,
        deadline=row.deadline,
        is_late=row.is_late,
        is_missing=row.state == Return.State.DRAFT,
        is_sent_back=row.state == Return.State.SENT_BACK,
        is_waiting=row.state == Return.State.SUBMITTED,
        times_sent_back=sent_back.get(row.unit_return_id or 0, 0),
        warnings=gravity[Severity.WARNING] + gravity[Severity.ERROR],
        hints=gravity[Severity.HINT],
    )
