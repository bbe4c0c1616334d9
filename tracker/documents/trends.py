"""How a level moves and where a year lands, in words; and the mark of what is provisional."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.calculation.figure_inputs import LevelHistory
from tracker.calculation.forecast import Forecast, Method
from tracker.documents import wording


def basis(*, is_provisional: bool) -> str:
    """Return what figures are reckoned from; it stands beside every one that is not of verified values."""
    return _("From reported values, preliminary") if is_provisional else _("Verified values")


def provisional_level(level: str) -> str:
    """A level that reported values would give: never to be taken for one that holds."""
    return _("%(level)s (provisional)") % {"level": level}


def direction(history: LevelHistory) -> str:
    """Return which way the level moved since the period before: "better", "worse", "same", or "" when either is
    not graded.
    """
    if history.now is None or history.before is None:
        return ""
    return "better" if history.change > 0 else "worse" if history.change < 0 else "same"


def level_change(history: LevelHistory) -> str:
    """ "↓ worse, was ● Level III"; a dash where there is no level."""
    if history.is_provisional:
        return _("provisional: not compared until all returns are there")
    if history.now is None:
        return wording.MISSING
    was = {"level": wording.marked_level(history.before)}
    return {
        "better": _("↑ better, was %(level)s") % was,
        "worse": _("↓ worse, was %(level)s") % was,
        "same": _("→ unchanged"),
        "": _("not graded last month"),
    }[direction(history)]


def months_at_level(history: LevelHistory) -> str:
    """For how many months in a row it has stood there; a dash where there is no level."""
    count = history.periods_at_level
    if not count:
        return wording.MISSING
    return ngettext("%(count)s month at this level", "%(count)s months in a row", count) % {"count": count}


def change_and_months(history: LevelHistory) -> str:
    """Both in one short line: how long it has stood is told where it has stood for more than a month."""
    count = history.periods_at_level
    return _("→ unchanged for %(count)s months") % {"count": count} if count > 1 else level_change(history)


def method(forecast: Forecast) -> str:
    """Return how the forecast is made."""
    return {
        Method.RUN_RATE: _("at the average month so far"),
        Method.LAST_YEAR: _("by last year's seasons"),
    }[forecast.method]


def forecast_in_words(forecast: Forecast | None, decimals: int) -> str:
    """The amount with its method and range; a dash where nothing can be said."""
    if forecast is None:
        return wording.MISSING
    words = {
        "method": method(forecast),
        "value": wording.amount(forecast.value, decimals),
        "low": wording.amount(forecast.low, decimals),
        "high": wording.amount(forecast.high, decimals),
    }
    return _("%(value)s expected %(method)s, range %(low)s to %(high)s") % words
