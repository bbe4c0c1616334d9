"""Checking a workbook: read in the bounded process, understood by its keys, compared with what stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.models import ExpectedCell, Indicator, Period, ReportingUnit, Return, Upload, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import Refused
from tracker.queries.imports.return_template.compare import WRITING, Compared, compare, entries_of
from tracker.queries.imports.return_template.keys import Keys, SheetKey, read_keys
from tracker.queries.imports.return_template.moved import sheet_of
from tracker.queries.imports.return_template.notices import ignored_cells
from tracker.queries.imports.return_template.plausible import add_flags
from tracker.queries.imports.return_template.projects import read_projects
from tracker.queries.imports.return_template.read import ReadValue, SheetReading
from tracker.queries.imports.stored_files import on_disk
from tracker.queries.plans.quantities import QuantityReader
from tracker.services.imports.return_template.mark import mark_workbook
from tracker.services.imports.uploads.waiting import leave_to_check, settle
from tracker.services.returns.extensions import require_unlocked
from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.patience import Patience, TakesTooLong
from tracker.uploads.wording import explain
from tracker.uploads.workbook import Workbook, read_workbook


def check_upload(upload: Upload, *, now: datetime, seconds: float | None = None) -> Upload:
    """Read and compare the workbook; ready, or wrong with every fault and the workbook marked. No return changes.

    What is not done within `seconds` of wall time is left to be checked by a worker, which takes longer.
    """
    found, patience = _Found(), Patience(seconds)
    try:
        _look(upload, found, patience, now)
        marked = mark_workbook(upload, found.faults, patience) if found.faults else ""
    except TakesTooLong:
        return leave_to_check(upload)
    faults = _in_words(found.faults)
    units = [] if faults else found.units
    return settle(
        upload,
        state=Upload.State.WRONG if faults else Upload.State.READY,
        preview={"units": units, "faults": faults, "notices": _in_words(found.notices)},
        seen=found.seen,
        marked_file=marked,
        failure=faults[0]["text"] if faults else "",
    )


def _look(upload: Upload, found: "_Found", patience: Patience, now: datetime) -> None:
    try:
        with on_disk(upload.file.name) as path:
            workbook = read_workbook(path, patience)
        _Checking(upload, workbook, found, patience, now).check()
    except UploadRefused as refused:
        patience.left()  # stopped at its time, it may yet be read by who has more
        found.faults += refused.faults
    except FileNotFoundError:
        found.faults.append(Fault("unreadable"))


def _in_words(faults: Iterable[Fault]) -> list[dict[str, str]]:
    return [{"sheet": one.sheet, "cell": one.cell, "text": explain(one)} for one in faults]


@dataclass
class _Found:
    """What came of a check: the units' previews, the versions compared with, the faults, and what else to know."""

    units: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)


