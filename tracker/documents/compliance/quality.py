"""数据质量: what each unit made of the period's return: missing, late, sent back, odd.

A document that is about several returns of a unit has one line for each unit, which counts them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents import findings, wording
from tracker.documents.compliance.figures import ComplianceFigures, QualityLine
from tracker.documents.compliance.statistics import declaration, policy_note
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet


@dataclass(frozen=True)
class UnitReturns:
    """A unit's returns, in the order of their periods."""

    lines: Sequence[QualityLine]

    @property
    def unit(self) -> str:
        """Return the unit's name, the newest one."""
        return self.lines[-1].unit

    @property
    def periods(self) -> str:
        """Return the periods in words; empty where the document is about one."""
        return findings.names([wording.period_in_words(line.period) for line in self.lines if line.period])


def by_unit(lines: Iterable[QualityLine]) -> list[UnitReturns]:
    """Return the lines of each unit, told apart by region and name, in the order in which units first appear."""
    found: dict[tuple[str, str], list[QualityLine]] = {}
    for line in lines:
        found.setdefault((line.region, line.unit), []).append(line)
    return [UnitReturns(own) for own in found.values()]


def named_units(lines: Iterable[QualityLine]) -> list[str]:
    """Return the names of the units that these lines are about, each once, with its periods where there are several."""
    return [
        pgettext("unit with periods", "%(unit)s (%(periods)s)") % {"unit": one.unit, "periods": one.periods}
        if one.periods
        else one.unit
        for one in by_unit(lines)
    ]


def quality(figures: ComplianceFigures) -> Sheet:
    """Return the data quality sheet; its total comes last."""
    lines = figures.quality
    if any(line.period for line in lines):
        units = by_unit(lines)
        columns, total = _columns_of_units(), _total_of_units(units)
        rows = [_row_of_unit(number, unit) for number, unit in enumerate(units, 1)]
    else:
        columns, total = _columns(), _total(figures)
        rows = [_row(number, line) for number, line in enumerate(lines, 1)]
    return Sheet(
        name=_("Data quality"),
        title=_("%(plan)s: quality of the data") % {"plan": figures.plan},
        columns=columns,
        rows=[*rows, total] if rows else [],
        notice="" if rows else _("No unit is expected to report for this period."),
        notes=[
            _("A value that is missing is not zero. Late is a return submitted after its deadline."),
            _("Warnings and hints are what the checks find odd about the return as it stands."),
            declaration(figures),
            *policy_note(figures.statistics),
        ],
        frozen_columns=3,
        key="quality",
        is_supporting=True,
    )


def _columns() -> list[Column]:
    values, odd = _("Values"), _("Flags")
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Region")),
        Column(_("Reporting unit")),
        Column(_("expected"), Kind.COUNT, group=values, key="owed"),
        Column(_("verified"), Kind.COUNT, group=values, key="present"),
        Column(_("missing"), Kind.COUNT, group=values, key="missing"),
        Column(_("State of the return")),
        Column(_("Submitted at"), Kind.MOMENT),
        Column(_("Deadline"), Kind.MOMENT),
        Column(_("Late"), Kind.COUNT, key="late"),
        Column(_("Times sent back"), Kind.COUNT, key="sent_back"),
        Column(_("warnings"), Kind.COUNT, group=odd, key="warnings"),
        Column(_("hints"), Kind.COUNT, group=odd, key="hints"),
    ]


def _row(number: int, line: QualityLine) -> Row:
    return Row(
        [
            number,
            line.region,
            line.unit,
            line.owed,
            line.present,
            Formula("{owed}-{present}", line.owed - line.present),
            line.state,
            line.submitted_at,
            line.deadline,
            pgettext("late", "yes") if line.is_late else pgettext("late", "no"),
            line.times_sent_back,
            line.warnings,
            line.hints,
        ],
        key=f"unit {number}",
    )


