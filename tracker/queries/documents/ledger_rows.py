"""The lines of the ledger, from the database a chunk at a time, so that a million need no more memory than a hundred.

Which revisions they are is read first, in one consistent read, with the names behind them, which the document keeps.
Revisions never change, so the rest can be read while the workbook is written, without a transaction that would have to
stay open all the time.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tracker.calculation.value_status import status_of
from tracker.documents.compliance import LedgerLine
from tracker.models import Period, ReportingUnit, Return, User, ValueRevision
from tracker.models.earlier import name_units, tree_on
from tracker.queries.documents.document_names import DocumentNames, Name

CHUNK = 2_000
FIELDS = (
    "pk",
    "value",
    "saw__value",  # what the reviewer saw, not what came later
    "reason",
    "recorded_at",
    "actor_id",
    "entry__indicator__code",
    "entry__unit_return_id",
    "was_other",
)


@dataclass(frozen=True)
class UnitNames:
    """A reporting unit as the ledger prints it: its name, its region, and the region right below the plan's own."""

    city: str
    region: str
    name: Name


@dataclass(frozen=True)
class Filing:
    """A return as it was when the document was issued: of which unit and period, submitted by whom and when."""

    unit: int
    period: str
    submitted_by: int | None
    submitted_at: datetime | None


@dataclass(frozen=True)
class LedgerNames:
    """Names behind the ledger's lines: units, people and returns by their numbers."""

    units: Mapping[int, UnitNames]
    people: Mapping[int, str]
    returns: Mapping[int, Filing]

    def without_people(self) -> "LedgerNames":
        """Return the same without the names of people."""
        return replace(self, people=dict.fromkeys(self.people, ""))

    def as_json(self) -> dict[str, Any]:
        """Return them for keeping."""
        return {
            "units": {str(pk): [one.city, one.region, one.name.as_json()] for pk, one in self.units.items()},
            "people": {str(pk): name for pk, name in self.people.items()},
            "returns": {
                str(pk): [one.unit, one.period, one.submitted_by, one.submitted_at and one.submitted_at.isoformat()]
                for pk, one in self.returns.items()
            },
        }


def ledger_names_from_json(kept: Mapping[str, Any]) -> LedgerNames:
    """Return the names that `LedgerNames.as_json` kept."""
    return LedgerNames(
        units={int(pk): UnitNames(city, region, Name(*name)) for pk, (city, region, name) in kept["units"].items()},
        people={int(pk): name for pk, name in kept["people"].items()},
        returns={
            int(pk): Filing(unit, period, person, moment and datetime.fromisoformat(moment))
            for pk, (unit, period, person, moment) in kept["returns"].items()
        },
    )


def load_ledger_names(revision_ids: Sequence[int], period: Period) -> LedgerNames:
    """Return the names behind these revisions at the end of a period."""
    actors: set[int] = set()
    returns: dict[int, Filing] = {}
    for ids in in_chunks(revision_ids):
        rows = ValueRevision.objects.filter(pk__in=ids).values_list("actor_id", "entry__unit_return_id")
        found = set(rows)
        actors |= {actor for actor, _return in found}
        wanted = {pk for _actor, pk in found} - returns.keys()
        filed = (
            Return.objects.filter(pk__in=wanted)
            .select_related("period")
            .only("unit_id", "period__code", "submitted_by_id", "submitted_at")
        )
        returns |= {
            one.pk: Filing(one.unit_id, one.period.code, one.submitted_by_id, one.submitted_at) for one in filed
        }
    people = actors | {one.submitted_by for one in returns.values() if one.submitted_by is not None}
    return LedgerNames(
        units=_units({one.unit for one in returns.values()}, period),
        people={
            user.pk: str(user) for user in User.objects.only("pk", "username", "display_name") if user.pk in people
        },
        returns=returns,
    )


def in_chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Return the numbers in pieces that one query of every database takes."""
    for first in range(0, len(numbers), CHUNK):
        yield numbers[first : first + CHUNK]


def _units(wanted: Collection[int], period: Period) -> dict[int, UnitNames]:
    top = period.plan.region
    paths = tree_on(top, period.ends_on).paths
    units = [unit for unit in ReportingUnit.objects.select_related("region").iterator() if unit.pk in wanted]
    name_units(units, period.ends_on)
    return {
        unit.pk: UnitNames(
            _city(paths.get(unit.region.code, ""), paths[top.code]) or top.code, unit.region.code, Name.of(unit)
        )
        for unit in units
    }


def _city(path: str, top: str) -> str:
    """Return the code of the region right below the top that a region is or lies in; of the top itself nothing."""
    return path[len(top) :].partition("/")[0]


def in_ledger_order(revisions: QuerySet[ValueRevision]) -> QuerySet[ValueRevision]:
    """Return revisions ordered by period, region, unit and indicator."""
    return revisions.order_by(
        "entry__unit_return__period__starts_on",
        "entry__unit_return__unit__region__path",
        "entry__unit_return__unit__code",
        "entry__indicator_id",
    )


class LedgerLines(Collection[LedgerLine]):
    """The lines of these revisions in their order, read anew each time one goes through them."""

    def __init__(self, revision_ids: Iterable[int], names: DocumentNames, ledger_names: LedgerNames) -> None:
        self.revision_ids = array("q", revision_ids)
        self.names = names
        self.ledger_names = ledger_names
        self.indicators = {code: (str(one.name), str(one.unit), one.decimals) for code, one in names.indicators.items()}

    def __len__(self) -> int:
        return len(self.revision_ids)

    def __contains__(self, line: object) -> bool:
        return isinstance(line, LedgerLine) and line.revision_id in self.revision_ids

    def __iter__(self) -> Iterator[LedgerLine]:
        for wanted in in_chunks(self.revision_ids):
            found = {
                row[0]: row for row in ValueRevision.objects.with_status().filter(pk__in=wanted).values_list(*FIELDS)
            }
            for number in wanted:
                yield self._line(found[number])

    def _line(self, row: tuple[Any, ...]) -> LedgerLine:
        pk, value, seen, reason, recorded_at, actor, indicator, filing, was_other = row
        if value is None:
            raise ValueError(f"revision {pk} withdraws a value and stands behind none")
        filed = self.ledger_names.returns[filing]
        unit, regions, people = self.ledger_names.units[filed.unit], self.names.regions, self.ledger_names.people
        name, measure_unit, decimals = self.indicators[indicator]
        return LedgerLine(
            city=str(regions[unit.city]),
            region=str(regions[unit.region]),
            unit=str(unit.name),
            period=filed.period,
            indicator=name,
            indicator_code=indicator,
            measure_unit=measure_unit,
            decimals=decimals,
            reported=seen,
            verified=value,
            reason=reason,
            submitted_by=people.get(filed.submitted_by or 0, ""),
            submitted_at=filed.submitted_at,
            verified_by=people[actor],
            verified_at=recorded_at,
            revision_id=pk,
            status=status_of(seen, value, was_other=was_other),
        )
