"""项目台账: ledger, funnel, changes and weekly dispatch of a plan's lists in one workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.frames import signed
from tracker.documents.projects.dispatch import dispatch_sheet
from tracker.documents.projects.figures import ProjectFigures, day, named
from tracker.documents.projects.funnel import funnel_sheet, rates_sheet
from tracker.documents.projects.ledger import ledger_sheet, roster_sheet
from tracker.documents.shape import Column, Kind, Report, Row, Sheet

IDENTIFIER = "projects"


def build_project_ledger(figures: ProjectFigures, changes: Mapping[str, str]) -> Report:
    """Return the workbook in the active language; `changes` names the kinds of changes of a list."""
    sheets = [roster_sheet(one) if one["is_roster"] else ledger_sheet(one) for one in figures.lists]
    sheets += [
        funnel_sheet(figures.plan, figures.lists),
        rates_sheet(figures.plan, figures.lists),
        _changes(figures, changes),
        dispatch_sheet(figures),
    ]
    return Report(
        made_at=figures.as_of,
        identifier=IDENTIFIER,
        title=_("%(plan)s: project ledger (%(period)s)") % {"plan": figures.plan, "period": figures.period},
        issuer=figures.issuer,
        sheets=[_framed(sheet, figures) for sheet in _with_own_names(sheets)],
        marker=wording.demonstration_marker() if figures.is_demonstration else "",
        properties={"subject": figures.period, "category": _("Project ledger")},
    )


def _with_own_names(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the sheets with names that no two share; a program takes 31 characters."""
    found: list[Sheet] = []
    for sheet in sheets:
        name, number = sheet.name[:28], 1
        while name in {one.name for one in found}:
            number += 1
            name = f"{sheet.name[:26]} {number}"
        found.append(replace(sheet, name=name))
    return found


def _framed(sheet: Sheet, figures: ProjectFigures) -> Sheet:
    framed = signed(
        sheet, issuer=figures.issuer, period=figures.period, prepared_by=figures.prepared_by, day=figures.as_of
    )
    as_of = _("Data as of: %(moment)s") % {"moment": wording.stamp(figures.as_of)}
    return replace(framed, right=sheet.right or as_of)


def _changes(figures: ProjectFigures, kinds: Mapping[str, str]) -> Sheet:
    rows = [
        Row([named(one["name"]), day(effective), document, day(issued), kinds[kind], number, named(name), reason])
        for one in figures.lists
        for effective, issued, document, kind, number, name, reason in one["changes"]
    ]
    return Sheet(
        name=_("Changes of lists"),
        title=_("%(plan)s: changes of lists since the plan began") % {"plan": figures.plan},
        columns=[
            Column(_("List")),
            Column(_("In force from")),
            Column(_("Document number")),
            Column(_("Issued on")),
            Column(_("Change")),
            Column(_("No."), Kind.COUNT),
            Column(_("Name")),
            Column(_("Reason")),
        ],
        rows=rows,
        notice="" if rows else _("No list was changed."),
        has_filter=bool(rows),
    )