def _total(figures: ComplianceFigures) -> Row:
    lines = figures.quality
    rows = f"unit 1:unit {len(lines)}"
    late = sum(line.is_late for line in lines)

    def added(column: str, value: int) -> Formula:
        return Formula(f"SUM({{{column}@{rows}}})", value)

    return Row(
        [
            "",
            _("total"),
            "",
            added("owed", sum(line.owed for line in lines)),
            added("present", sum(line.present for line in lines)),
            added("missing", sum(line.owed - line.present for line in lines)),
            "",
            "",
            "",
            Formula(f'COUNTIF({{late@{rows}}},"{pgettext("late", "yes")}")', late),
            added("sent_back", sum(line.times_sent_back for line in lines)),
            added("warnings", sum(line.warnings for line in lines)),
            added("hints", sum(line.hints for line in lines)),
        ],
        is_total=True,
    )


def _columns_of_units() -> list[Column]:
    returns, values, odd = _("Returns"), _("Values"), _("Flags")
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Region")),
        Column(_("Reporting unit")),
        Column(pgettext("returns", "expected"), Kind.COUNT, group=returns, key="expected"),
        Column(pgettext("returns", "verified"), Kind.COUNT, group=returns, key="verified"),
        Column(pgettext("returns", "not submitted"), Kind.COUNT, group=returns, key="not_submitted"),
        Column(pgettext("returns", "late"), Kind.COUNT, group=returns, key="late"),
        Column(_("expected"), Kind.COUNT, group=values, key="owed"),
        Column(_("verified"), Kind.COUNT, group=values, key="present"),
        Column(_("missing"), Kind.COUNT, group=values, key="missing"),
        Column(_("Times sent back"), Kind.COUNT, key="sent_back"),
        Column(_("warnings"), Kind.COUNT, group=odd, key="warnings"),
        Column(_("hints"), Kind.COUNT, group=odd, key="hints"),
        Column(_("Remarks")),
    ]


#: The columns of a unit that are counted; what is missing follows from two of them.
_COUNTED = ("expected", "verified", "not_submitted", "late", "owed", "present", "sent_back", "warnings", "hints")


def _counts(lines: Sequence[QualityLine]) -> dict[str, int]:
    numbers = (
        len(lines),
        sum(line.is_verified for line in lines),
        sum(line.is_missing for line in lines),
        sum(line.is_late for line in lines),
        sum(line.owed for line in lines),
        sum(line.present for line in lines),
        sum(line.times_sent_back for line in lines),
        sum(line.warnings for line in lines),
        sum(line.hints for line in lines),
    )
    return dict(zip(_COUNTED, numbers, strict=True))


def _row_of_unit(number: int, unit: UnitReturns) -> Row:
    found = _counts(unit.lines)
    missing = Formula("{owed}-{present}", found["owed"] - found["present"])
    before, after = _COUNTED[:6], _COUNTED[6:]
    return Row(
        [
            number,
            unit.lines[-1].region,
            unit.unit,
            *(found[column] for column in before),
            missing,
            *(found[column] for column in after),
            _periods_of(unit.lines),
        ],
        key=f"unit {number}",
    )


def _periods_of(lines: Sequence[QualityLine]) -> str:
    """Return for which periods a unit has not reported, must correct, waits, or was late."""
    groups = [
        (_("not reported: %(names)s"), [line for line in lines if line.is_missing]),
        (_("sent back: %(names)s"), [line for line in lines if line.is_sent_back]),
        (_("waiting for verification: %(names)s"), [line for line in lines if line.is_waiting]),
        (_("submitted late: %(names)s"), [line for line in lines if line.is_late]),
    ]
    return _("; ").join(words % {"names": UnitReturns(found).periods} for words, found in groups if found)


def _total_of_units(units: Sequence[UnitReturns]) -> Row:
    found = _counts([line for unit in units for line in unit.lines])
    found["missing"] = found["owed"] - found["present"]
    rows = f"unit 1:unit {len(units)}"
    columns = (*_COUNTED[:6], "missing", *_COUNTED[6:])
    sums = [Formula(f"SUM({{{column}@{rows}}})", found[column]) for column in columns]
    return Row(["", _("total"), "", *sums, ""], is_total=True)
