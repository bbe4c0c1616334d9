"""Relations between targets: parts against their whole, interim steps towards a final target, repetitions."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from tracker.uploads.policy.proposals import Bound, Change, Doubt, TargetProposal
from tracker.uploads.policy.units import scaled

VERBS = re.compile(r"^(?:新增|新建|改造|建成|完成|累计|建设|培育|新认定|Number of |number of )+")


def with_relations(targets: Sequence[TargetProposal]) -> list[TargetProposal]:
    """Return the targets with interim steps linked, and with doubts where parts exceed the whole or targets repeat."""
    linked = _with_interim(list(targets))
    return _with_repeated(_with_parts(linked))


def same_amount(one: TargetProposal, other: TargetProposal) -> bool:
    """Return True if both targets have the same value, whatever scale their units are written in."""
    return scaled(one.value, one.unit) == scaled(other.value, other.unit)


def same_indicator(one: str, other: str) -> bool:
    """Return True if one name contains the other, verbs like 新增 at their start left out."""
    first, second = (VERBS.sub("", name).lower() for name in (one, other))
    return bool(first and second) and (first in second or second in first)


def _with_interim(targets: list[TargetProposal]) -> list[TargetProposal]:
    series: dict[tuple[str, str, tuple[str, ...], Change], list[int]] = defaultdict(list)
    for at, one in enumerate(targets):
        if one.year and one.indicator and one.part_of is None:
            unit = scaled(one.value, one.unit)[1]
            series[one.indicator, unit, one.places, one.change].append(at)
    for steps in series.values():
        last = max(steps, key=lambda at: targets[at].year or 0)
        for at in steps:
            if (targets[at].year or 0) < (targets[last].year or 0):
                targets[at] = replace(_with_bound_of(targets[at], targets[last]), interim_of=last)
    return targets


def _with_bound_of(step: TargetProposal, final: TargetProposal) -> TargetProposal:
    """Return a step without a bound word with the bound of the final target. The doubt stays."""
    is_open = Doubt.NO_BOUND_WORD in step.doubts and Doubt.NO_BOUND_WORD not in final.doubts
    return replace(step, bound=final.bound) if is_open and final.high is None and step.high is None else step


def _with_parts(targets: list[TargetProposal]) -> list[TargetProposal]:
    """Mark whole and parts where the parts in the whole's unit exceed it, or all of them differ from it."""
    parts: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(targets):
        if one.part_of is not None:
            parts[one.part_of].append(at)
    for whole_at, members in parts.items():
        whole, unit = scaled(targets[whole_at].value, targets[whole_at].unit)
        amounts = [scaled(targets[at].value, targets[at].unit) for at in members]
        if all(one_unit == unit for _value, one_unit in amounts) and sum(value for value, _unit in amounts) > whole:
            for at in (whole_at, *members):
                targets[at] = _doubting(targets[at], Doubt.PARTS_DIFFER)
    return targets


def _with_repeated(targets: list[TargetProposal]) -> list[TargetProposal]:
    """Mark targets whose amount, year, places and indicator an earlier one has."""
    seen: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for at, one in enumerate(targets):
        earlier = seen[scaled(one.value, one.unit), one.places, one.year]
        if one.bound is not Bound.REFERENCE and any(same_indicator(one.indicator, name) for name in earlier):
            targets[at] = _doubting(targets[at], Doubt.POSSIBLE_DUPLICATE)
        earlier.add(one.indicator)
    return targets


def _doubting(target: TargetProposal, doubt: Doubt) -> TargetProposal:
    return target if doubt in target.doubts else replace(target, doubts=(*target.doubts, doubt))
