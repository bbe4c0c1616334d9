"""等级变动: the warning levels that are others than in the last issue."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker.calculation.levels import Level
from tracker.documents.compliance.figures import ComplianceFigures, PlaceFigures, TargetLine
from tracker.documents.shape import Column, Kind, Row, Sheet


def level_changes(figures: ComplianceFigures) -> Sheet:
    """The sheet; where no level changed it says so."""
    found = list(changed(figures))
    return Sheet(
        name=_("Changes of level"),
        title=_("%(plan)s: changes of warning level") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Region")),
            Column(_("Indicator")),
            Column(pgettext("warning level", "In the last report"), Kind.LEVEL),
            Column(pgettext("warning level", "Now"), Kind.LEVEL),
            Column(pgettext("of a value", "Change")),
            Column(_("Gap (points)"), Kind.POINTS),
        ],
        rows=[_row(number, line, place, then) for number, (line, place, then) in enumerate(found, 1)],
        notice="" if found else _("No warning level has changed since the last report."),
        notes=[_("Compared with: %(report)s") % {"report": figures.last_report}],
    )


def changed(figures: ComplianceFigures) -> Iterator[tuple[TargetLine, PlaceFigures, Level | None]]:
    """Targets and places with another level than then, and the level then; none where nothing is graded yet."""
    if figures.is_empty:
        return
    for place in (figures.place, *figures.cities):
        for line in figures.graded:
            key = (line.key, place.code)
            if key in figures.levels_then and line.key in place.standings:
                then, standing = figures.levels_then[key], place.standings[line.key]
                if not standing.is_provisional and then != standing.level:
                    yield line, place, then


def changes_in_words(figures: ComplianceFigures) -> str:
    """Return how many changed, or that this is the first issue."""
    if not figures.last_report:
        return _("First issue: no earlier levels to compare with.")
    if figures.is_empty:
        return _("Nothing is graded for the period yet: there are no levels to compare with the last report's.")
    count = len(list(changed(figures)))
    if not count:
        return _("No warning level has changed since the last report.")
    return ngettext(
        "%(count)s warning level has changed since the last report.",
        "%(count)s warning levels have changed since the last report.",
        count,
    ) % {"count": count}


def _row(number: int, line: TargetLine, place: PlaceFigures, then: Level | None) -> Row:
    standing = place.standings[line.key]
    return Row([number, place.name, line.name, then, standing.level, _direction(then, standing.level), standing.gap])


def _direction(then: Level | None, now: Level | None) -> str:
    if now is None:
        return _("no longer graded")
    if then is None:
        return _("newly graded")
    return _("↑ better") if now > then else _("↓ worse")
