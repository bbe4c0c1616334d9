"""Importing the split of targets as a grid of places and targets."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.targets.kinds import Kind
from tracker.documents.setup.columns import FIRST
from tracker.documents.wording import exact
from tracker.models import Allocation, Region, ReportingUnit, TargetVersion
from tracker.queries.imports.setup_workbook.read import GridCell, SetupRow, read_number
from tracker.services.audit.configuration import delete_configured
from tracker.services.imports.setup_workbook.lookup import Unknown
from tracker.services.imports.setup_workbook.run import REMOVED, RowIsWrong, SetupRun, shown
from tracker.services.plans import target_setup, targets
from tracker.uploads.faults import Fault
from tracker.uploads.workbook import CellKind, UploadedCell


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
        run.at_cell(cell, message)
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
        run.at_cell(cell, str(error))
        raise RowIsWrong from None


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
