"""The share of each change in what differs from an issued document: the figures before and after its moment.

The figures are taken as known at the moment of every change in turn, from those that the document kept to the present
ones, so that the shares of all changes add up to the whole difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.attribution import by_the_yardstick_of
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.level_moves import Move, move
from tracker.calculation.progress import TargetProgress
from tracker.calculation.timeliness import came_late
from tracker.documents import wording
from tracker.models import ExpectedReturn, Extension, IssuedReport, Period
from tracker.queries.documents.comparisons import places_of
from tracker.queries.documents.document_names import DocumentNames
from tracker.queries.documents.inputs import DocumentInputs
from tracker.queries.documents.set_up_changes import ChangeKind, ChangeSince
from tracker.queries.documents.summed_periods import periods_within
from tracker.queries.figures.figure_inputs import load_figure_inputs

#: Moments of changes for each of which all figures are read; the shares of older ones are not told.
MOST_MOMENTS = 24
#: Figures told of one change; of more there is a number.
MOST_TOLD = 4
RATE_DECIMALS = 2


@dataclass(frozen=True)
class Share:
    """Keep the effect of a change: a line for each figure; None where it was not taken apart."""

    change: ChangeSince
    lines: Sequence[str] | None


def shares_of(report: IssuedReport, changes: Sequence[ChangeSince], kept: DocumentInputs) -> list[Share]:
    """Return each change with its share. Changes of one moment share what they moved together."""
    moments = sorted({one.recorded_at for one in changes})[-MOST_MOMENTS:]
    before = kept.book if len({one.recorded_at for one in changes}) <= MOST_MOMENTS else None
    lines: dict[datetime, list[str]] = {}
    for moment in moments:
        after = _known_at(report, moment, kept.book.width)
        if before is not None:
            lines[moment] = list(_moved(before, after, kept.names))
        before = after
    return [Share(one, _told(one, lines.get(one.recorded_at))) for one in changes]


def _known_at(report: IssuedReport, moment: datetime, width: int) -> FigureInputs:
    within = periods_within(report.period)
    book = load_figure_inputs(within[-1] if within else report.period, as_of=moment)
    return replace(book, width=width)


def _told(change: ChangeSince, lines: Sequence[str] | None) -> list[str] | None:
    own = [*_of_deadline(change)] if change.kind is ChangeKind.DEADLINE else []
    if lines is None:
        return own or None
    told = [*own, *lines[:MOST_TOLD]]
    if rest := len(lines) - MOST_TOLD:
        told += [_("and %(number)s more figures") % {"number": rest}] if rest > 0 else []
    return told


def _moved(before: FigureInputs, after: FigureInputs, names: DocumentNames) -> Iterator[str]:
    """Return a line for each target and place whose figures differ."""
    old: FigureInputs | None = None
    for target in names.targets:
        for place in places_of(names):
            then, now = (_progress(one, target.code, place) for one in (before, after))
            if then is None or now is None or (differences := _differences(then, now)) == {}:
                continue
            if then.level != now.level:
                old = old or by_the_yardstick_of(before, after)
                differences["level"] = _level(then, now, _progress(old, target.code, place))
            words = {
                "place": names.regions[place],
                "indicator": names.indicators[target.code].name,
                "figures": wording.listed(differences.values()),
            }
            yield _("%(place)s, %(indicator)s: %(figures)s") % words


def _progress(book: FigureInputs, indicator: str, place: str) -> TargetProgress | None:
    if place not in book.paths or indicator not in book.terms:
        return None
    return book.standing(indicator, place)


def _differences(then: TargetProgress, now: TargetProgress) -> dict[str, str]:
    figures = {
        "cumulative": (_("cumulative"), then.to_date.value, now.to_date.value, None),
        "target": (_("target"), then.target, now.target, None),
        "completion": (_("completion rate"), then.completion, now.completion, RATE_DECIMALS),
        "gap": (_("gap"), then.gap, now.gap, RATE_DECIMALS),
    }
    found = {name: _moved_by(*figure) for name, figure in figures.items() if figure[1] != figure[2]}
    counts = then.to_date.coverage, now.to_date.coverage
    if counts[0] != counts[1]:
        words = {"then": wording.coverage(counts[0]), "now": wording.coverage(counts[1])}
        found["coverage"] = _("coverage %(then)s → %(now)s") % words
    if then.level != now.level:
        found["level"] = ""
    return found


def _moved_by(name: str, then: Decimal | None, now: Decimal | None, decimals: int | None) -> str:
    if then is None or now is None:
        return _("%(figure)s came or went") % {"figure": name}
    change = wording.signed(now - then, RATE_DECIMALS if decimals is None else decimals)
    return _("%(figure)s %(change)s") % {"figure": name, "change": change}


def _level(then: TargetProgress, now: TargetProgress, by_old: TargetProgress | None) -> str:
    words = {"then": wording.marked_level(then.level), "now": wording.marked_level(now.level)}
    if move(then.level, now.level, by_old.level if by_old else None) is Move.YARDSTICK:
        return _("level %(then)s → %(now)s (yardstick moved)") % words
    return _("level %(then)s → %(now)s") % words


def _of_deadline(change: ChangeSince) -> Iterator[str]:
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
    for words, moved in ((_("on time"), (True, False)), (_("late"), (False, True))):
        if number := lateness.count(moved):
            code = (row if isinstance(row, Period) else row.period).code
            told = {"number": number, "period": wording.period_in_words(code), "words": words}
            yield _("timeliness: %(number)s returns for %(period)s are now %(words)s") % told
