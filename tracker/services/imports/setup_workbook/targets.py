"""Importing targets with their versions, milestones, points, programmes, and the split as a grid."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.pace import Point, curve_problem
from tracker.calculation.targets.kinds import Kind
from tracker.calculation.targets.terms import Milestone
from tracker.documents.setup.sheets import FIRST
from tracker.documents.wording import exact
from tracker.models import (
    Allocation,
    Indicator,
    PacePoint,
    Plan,
    ProgrammeTarget,
    Region,
    ReportingUnit,
    Return,
    Target,
    TargetMilestone,
    TargetVersion,
)
from tracker.queries.errors import Refused
from tracker.queries.imports.setup_workbook.read import GridCell, SetupRow, read_number
from tracker.services.audit.configuration import delete_configured
from tracker.services.imports.setup_workbook.lookup import Unknown
from tracker.services.imports.setup_workbook.plans import bodies, relate
from tracker.services.imports.setup_workbook.run import (
    CHANGED,
    NEW,
    REMOVED,
    RowIsWrong,
    SetupRun,
    differences,
    shown,
)
from tracker.services.plans import target_setup, targets
from tracker.uploads.faults import Fault
from tracker.uploads.workbook import CellKind, UploadedCell

PLAIN = (
    *("kind", "bound", "is_approximate", "is_key", "nature", "pace", "base_value", "base_year", "base_source"),
    *("graded_by", "level_two_below", "level_one_below"),
)


def import_targets(run: SetupRun) -> None:
    """Add or change targets; the value in the row is the one that the plan was issued with."""
    for position, row in enumerate(run.rows("target")):
        with run.each(row, {"responsible_id": "responsible"}):
            plan = run.needs_plan(row)
            indicator = run.find(row, "indicator", "indicator")
            stored = Target.objects.filter(plan=plan, indicator=indicator).first()
            target = stored or Target(plan=plan, indicator=indicator, position=position)
            values = {name: row.values[name] for name in PLAIN}
            values["kind"] = values["kind"] or (stored.kind if stored else target_setup.default_kind(indicator).value)
            values["responsible"] = next(iter(bodies(run, row, "responsible")), None)
            is_derived = indicator.kind == Indicator.Kind.DERIVED
            _check_value(run, row, is_derived)
            run.put(row, target, values, check=_checked_with(row, _milestones_of(run, row)))
            chosen = {"clauses": run.find_all(row, "clauses", "clause")}
            chosen["places"] = run.find_all(row, "places", "region")
            relate(run, row, target, {**chosen, "supporting": bodies(run, row, "supporting")})
            if not is_derived:
                _put_first_version(run, row, target)


def _checked_with(row: SetupRow, milestones: list[Milestone]) -> Callable[[Target], None]:
    """Return the check of a target with the value and the milestones that the workbook has for it."""
    goal, upper = row.values["value"], row.values["upper_value"]
    return lambda target: target_setup.check_target(target, goal=goal, upper=upper, milestones=milestones)


def _check_value(run: SetupRun, row: SetupRow, is_derived: bool) -> None:
    if is_derived and row.values["value"] is not None:
        message = _("The target of a summed indicator is the sum of its parts’ targets.")
    elif not is_derived and row.values["value"] is None:
        message = _("A target needs a value.")
    else:
        return
    run.complain(row, "value", message)
    raise RowIsWrong


def _milestones_of(run: SetupRun, row: SetupRow) -> list[Milestone]:
    """Return the milestones that the workbook has for a target, in the order of their days."""
    named = {row.values["indicator"]}
    found = [one for one in run.read.rows.get("milestone", []) if one.values["indicator"] in named]
    return sorted((Milestone(one.values["day"], one.values["value"]) for one in found), key=lambda one: one.day)


def _put_first_version(run: SetupRun, row: SetupRow, target: Target) -> None:
    version = target.versions.order_by("number").first()
    names = ("value", "upper_value", "document_number", "stretch_note")
    values = {name: row.values[name] for name in names}
    if version is None:
        version = TargetVersion(target=target, effective_from=target.plan.starts_on, **values)
        version.full_clean(exclude={"number"})
        targets.save_version(version, acting_user=run.user, now=run.now)
        return
    details = differences(row, version, values)
    if not details:
        return
    if version.value != values["value"] and _was_reported(target.plan):
        run.complain(row, "value", _moved())
        raise RowIsWrong
    for name, value in values.items():
        setattr(version, name, value)
    version.full_clean()
    targets.save_version(version, acting_user=run.user, now=run.now)
    outcome = run.outcomes[-1]
    outcome.change = NEW if outcome.change == NEW else CHANGED
    outcome.details += details


def _moved() -> str:
    return _(
        "The target moved after returns were submitted. Leave this value as it was, and add a row with the new value, "
        "its first day and the document number to the sheet of versions of targets."
    )


def _was_reported(plan: Plan) -> bool:
    return Return.objects.filter(period__plan=plan).exclude(state__in=Return.OPEN_STATES).exists()


def find_target(run: SetupRun, row: SetupRow, key: str = "indicator") -> Target:
    """Return the plan's target on the indicator that a cell names."""
    plan = run.needs_plan(row)
    indicator = run.find(row, key, "indicator")
    target = Target.objects.filter(plan=plan, indicator=indicator).select_related("plan", "indicator__unit").first()
    if target is None:
        message = _("The plan has no target on “%(indicator)s”. Add it to the sheet of targets.")
        run.complain(row, key, message % {"indicator": indicator})
        raise RowIsWrong
    return target


