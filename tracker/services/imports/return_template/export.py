"""Letting out the month's template: for one unit, or for all one reports for, a sheet each."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.periods import is_one_year
from tracker.documents import wording
from tracker.documents.template import Template, TemplateSheet
from tracker.documents.workbook import sheet_names, write_template
from tracker.models import Event, ExpectedReturn, Period, ReportingUnit, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.imports.return_template.figures import TemplateFigures
from tracker.queries.imports.return_template.keys import make_keys
from tracker.services.audit.events import record_event


def units_owing(user: User, period: Period) -> list[ReportingUnit]:
    """The units that a person reports for and of which this period's return is expected."""
    expected = ExpectedReturn.objects.enterable_by(user).filter(period=period)
    units = ReportingUnit.objects.filter(pk__in=expected.values("unit"))
    return list(units.select_related("region").order_by("region__path", "code"))


def export_template(
    units: Sequence[ReportingUnit], period: Period, *, acting_user: User, now: datetime, address: str | None = None
) -> bytes:
    """The template of these units as a workbook, prefilled with their drafts. Raises NotAllowed and Refused."""
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
    """The template with its keys. Raises Refused where nothing is owed."""
    figures = TemplateFigures(period, units)
    owing = [unit for unit in units if figures.owed.get(unit.pk)]
    if not owing:
        raise Refused(_("No return is owed for %(period)s by these units.") % {"period": period})
    rows = ExpectedReturn.objects.filter(unit__in=owing, period=period).select_related("unit_return")
    expected = {row.unit_id: row for row in rows}
    opened = {unit: row.unit_return for unit, row in expected.items() if row.unit_return}
    names = [str(unit.region) if len(owing) > 1 else pgettext("sheet", "Return") for unit in owing]
    sheets = [
        TemplateSheet(
            name=name,
            unit_code=unit.code,
            unit_name=str(unit),
            version=opened[unit.pk].version if unit.pk in opened else 0,
            phone=unit.contact_phone,
            deadline=wording.stamp(expected[unit.pk].deadline),
            rows=figures.rows_of(unit),
        )
        for unit, name in zip(owing, sheet_names(names), strict=True)
    ]
    name = wording.period_in_words(period.code) if period.kind == period.Kind.MONTH else period.code
    return Template(
        title=_("%(plan)s: return for %(period)s") % {"plan": period.plan, "period": name},
        period=name,
        sheets=sheets,
        keys=make_keys(period.plan.code, period.code, sheets),
        marker=wording.demonstration_marker() if any(unit.is_demonstration for unit in owing) else "",
        is_one_year=is_one_year(period.plan.starts_on, period.plan.ends_on),
    )


def template_name(units: Sequence[ReportingUnit], period: Period) -> str:
    """Return what the file is called on the person's computer."""
    who = str(units[0]) if len(units) == 1 else _("%(number)s units") % {"number": len(units)}
    return _("Return-%(period)s-%(who)s") % {"period": period.code, "who": who} + ".xlsx"
