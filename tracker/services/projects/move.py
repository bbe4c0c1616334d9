"""Moving projects to another responsible unit, several at once, by a document and with a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tracker.models import ListChange, ListMember, Project, ReportingUnit, User
from tracker.queries.errors import Refused
from tracker.services.projects.changes import (
    AT_ONCE,
    Document,
    batch_of,
    begin_change,
    record_change,
    require_reason,
)
from tracker.services.returns.expected import update_expected


@transaction.atomic
def move_members(
    members: Sequence[ListMember],
    unit: ReportingUnit,
    *,
    document: Document,
    acting_user: User | None,
    now: datetime,
) -> Sequence[ListMember]:
    """Put projects under another responsible unit. Returns of earlier periods stay with the unit that made them.

    Raise Refused where a project lies outside the unit's region or is no longer on the list.
    """
    project_list = members[0].project_list
    begin_change(project_list, document, acting_user, None)
    require_reason(document)
    wrong = _wrong(members, unit)
    if wrong:
        raise Refused(_("Nothing was moved."), wrong)
    before = {str(member.number): member.project.unit.code if member.project.unit else "" for member in members}
    ids = sorted({member.project_id for member in members})
    for start in range(0, len(ids), AT_ONCE):
        Project.objects.filter(pk__in=ids[start : start + AT_ONCE]).update(unit=unit, version=F("version") + 1)
    for member in members:
        member.project.unit = unit
    batch = batch_of(project_list, document, acting_user, now)
    told: dict[str, Any] = {"before": {"units": before}, "after": {"unit": unit.code}}
    record_change(members, ListChange.Kind.MOVED, batch, document, acting_user, now, **told)
    others = ListMember.objects.filter(project__in=ids).select_related("project_list__plan__region")
    plans = {one.project_list.plan for one in others if one.project_list.frequency} | {project_list.plan}
    for plan in plans:
        update_expected(plan, now=now)
    return members


def _wrong(members: Sequence[ListMember], unit: ReportingUnit) -> dict[str, str]:
    """Return what is wrong, by the number on the list: a unit is responsible within its own region."""
    wrong = {}
    for member in members:
        if member.ends is not None:
            wrong[f"{member.number}: unit"] = _("%(project)s is no longer on the list.") % {"project": member.project}
        elif not member.project.region.path.startswith(unit.region.path):
            words = {"project": member.project, "unit": unit, "region": member.project.region}
            wrong[f"{member.number}: unit"] = _("%(project)s: %(unit)s is not responsible for %(region)s.") % words
    return wrong
