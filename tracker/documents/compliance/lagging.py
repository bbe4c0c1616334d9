"""Targets behind schedule with what is short, what is needed in each month left, and where the year will land."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.forecast import Forecast
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.documents import need_words, official, progress_words, wording
from tracker.documents.compliance.figures import ComplianceFigures, PlaceFigures, TargetLine
from tracker.documents.need_words import Clause


@dataclass(frozen=True)
class Lag:
    """A target that a place is behind with, under complete coverage."""

    place: PlaceFigures
    line: TargetLine
    standing: TargetProgress
    need: Decimal | None
    period_kind: str = "month"


def lags_of(figures: ComplianceFigures, places: Iterable[PlaceFigures]) -> Iterator[Lag]:
    """Return the graded targets at level I or II of these places that are behind.

    A provisional level calls for no act yet, and one that the band alone keeps is ahead of its schedule again.
    """
    for place in places:
        for line in figures.graded:
            standing = place.standings.get(line.key)
            if standing is None or standing.is_provisional or standing.level not in (Level.I, Level.II):
                continue
            if standing.gap is None or standing.gap < 0:
                yield Lag(place, line, standing, need_of(figures, line, place), figures.kind)


def lags_in_regions(figures: ComplianceFigures) -> list[Lag]:
    """Return what the regions are behind with; what the report's own region is, where none of them has a part in it.

    A plan may set its targets for the whole alone: that no region lags does not say that nothing does.
    """
    found = list(lags_of(figures, figures.cities))
    return found or list(lags_of(figures, [figures.place]))


def none_behind(figures: ComplianceFigures) -> str:
    """Return in words that nothing is behind, or that nothing can be said yet."""
    places = [figures.place, *figures.cities]
    standings = (place.standings.get(line.key) for line in figures.graded for place in places)
    if any(one.level is not None and not one.is_provisional for one in standings if one is not None):
        return _("None is behind schedule under complete coverage.")
    if figures.is_empty:
        return _("Nothing can be graded yet.")
    return _("Nothing can be graded yet: returns are missing.")


def furthest_behind(lags: Iterable[Lag]) -> list[Lag]:
    """Return them, the largest gap first."""
    return sorted(lags, key=lambda lag: lag.standing.gap or Decimal(0))


def need_cell(figures: ComplianceFigures, line: TargetLine) -> Decimal | str | None:
    """Return the need of the report's region for a table: a figure, or in words that a limit has nothing free."""
    need = need_of(figures, line, figures.place)
    if need is None or need:
        return need
    return need_words.in_two_lines(need_words.used_up(line.standing, line.decimals)) or need


def need_of(figures: ComplianceFigures, line: TargetLine, place: PlaceFigures) -> Decimal | None:
    """Return what is needed in each period left, or of a cap still free; None for what does not add up."""
    return figures.book_of(line.key).monthly_need(line.key, place.code)


def forecast_of(figures: ComplianceFigures, line: TargetLine, place: PlaceFigures) -> Forecast | None:
    """Return where the year will land."""
    return figures.book_of(line.key).forecast(line.key, place.code)


def figure_with_unit(value: Decimal | None, line: TargetLine) -> str:
    """Return an amount of a target with its unit, which is the indicator's, whatever the target is set in."""
    return official.in_full(value, line.unit, line.decimals)


def shortfall_with_unit(lag: Lag) -> str:
    """Return what is short against the schedule, with its unit: "8.25万吨"; a rate's in percentage points."""
    value = lag.standing.shortfall
    if lag.line.is_rate or lag.line.standing.kind.is_in_percent:
        return _("%(points)s points") % {"points": wording.amount(value, 2)}
    return official.in_full(value, lag.line.unit, lag.line.decimals)


def lagging_sentence(name: str, lags: Iterable[Lag]) -> str:
    """Return the sentence about a place: what it is behind with, what is short, and what is needed."""
    return _("%(place)s: %(list)s.") % {"place": name, "list": _("; ").join(_clause(lag) for lag in lags)}


def _clause(lag: Lag) -> str:
    return "".join(template % words for template, words in clauses_of(lag))


def clauses_of(lag: Lag) -> list[Clause]:
    """Return the parts of the clause about a lag: where it stands, and what is needed in each period left."""
    words = {
        "name": wording.subject_of_total(lag.line.name),
        "cumulative": figure_with_unit(lag.standing.to_date.value, lag.line),
        "gap": progress_words.gap(lag.standing).lstrip("+-"),
        "shortfall": shortfall_with_unit(lag),
        "level": wording.level_name(lag.standing.level),
    }
    if lag.standing.bound.is_cap:
        said = _("%(name)s %(cumulative)s, %(shortfall)s above the schedule, %(gap)s points behind (%(level)s)")
    else:
        said = _("%(name)s %(cumulative)s, %(shortfall)s short of the schedule, %(gap)s points behind (%(level)s)")
    return [(said, words), *need_clause(lag.line, lag.standing, lag.need, lag.period_kind)]


def need_clause(line: TargetLine, standing: TargetProgress, need: Decimal | None, period_kind: str) -> list[Clause]:
    """Return what a place needs in each period left, as the end of a clause; nothing where nothing can be said."""
    return need_words.clause(standing, need, period_kind, line.unit, line.decimals)
