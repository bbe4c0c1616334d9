"""Numbers of a draft that contradict each other: both are kept with their sentences and shown side by side."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from tracker.queries.plans.drafts.draft import Draft, DraftTarget, ItemState
from tracker.queries.plans.drafts.propose import sum_of
from tracker.uploads.policy.relations import same_indicator


@dataclass(frozen=True)
class Conflict:
    """Contradiction between targets: in words, with the targets on either side."""

    statement: str
    left: tuple[DraftTarget, ...]
    right: tuple[DraftTarget, ...]


def conflicts_of(draft: Draft) -> list[Conflict]:
    """Return the contradictions between targets that are not dropped."""
    return [*_of_parts(draft), *_of_goals(draft), *_of_values(draft)]


def _kept(draft: Draft) -> list[DraftTarget]:
    return [one for one in draft.targets if one.state != ItemState.DROPPED]


def _of_parts(draft: Draft) -> Iterator[Conflict]:
    for whole in _kept(draft):
        parts = [one for one in draft.parts_of(whole.key) if one.indicator != whole.indicator]  # not its own steps
        total, own = sum_of(parts) if parts else None, sum_of([whole])
        if total is None or own is None or total == own or total[1] != own[1]:
            continue
        words = {"whole": _amount(own), "sum": _amount(total)}
        yield Conflict(_("The whole is %(whole)s, its parts add up to %(sum)s.") % words, (whole,), tuple(parts))


def _of_goals(draft: Draft) -> Iterator[Conflict]:
    for one in _kept(draft):
        try:
            total, value = sum(Decimal(goal) for _name, goal in one.goals), Decimal(one.value or "0")
        except InvalidOperation:
            continue
        if one.goals and one.over_places == "sum" and total > value:
            words = {"value": f"{one.value} {one.unit}", "sum": f"{total} {one.unit}"}
            yield Conflict(_("The target is %(value)s, its regions add up to %(sum)s.") % words, (one,), (one,))


def _of_values(draft: Draft) -> Iterator[Conflict]:
    """Two targets of one indicator: a plan has one for each."""
    groups: dict[str, list[DraftTarget]] = defaultdict(list)
    for one in _kept(draft):
        groups[one.indicator].append(one)
    for name, members in groups.items():
        if name and len(members) > 1:
            statement = _("“%(indicator)s” has more than one target.") % {"indicator": name}
            yield Conflict(statement, (members[0],), tuple(members[1:]))
    yield from _of_equal_values(draft)


def _of_equal_values(draft: Draft) -> Iterator[Conflict]:
    """Two targets of one value whose names are alike."""
    figures: dict[tuple[Decimal, str], list[DraftTarget]] = defaultdict(list)
    for one in _kept(draft):
        figure = sum_of([one])
        if figure is None:
            continue
        for other in figures[figure]:
            is_related = other.key == one.part_of or one.key == other.part_of or one.indicator == other.indicator
            if not is_related and same_indicator(other.indicator, one.indicator):
                names = {"first": other.indicator, "second": one.indicator}
                statement = _("“%(first)s” and “%(second)s” have the same value: they may be one target.") % names
                yield Conflict(statement, (other,), (one,))
        figures[figure].append(one)


def _amount(amount: tuple[Decimal, str]) -> str:
    value, unit = amount
    for scale, prefix in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        if value >= scale and value % (scale / 100) == 0:
            return f"{format((value / scale).normalize(), 'f')} {prefix}{unit}"
    return f"{format(value.normalize(), 'f')} {unit}"
