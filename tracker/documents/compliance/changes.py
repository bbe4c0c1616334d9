"""数据变动说明: the values that changed since earlier documents of this kind, and why."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents import wording
from tracker.documents.compliance.figures import ChangeLine, ComplianceFigures
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet


def changes(figures: ComplianceFigures) -> Sheet:
    """Build the sheet, with a notice if nothing changed."""
    return Sheet(
        name=_("Changes"),
        title=_("%(plan)s: changes of data") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Region")),
            Column(_("Reporting unit")),
            Column(_("Period")),
            Column(_("Indicator")),
            Column(_("Unit of measure")),
            Column(_("In the earlier document"), Kind.AMOUNT, is_exact=True, key="then"),
            Column(_("Current verified value"), Kind.AMOUNT, is_exact=True, key="now"),
            Column(_("Difference"), Kind.AMOUNT, is_exact=True),
            Column(_("Changed by")),
            Column(_("Changed at"), Kind.MOMENT),
            Column(_("Reason")),
            Column(pgettext("changed value", "As in")),
        ],
        rows=[_row(number, line) for number, line in enumerate(figures.changes, 1)],
        right=_("Unit: as in each row"),
        notice="" if figures.changes else _("No value behind the last report has changed."),
        notes=[
            _("Compared with: %(report)s") % {"report": wording.listed(one.label for one in figures.comparisons)},
            _(
                "Earlier editions of the same issues are compared with, too. Each value stands once, beside the newest "
                "document that has another one."
            ),
        ],
        is_optional=True,
    )


def _row(number: int, line: ChangeLine) -> Row:
    difference = None
    if line.now is not None and line.then is not None:
        difference = Formula("ROUND({now}-{then},6)", line.now - line.then)
    return Row(
        [
            number,
            line.region,
            line.unit,
            line.period,
            line.indicator,
            line.measure_unit,
            line.then,
            line.now,
            difference,
            line.changed_by,
            line.changed_at,
            line.reason,
            line.since,
        ],
        decimals=line.decimals,
    )
