"""条款与任务措施: every clause of the plan, with its targets or its status and the bodies that carry it out."""

from django.utils.translation import gettext as _

from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.shape import Column, Kind, Row, Sheet


def clauses(figures: ComplianceFigures) -> Sheet:
    """Return the sheet; a plan without clauses says so."""
    return Sheet(
        name=_("Clauses and commitments"),
        title=_("%(plan)s: clauses and commitments") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Clause")),
            Column(_("Content")),
            Column(_("Kind")),
            Column(_("Status")),
            Column(_("Responsible bodies")),
            Column(_("Regions")),
            Column(_("Remarks")),
        ],
        rows=[
            Row([number, one.number, one.name, one.kind, one.status, one.bodies, one.regions, one.note])
            for number, one in enumerate(figures.clauses, 1)
        ],
        notice="" if figures.clauses else _("The plan has no clauses in the system."),
        notes=[_("Commitments are tracked by their status. What is a number stands in the other tables.")],
        frozen_columns=2,
        is_optional=True,
    )