def import_versions(run: SetupRun) -> None:
    """Add versions that moved a target, each with its document number."""
    for row in run.rows("version"):
        with run.each(row):
            target = find_target(run, row)
            day = row.values["effective_from"]
            first = target.versions.order_by("number").first()
            if first is not None and first.effective_from >= day:
                message = _("A change takes effect after %(day)s, when the plan's own value does.")
                run.complain(row, "effective_from", message % {"day": first.effective_from})
                raise RowIsWrong
            stored = target.versions.filter(effective_from=day).first()
            version = stored or TargetVersion(target=target, effective_from=day)
            values = {name: row.values[name] for name in ("value", "upper_value", "document_number", "stretch_note")}
            if stored and stored.value != values["value"] and _was_reported(target.plan):
                run.complain(row, "value", _moved())
                raise RowIsWrong
            run.put(
                row,
                version,
                values,
                lambda one: targets.save_version(one, acting_user=run.user, now=run.now),
                label=f"{target} · {day}",
                excluded={"number"},
                check=lambda one: target_setup.check_target(one.target, goal=one.value, upper=one.upper_value),
            )


def import_milestones(run: SetupRun) -> None:
    """Add or change milestones."""
    for row in run.rows("milestone"):
        with run.each(row):
            target = find_target(run, row)
            stored = target.milestones.filter(day=row.values["day"]).first()
            milestone = stored or TargetMilestone(target=target, day=row.values["day"])
            label = f"{target} · {row.values['day']}"
            run.put(row, milestone, {"value": row.values["value"]}, label=label, check=_check_milestone)


def _check_milestone(milestone: TargetMilestone) -> None:
    others = milestone.target.milestones.exclude(pk=milestone.pk)
    listed = [Milestone(one.day, one.value) for one in others]
    listed.append(Milestone(milestone.day, milestone.value))
    try:
        target_setup.check_milestones(milestone.target, sorted(listed, key=lambda one: one.day))
    except Refused as refusal:
        raise Refused(refusal.message, {"value": refusal.fields["milestones"]}) from None


def import_points(run: SetupRun) -> None:
    """Add or change points of schedule curves."""
    for row in run.rows("point"):
        with run.each(row):
            target = find_target(run, row)
            stored = target.pace_points.filter(day=row.values["day"]).first()
            point = stored or PacePoint(target=target, day=row.values["day"])
            run.put(row, point, {"share": row.values["share"]}, label=f"{target} · {row.values['day']}")
            points = [Point(one.day, one.share / Decimal(100)) for one in target.pace_points.order_by("day")]
            if curve_problem(points, target.plan.starts_on, target.plan.ends_on):
                message = _("Points lie within the plan, in the order of their days, and never fall.")
                run.complain(row, "share", message)


def import_programmes(run: SetupRun) -> None:
    """Add or change the longer programmes of targets."""
    for row in run.rows("programme"):
        with run.each(row):
            target = find_target(run, row)
            stored = ProgrammeTarget.objects.filter(target=target).first()
            values = {name: value for name, value in row.values.items() if name != "indicator"}
            run.put(row, stored or ProgrammeTarget(target=target), values, label=str(target))


@dataclass
class _Share:
    """A place's share of a version as the grid has it: the cells of its lines, and what is stored."""

    version: TargetVersion
    region: Region
    unit: ReportingUnit | None
    cells: dict[str, GridCell] = field(default_factory=dict)
    values: dict[str, Decimal | None] = field(default_factory=dict)
    stored: Allocation | None = None

    @property
    def cell(self) -> GridCell:
        """Return the cell of the value, or any other."""
        return self.cells.get("value") or next(iter(self.cells.values()))

    @property
    def step(self) -> tuple[int, int, int]:
        """Return the order in which shares are saved: what frees something first, the wider places before others."""
        new = self.values.get("value")
        old = self.stored.value if self.stored else Decimal(0)
        rank = 0 if new is None else 1 if new < old else 2
        depth = self.region.path.count("/") * (1 if rank == 2 else -1)
        return rank, depth, 0 if self.unit is None else (1 if rank == 2 else -1)


def import_split(run: SetupRun) -> None:
    """Allocate targets to places and units as the grid says; an emptied cell takes a share away."""
    shares: dict[tuple[int, int, int | None], _Share] = {}
    versions: dict[tuple[str, str, str], TargetVersion | None] = {}
    for cell in run.read.grids.get("split", []):
        with run.each(cell.row):
            _collect(run, cell, shares, versions)
    for share in sorted(shares.values(), key=lambda one: one.step):
        _save_share(run, share)
    for version in {share.version.pk: share.version for share in shares.values()}.values():
        _check_total(run, version, [one for one in shares.values() if one.version.pk == version.pk])


