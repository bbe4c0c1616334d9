"""Comparing a document with an earlier one, from the inputs that both keep."""

from collections.abc import Iterator

from tracker.calculation.attribution import by_the_yardstick_of, steps_between
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.level_moves import Move, move
from tracker.calculation.levels import Level
from tracker.calculation.printed_figures import Figure
from tracker.documents import wording
from tracker.documents.compliance.comparison import Comparison, FigureChange, LevelMove
from tracker.models import IssuedReport, Period
from tracker.queries.documents.document_names import DocumentNames
from tracker.queries.documents.editions import issue_of
from tracker.queries.documents.grades import complete_levels, concerns
from tracker.queries.documents.inputs import DocumentInputs, kept_inputs
from tracker.queries.documents.other_books import others_from_json
from tracker.queries.documents.request import Edition
from tracker.queries.figures.figures import OtherBook
from tracker.queries.figures.snapshots import book_from_json


def comparisons_of(inputs: DocumentInputs, edition: Edition) -> list[Comparison]:
    """Return what differs from the edition before and from the previous issue; empty for a first document."""
    found = []
    if edition.previous_edition:
        found.append(_comparison(inputs, edition.previous_edition, is_edition=True))
    if edition.previous_issue:
        found.append(_comparison(inputs, edition.previous_issue, is_edition=False))
    return found


def figures_changed(earlier: IssuedReport, now: DocumentInputs) -> list[FigureChange]:
    """Return the figures of an issued document that are others by newer inputs, taken apart by cause."""
    then = book_from_json(earlier.book)
    found = list(_figure_changes(then, now.book, now.names))
    for period, other in others_from_json(earlier.book, earlier.plan).items():
        newer = _same_periods(period, other, now)
        if newer is not None:
            found += _figure_changes(other.book, newer, now.names, set(other.indicators))
    return found


def _same_periods(period: Period, other: OtherBook, now: DocumentInputs) -> FigureInputs | None:
    """Return the inputs that have the period of others, or the same kind of periods where these are added up."""
    for own, newer in now.others.items():
        if own == period or (other.is_summed and newer.is_summed and own.kind == period.kind):
            return newer.book
    return None


def moves_since(earlier: IssuedReport, now: DocumentInputs) -> list[LevelMove]:
    """Return the levels that are others by newer inputs than an issued document has, what got worse first."""
    order = list(Move)
    return sorted(_moves(now, earlier), key=lambda one: order.index(one.move))


def _comparison(inputs: DocumentInputs, earlier: IssuedReport, *, is_edition: bool) -> Comparison:
    return Comparison(
        label=issue_of(earlier).in_words(is_edition=is_edition),
        is_edition=is_edition,
        moves=moves_since(earlier, inputs),
        figures=figures_changed(earlier, inputs),
    )


def _moves(inputs: DocumentInputs, earlier: IssuedReport) -> Iterator[LevelMove]:
    names, levels, then = inputs.names, complete_levels(earlier), kept_inputs(earlier)
    by_old = Yardsticks(then, inputs)
    for place in places_of(names):
        for target in names.targets:
            key = (target.code, place)
            if key not in levels or inputs.period_of(target.code) != inputs.period or not target.is_graded:
                continue
            now = inputs.book_of(target.code)
            if not concerns(now, target.code, place, names.top):
                continue
            progress = now.standing(target.code, place)
            if progress.is_provisional:
                continue
            old = _level(by_old.of(target.code), target.code, place)
            kind = move(levels[key], progress.level, old)
            if kind is not None:
                yield LevelMove(
                    key=target.code,
                    place=place,
                    place_name=str(names.regions[place]),
                    indicator=str(names.indicators[target.code].name),
                    then=levels[key],
                    now=progress.level,
                    by_old=old,
                    move=kind,
                    progress=progress,
                )


class Yardsticks:
    """The newer inputs judged by the goals and bounds of an earlier document."""

    def __init__(self, then: DocumentInputs, now: DocumentInputs) -> None:
        self.then, self.now = then, now
        self._read: dict[tuple[int, int], FigureInputs] = {}

    def of(self, indicator: str) -> FigureInputs:
        """Return the inputs of an indicator."""
        then, now = self.then.book_of(indicator), self.now.book_of(indicator)
        key = id(then), id(now)
        if key not in self._read:
            self._read[key] = by_the_yardstick_of(then, now)
        return self._read[key]


def _level(book: FigureInputs, indicator: str, place: str) -> Level | None:
    progress = book.standing(indicator, place)
    return None if progress.is_provisional else progress.level


def _figure_changes(
    then: FigureInputs, now: FigureInputs, names: DocumentNames, indicators: set[str] | None = None
) -> Iterator[FigureChange]:
    steps, period = steps_between(then, now, tuple(names.cities)), then.periods[-1].code
    if steps.is_unchanged:
        return
    for place in places_of(names):
        for target in names.targets:
            if target.code not in then.terms and target.code not in now.terms:
                continue
            if indicators is not None and target.code not in indicators:
                continue
            named = names.indicators[target.code]
            for attribution in steps.attributions(target.code, place):
                if attribution.figure is Figure.LEVEL and not target.is_graded:
                    continue
                yield FigureChange(
                    place_name=str(names.regions[place]),
                    indicator=str(named.name),
                    unit=str(named.unit),
                    decimals=named.decimals,
                    period=wording.period_in_words(period),
                    attribution=attribution,
                    is_rate=target.code in now.cells.rules and now.is_rate(target.code),
                    is_count=now.requirements.terms_of(target.code).is_countable,
                )


def places_of(names: DocumentNames) -> list[str]:
    """Return the codes of the places that a document is about: its own, and the cities of the whole."""
    return [names.place, *(names.cities if names.place == names.top else ())]
