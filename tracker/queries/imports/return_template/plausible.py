"""The checks of returns over a filled-in template, before it is accepted: the same rules and words."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tracker.calculation.checks import Check, Severity
from tracker.calculation.sheet_checks import check_sheet
from tracker.models import Period, ReportingUnit
from tracker.queries.imports.return_template.keys import plain
from tracker.queries.returns.check_inputs import Place, read_context
from tracker.queries.returns.check_wording import FlagMessage, describe
from tracker.queries.returns.checks import read_indicators, read_rules


def add_flags(previews: Sequence[dict[str, Any]], period: Period, units: Mapping[str, ReportingUnit]) -> None:
    """Add to each cell of the previews its flags and the value of the period before.

    A fixed number of queries, however many units. A missing cell is told as such already, and gets no flag.
    """
    places = {unit.code: _place(unit, period) for unit in units.values()}
    here = [preview for preview in previews if preview["unit"] in places]
    values = {one["unit"]: {cell["indicator"]: _amount(cell["new"]) for cell in one["cells"]} for one in here}
    sheets = read_context({code: places[code] for code in values}, values)
    rules, indicators = read_rules(), read_indicators()
    found = [
        (code, flag)
        for code, sheet in sheets.items()
        for flag in check_sheet(sheet, rules, indicators)
        if flag.kind is not Check.MISSING
    ]
    told: dict[tuple[str, str], list[FlagMessage]] = {}
    for (code, flag), message in zip(found, describe(flag for _code, flag in found), strict=True):
        told.setdefault((code, flag.indicator), []).append(message)
    for preview in here:
        for cell in preview["cells"]:
            note = cell["old_note"] if cell["note"] is None else cell["note"]
            flags = told.get((preview["unit"], cell["indicator"]), [])
            cell["flags"] = [_as_json(flag, note) for flag in flags]
            cell["before"] = plain(sheets[preview["unit"]].before.get(cell["indicator"]))


def _place(unit: ReportingUnit, period: Period) -> Place:
    return Place(unit.pk, unit.region_id, period.plan_id, period.kind, period.starts_on, period.ends_on)


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _as_json(flag: FlagMessage, note: str) -> dict[str, Any]:
    is_explained = flag.severity is Severity.WARNING and bool(note.strip())
    message = FlagMessage(**{**vars(flag), "is_explained": is_explained})
    return {
        "severity": message.severity.value,
        "mark": message.mark,
        "name": message.severity_name,
        "text": message.text,
        "advice": "" if is_explained else message.advice,
    }
