"""指标变动分解: by how much each issued figure changed since, through data, coverage, target and rule."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.attribution import Attribution, Cause, Figure
from tracker.documents import wording
from tracker.documents.compliance.comparison import Comparison, FigureChange
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.shape import Column, Kind, Row, Sheet, Value

#: Rates and gaps are printed to this many decimals.
RATE_DECIMALS = 2


def figure_changes(figures: ComplianceFigures) -> Sheet:
    """Return the sheet; where no figure changed it says so."""
    rows = [_row(number, *found) for number, found in enumerate(_found(figures.comparisons), 1)]
    return Sheet(
        name=_("Changes of figures"),
        title=_("%(plan)s: changes of figures taken apart") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Region")),
            Column(_("Indicator")),
            Column(_("Figure")),
            Column(_("Unit of measure")),
            Column(_("Period")),
            Column(_("In the earlier document"), Kind.AMOUNT),
            Column(pgettext("changed figure", "Now"), Kind.AMOUNT),
            Column(pgettext("changed figure", "Change"), Kind.AMOUNT),
            *[Column(cause_in_words(cause), Kind.AMOUNT, group=_("of which through")) for cause in Cause],
            Column(_("What changed it")),
            Column(pgettext("changed value", "As in")),
        ],
        rows=rows,
        right=_("Unit: as in each row"),
        notice="" if rows else _("No figure of the earlier document has changed."),
        notes=[explain_causes(), _("Compared with: %(report)s") % {"report": labels(figures.comparisons)}],
        frozen_columns=3,
        is_optional=True,
    )


def labels(comparisons: Iterable[Comparison]) -> str:
    """Return the numbers of the documents compared with."""
    return wording.listed(one.label for one in comparisons)


def cause_in_words(cause: Cause) -> str:
    """Return "data", "coverage", "target", "rule"."""
    return {
        Cause.DATA: pgettext("cause of a change", "data"),
        Cause.COVERAGE: pgettext("cause of a change", "coverage"),
        Cause.TARGET: pgettext("cause of a change", "target"),
        Cause.RULE: pgettext("cause of a change", "rule"),
    }[cause]


def figure_in_words(figure: Figure) -> str:
    """Return "cumulative", "target", "completion rate", "gap"."""
    return {
        Figure.CUMULATIVE: pgettext("figure", "cumulative"),
        Figure.TARGET: pgettext("figure", "target"),
        Figure.COMPLETION: pgettext("figure", "completion rate"),
        Figure.GAP: pgettext("figure", "gap"),
    }[figure]


def causes_in_words(attribution: Attribution) -> str:
    """Return the causes that changed a figure; of one by which it came or went, that too."""
    return wording.listed(
        cause_in_words(cause)
        if amount is not None
        else pgettext("cause of a change", "%(cause)s (the figure came or went)") % {"cause": cause_in_words(cause)}
        for cause, amount in attribution.parts.items()
    )


def unit_of(change: FigureChange) -> str:
    """Return the unit that a figure's change is counted in."""
    units = {Figure.COMPLETION: pgettext("unit", "%, points"), Figure.GAP: pgettext("unit", "points")}
    return units.get(change.attribution.figure, change.unit)


def decimals_of(change: FigureChange) -> int:
    """Return the decimals that a figure is printed with."""
    is_rate = change.attribution.figure in (Figure.COMPLETION, Figure.GAP)
    return RATE_DECIMALS if is_rate else change.decimals


def explain_causes() -> str:
    """Return what each cause means."""
    return _(
        "Data: values that were corrected. Coverage: values that came or went, what is expected, places. Target: goals "
        "and base values. Rule: bounds, schedules, kinds and aggregation. They are applied in this order; the four add "
        "up to the change but for rounding."
    )


def _found(comparisons: Iterable[Comparison]) -> Iterator[tuple[Comparison, FigureChange]]:
    for comparison in comparisons:
        for change in comparison.figures:
            yield comparison, change


def _row(number: int, comparison: Comparison, change: FigureChange) -> Row:
    found = change.attribution
    parts: list[Value] = [found.parts.get(cause, Decimal(0)) for cause in Cause]
    return Row(
        [
            number,
            change.place_name,
            change.indicator,
            figure_in_words(found.figure),
            unit_of(change),
            change.period,
            found.then,
            found.now,
            found.change,
            *parts,
            causes_in_words(found),
            comparison.label,
        ],
        decimals=decimals_of(change),
    )
