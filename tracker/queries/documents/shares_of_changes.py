"""The share of each change in what differs from an issued document: the figures before and after its moment.

The figures are taken as known at the moment of every change in turn, from those that the document kept to the present
ones, so that the shares of all changes add up to the whole difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.calculation.attribution import by_the_yardstick_of
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.level_moves import Move, move
from tracker.calculation.printed_figures import Figure, FigureValue, PrintedFigures
from tracker.calculation.timeliness import came_late
from tracker.documents import wording
from tracker.documents.figure_words import change_in_words, decimals_of
from tracker.models import ExpectedReturn, Extension, IssuedReport, Period
from tracker.queries.documents.comparisons import places_of
from tracker.queries.documents.document_names import DocumentNames
from tracker.queries.documents.inputs import DocumentInputs
from tracker.queries.documents.set_up_changes import ChangeKind, ChangeSince
from tracker.queries.documents.summed_periods import periods_within
from tracker.queries.figures.figure_inputs import load_figure_inputs

#: Moments of changes for each of which all figures are read; the shares of older ones are not told.
MOST_MOMENTS = 24
#: Moments of changes of set-up of which a document states the shares.
MOST_APART = 12
INSTANT = timedelta(microseconds=1)
#: Figures told of one change; of more there is a number.
MOST_TOLD = 4


@dataclass(frozen=True)
class Share:
    """Keep the effect of a change: a line for each figure; None where it was not taken apart."""

    change: ChangeSince
    lines: Sequence[str] | None


def shares_of(report: IssuedReport, changes: Sequence[ChangeSince], kept: DocumentInputs) -> list[Share]:
    """Return each change with its share. Changes of one moment share what they moved together."""
    recorded = sorted({one.recorded_at for one in changes})
    moments = recorded[-MOST_MOMENTS:]
    ranked = tuple(kept.names.cities)
    before = PrintedFigures(kept.book, ranked) if len(recorded) <= MOST_MOMENTS else None
    lines: dict[datetime, list[str]] = {}
    for moment in moments:
        after = PrintedFigures(_known_at(report, moment, kept.book), ranked)
        if before is not None:
            lines[moment] = list(_moved(before, after, kept.names))
        before = after
    return [Share(one, _told(one, lines.get(one.recorded_at))) for one in changes]


class SharesApart:
    """The share of each change by itself: the figures just before its moment and at it.

    Figures are read for the newest moments only, and not where deadlines alone changed: these move no figure.
    """

    def __init__(self, report: IssuedReport, changes: Sequence[ChangeSince], kept: DocumentInputs) -> None:
        self.report, self.kept = report, kept
        moments = {one.recorded_at for one in changes if one.kind is not ChangeKind.DEADLINE}
        self.moments = frozenset(sorted(moments)[-MOST_APART:])
        self._read: dict[datetime, tuple[PrintedFigures, PrintedFigures]] = {}

    def of(self, change: ChangeSince) -> list[str] | None:
        """Return what a change moved, in the active language; None where it was not measured."""
        if change.recorded_at in self.moments:
            return _told(change, list(_moved(*self._around(change.recorded_at), self.kept.names)))
        return _told(change, [] if change.kind is ChangeKind.DEADLINE else None)

    def _around(self, moment: datetime) -> tuple[PrintedFigures, PrintedFigures]:
        if moment not in self._read:
            ranked, kept = tuple(self.kept.names.cities), self.kept.book
            before, after = (
                PrintedFigures(_known_at(self.report, one, kept), ranked) for one in (moment - INSTANT, moment)
            )
            self._read[moment] = before, after
        return self._read[moment]


def _known_at(report: IssuedReport, moment: datetime, kept: FigureInputs) -> FigureInputs:
    """Return the inputs of a moment. Values of the same units are compared where the document kept any."""
    within = periods_within(report.period)
    last = within[-1] if within else report.period
    return replace(load_figure_inputs(last, as_of=moment, same_units=bool(kept.same_units.pairs)), width=kept.width)


def _told(change: ChangeSince, lines: Sequence[str] | None) -> list[str] | None:
    own = [*deadline_share(change)] if change.kind is ChangeKind.DEADLINE else []
    if lines is None:
        return own or None
    told = [*own, *lines[:MOST_TOLD]]
    if rest := len(lines) - MOST_TOLD:
        told += [_("and %(number)s more figures") % {"number": rest}] if rest > 0 else []
    return told


def _moved(before: PrintedFigures, after: PrintedFigures, names: DocumentNames) -> Iterator[str]:
    """Return a line for each target and place whose figures differ."""
    by_old = _ByOldYardstick(before.inputs, after.inputs)
    for target in names.targets:
        for place in places_of(names):
            then, now = before.of(target.code, place), after.of(target.code, place)
            figures = [
                _changed(figure, (then[figure], now[figure]), (target.code, place), names, by_old)
                for figure in Figure
                if then and now and then[figure] != now[figure] and (target.is_graded or figure is not Figure.LEVEL)
            ]
            if figures:
                words = {
                    "place": names.regions[place],
                    "indicator": names.indicators[target.code].name,
                    "figures": wording.listed(figures),
                }
                yield _("%(place)s, %(indicator)s: %(figures)s") % words


def _changed(
    figure: Figure,
    pair: tuple[FigureValue, FigureValue],
    at: tuple[str, str],
    names: DocumentNames,
    by_old: "_ByOldYardstick",
) -> str:
    """Return a figure with its change; of a level that the yardstick moved, that it did."""
    indicator, place = at
    is_count = by_old.after.requirements.terms_of(indicator).is_countable
    decimals = decimals_of(figure, names.indicators[indicator].decimals, is_count=is_count)
    change = change_in_words(figure, *pair, decimals)
    if figure is Figure.LEVEL and by_old.moves(indicator, place):
        return _("%(change)s (yardstick moved)") % {"change": change}
    return change


class _ByOldYardstick:
    """The levels after a change by the goals and rules before it."""

    def __init__(self, before: FigureInputs, after: FigureInputs) -> None:
        self.before, self.after = before, after

    @cached_property
    def _old(self) -> FigureInputs:
        return by_the_yardstick_of(self.before, self.after)

    def moves(self, indicator: str, place: str) -> bool:
        """Return True if a level moved because the yardstick did: such a move is neither better nor worse."""
        levels = (one.standing(indicator, place).level for one in (self.before, self.after, self._old))
        return move(*levels) is Move.YARDSTICK


def deadline_share(change: ChangeSince) -> Iterator[str]:
    """Return how many returns became late or on time, and of which timeliness that is."""
    row = change.row
    rows = ExpectedReturn.objects.select_related("unit_return", "period")
    if isinstance(row, Extension):
        rows, key = rows.filter(unit=row.unit_id, period=row.period_id), "until"
        then = change.before.get(key) or row.period.due_at.isoformat()
    else:
        rows, key = rows.filter(period=row.pk), "due_at"
        then = change.before[key]
    old, new = (datetime.fromisoformat(text) for text in (then, change.after.get(key) or row.period.due_at.isoformat()))
    handed_in = [one.first_submitted_at for one in rows]
    lateness = [(came_late(at, old), came_late(at, new)) for at in handed_in]
    period = wording.period_in_words((row if isinstance(row, Period) else row.period).code)
    if number := lateness.count((True, False)):
        told = {"number": number, "period": period}
        yield (
            ngettext(
                "timeliness: %(number)s return for %(period)s is now on time",
                "timeliness: %(number)s returns for %(period)s are now on time",
                number,
            )
            % told
        )
    if number := lateness.count((False, True)):
        told = {"number": number, "period": period}
        yield (
            ngettext(
                "timeliness: %(number)s return for %(period)s is now late",
                "timeliness: %(number)s returns for %(period)s are now late",
                number,
            )
            % told
        )
