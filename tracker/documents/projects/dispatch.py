"""The dispatch sheet: only the projects that changed in the period, are late, or have a problem."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.projects.figures import ProjectFigures, day, named
from tracker.documents.projects.ledger import problems_in_words
from tracker.documents.shape import Column, Kind, Row, Sheet


def dispatch_sheet(figures: ProjectFigures) -> Sheet:
    """Return the dispatch sheet of all lists."""
    rows = [_row(one, line) for one in figures.lists for line in one["dispatch"]]
    return Sheet(
        name=_("Dispatch"),
        title=_("%(plan)s: dispatch of projects") % {"plan": figures.plan},
        columns=[
            Column(_("List")),
            Column(_("No."), Kind.COUNT),
            Column(_("Name")),
            Column(_("Region")),
            Column(_("Responsible unit")),
            Column(_("Stage")),
            Column(_("Changed in the period"), is_wide=True),
            Column(_("Late"), is_wide=True),
            Column(_("Problems"), is_wide=True),
        ],
        rows=rows,
        notice="" if rows else _("Nothing changed, nothing is late, and no problem is open."),
        notes=[_("Only projects that changed in the period, are late, or have an open problem.")],
        frozen_columns=3,
    )


def _row(one: Mapping[str, Any], line: Mapping[str, Any]) -> Row:
    steps = one["steps"]
    changed = [f"{named(steps[code])} {day(taken)}" for code, taken in line["changed"]]
    return Row(
        [
            named(one["name"]),
            line["number"],
            named(line["name"]),
            named(line["place"]),
            named(line["unit"]),
            named(steps[line["stage"]]) if line["stage"] else "",
            wording.listed(changed),
            wording.listed(_late(steps, code, planned) for code, planned in line["late"]),
            problems_in_words(line["problems"]),
        ]
    )


def _late(steps: Mapping[str, list[str]], code: str, planned: str | None) -> str:
    if code == "report":
        return _("report overdue")
    return _("“%(step)s” planned for %(day)s") % {"step": named(steps[code]), "day": day(planned)}
