"""Rules that issued documents rest on are not changed in place: a change of rules takes effect on a day."""

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from tracker.models import Allocation, Indicator, IssuedReport, PacePoint, Plan, Target, TargetMilestone
from tracker.queries.errors import Refused

#: By table, what figures are judged by and a change of rules can set from a day on.
DATED: dict[type[Model], tuple[str, ...]] = {
    Plan: ("graded_by", "level_two_below", "level_one_below", "level_band"),
    Target: ("bound", "pace", "graded_by", "level_two_below", "level_one_below"),
    Indicator: ("over_periods", "over_places", "weight_id"),
    PacePoint: ("day", "share"),
    TargetMilestone: ("day", "value"),
}
#: What a version of a target splits; a new version sets it from a day on.
OF_A_VERSION = ("value", "upper_value", "base_value", "version_id", "region_id", "unit_id")
#: Rows that add to a rule even when they are new.
ADDING = (PacePoint, TargetMilestone, Allocation)


def check_not_issued(row: Model, stored: Model | None) -> None:
    """Raise Refused, at the fields that differ, if issued documents rest on a rule that this change would replace.

    `stored` is the row as it stands, None for one that is new. A new plan, target or indicator replaces nothing.
    """
    names = OF_A_VERSION if isinstance(row, Allocation) else DATED.get(type(row), ())
    if not names or (stored is None and not isinstance(row, ADDING)):
        return
    changed = [name for name in names if stored is None or _plain(row, name) != getattr(stored, name)]
    if changed and any(_documents_on(one).exists() for one in (row, stored) if one is not None):
        raise _refused(row, changed)


def check_removable(row: Model) -> None:
    """Raise Refused if issued documents rest on a point of a curve, a milestone or a share."""
    if isinstance(row, ADDING) and _documents_on(row).exists():
        raise _refused(row, ["value" if isinstance(row, Allocation) else "day"])


def _refused(row: Model, names: list[str]) -> Refused:
    if isinstance(row, Allocation):
        words = _("Add a version of the target with its document number and the day it takes effect, and split that.")
        return Refused(_("Issued reports rest on this version."), {names[0].removesuffix("_id"): words})
    words = _("Add a change of rules with the day it takes effect and its document.")
    return Refused(_("Issued documents rest on this rule."), {name.removesuffix("_id"): words for name in names})


def _plain(row: Model, name: str) -> object:
    """Return a typed value as it will be stored."""
    field: Any = row._meta.get_field(name.removesuffix("_id"))
    return field.to_python(getattr(row, name))


def _documents_on(row: Model) -> QuerySet[IssuedReport]:
    issued = IssuedReport.objects.order_by()
    match row:
        case Plan():
            return issued.filter(plan=row.pk)
        case Target():
            return issued.filter(plan=row.plan_id)
        case PacePoint() | TargetMilestone():
            return issued.filter(plan=row.target.plan_id)
        case Allocation():
            version = row.version
            of_plan = issued.filter(plan=version.target.plan_id, issued_at__gte=version.recorded_at)
            return of_plan.filter(period__ends_on__gte=version.effective_from)
        case _:
            return issued.filter(plan__obligations__indicator=row.pk) | issued.filter(plan__targets__indicator=row.pk)
