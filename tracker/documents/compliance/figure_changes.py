"""指标变动分解: by how much each issued figure changed since, through data, coverage, target and rule."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.attribution import Attribution, Cause
from tracker.calculation.printed_figures import FigureValue
from tracker.documents import wording
from tracker.documents.compliance.comparison import Comparison, FigureChange
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.figure_words import figure_in_words, value_in_words
from tracker.documents.shape import Column, Kind, Row, Sheet, Value


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
            Column(_("In the earlier document"), Kind.AMOUNT, is_unrounded=True),
            Column(pgettext("changed figure", "Now"), Kind.AMOUNT, is_unrounded=True),
            Column(pgettext("changed figure", "Change"), Kind.AMOUNT, is_unrounded=True),
            *[
                Column(cause_in_words(cause), Kind.AMOUNT, group=_("of which through"), is_unrounded=True)
                for cause in Cause
            ],
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


def causes_in_words(attribution: Attribution) -> str:
    """Return the causes that changed a figure; of one by which it came or went, that too."""
    return wording.listed(
        pgettext("cause of a change", "%(cause)s (the figure came or went)") % {"cause": cause_in_words(cause)}
        if None in step
        else cause_in_words(cause)
        for cause, step in attribution.steps.items()
    )


def explain_causes() -> str:
    """Return what each cause means, and how the parts add up."""
    return _(
        "Data: values that were corrected. Coverage: values that came or went, what is expected, places. Target: goals "
        "and base values. Rule: bounds, schedules, kinds and aggregation. They are applied in this order; the four add "
        "up to the change but for rounding. A level, a rank and a coverage are given before and after each step. A "
        "level that changed through target or rule is neither better nor worse."
    )


def _found(comparisons: Iterable[Comparison]) -> Iterator[tuple[Comparison, FigureChange]]:
    for comparison in comparisons:
        for change in comparison.figures:
            yield comparison, change


def _row(number: int, comparison: Comparison, change: FigureChange) -> Row:
    found = change.attribution
    return Row(
        [
            number,
            change.place_name,
            change.indicator,
            figure_in_words(found.figure),
            change.unit_of_figure,
            change.period,
            _value(change, found.then),
            _value(change, found.now),
            found.change if found.figure.is_amount else "",
            *[_part(change, cause) for cause in Cause],
            causes_in_words(found),
            comparison.label,
        ],
        decimals=change.decimals_of_figure,
    )


def _value(change: FigureChange, value: FigureValue) -> Value:
    if value is None or isinstance(value, Decimal):
        return value
    return value_in_words(value, change.decimals)


def _part(change: FigureChange, cause: Cause) -> Value:
    """Return the difference that a cause made, 0 if none; of what has no difference the figure before and after."""
    found = change.attribution
    if found.figure.is_amount:
        return found.parts.get(cause, Decimal(0))
    if cause not in found.steps:
        return ""
    then, now = (value_in_words(value, change.decimals) for value in found.steps[cause])
    return _("%(then)s\n→ %(now)s") % {"then": then, "now": now}
