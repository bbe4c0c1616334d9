"""The lines of the ledger, from the database a chunk at a time, so that a million need no more memory than a hundred.

Which revisions they are is read first, in one consistent read: their numbers alone. Revisions never change, so the
rest can be read while the workbook is written, without a transaction that would have to stay open all the time.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from tracker.documents.compliance import LedgerLine
from tracker.models import Indicator, Period, Region, ReportingUnit, User, ValueRevision

CHUNK = 2_000
FIELDS = (
    "pk",
    "value",
    "saw__value",  # what the reviewer saw, not what came later
    "reason",
    "recorded_at",
    "actor_id",
    "entry__indicator_id",
    "entry__unit_return__unit_id",
    "entry__unit_return__period_id",
    "entry__unit_return__submitted_by_id",
    "entry__unit_return__submitted_at",
)


def in_ledger_order(revisions: QuerySet[ValueRevision]) -> QuerySet[ValueRevision]:
    """Return revisions ordered by period, region, unit and indicator."""
    return revisions.order_by(
        "entry__unit_return__period__starts_on",
        "entry__unit_return__unit__region__path",
        "entry__unit_return__unit__code",
        "entry__indicator_id",
    )


class LedgerLines(Collection[LedgerLine]):
    """The lines of these revisions in their order, read anew each time one goes through them.

    `top` is the plan's own region: a line's city is the region right below it.
    """

    def __init__(self, revision_ids: Iterable[int], top: Region) -> None:
        self.revision_ids = array("q", revision_ids)
        self.top = top

    def __len__(self) -> int:
        return len(self.revision_ids)

    def __contains__(self, line: object) -> bool:
        return isinstance(line, LedgerLine) and line.revision_id in self.revision_ids

    def __iter__(self) -> Iterator[LedgerLine]:
        for start in range(0, len(self.revision_ids), CHUNK):
            wanted = self.revision_ids[start : start + CHUNK]
            found = {row[0]: row for row in ValueRevision.objects.filter(pk__in=wanted).values_list(*FIELDS)}
            for number in wanted:
                yield self._line(found[number])

    def _line(self, row: tuple[Any, ...]) -> LedgerLine:
        pk, value, seen, reason, recorded_at, actor, indicator, unit, period, submitter, submitted_at = row
        if value is None:
            raise ValueError(f"revision {pk} withdraws a value and stands behind none")
        city, region, unit_name = self._units[unit]
        code, indicator_name, measure_unit, decimals = self._indicators[indicator]
        return LedgerLine(
            city=city,
            region=region,
            unit=unit_name,
            period=self._periods[period],
            indicator=indicator_name,
            indicator_code=code,
            measure_unit=measure_unit,
            decimals=decimals,
            reported=seen,
            verified=value,
            reason=reason,
            submitted_by=self._people.get(submitter, ""),
            submitted_at=submitted_at,
            verified_by=self._people[actor],
            verified_at=recorded_at,
            revision_id=pk,
        )

    @cached_property
    def _units(self) -> dict[int, tuple[str, str, str]]:
        regions = {region.pk: region for region in Region.objects.all()}
        names = {region.path: str(region) for region in regions.values()}
        found = {}
        for unit in ReportingUnit.objects.iterator():
            region = regions[unit.region_id]
            found[unit.pk] = (names.get(self._city(region), str(region)), str(region), str(unit))
        return found

    def _city(self, region: Region) -> str:
        """The path of the region right below the top that this one is or lies in; of the top itself its own."""
        below = region.path[len(self.top.path) :].partition("/")[0]
        return f"{self.top.path}{below}/" if below else self.top.path

    @cached_property
    def _indicators(self) -> dict[int, tuple[str, str, str, int]]:
        indicators = Indicator.objects.select_related("unit")
        return {one.pk: (one.code, str(one), str(one.unit), one.decimals) for one in indicators.iterator()}

    @cached_property
    def _periods(self) -> dict[int, str]:
        return dict(Period.objects.values_list("pk", "code"))

    @cached_property
    def _people(self) -> dict[int, str]:
        return {user.pk: str(user) for user in User.objects.only("pk", "username", "display_name").iterator()}
