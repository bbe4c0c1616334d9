"""Letting out the month's template: for one unit, or for all one reports for, a sheet each."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.periods import is_one_year
from tracker.documents import wording
from tracker.documents.template import ProjectColumn, ProjectTemplateRow, Template, TemplateSheet
from tracker.documents.workbook import sheet_names, write_template
from tracker.models import (
    Event,
    ExpectedReturn,
    Period,
    ProjectProblem,
    ProjectReport,
    ReportingUnit,
    User,
)
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.imports.return_template.figures import TemplateFigures
from tracker.queries.imports.return_template.keys import make_keys
from tracker.queries.projects.report_texts import field_label
from tracker.queries.projects.reports import ReportRow, rows_of_units
from tracker.services.audit.events import record_event


def units_owing(user: User, period: Period) -> list[ReportingUnit]:
    """Return the units that a user reports for and of which this period's return is expected."""
    expected = ExpectedReturn.objects.enterable_by(user).filter(period=period)
    units = ReportingUnit.objects.filter(pk__in=expected.values("unit"))
    return list(units.select_related("region").order_by("region__path", "code"))


def export_template(
    units: Sequence[ReportingUnit], period: Period, *, acting_user: User, now: datetime, address: str | None = None
) -> bytes:
    """Return the template of these units as a workbook, prefilled with their drafts. Raise NotAllowed and Refused."""
    scope = scope_of(acting_user, Capability.ENTER, plan_id=period.plan_id)
    for unit in units:
        if not scope.covers_unit(unit):
            raise NotAllowed(_("You do not report for %(unit)s.") % {"unit": unit})
    template = build_template(units, period)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(template, path)
        content = path.read_bytes()
    record_event(
        Event.Action.DOWNLOADED,
        acting_user=acting_user,
        now=now,
        about=period,
        after={"template": period.code, "units": [sheet.unit_code for sheet in template.sheets]},
        address=address,
    )
    return content


def build_template(units: Sequence[ReportingUnit], period: Period) -> Template:
    """Build the template with its keys. Raise Refused if no return is expected."""
    figures = TemplateFigures(period, units)
    projects = project_rows(units, period)
    owing = [unit for unit in units if figures.owed.get(unit.pk) or projects[unit.pk]]
    if not owing:
        raise Refused(_("No return is expected for %(period)s from these units.") % {"period": period})
    rows = ExpectedReturn.objects.filter(unit__in=owing, period=period).select_related("unit_return")
    expected = {row.unit_id: row for row in rows}
    opened = {unit: row.unit_return for unit, row in expected.items() if row.unit_return}
    names = [str(unit.region) if len(owing) > 1 else pgettext("sheet", "Return") for unit in owing]
    named = sheet_names([*names, *(_("Projects %(unit)s") % {"unit": name} for name in names)])
    sheets = [
        TemplateSheet(
            name=name,
            unit_code=unit.code,
            unit_name=str(unit),
            version=opened[unit.pk].version if unit.pk in opened else 0,
            phone=unit.contact_phone,
            deadline=wording.stamp(expected[unit.pk].deadline),
            rows=figures.rows_of(unit),
            projects_name=of_projects,
            projects=projects[unit.pk],
        )
        for unit, name, of_projects in zip(owing, named[: len(owing)], named[len(owing) :], strict=True)
    ]
    name = wording.period_in_words(period.code) if period.kind == period.Kind.MONTH else period.code
    return Template(
        title=_("%(plan)s: return for %(period)s") % {"plan": period.plan, "period": name},
        period=name,
        sheets=sheets,
        keys=make_keys(period.plan.code, period.code, sheets),
        marker=wording.demonstration_marker() if any(unit.is_demonstration for unit in owing) else "",
        project_columns=[
            ProjectColumn(name, field_label(name), [str(one.label) for one in ProjectProblem.Kind] if is_kind else [])
            for name in ProjectReport.FIELDS
            for is_kind in [name == "problem_kind"]
        ],
        is_one_year=is_one_year(period.plan.starts_on, period.plan.ends_on),
    )


def project_rows(units: Sequence[ReportingUnit], period: Period) -> dict[int, list[ProjectTemplateRow]]:
    """Return the projects of which units report for a period, with what their reports have already, by unit."""
    return {unit: [_project_row(row) for row in rows] for unit, rows in rows_of_units(units, period).items()}


def _project_row(row: ReportRow) -> ProjectTemplateRow:
    kinds = dict(ProjectProblem.Kind.choices)
    content = row.report.content
    return ProjectTemplateRow(
        member=row.member.pk,
        number=row.member.number,
        name=str(row.member.project),
        listed=str(row.member.project_list),
        total=row.member.project.total_investment,
        before=row.before,
        texts=content | {"problem_kind": str(kinds.get(content["problem_kind"], ""))},
    )


def template_name(units: Sequence[ReportingUnit], period: Period) -> str:
    """Return what the file is called on the person's computer."""
    who = str(units[0]) if len(units) == 1 else _("%(number)s units") % {"number": len(units)}
    return _("Return-%(period)s-%(who)s") % {"period": period.code, "who": who} + ".xlsx"
