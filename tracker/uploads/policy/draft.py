"""Draft of a plan document (TOML) from a reading, in the shape of fixtures/plan-shanxi-2020.toml.

What the reader is unsure of stands in comments beside the row, for the person who completes the draft.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.uploads.policy.proposals import CommitmentProposal, Doubt, Reading, TargetProposal


@dataclass(frozen=True)
class Codes:
    """Codes of an installation by name: units of measure by symbol, regions by name."""

    units: Mapping[str, str]
    regions: Mapping[str, str]

    def regions_of(self, places: Iterable[str]) -> list[str]:
        """Return the codes of the places that are known, by full or short name."""
        short = {name.rstrip("省市"): code for name, code in self.regions.items()}
        return [code for place in places if (code := self.regions.get(place) or short.get(place))]


def to_toml(reading: Reading, codes: Codes, explain: Callable[[Doubt], str]) -> str:
    """Return the draft. `explain` words a doubt for its comment."""
    groups = by_indicator(reading.targets)
    lines = ["# Draft from a policy document: complete and check it before it is loaded.", "", *_plan(reading, codes)]
    for clause in reading.clauses:
        lines += [
            "",
            "[[clause]]",
            f"number = {_text(clause.number)}",
            f"name = {_text(clause.title or clause.number)}",
        ]
    for number, targets in enumerate(groups, 1):
        lines += ["", *_indicator(f"indicator_{number}", targets[0], codes)]
    for number, targets in enumerate(groups, 1):
        lines += ["", *_target(f"indicator_{number}", targets, codes, explain)]
    for commitment in reading.commitments:
        lines += ["", *_commitment(commitment, codes)]
    return "\n".join(lines) + "\n"


def by_indicator(targets: Iterable[TargetProposal]) -> list[list[TargetProposal]]:
    """Return the targets grouped by indicator, unit and change; in each group the final one of the whole plan first."""
    groups: dict[tuple[str, str, str], list[TargetProposal]] = {}
    for one in targets:
        groups.setdefault((one.indicator, one.unit, one.change), []).append(one)
    return [sorted(group, key=lambda one: (bool(one.places), -(one.year or 0))) for group in groups.values()]


def _plan(reading: Reading, codes: Codes) -> Iterator[str]:
    plan = reading.plan
    region = next((code for name, code in codes.regions.items() if name in plan.title), "")
    yield from ("[plan]", 'code = "draft"', f"name = {_text(plan.title)}", f"issuer = {_text(plan.issuer)}")
    if plan.document_number:
        yield f"document_number = {_text(plan.document_number)}"
    first, last = plan.first_year, plan.last_year
    for key, day in (
        ("issued_on", plan.issued_on),
        ("starts_on", date(first, 1, 1) if first else None),
        ("ends_on", date(last, 12, 31) if last else None),
    ):
        yield f"{key} = {day}" if day else f"# {key} is not stated in the document."
    yield f"region = {_text(region)}"


def _indicator(code: str, target: TargetProposal, codes: Codes) -> Iterator[str]:
    yield from ("[[indicator]]", f"code = {_text(code)}", f"name = {_text(target.indicator)}")
    unit = codes.units.get(target.unit, "")
    yield f"unit = {_text(unit)}" + ("" if unit else f"  # {target.unit or 'no unit'}: not among the units of measure")


def _target(code: str, targets: list[TargetProposal], codes: Codes, explain: Callable[[Doubt], str]) -> Iterator[str]:
    """Return the row of a target: the final value, the others as milestones, those of places as goals."""
    final = targets[0]
    yield from (f"# {explain(doubt)}" for doubt in final.doubts)
    clauses = dict.fromkeys(one.clause for one in targets if one.clause)
    yield from ("[[target]]", f"indicator = {_text(code)}", f"clauses = {_list(clauses)}")
    yield f"bound = {_text(final.bound)}"
    yield f"value = {_number(final.value)}"
    if final.high is not None:
        yield f"upper_value = {_number(final.high)}"
    if final.base and final.base.value is not None:
        yield f"base_value = {_number(final.base.value)}"
    if final.base and final.base.year:
        yield f"base_year = {final.base.year}"
    for key, value in (("nature", final.nature), ("responsible", next(iter(final.bodies.lead), ""))):
        if value:
            yield f"{key} = {_text(value)}"
    if supporting := (*final.bodies.responsible, *final.bodies.supporting):
        yield f"supporting = {_list(supporting)}"
    if final.is_approximate:
        yield "is_approximate = true"
    if places := codes.regions_of(final.places):
        yield f"places = {_list(places)}"
    yield from _steps(final, targets[1:], codes)


def _steps(final: TargetProposal, others: list[TargetProposal], codes: Codes) -> Iterator[str]:
    milestones, goals, rest = [], [], []
    for one in others:
        known = codes.regions_of(one.places)
        if not one.places and one.year and final.year and one.year < final.year:
            day = one.due_on or date(one.year, 12, 31)
            milestones.append(f"{{ day = {day}, value = {_number(one.value)} }}")
        elif one.places and len(known) == len(one.places):
            goals += [f"{{ place = {_text(code)}, value = {_number(one.value)} }}" for code in known]
        else:
            rest.append(one)
    if milestones:
        yield f"milestones = [{', '.join(milestones)}]"
    if goals:
        yield f"goals = [{', '.join(goals)}]"
    for one in rest:
        where = "、".join(one.places) or one.clause
        yield f"# Also {one.value} {one.unit} ({where}, {one.year or 'no year'})."


def _commitment(commitment: CommitmentProposal, codes: Codes) -> Iterator[str]:
    yield from ("[[commitment]]", f"clause = {_text(commitment.clause)}", f"kind = {_text(commitment.kind)}")
    if places := codes.regions_of(commitment.places):
        yield f"places = {_list(places)}"
    bodies = commitment.bodies
    if names := (*bodies.lead, *bodies.responsible, *bodies.supporting):
        yield f"bodies = {_list(names)}"


def _text(text: str) -> str:
    """Return a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(_text(item) for item in items)}]"


def _number(value: Decimal) -> str:
    return format(value, "f")
