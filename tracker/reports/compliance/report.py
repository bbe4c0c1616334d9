"""Puts the sheets together, each with what every sheet must say: who, when, coverage, pace, as of."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from tracker.reports import wording
from tracker.reports.compliance.barometer import barometer
from tracker.reports.compliance.changes import changes
from tracker.reports.compliance.figures import ComplianceFigures
from tracker.reports.compliance.ledger import ledger
from tracker.reports.compliance.summary import summary
from tracker.reports.shape import Report, Sheet

IDENTIFIER = "compliance"


def build_compliance_report(figures: ComplianceFigures) -> Report:
    """The report in the active language."""
    return Report(
        identifier=IDENTIFIER,
        title=title_of(figures),
        issuer=figures.issuer,
        sheets=[_framed(sheet, figures) for sheet in _sheets(figures)],
        marker=wording.demonstration_marker() if figures.is_demonstration else "",
        properties={"subject": figures.period, "description": as_of(figures)},
    )


def _sheets(figures: ComplianceFigures) -> Iterator[Sheet]:
    yield summary(figures)
    yield barometer(figures)
    if figures.last_report:
        yield changes(figures)
    yield ledger(figures)


def title_of(figures: ComplianceFigures) -> str:
    """ "…行动计划合规报告（2020年8月）", with the place when it is not the plan's own."""
    return _("%(plan)s: compliance report (%(period)s)") % {"plan": figures.plan, "period": figures.period}


def as_of(figures: ComplianceFigures) -> str:
    """The moment whose values the report has."""
    return _("Data as of: %(moment)s") % {"moment": wording.moment(figures.as_of)}


def _framed(sheet: Sheet, figures: ComplianceFigures) -> Sheet:
    paces = dict.fromkeys(line.pace for line in figures.targets)
    return replace(
        sheet,
        left=_("Issued by (seal): %(issuer)s") % {"issuer": figures.issuer},
        middle=_("Period: %(period)s") % {"period": figures.period},
        basis=(
            wording.coverage(figures.coverage),
            _("Schedule: %(paces)s") % {"paces": wording.listed(paces)},
            as_of(figures),
        ),
        notice=sheet.notice or (_("No verified data for this period yet.") if figures.is_empty else ""),
        foot=(
            _("Head of unit:"),
            _("Reviewed by:"),
            _("Filled in by:"),
            _("Telephone:"),
            _("Date:"),
        ),
    )
