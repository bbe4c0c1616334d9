"""What each unit made of a period's return, for the report that says so; and keeping it with the report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tracker.calculation.checks import Flag, Severity
from tracker.documents.compliance import QualityLine
from tracker.models import Entry, ExpectedCell, ExpectedReturn, Period, Region, Return
from tracker.models.earlier import name_units
from tracker.models.naming import in_readers_language
from tracker.queries.returns.checks import flags_of
from tracker.queries.returns.times_sent_back import times_sent_back


def read_quality(period: Period, region: Region) -> list[QualityLine]:
    """Return a line for each return of the region that is expected for the period, in the active language."""
    return quality_from_json(load_quality([period], region))


def load_quality(periods: Sequence[Period], region: Region) -> list[dict[str, Any]]:
    """Return the lines as a document keeps them: names in both languages, states by their codes.

    In a document that is about several periods each line keeps the code of its own.
    """
    if len(periods) == 1:
        return _of_period(periods[0], region)
    return [{**line, "period": period.code} for period in periods for line in _of_period(period, region)]


def _of_period(period: Period, region: Region) -> list[dict[str, Any]]:
    cells = ExpectedCell.objects.filter(expected_return=OuterRef("pk")).order_by().values("expected_return")
    verified = Entry.objects.filter(unit_return=OuterRef("unit_return"), verified_value__isnull=False).order_by()
    number_of = {
        "expected_number": Coalesce(Subquery(cells.annotate(number=Count("pk")).values("number")), 0),
        "verified_number": Coalesce(
            Subquery(verified.values("unit_return").annotate(number=Count("pk")).values("number")), 0
        ),
    }
    rows = ExpectedReturn.objects.filter(period=period).within_at(region, period).with_names().annotate(**number_of)
    found = list(rows.order_by("unit__region__path", "unit__code"))
    name_units((row.unit for row in found), period.ends_on)
    returns = [row.unit_return for row in found if row.unit_return]
    flags = flags_of(one for one in returns if one.state != Return.State.DRAFT)
    sent_back = times_sent_back(Return.objects.filter(pk__in=[one.pk for one in returns]))
    return [_line(row, flags.get(row.unit_return_id or 0, ()), sent_back) for row in found]


def quality_from_json(rows: Sequence[Mapping[str, Any]]) -> list[QualityLine]:
    """Return kept lines in the active language. Documents of before have names and states in their own language."""
    return [
        QualityLine(
            **{
                **row,
                "region": in_words(row["region"]),
                "unit": in_words(row["unit"]),
                "state": _state_in_words(row["state"]),
                "is_verified": row["state"] == Return.State.VERIFIED,
                "submitted_at": row["submitted_at"] and datetime.fromisoformat(row["submitted_at"]),
                "deadline": datetime.fromisoformat(row["deadline"]),
            }
        )
        for row in rows
    ]


def in_words(kept: str | Sequence[str]) -> str:
    """Return a kept name in the active language: a pair of names, or one name in the document's own language."""
    return kept if isinstance(kept, str) else in_readers_language(*kept)


def _state_in_words(kept: str) -> str:
    if not kept:
        return _("not submitted")
    return str(Return.State(kept).label) if kept in Return.State else kept


def _line(row: ExpectedReturn, flags: Sequence[Flag], sent_back: Mapping[int, int]) -> dict[str, Any]:
    gravity = Counter(flag.severity for flag in flags)
    present: int = row.verified_number  # type: ignore[attr-defined]  # annotated, as is the other
    region, unit, submitted_at = row.unit.region, row.unit, row.first_submitted_at
    return {
        "region": [region.name, region.name_en],
        "unit": [unit.name, unit.name_en],
        "owed": max(row.expected_number, present),  # type: ignore[attr-defined]
        "present": present,
        "state": row.state if row.unit_return and row.state != Return.State.DRAFT else "",
        "submitted_at": submitted_at and submitted_at.isoformat(),
        "deadline": row.deadline.isoformat(),
        "is_late": row.is_late,
        "is_missing": row.state == Return.State.DRAFT,
        "is_sent_back": row.state == Return.State.SENT_BACK,
        "is_waiting": row.state == Return.State.SUBMITTED,
        "times_sent_back": sent_back.get(row.unit_return_id or 0, 0),
        "warnings": gravity[Severity.WARNING] + gravity[Severity.ERROR],
        "hints": gravity[Severity.HINT],
    }
