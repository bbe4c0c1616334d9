"""What each unit made of a period's return, for the report that says so; and keeping it with the report."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tracker.calculation.checks import Severity
from tracker.documents.compliance import QualityLine
from tracker.models import Extension, Obligation, Period, Region, ReportingUnit, Return
from tracker.queries.returns.checks import flags_of
from tracker.queries.returns.times_sent_back import times_sent_back


def read_quality(period: Period, region: Region) -> list[QualityLine]:
    """A line for each unit of the region that owes a return for the period, or handed one in."""
    owed = dict(
        Obligation.objects.filter(plan=period.plan_id, frequency=period.kind, unit__in=_units(region))
        .order_by()
        .values_list("unit_id")
        .annotate(number=Count("pk"))
    )
    returns = {one.unit_id: one for one in _returns(period, region)}
    units = ReportingUnit.objects.filter(Q(pk__in=owed, is_active=True) | Q(pk__in=returns)).select_related("region")
    found = _Found(period, returns)
    return [found.line(unit, owed.get(unit.pk, 0)) for unit in units]


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


class _Found:
    """What is known of a period's returns, read once for all units."""

    def __init__(self, period: Period, returns: Mapping[int, Return]) -> None:
        self.period, self.returns = period, returns
        self.flags = flags_of(one for one in returns.values() if one.state != Return.State.DRAFT)
        self.until = dict(Extension.objects.standing().filter(period=period).values_list("unit_id", "until"))
        self.sent_back = times_sent_back(Return.objects.filter(pk__in=[one.pk for one in returns.values()]))

    def line(self, unit: ReportingUnit, owed: int) -> QualityLine:
        """One unit's."""
        filed = self.returns.get(unit.pk)
        due_at = self.until.get(unit.pk, self.period.due_at)
        gravity = Counter(flag.severity for flag in self.flags.get(filed.pk, ())) if filed else Counter()
        present = filed.verified_number if filed else 0  # type: ignore[attr-defined]  # annotated
        state = filed.state if filed else Return.State.DRAFT
        is_handed_in = state in Return.REPORTED_STATES
        return QualityLine(
            region=str(unit.region),
            unit=str(unit),
            owed=max(owed, present),
            present=present,
            state=filed.get_state_display() if filed and state != Return.State.DRAFT else _("not handed in"),
            submitted_at=filed.submitted_at if filed else None,
            deadline=due_at - timedelta(seconds=1),
            is_late=filed is not None and filed.submitted_at is not None and filed.submitted_at >= due_at,
            is_missing=state == Return.State.DRAFT,
            is_sent_back=state == Return.State.SENT_BACK,
            is_waiting=is_handed_in and state != Return.State.VERIFIED,
            times_sent_back=self.sent_back.get(filed.pk, 0) if filed else 0,
            warnings=gravity[Severity.WARNING] + gravity[Severity.ERROR],
            hints=gravity[Severity.HINT],
        )


def _units(region: Region) -> QuerySet[ReportingUnit]:
    return ReportingUnit.objects.within(region)


def _returns(period: Period, region: Region) -> QuerySet[Return]:
    verified = Count("entries", filter=Q(entries__verified_value__isnull=False))
    rows = Return.objects.filter(period=period, unit__in=_units(region)).annotate(verified_number=verified)
    return rows.select_related("unit__region", "period__plan").order_by("pk")
