"""Targets that are reported at another frequency than the report's, each at its own newest period."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents import expressions
from tracker.documents.compliance.figures import ComplianceFigures, OtherLine
from tracker.documents.compliance.summary import covered
from tracker.documents.shape import Column, Kind, Row, Sheet, Value

KEY = "other_frequencies"


def other_frequencies(figures: ComplianceFigures) -> Sheet:
    """Return the sheet: values, level and coverage at the end of each target's own period."""
    return Sheet(
        name=_("Other frequencies"),
        title=_("%(plan)s: targets reported at other frequencies") % {"plan": figures.plan},
        columns=_columns(),
        rows=[_row(number, other) for number, other in enumerate(figures.others, 1)],
        right=_("Unit: as in each row"),
        notes=[_("Each target stands at the end of its own newest period, which its row names.")],
        frozen_columns=2,
        key=KEY,
    )


def _columns() -> list[Column]:
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Indicator")),
        Column(_("Period")),
        Column(_("Unit of measure")),
        Column(_("Annual target"), Kind.AMOUNT, key="target"),
        Column(_("In the period"), Kind.AMOUNT, key="month"),
        Column(_("Cumulative"), Kind.AMOUNT, key="cumulative"),
        Column(_("Completion rate"), Kind.RATE, key="completion"),
        Column(_("Schedule rate"), Kind.RATE, is_unrounded=True, key="schedule"),
        Column(_("Gap (points)"), Kind.POINTS, key="gap"),
        Column(_("Warning"), Kind.LEVEL, key="level"),
        Column(_("Coverage (verified / expected)"), Kind.COUNT),
        Column(_("Returns of the period"), Kind.COUNT),
    ]


def _row(number: int, other: OtherLine) -> Row:
    line, standing = other.line, other.line.standing
    values: list[Value] = [
        number,
        line.name,
        other.period,
        line.unit_beside_target,
        standing.target,
        standing.this_period.value,
        standing.to_date.value,
        expressions.completion(standing),
        standing.schedule_rate,
        expressions.gap(standing),
        expressions.level(standing) if line.is_graded else pgettext("warning level", "Reference"),
        covered(standing.to_date.coverage),
        covered(other.returns),
    ]
    return Row(values, decimals=line.decimals, key=line.key)
