"""指标汇总: where each target stands in the report's region."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Bounds, Level
from tracker.reports import wording
from tracker.reports.compliance.figures import ComplianceFigures, TargetLine
from tracker.reports.shape import Column, Kind, Row, Sheet, Value


def summary(figures: ComplianceFigures) -> Sheet:
    """The sheet; a derived total stands where the plan has it, before its parts."""
    return Sheet(
        name=_("Summary by indicator"),
        title=_("%(plan)s: summary by indicator") % {"plan": figures.plan},
        columns=_columns(),
        rows=[_row(number, line) for number, line in enumerate(figures.targets, 1)],
        right=_("Unit: as in each row"),
        notes=[
            _("Only verified values count. “—”: no data, which is not zero, or no basis to compare with."),
            explain_levels(figures.bounds),
        ],
        frozen_columns=2,
    )


def _columns() -> list[Column]:
    coverage = _("Coverage (verified/owed)")
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Indicator")),
        Column(_("Unit of measure")),
        Column(_("Annual target"), Kind.AMOUNT),
        Column(_("This month"), Kind.AMOUNT),
        Column(_("Month on month"), Kind.RATE),
        Column(_("Cumulative"), Kind.AMOUNT),
        Column(_("Completion rate"), Kind.RATE),
        Column(_("Schedule rate"), Kind.RATE),
        Column(_("Gap (points)"), Kind.POINTS),
        Column(_("Warning"), Kind.LEVEL),
        Column(pgettext("coverage", "this month"), Kind.COUNT, group=coverage),
        Column(pgettext("coverage", "cumulative"), Kind.COUNT, group=coverage),
        Column(_("Remarks")),
    ]


def _row(number: int, line: TargetLine) -> Row:
    standing = line.standing
    values: list[Value] = [
        number,
        line.name,
        line.unit,
        standing.target,
        standing.this_period.value,
        _month_on_month(line),
        standing.to_date.value,
        standing.completion,
        standing.schedule_rate,
        standing.gap,
        standing.level if line.is_graded else pgettext("warning level", "Reference"),
        covered(standing.this_period.coverage),
        covered(standing.to_date.coverage),
        _remarks(line),
    ]
    return Row(values, is_total=line.is_derived, decimals=line.decimals)


def _month_on_month(line: TargetLine) -> Value:
    """In %; a rate against a rate is a difference in percentage points and says so."""
    change = line.standing.month_on_month
    return wording.change(change, is_rate=True) if line.is_rate and change is not None else change


def _remarks(line: TargetLine) -> str:
    bound = _("%(bound)s (about)") % {"bound": line.bound} if line.is_approximate else line.bound
    remarks = [
        _("sum of its parts") if line.is_derived else "",
        bound,
        _("clause %(numbers)s") % {"numbers": line.clauses},
    ]
    return _("; ").join(remark for remark in remarks if remark)


def covered(coverage: Coverage) -> str:
    """ "9/11"; a dash where nothing is owed."""
    return str(coverage) if coverage.expected else wording.MISSING


def explain_levels(bounds: Bounds) -> str:
    """What the levels mean, with the ministry's bounds."""
    return _(
        "%(three)s: gap of %(two_below)s points or better; %(two)s: below that, down to %(one_below)s points; "
        "%(one)s: lower still. Without verified data for the period: not graded."
    ) % {
        "three": wording.marked_level(Level.III),
        "two": wording.marked_level(Level.II),
        "one": wording.marked_level(Level.I),
        "two_below": f"{bounds.level_two_below.normalize():f}",
        "one_below": f"{bounds.level_one_below.normalize():f}",
    }
