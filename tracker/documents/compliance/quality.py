"""数据质量: what each unit made of the period's return: missing, late, sent back, odd."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents.compliance.figures import ComplianceFigures, QualityLine
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet

SUMMED = ("owed", "present", "missing", "sent_back", "warnings", "hints")


def quality(figures: ComplianceFigures) -> Sheet:
    """The sheet; its total stands last."""
    rows = [_row(number, line) for number, line in enumerate(figures.quality, 1)]
    return Sheet(
        name=_("Data quality"),
        title=_("%(plan)s: quality of the data") % {"plan": figures.plan},
        columns=_columns(),
        rows=[*rows, _total(figures)] if rows else [],
        notice="" if rows else _("No unit owes a return for this period."),
        notes=[
            _("A value that is missing is not zero. Late is a return handed in after its deadline."),
            _("Warnings and hints are what the checks find odd about the return as it stands."),
        ],
        frozen_columns=3,
        key="quality",
    )


def _columns() -> list[Column]:
    values, odd = _("Values"), _("Flags")
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Region")),
        Column(_("Reporting unit")),
        Column(_("owed"), Kind.COUNT, group=values, key="owed"),
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
