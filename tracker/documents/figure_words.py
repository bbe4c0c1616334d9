"""The figures of a target in words: their names, units and decimals, and what a change of one is."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.cells import Coverage
from tracker.calculation.printed_figures import Figure, FigureValue, Grade
from tracker.documents import wording

#: Rates and gaps are printed to this many decimals.
RATE_DECIMALS = 2
GROWTH = (Figure.MONTH_ON_MONTH, Figure.YEAR_ON_YEAR, Figure.COMPARABLE_GROWTH)
RATES = (Figure.COMPLETION, Figure.SCHEDULE)


def figure_in_words(figure: Figure) -> str:
    """Return "cumulative", "completion rate", "rank"."""
    return {
        Figure.TARGET: pgettext("figure", "target"),
        Figure.PERIOD: pgettext("figure", "this period"),
        Figure.MONTH_ON_MONTH: pgettext("figure", "on the period before"),
        Figure.CUMULATIVE: pgettext("figure", "cumulative"),
        Figure.YEAR_ON_YEAR: pgettext("figure", "year on year"),
        Figure.COMPARABLE_GROWTH: pgettext("figure", "year on year on the same units"),
        Figure.COMPLETION: pgettext("figure", "completion rate"),
        Figure.SCHEDULE: pgettext("figure", "schedule rate"),
        Figure.GAP: pgettext("figure", "gap"),
        Figure.LEVEL: pgettext("figure", "level"),
        Figure.RANK: pgettext("figure", "rank"),
        Figure.PERIOD_COVERAGE: pgettext("figure", "coverage of this period"),
        Figure.COVERAGE: pgettext("figure", "coverage"),
        Figure.NEED: pgettext("figure", "need per period left"),
        Figure.FORECAST: pgettext("figure", "forecast"),
        Figure.FORECAST_LOW: pgettext("figure", "forecast, lower end"),
        Figure.FORECAST_HIGH: pgettext("figure", "forecast, upper end"),
    }[figure]


def unit_of(figure: Figure, unit: str, *, is_rate: bool = False, is_count: bool = False) -> str:
    """Return the unit that a figure and its change are counted in. `unit` is the indicator's."""
    if figure in RATES or (figure in GROWTH and not is_rate and not is_count):
        return pgettext("unit", "%, points")
    if figure is Figure.GAP or (figure in GROWTH and is_rate):
        return pgettext("unit", "points")
    return unit if figure.is_amount else ""


def decimals_of(figure: Figure, decimals: int, *, is_count: bool = False) -> int:
    """Return the decimals that a figure is printed with. `decimals` are the indicator's."""
    is_rate = figure in RATES or figure is Figure.GAP or (figure in GROWTH and not is_count)
    return RATE_DECIMALS if is_rate else decimals


def value_in_words(value: FigureValue, decimals: int) -> str:
    """Return a figure: "6,611.79", "▲ Level I", "3", "9/11"; a dash when missing."""
    if isinstance(value, Grade):
        found = wording.marked_level(value.level)
        return wording.provisional_level(value.level) if value.is_provisional else found
    if isinstance(value, Coverage):
        return str(value) if value.expected else wording.MISSING
    if isinstance(value, Decimal):
        return wording.amount(value, decimals)
    return wording.MISSING if value is None else str(value)


def step_in_words(before: FigureValue, after: FigureValue, decimals: int) -> str:
    """Return what a step made of a figure: the difference of an amount, "3 → 2" of a rank, a level or a coverage."""
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        return wording.signed(after - before, decimals)
    words = {"then": value_in_words(before, decimals), "now": value_in_words(after, decimals)}
    return _("%(then)s → %(now)s") % words


def change_in_words(figure: Figure, before: FigureValue, after: FigureValue, decimals: int) -> str:
    """Return a figure with its change: "cumulative +3.00", "rank 3 → 2"."""
    words = {"figure": figure_in_words(figure), "change": step_in_words(before, after, decimals)}
    return _("%(figure)s %(change)s") % words
