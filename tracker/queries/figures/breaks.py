"""Breaks in the series of indicators, as they concern a place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.models import Plan, Region, SeriesBreak
from tracker.queries.figures.year_before import a_year_before


@dataclass(frozen=True)
class BreakMark:
    """A break: from which period on, where, and why."""

    indicator: str
    indicator_name: str
    code: str
    kind: str
    starts_on: date
    place: str
    reason: str

    @property
    def in_words(self) -> str:
        """Return "from 2020年7月 (太原市): reason"."""
        words = {"period": wording.period_in_words(self.code), "place": self.place, "reason": self.reason}
        if self.place:
            return _("from %(period)s in %(place)s: %(reason)s") % words
        return _("from %(period)s: %(reason)s") % words

    def lies_between(self, period_starts_on: date, kind: str) -> bool:
        """Return True if a period and the same one a year before lie on two sides of the break."""
        return a_year_before(period_starts_on, kind) < self.starts_on <= period_starts_on


def load_breaks(
    plan: Plan, indicators: Iterable[str], region: Region, *, as_of: datetime | None = None
) -> Sequence[BreakMark]:
    """Return the breaks of these indicators that concern a region: of the whole plan, around it, or within it."""
    rows = SeriesBreak.objects.known_at(as_of).filter(plan=plan, indicator__code__in=list(indicators))
    rows = rows.select_related("indicator", "region", "period").order_by("period__starts_on", "pk")
    return [_mark(row) for row in rows if row.region is None or _concerns(row.region.path, region.path)]


def _concerns(broken: str, shown: str) -> bool:
    return broken.startswith(shown) or shown.startswith(broken)


def _mark(row: SeriesBreak) -> BreakMark:
    period, place = row.period, "" if row.region is None else str(row.region)
    return BreakMark(
        row.indicator.code, str(row.indicator), period.code, period.kind, period.starts_on, place, row.reason
    )
