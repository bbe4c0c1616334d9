"""Statements of a document on the quality of its statistics: breaks, revised values, the next issue, the policy."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.compliance.figures import Statistics
from tracker.models import Identity, Period, Region, SeriesBreak, ValueRevision
from tracker.models.naming import in_readers_language
from tracker.queries.documents.ledger_rows import in_chunks
from tracker.queries.plans.issue_calendar import planned_day

#: A cell's first verified revision is its second one at the earliest.
FIRST_VERIFIED = 2


def load_statistics(period: Period, region: Region, revisions: Sequence[int]) -> dict[str, Any]:
    """Return it as a document keeps it; a key without anything to say is left out."""
    found = {
        "breaks": _breaks(period, region),
        "revised": _revised(revisions),
        "next_issue": _next_issue(period),
        "policy": _policy(),
    }
    return {key: value for key, value in found.items() if value}


def statistics_from_json(kept: Mapping[str, Any]) -> Statistics:
    """Return what a document kept, in the active language."""
    day = kept.get("next_issue")
    return Statistics(
        breaks=[_in_words(one) for one in kept.get("breaks", ())],
        revised=kept.get("revised", 0),
        next_issue=date.fromisoformat(day) if day else None,
        policy=in_readers_language(*kept["policy"]) if "policy" in kept else "",
    )


def _breaks(period: Period, region: Region) -> list[dict[str, Any]]:
    rows = SeriesBreak.objects.filter(plan=period.plan, period__starts_on__lte=period.ends_on)
    rows = rows.select_related("indicator", "region", "period").order_by("period__starts_on", "pk")
    return [
        {
            "indicator": [row.indicator.name, row.indicator.name_en],
            "period": row.period.code,
            "place": [row.region.name, row.region.name_en] if row.region else None,
            "reason": row.reason,
        }
        for row in rows
        if row.region is None or row.region.path.startswith(region.path) or region.path.startswith(row.region.path)
    ]


def _in_words(kept: Mapping[str, Any]) -> str:
    words = {
        "indicator": in_readers_language(*kept["indicator"]),
        "period": wording.period_in_words(kept["period"]),
        "place": in_readers_language(*kept["place"]) if kept["place"] else "",
        "reason": kept["reason"],
    }
    if kept["place"]:
        return _("%(indicator)s from %(period)s in %(place)s: %(reason)s") % words
    return _("%(indicator)s from %(period)s: %(reason)s") % words


def _revised(revisions: Sequence[int]) -> int:
    rows = ValueRevision.objects.filter(number__gt=FIRST_VERIFIED).with_status()
    number = 0
    for ids in in_chunks(revisions):
        number += rows.filter(Q(was_other=True), pk__in=ids).count()
    return number


def _next_issue(period: Period) -> str:
    """Return the day on which the report of the following period is planned; nothing after the last one."""
    following = Period.objects.filter(plan=period.plan, kind=period.kind, starts_on__gt=period.ends_on)
    found = following.order_by("starts_on").first()
    day = planned_day(period.plan, found) if found else None
    return day.isoformat() if day else ""


def _policy() -> list[str]:
    stored = Identity.objects.exclude(revision_policy="").first()
    return [stored.revision_policy, stored.revision_policy_en] if stored else []
