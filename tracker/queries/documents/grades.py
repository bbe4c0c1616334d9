"""Levels with which targets were issued: stored with each document, or derived from the inputs that it kept."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Level
from tracker.models import IssuedLevel, IssuedReport
from tracker.queries.documents.inputs import DocumentInputs, kept_inputs
from tracker.queries.documents.request import IssuedGrade

COMPLETE = IssuedLevel.Basis.COMPLETE
#: A target's indicator and a place, by their codes.
Key = tuple[str, str]


def grades_of(inputs: DocumentInputs) -> Iterator[IssuedGrade]:
    """Return the level of every graded target in each place of a document, and what each rests on."""
    names = inputs.names
    places = [names.place, *(names.cities if names.place == names.top else ())]
    for target in names.targets:
        book, period = inputs.book_of(target.code), inputs.period_of(target.code)
        if not target.is_graded:
            continue
        for place in places:
            if place in book.paths and concerns(book, target.code, place, names.top):
                level, basis = _grade(book, target.code, place)
                yield IssuedGrade(period, target.code, place, level, basis)


def concerns(book: FigureInputs, indicator: str, place: str, top: str) -> bool:
    """Return True if a place has anything to do with a target: a goal of its own, or a return that is expected."""
    if place == top:
        return True
    if book.requirements.has_one_goal(indicator):
        has_goal = (indicator, place) in book.goals
    else:
        has_goal = book.goal(indicator, place, book.periods[-1].ends_on) is not None
    return has_goal or bool(book.tally(indicator, place, -1).coverage.expected)


def complete_levels(report: IssuedReport) -> dict[Key, Level | None]:
    """Return the levels of an issued document that rest on complete coverage, and the targets it could not grade."""
    stored = report.levels.exclude(basis=IssuedLevel.Basis.PROVISIONAL).values_list("indicator", "region", "level")
    if found := list(stored):
        return {(indicator, region): Level(level) if level else None for indicator, region, level in found}
    if report.levels.exists():
        return {}
    return {
        (grade.indicator, grade.region): grade.level
        for grade in grades_of(kept_inputs(report))
        if grade.basis != IssuedLevel.Basis.PROVISIONAL
    }


def issues_in_a_row(report: IssuedReport) -> Mapping[Key, int]:
    """Return in how many issues in a row, up to this one, each target has had its level in each place.

    Of each period the newest edition counts that was issued by then. An issue in which the level was provisional or
    missing ends the row.
    """
    series = IssuedReport.objects.of_the_series_of(report).filter(
        period__ends_on__lte=report.period.ends_on, pk__lte=report.pk
    )
    newest: dict[int, int] = {}
    order = series.order_by("period__ends_on", "edition", "-pk").values_list("period_id", "pk")
    for period, pk in order:
        newest[period] = pk
    newest[report.period_id] = report.pk
    levels: dict[Key, list[int | None]] = defaultdict(list)
    rows = IssuedLevel.objects.filter(report__in=newest.values()).order_by("report__period__ends_on")
    for indicator, region, level, basis in rows.values_list("indicator", "region", "level", "basis"):
        levels[indicator, region].append(level if basis == COMPLETE else None)
    own = set(report.levels.values_list("indicator", "region"))
    return {key: _row_of(found) for key, found in levels.items() if key in own}


def _row_of(levels: Sequence[int | None]) -> int:
    if levels[-1] is None:
        return 0
    return next((number for number, level in enumerate(reversed(levels)) if level != levels[-1]), len(levels))


def _grade(book: FigureInputs, indicator: str, place: str) -> tuple[Level | None, str]:
    progress = book.standing(indicator, place)
    if not progress.this_period.coverage.present:
        return progress.level, IssuedLevel.Basis.NONE
    is_complete = progress.to_date.is_complete and not progress.is_provisional
    return progress.level, COMPLETE if is_complete else IssuedLevel.Basis.PROVISIONAL