class _Checking:
    """One check of one workbook."""

    def __init__(self, upload: Upload, workbook: Workbook, found: _Found, patience: Patience, now: datetime) -> None:
        self.upload, self.workbook, self.found, self.patience, self.now = upload, workbook, found, patience, now
        self.user: User = upload.uploaded_by
        self.reader = QuantityReader()

    def check(self) -> None:
        """Compare every sheet; raises UploadRefused for what concerns the whole workbook."""
        keys = self.keys = read_keys(self.workbook)
        self.period = period = self._period(keys)
        units = ReportingUnit.objects.filter(code__in=[key.unit for key in keys.sheets])
        self.units = {unit.code: unit for unit in units.select_related("region")}
        self.returns = {one.unit_id: one for one in Return.objects.filter(unit__in=units, period=period)}
        for one in self.returns.values():
            one.period = period
        self.entries = entries_of(list(self.returns.values()))
        codes = {row.indicator for key in keys.sheets for row in key.rows}
        found = Indicator.objects.filter(code__in=codes).select_related("unit")
        self.indicators = {indicator.code: indicator for indicator in found}
        cells = ExpectedCell.objects.filter(expected_return__period=period, expected_return__unit__in=units)
        self.owed = set(cells.values_list("expected_return__unit_id", "indicator__code"))
        scope = scope_of(self.user, Capability.ENTER, plan_id=period.plan_id)
        self.found.notices += ignored_cells(self.workbook, keys)
        for key in keys.sheets:
            self.patience.left()
            unit = self.units.get(key.unit)
            if unit is None or not scope.covers_unit(unit):
                self.found.faults.append(Fault("not_yours", key.name, details={"unit": str(unit or key.unit)}))
            else:
                self._sheet(key, unit)
        if not self.found.faults and not any(self._writes(unit) for unit in self.found.units):
            self.found.faults.append(Fault("nothing_filled"))
        if not self.found.faults:
            add_flags(self.found.units, period, self.units)

    def _period(self, keys: Keys) -> Period:
        wanted = self.upload.period
        found = Period.objects.select_related("plan").filter(plan__code=keys.plan, code=keys.period).first()
        if found is None:
            raise UploadRefused.because("unknown_period", found=keys.period)
        if wanted is not None and found != wanted:
            raise UploadRefused.because("other_period", found=found.code, wanted=wanted.code)
        return found

    def _sheet(self, key: SheetKey, unit: ReportingUnit) -> None:
        sheet = sheet_of(self.workbook, self.keys, key)
        if sheet is None:
            self.found.faults.append(Fault("sheet_missing", key.name, details={"name": key.name}))
            return
        reading = SheetReading(sheet, key, self.indicators, self.reader)
        reading.read()
        self.found.faults += reading.faults
        self.found.notices += reading.notices
        standing = self.returns.get(unit.pk)
        entries = self.entries.get(unit.pk, {})
        compared = list(compare(self._owed_rows(reading.said, sheet.name, unit, set(entries)), entries))
        projects, wrong = read_projects(self.workbook, key)
        self.found.faults += wrong
        stored = {row.member_id: row for row in standing.project_reports.all()} if standing else {}
        of_projects = [one.as_json(stored.get(one.key.member)) for one in projects]
        of_projects = [one for one in of_projects if one["changes"]]
        if of_projects or any(one.change in WRITING for one in compared):
            self.found.faults += self._closed(sheet.name, unit, standing)
        self.found.seen[unit.code] = standing.version if standing else 0
        self.found.units.append(
            {
                "unit": unit.code,
                "name": str(unit),
                "sheet": sheet.name,
                "is_new": standing is None,
                "overtaken": standing is not None and standing.version != key.version,
                "cells": [self._as_json(one) for one in compared],
                "projects": of_projects,
                "projects_sheet": key.projects_name,
            }
        )

    def _closed(self, sheet: str, unit: ReportingUnit, standing: Return | None) -> Iterator[Fault]:
        """Why the unit's return cannot be written in, if it cannot."""
        if standing is not None and not standing.is_open:
            details = {"unit": str(unit), "state": str(standing.get_state_display())}
            yield Fault("return_closed", sheet, details=details)
        elif standing is None or standing.state == Return.State.DRAFT:
            try:
                require_unlocked(unit, self.period, now=self.now)
            except Refused as refusal:
                yield Fault("said", sheet, details={"text": refusal.message})

    def _owed_rows(
        self, rows: list[ReadValue], sheet: str, unit: ReportingUnit, cells: set[str]
    ) -> Iterator[ReadValue]:
        """Return what the unit may still enter: an indicator that it owes no more can be left as it was, not
        filled in.
        """
        for said in rows:
            code = said.key.indicator
            if code in cells or (not cells and (unit.pk, code) in self.owed):
                yield said
            elif said.has_value:
                self.found.faults.append(Fault("not_owed", sheet, said.cell))

    def _as_json(self, one: Compared) -> dict[str, Any]:
        indicator = self.indicators[one.said.key.indicator]
        return one.as_json(str(indicator), str(indicator.unit))

    @staticmethod
    def _writes(unit: dict[str, Any]) -> bool:
        return bool(unit["projects"]) or any(cell["change"] in WRITING for cell in unit["cells"])
