"""A draft from the reading of a policy document."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tracker.calculation.ratio_units import is_percent
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.models import Region
from tracker.queries.plans.drafts.draft import (
    Composition,
    Draft,
    DraftClause,
    DraftCommitment,
    DraftPlan,
    DraftRejection,
    DraftTarget,
)
from tracker.queries.plans.drafts.known import Known, load_known, shipped_regions
from tracker.queries.plans.drafts.wording import OwnDoubt
from tracker.uploads.policy.clauses import Clause
from tracker.uploads.policy.draft import by_indicator
from tracker.uploads.policy.proposals import Change, CommitmentProposal, Doubt, Plan, Reading, TargetProposal
from tracker.uploads.policy.units import scaled

POINTS = "个百分点"
PERCENT = "%"


def propose(reading: Reading) -> Draft:
    """Return the draft that a reading proposes: nothing is decided, and every doubt stands beside its item."""
    named = f"{reading.plan.title} {reading.plan.issuer}"
    region = next(
        (one for one in Region.objects.order_by("path") if one.name and one.name.rstrip("省市") in named), None
    )
    added = () if region else shipped_regions(named)
    known = load_known(added)
    plan = _plan(reading.plan, region.code if region else added[0].code if added else "")
    targets = _Targets(reading, plan, known).all()
    return Draft(
        plan=plan,
        regions=added,
        clauses=tuple(_clause(f"c{at}", one) for at, one in enumerate(reading.clauses, 1)),
        targets=tuple(targets),
        commitments=tuple(_commitments(reading, known)),
        rejected=tuple(
            DraftRejection(one.reason.value, one.sentence.start, one.sentence.end, one.number.start, one.number.end)
            for one in reading.rejected
        ),
        scanned_pages=reading.scanned_pages,
        last_key=max(len(reading.clauses), len(reading.targets), len(reading.commitments)),
    )


def _plan(plan: Plan, region: str) -> DraftPlan:
    first, last = plan.first_year, plan.last_year
    return DraftPlan(
        name=plan.title[:200],
        code="-".join(str(part) for part in (region, first, last if last != first else None) if part) or "plan",
        issuer=plan.issuer,
        document_number=plan.document_number,
        issued_on=plan.issued_on.isoformat() if plan.issued_on else "",
        starts_on=f"{first}-01-01" if first else "",
        ends_on=f"{last}-12-31" if last else "",
        region=region,
    )


def _clause(key: str, clause: Clause) -> DraftClause:
    name = clause.title or clause.number
    return DraftClause(key, start=clause.span.start, end=clause.span.end, number=clause.number, name=name[:200])


class _Targets:
    """Targets of a reading: one for each indicator, others of it as milestones and goals of regions."""

    def __init__(self, reading: Reading, plan: DraftPlan, known: Known) -> None:
        self.reading, self.plan, self.known = reading, plan, known
        self.keys = {id(one): f"t{at}" for at, one in enumerate(reading.targets, 1)}

    def all(self) -> list[DraftTarget]:
        """Return them in the order of the text."""
        found: list[DraftTarget] = []
        for group in by_indicator(self.reading.targets):
            found += self._of_group(group)
        order = {key: at for at, key in enumerate(self.keys.values())}
        return self._with_wholes(sorted(found, key=lambda one: order[one.key]))

    def _of_group(self, group: Sequence[TargetProposal]) -> list[DraftTarget]:
        final, further, milestones, goals, rest = group[0], [], [], [], []
        for one in group[1:]:
            known, unknown = self.known.places(one.places)
            if not one.places and one.year and final.year and one.year < final.year:
                milestones.append(((one.due_on or date(one.year, 12, 31)).isoformat(), _text(one.value)))
            elif one.places and not unknown and one.year == final.year and not final.places:
                goals += [(name, _text(one.value)) for name in known]
            else:
                rest.append(one)
                continue
            further.append((one.sentence.start, one.sentence.end))
        due = final.due_on.isoformat() if final.due_on else f"{final.year}-12-31" if final.year else ""
        if due and self.plan.starts_on and self.plan.starts_on <= due < self.plan.ends_on:
            milestones.append((due, _text(final.value)))
        first = replace(
            self._target(final), milestones=tuple(sorted(milestones)), goals=tuple(goals), further=tuple(further)
        )
        return [first, *(_doubting(self._target(one), OwnDoubt.ANOTHER_VALUE) for one in rest)]

    def _target(self, one: TargetProposal) -> DraftTarget:
        kind, unit = _kind_and_unit(one)
        known, unknown = self.known.places(one.places)
        base = one.base
        bodies = one.bodies
        rate = is_percent(unit)
        doubts: list[str] = [doubt.value for doubt in one.doubts]
        if unknown:
            doubts.append(OwnDoubt.UNKNOWN_PLACE)
        if kind and (base is None or base.value is None):
            doubts.append(OwnDoubt.NO_BASE_VALUE)
        if kind in (Kind.RISE_PERCENT, Kind.FALL_PERCENT):
            doubts.append(OwnDoubt.UNIT_OF_CHANGE)
        if rate:
            doubts.append(OwnDoubt.RATE_OF_REGIONS)
        has_base = base is not None and base.value is not None and base.year is not None
        if has_base and not kind and not rate:
            kind = Kind.LEVEL.value  # an amount starts from zero
        return DraftTarget(
            key=self.keys[id(one)],
            start=one.sentence.start,
            end=one.sentence.end,
            doubts=tuple(dict.fromkeys(doubts)),
            clauses=(one.clause,) if one.clause else (),
            indicator=one.indicator[:200],
            value=_text(one.value),
            upper_value="" if one.high is None else _text(one.high),
            unit=unit,
            bound=Bound.BETWEEN.value if one.high is not None else one.bound.value,
            kind=kind,
            direction=direction_of(one.bound.value, kind),
            over_periods=Rollup.LATEST.value if rate or kind else Rollup.SUM.value,
            over_places=Rollup.OWN.value if rate else Rollup.SUM.value,
            base_value=_text(base.value) if base and base.value is not None and base.year else "",
            base_year=str(base.year) if base and base.value is not None and base.year else "",
            places=known,
            unknown_places=unknown,
            responsible=next(iter(bodies.lead), ""),
            supporting=(*bodies.lead[1:], *bodies.responsible, *bodies.supporting),
            nature=one.nature,
            is_approximate=one.is_approximate,
            part_of="" if one.part_of is None else f"t{one.part_of + 1}",
            number_start=one.number.start,
            number_end=one.number.end,
        )

    def _with_wholes(self, targets: list[DraftTarget]) -> list[DraftTarget]:
        """Mark wholes that differ from the sum of their parts as values of their own, of which these are parts."""
        keys = {one.key for one in targets}
        done = []
        for one in targets:
            item = one if one.part_of in keys else replace(one, part_of="")
            parts = [part for part in targets if part.part_of == item.key]
            if parts and sum_of(parts) != scaled(Decimal(item.value), item.unit):
                item = replace(item, composition=Composition.OF_WHICH.value)
                item = _doubting(item, Doubt.PARTS_DIFFER)
            done.append(item)
        return done


def sum_of(parts: Iterable[DraftTarget]) -> tuple[Decimal, str] | None:
    """Return the sum of the parts without a scale in its unit; None where their units differ or a value is none."""
    try:
        amounts = [scaled(Decimal(one.value), one.unit) for one in parts]
    except ArithmeticError:
        return None
    units = {unit for _value, unit in amounts}
    return (sum((value for value, _unit in amounts), Decimal(0)), units.pop()) if len(units) == 1 else None


def direction_of(bound: str, kind: str) -> str:
    """Return the direction that a bound asks for, "more" where it goes with both."""
    known = Bound(bound)
    if not (known.is_cap or known.is_floor):
        return "more"
    is_fall = bool(kind) and Kind(kind).is_fall
    return "less" if known.is_cap != is_fall else "more"


def _kind_and_unit(one: TargetProposal) -> tuple[str, str]:
    """Return the kind of target, empty for a level or an amount, and the unit of the indicator itself.

    A change in % says nothing about the indicator's own unit: it stays empty.
    """
    if one.change is Change.LEVEL or (one.change is Change.INCREASE and one.base is None and one.unit != PERCENT):
        return "", PERCENT if one.unit == POINTS else one.unit
    is_fall = one.change is Change.DECREASE
    if one.unit == PERCENT:
        return (Kind.FALL_PERCENT if is_fall else Kind.RISE_PERCENT).value, ""
    kind = (Kind.FALL_POINTS if is_fall else Kind.RISE_POINTS).value
    return kind, PERCENT if one.unit == POINTS else one.unit


def _commitments(reading: Reading, known: Known) -> Iterable[DraftCommitment]:
    tasks = {one.clause for one in reading.commitments}
    above = _clauses_above(reading.clauses)
    for at, one in enumerate(reading.commitments, 1):
        yield _commitment(f"m{at}", one, known, next((each for each in above[one.clause] if each in tasks), ""))


def _clauses_above(clauses: Iterable[Clause]) -> dict[str, list[str]]:
    """Return the numbers of the clauses above each clause, the nearest first."""
    above: dict[str, list[str]] = {}
    held: list[Clause] = []
    for clause in clauses:
        while held and held[-1].level >= clause.level:
            held.pop()
        above[clause.number] = [one.number for one in reversed(held)]
        held.append(clause)
    return above


def _commitment(key: str, one: CommitmentProposal, known: Known, whole: str) -> DraftCommitment:
    places, unknown = known.places(one.places)
    bodies = one.bodies
    return DraftCommitment(
        key,
        start=one.sentence.start,
        end=one.sentence.end,
        doubts=(OwnDoubt.UNKNOWN_PLACE.value,) if unknown else (),
        clause=one.clause,
        kind=one.kind if one.kind != "part" or whole else "task",
        part_of=whole if one.kind == "part" else "",
        places=places,
        unknown_places=unknown,
        bodies=(*bodies.lead, *bodies.responsible, *bodies.supporting),
    )


def _doubting(target: DraftTarget, doubt: str) -> DraftTarget:
    return target if doubt in target.doubts else replace(target, doubts=(*target.doubts, str(doubt)))


def _text(value: Decimal) -> str:
    """Return a decimal as a person types it: 1E+4 as 10000."""
    return format(value.normalize(), "f")
