"""What stands already where a table's values would go: nothing, the same, or something else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from tracker.models import Entry, Return, ValueRevision
from tracker.queries.imports.past_values.cells import PastValue, Problem
from tracker.uploads.places import cell_name

#: More units than this are not named in a query; the period's other returns are then read too.
NAMED_UNITS = 500


@dataclass(frozen=True)
class StoredValue:
    """A return that is there already. `entries` are its cells by indicator: (entry, reported, verified value).

    `is_loaded`: a table brought it.
    """

    pk: int
    state: str
    version: int
    is_loaded: bool = False
    entries: dict[int, tuple[int, Decimal | None, Decimal | None]] = field(default_factory=dict)

    @property
    def is_empty_draft(self) -> bool:
        """Return True if it was opened and nothing stands in it: its unit loses nothing when it is filled from a
        table.
        """
        return self.state == Return.State.DRAFT and all(
            value is None for _pk, value, _verified in self.entries.values()
        )

    @property
    def may_be_filled(self) -> bool:
        """Return True if values may be loaded into its empty cells."""
        return self.state == Return.State.VERIFIED or self.is_empty_draft

    @property
    def may_be_corrected(self) -> bool:
        """Return True if a table may correct its values: another one brought them."""
        return self.state == Return.State.VERIFIED and self.is_loaded


@dataclass
class Comparison:
    """A table's values beside what stands."""

    new: list[PastValue] = field(default_factory=list)
    same: list[PastValue] = field(default_factory=list)
    conflicts: list[tuple[PastValue, Problem]] = field(default_factory=list)
    #: With the value that stands.
    corrections: list[tuple[PastValue, Decimal]] = field(default_factory=list)
    returns: dict[tuple[int, int], StoredValue] = field(default_factory=dict)
    #: Highest revision number of those entries that are filled and had revisions before.
    last_numbers: dict[int, int] = field(default_factory=dict)

    @property
    def to_write(self) -> list[PastValue]:
        """Return what would be written."""
        return [*self.new, *(value for value, _stands in self.corrections)]


def compare(values: Iterable[PastValue], *, corrects: bool = False) -> Comparison:
    """Return the values beside what stands: in a few queries a period, whatever their number.

    `corrects`: the table has a reason to correct values that another one brought.
    """
    by_period: dict[int, list[PastValue]] = defaultdict(list)
    for value in values:
        by_period[value.period].append(value)
    result = Comparison()
    for period, here in sorted(by_period.items()):
        standing = _standing(period, {value.unit for value in here})
        result.returns |= {(unit, period): found for unit, found in standing.items()}
        for value in here:
            _sort(value, standing.get(value.unit), result, corrects=corrects)
    result.last_numbers = _last_numbers(result)
    return result


def _sort(value: PastValue, standing: StoredValue | None, result: Comparison, *, corrects: bool) -> None:
    """Put one value where it belongs."""
    if standing is None:
        result.new.append(value)
        return
    _entry, reported, verified = standing.entries.get(value.indicator, (None, None, None))
    if reported is not None and value.value in (reported, verified):
        result.same.append(value)
    elif reported is None and standing.may_be_filled:
        result.new.append(value)
    elif reported is not None and corrects and standing.may_be_corrected:
        result.corrections.append((value, reported if verified is None else verified))
    else:
        message = _differs(standing, reported if verified is None else verified) if reported is not None else ""
        message = message or _in_hand(standing)
        problem = Problem(cell_name(value.row, value.column), value.text, message)
        result.conflicts.append((value, problem))


def _differs(standing: StoredValue, stands: Decimal | None) -> str:
    if stands is None:
        return ""
    if standing.may_be_corrected:
        return _("%(value)s was loaded here before. To correct it, say why below; otherwise leave this cell out.") % {
            "value": f"{stands.normalize():f}"
        }
    return _("%(value)s stands here already. Leave this cell out, or have the return unlocked and corrected.") % {
        "value": f"{stands.normalize():f}"
    }


def _in_hand(standing: StoredValue) -> str:
    return _("The return is in hand (“%(state)s”). Have it submitted and verified first, or leave this cell out.") % {
        "state": Return.State(standing.state).label
    }


def _standing(period: int, units: set[int]) -> dict[int, StoredValue]:
    """Return the period's returns of these units, with their cells, by unit."""
    returns = Return.objects.filter(period=period)
    if len(units) <= NAMED_UNITS:
        returns = returns.filter(unit__in=units)
    found = {
        pk: (unit, StoredValue(pk, state, version, is_loaded=upload is not None))
        for pk, unit, state, version, upload in returns.order_by().values_list(
            "pk", "unit_id", "state", "version", "loaded_from"
        )
        if unit in units
    }
    if found:
        entries = Entry.objects.filter(unit_return__in=returns.order_by()).order_by()
        cells = entries.values_list("unit_return_id", "indicator_id", "pk", "reported_value", "verified_value")
        for return_pk, indicator, pk, reported, verified in cells.iterator(chunk_size=5000):
            if return_pk in found:
                found[return_pk][1].entries[indicator] = (pk, reported, verified)
    return dict(found.values())


def _last_numbers(result: Comparison) -> dict[int, int]:
    filled = [
        result.returns[value.unit, value.period].entries[value.indicator][0]
        for value in result.to_write
        if (value.unit, value.period) in result.returns
        and value.indicator in result.returns[value.unit, value.period].entries
    ]
    numbers: dict[int, int] = {}
    for part in _parts(filled, NAMED_UNITS):
        rows = ValueRevision.objects.filter(entry__in=part).order_by().values("entry_id")
        numbers |= dict(rows.annotate(last=Max("number")).values_list("entry_id", "last"))
    return numbers


def _parts(items: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (items[start : start + size] for start in range(0, len(items), size))
