"""晴雨表: cities by graded targets, with completion rate and warning level. Without data: named, not graded."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents import expressions, wording
from tracker.documents.compliance.figures import ComplianceFigures, PlaceFigures, TargetLine
from tracker.documents.compliance.level_changes import changes_in_words
from tracker.documents.compliance.ranking import KEY as RANKING
from tracker.documents.compliance.ranking import row_key
from tracker.documents.compliance.summary import KEY as SUMMARY
from tracker.documents.compliance.summary import covered, explain_levels
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet, Value

#: More targets than these have rows of their own.
MOST_BY_PLACE = 14
#: So many pairs of columns print at 9 points or more.
MOST_ACROSS = 9
NOT_CONCERNED = "/"


def barometer(figures: ComplianceFigures) -> list[Sheet]:
    """Build the sheets; the whole comes first if there are cities to compare, and is the only row if not.

    A few targets are placed side by side. With many, each has a row, and the regions are placed side by side. What does
    not fit side by side on one page goes on another sheet.
    """
    places = [figures.place, *figures.cities]
    if len(figures.graded) <= MOST_BY_PLACE:
        return [_by_place(figures, places, figures.graded[run]) for run in _runs(len(figures.graded))]
    return [_by_target(figures, places[run]) for run in _runs(len(places))]


def _runs(count: int) -> list[slice]:
    """Return slices of about the same length, none too long for a page; a single empty one of nothing."""
    number = max(1, ceil(count / MOST_ACROSS))
    return [slice(first, last) for first, last in pairwise(count * run // number for run in range(number + 1))]


def _by_place(figures: ComplianceFigures, places: list[PlaceFigures], lines: Sequence[TargetLine]) -> Sheet:
    columns = [Column(_("No."), Kind.COUNT), Column(_("Region"))]
    for line in lines:
        columns += _pair(line.name)
    rows = []
    for number, place in enumerate(places, 0 if figures.cities else 1):
        values: list[Value] = [number or "", place.name]
        for line in lines:
            values += _cells(line, place, figures)
        rows.append(Row([*values, covered(place.coverage)], is_total=place.is_whole))
    return _sheet(figures, [*columns, Column(_("Verified/expected"), Kind.COUNT)], rows)


def _by_target(figures: ComplianceFigures, places: Sequence[PlaceFigures]) -> Sheet:
    columns = [Column(_("No."), Kind.COUNT), Column(_("Indicator"))]
    for place in places:
        columns += _pair(place.name)
    rows = []
    for number, line in enumerate(figures.graded, 1):
        values: list[Value] = [number, line.name]
        for place in places:
            values += _cells(line, place, figures)
        rows.append(Row(values, is_total=line.is_derived))
    return _sheet(figures, columns, rows)


def _sheet(figures: ComplianceFigures, columns: list[Column], rows: list[Row]) -> Sheet:
    return Sheet(
        name=_("Barometer"),
        title=_("%(plan)s: barometer of progress") % {"plan": figures.plan},
        columns=columns,
        rows=rows,
        right=_("Completion rate in %; warning level"),
        notes=[
            *_not_graded([figures.place, *figures.cities]),
            *explain_levels(figures),
            _legend(),
            *starred(figures),
            *([_("“Better” and “worse”: the level compared with the last report.")] if figures.last_report else []),
            changes_in_words(figures),
        ],
        frozen_columns=2,
    )


def starred(figures: ComplianceFigures) -> list[str]:
    """Return what the star says, where there is one."""
    places = [figures.place, *figures.cities]
    found = (standing for place in places for standing in place.standings.values())
    return [_("* provisional: returns are missing.")] if any(one.is_provisional for one in found) else []


def _pair(group: str) -> list[Column]:
    return [
        Column(pgettext("barometer", "Rate"), Kind.RATE, group=group, is_brief=True),
        Column(pgettext("barometer", "Level"), Kind.LEVEL, group=group, is_brief=True),
    ]


def _cells(line: TargetLine, place: PlaceFigures, figures: ComplianceFigures) -> list[Value]:
    """Rate and level, out of the row where they are reckoned."""
    standing = place.standings.get(line.key)
    if standing is None:
        return [NOT_CONCERNED, NOT_CONCERNED]
    rate = reckoned_at("completion", line, place)
    schedule = reckoned_at("schedule", line, place)
    level = expressions.level(
        standing,
        is_brief=True,
        then=figures.levels_then.get((line.key, place.code)),
        completion=rate,
        schedule=schedule,
    )
    return [None if standing.completion is None else Formula(rate, standing.completion), level]


def reckoned_at(column: str, line: TargetLine, place: PlaceFigures) -> str:
    """Return the cell that calculates a region's value: the summary's for the whole, the ranking's for a city."""
    if place.is_reported_on:
        return f"{{{SUMMARY}!{column}@{line.key}}}"
    return f"{{{RANKING}!{column}@{row_key(line.key, place.code)}}}"


def _not_graded(places: list[PlaceFigures]) -> list[str]:
    """Name the places without a verified return; lists of names may give them other figures."""
    names = [place.name for place in places if place.standings and (place.level is None or _reports_nothing(place))]
    if not names:
        return []
    return [
        _("No verified return for the period, its targets not graded: %(places)s.") % {"places": wording.listed(names)}
    ]


def _reports_nothing(place: PlaceFigures) -> bool:
    return bool(place.coverage.expected) and not place.coverage.present


def _legend() -> str:
    return _("“%(mark)s”: the region has no part in this target. “—”: no data, which is not zero.") % {
        "mark": NOT_CONCERNED
    }
