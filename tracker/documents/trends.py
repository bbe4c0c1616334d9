"""How a level moves and where a year lands, in words; and the mark of what is provisional."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker.calculation.forecast import Forecast, Method
from tracker.calculation.level_history import LevelHistory
from tracker.calculation.level_moves import Move
from tracker.documents import wording
from tracker.documents.move_words import move_in_words

#: The kind of period of which a month's words are said.
MONTH = "month"
#: The directions that are moves.
MOVES = {"better": Move.BETTER, "worse": Move.WORSE, "yardstick": Move.YARDSTICK}


def basis(*, is_provisional: bool) -> str:
    """Return what figures are reckoned from; it stands beside every one that is not of verified values."""
    return _("From reported values, preliminary") if is_provisional else _("Verified values")


def provisional_level(level: str) -> str:
    """Return a level that reported values would give: never to be taken for one that holds."""
    return pgettext("reported values", "%(level)s (preliminary)") % {"level": level}


def direction(history: LevelHistory) -> str:
    """Return which way the level moved since the period before: "better", "worse", "same", or "" when either is
    not graded; "yardstick" where it is another, or the same, only because a rule or a goal moved.
    """
    if history.now is None or history.before is None:
        return ""
    if history.is_by_ruler:
        return "yardstick"
    return "better" if history.change > 0 else "worse" if history.change < 0 else "same"


def level_change(history: LevelHistory, kind: str = MONTH) -> str:
    """ "worse, was ● Level III"; a dash where there is no level. `kind` is the periods' kind."""
    if history.is_provisional:
        return _("provisional: not compared until all returns are there")
    if history.now is None:
        return wording.MISSING
    is_monthly, way = kind == MONTH, direction(history)
    if way in MOVES:
        words = {"change": move_in_words(MOVES[way]), "level": wording.marked_level(history.before)}
        was = _("%(change)s, last month %(level)s") if is_monthly else _("%(change)s, in the period before %(level)s")
        return was % words
    if way:
        return _("unchanged since last month") if is_monthly else _("unchanged since the period before")
    return _("not graded last month") if is_monthly else _("not graded in the period before")


def months_at_level(history: LevelHistory, kind: str = MONTH) -> str:
    """For how many months in a row it has stood there, or periods of another kind; a dash where there is no level."""
    count = {"count": history.periods_at_level}
    if not history.periods_at_level:
        return wording.MISSING
    if kind != MONTH:
        return ngettext("%(count)s period at this level", "%(count)s periods in a row", count["count"]) % count
    return ngettext("%(count)s month at this level", "%(count)s months in a row", count["count"]) % count


def change_and_months(history: LevelHistory, kind: str = MONTH) -> str:
    """Both in one short line: how long it has stood is told where it has stood for more than one period."""
    count = history.periods_at_level
    if count <= 1 or history.is_by_ruler:
        return level_change(history, kind)
    words = _("unchanged for %(count)s months") if kind == MONTH else _("unchanged for %(count)s periods")
    return words % {"count": count}


def brief_change(history: LevelHistory, kind: str) -> str:
    """Return the move of the level in a few words: "worse, was ● III"; a dash where either is not graded."""
    way = direction(history)
    if way in MOVES:
        words = {"change": move_in_words(MOVES[way]), "level": wording.brief_level(history.before)}
        return pgettext("change of level", "%(change)s, was %(level)s") % words
    if not way:
        return wording.MISSING
    same = pgettext("streak", "%(count)s months") if kind == MONTH else pgettext("streak", "%(count)s periods")
    return same % {"count": history.periods_at_level}


def method(forecast: Forecast) -> str:
    """Return how the forecast is made."""
    return {
        Method.RUN_RATE: _("at the average month so far"),
        Method.LAST_YEAR: _("by last year's seasons"),
        Method.SEASON_TABLE: _("by the season table of the target"),
    }[forecast.method]


def season_in_words(season: Sequence[Decimal]) -> str:
    """Return a season table: "January 5%; February 4%; …"."""
    shares = [f"{share.normalize():f}%" for share in season]
    form = pgettext("format of a month", "F")
    named = ((date_format(date(2000, number, 1), form), share) for number, share in enumerate(shares, 1))
    return wording.listed(_("%(month)s %(share)s") % {"month": month, "share": share} for month, share in named)


def forecast_in_words(forecast: Forecast | None, decimals: int) -> str:
    """Return the amount with its method and range; a dash where nothing can be said."""
    if forecast is None:
        return wording.MISSING
    words = {
        "method": method(forecast),
        "value": wording.amount(forecast.value, decimals),
        "low": wording.amount(forecast.low, decimals),
        "high": wording.amount(forecast.high, decimals),
    }
    if forecast.low is None:
        return _("%(value)s expected %(method)s, without a range: the season is not known") % words
    return _("%(value)s expected %(method)s, in 8 of 10 cases %(low)s to %(high)s") % words