def _collect(
    run: SetupRun,
    cell: GridCell,
    shares: dict[tuple[int, int, int | None], _Share],
    versions: dict[tuple[str, str, str], TargetVersion | None],
) -> None:
    run.needs_plan(cell.row)
    region = run.find(cell.row, "place", "region")
    unit = run.find(cell.row, "unit", "reporting_unit")
    column = (cell.heading_cell, cell.column.indicator, cell.column.effective)
    if column not in versions:
        versions[column] = _version(run, cell)
    version = versions[column]
    if version is None:
        return
    key = (version.pk, region.pk, unit.pk if unit else None)
    share = shares.get(key)
    if share is None:
        stored = Allocation.objects.filter(version=version, region=region, unit=unit).first()
        share = shares[key] = _Share(version, region, unit, stored=stored)
    if cell.column.line in share.cells:
        other = share.cells[cell.column.line]
        message = _("This place and target stand in %(cell)s too. Keep one of the two.") % {"cell": other.cell}
        at_cell(run, cell, message)
        return
    share.cells[cell.column.line] = cell
    share.values[cell.column.line] = _amount(run, cell)


def _version(run: SetupRun, cell: GridCell) -> TargetVersion | None:
    """Return the version that a column is of: the one of its day, or the newest."""
    place = cell.row.sheet, cell.heading_cell
    try:
        indicator = run.lookup.find("indicator", cell.column.indicator)
    except Unknown as unknown:
        run.faults.append(Fault("said", *place, {"text": str(unknown)}))
        return None
    versions = TargetVersion.objects.filter(target__plan=run.plan, target__indicator=indicator)
    if cell.column.effective == FIRST:
        versions = versions.filter(number=min(versions.values_list("number", flat=True), default=1))
    elif cell.column.effective:
        versions = versions.filter(effective_from=date.fromisoformat(cell.column.effective))
    version = versions.select_related("target__indicator__unit", "target__plan__region").order_by("effective_from")
    if version.last() is None:
        message = _("The plan has no target with a value on “%(indicator)s”. Add it to the sheet of targets.")
        run.faults.append(Fault("said", *place, {"text": message % {"indicator": indicator}}))
    return version.last()


def _amount(run: SetupRun, cell: GridCell) -> Decimal | None:
    if cell.text in ("", "/", "／", "—", "-"):
        return None
    try:
        return read_number(UploadedCell(CellKind.TEXT, cell.text))
    except ValueError as error:
        at_cell(run, cell, str(error))
        raise RowIsWrong from None


def at_cell(run: SetupRun, cell: GridCell, message: str) -> None:
    """Note what is wrong at a cell of a grid."""
    fault = Fault("said", cell.row.sheet, cell.cell, {"text": message})
    if fault not in run.faults:
        run.faults.append(fault)


def _save_share(run: SetupRun, share: _Share) -> None:
    cell, stored = share.cell, share.stored
    label = f"{share.unit or share.region} · {share.version.target}"
    row = SetupRow("split", cell.row.sheet, cell.row.number, {}, {"": cell.cell, "value": cell.cell})
    with run.each(row):
        if share.values.get("value") is None and "value" in share.cells:
            if any(value is not None for value in share.values.values()):
                run.complain(row, "", _("Fill in the value too, or empty the other lines of this place."))
            elif stored is not None:
                before = [{"label": str(share.version.target), "before": shown(stored.value), "after": "—"}]
                delete_configured(stored, acting_user=run.user, now=run.now)
                run.note(row, REMOVED, label, before, cell.cell)
            return
        allocation = stored or Allocation(version=share.version, region=share.region, unit=share.unit)
        if stored is None and share.values.get("value") is None:
            return
        values: dict[str, Any] = dict(share.values)
        run.put(
            row,
            allocation,
            values,
            lambda one: targets.save_allocation(one, acting_user=run.user, now=run.now),
            label=label,
        )


def _check_total(run: SetupRun, version: TargetVersion, shares: Iterable[_Share]) -> None:
    """Complain where the places directly below the plan's region have more than the target, without a reason."""
    if version.stretch_note or Kind(version.target.kind).is_change:
        return
    if target_setup.is_intensive(version.target.indicator):
        return
    direct = Allocation.objects.filter(version=version, unit=None, region__parent=version.target.plan.region)
    total = sum(direct.values_list("value", flat=True), Decimal(0))
    whole = TargetVersion.objects.values_list("value", flat=True).get(pk=version.pk)
    if total <= whole:
        return
    decimals = version.target.indicator.decimals
    words = {"total": exact(total, decimals), "whole": exact(whole, decimals), "unit": version.target.indicator.unit}
    message = _(
        "%(total)s %(unit)s are allocated, the target is %(whole)s %(unit)s. Lower a share, or say in the target's row "
        "why more is allocated."
    )
    sheet, cell = next((one.cell.row.sheet, one.cell.heading_cell) for one in shares)
    run.faults.append(Fault("said", sheet, cell, {"text": message % words}))
