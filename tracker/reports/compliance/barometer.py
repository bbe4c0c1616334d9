"""晴雨表: cities by graded targets, with completion rate and warning level. Without data: named, not graded."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.reports import wording
from tracker.reports.compliance.figures import ComplianceFigures, Place
from tracker.reports.compliance.summary import covered, explain_levels
from tracker.reports.shape import Column, Kind, Row, Sheet, Value

NOT_CONCERNED = "/"


def barometer(figures: ComplianceFigures) -> Sheet:
    """The sheet; the whole stands first when there are cities to compare, and is the only row when not."""
    places = [figures.place, *figures.cities]
    return Sheet(
        name=_("Barometer"),
        title=_("%(plan)s: barometer of progress") % {"plan": figures.plan},
        columns=_columns(figures),
        rows=[_row(number, place, figures) for number, place in enumerate(places, 0 if figures.cities else 1)],
        right=_("Completion rate in %; warning level"),
        notes=[*_not_graded(places), explain_levels(figures.bounds), _legend()],
        frozen_columns=2,
    )


def _columns(figures: ComplianceFigures) -> list[Column]:
    columns = [Column(_("No."), Kind.COUNT), Column(_("Region"))]
    for line in figures.graded:
        columns += [
            Column(pgettext("barometer", "Rate"), Kind.RATE, group=line.name, is_brief=True),
            Column(pgettext("barometer", "Level"), Kind.LEVEL, group=line.name, is_brief=True),
        ]
    return [*columns, Column(_("Coverage (returns)"), Kind.COUNT)]


def _row(number: int, place: Place, figures: ComplianceFigures) -> Row:
    values: list[Value] = [number or "", place.name]
    for line in figures.graded:
        standing = place.standings.get(line.key)
        values += [standing.completion, standing.level] if standing else [NOT_CONCERNED, NOT_CONCERNED]
    return Row([*values, covered(place.coverage)], is_total=place.is_whole)


def _not_graded(places: list[Place]) -> list[str]:
    names = [place.name for place in places if place.standings and place.level is None]
    if not names:
        return []
    return [_("No verified data for the period, not graded: %(places)s.") % {"places": wording.listed(names)}]


def _legend() -> str:
    return _("“%(mark)s”: the region has no part in this target. “—”: no data, which is not zero.") % {
        "mark": NOT_CONCERNED
    }
