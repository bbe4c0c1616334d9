"""The places of the rows of each table: for what names a row by its table and number alone, as the event log does."""

from functools import reduce
from operator import or_

from django.apps import apps
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from tracker.models.access import Scope, people_covered_by
from tracker.models.organisation import User, path_and_above

UNIT = "unit__region__path"
RETURN = "unit_return__unit__region__path"
PLAN = ("plan__region__path", "plan")
TARGET = ("target__plan__region__path", "target__plan")
#: By table, lookups to the path of a region that a row belongs to, each with that to its plan, if it has one. Rows of
#: other tables have no place: all places share them, or they are somebody's own.
PLACES_OF: dict[str, tuple[tuple[str, str], ...]] = {
    "region": (("path", ""),),
    "earlierregion": (("region__path", ""),),
    "reportingunit": (("region__path", ""),),
    **dict.fromkeys(("unitcapacity", "expectedrange", "earlierunitname"), ((UNIT, ""),)),
    "namealias": ((UNIT, ""), ("region__path", "")),
    "obligation": ((UNIT, "plan"),),
    **dict.fromkeys(("return", "extension"), ((UNIT, "period__plan"),)),
    **dict.fromkeys(("entry", "projectreport", "unlockrequest"), ((RETURN, "unit_return__period__plan"),)),
    **dict.fromkeys(("evidence", "cellcomment"), ((f"entry__{RETURN}", "entry__unit_return__period__plan"),)),
    "plan": (("region__path", "pk"),),
    **dict.fromkeys(("clause", "target", "period", "schedule", "seriesbreak", "rulechange", "documentname"), (PLAN,)),
    "indicatorlink": (PLAN, ("other_plan__region__path", "other_plan")),
    "commitment": (("clause__plan__region__path", "clause__plan"),),
    **dict.fromkeys(("targetversion", "targetmilestone", "pacepoint", "targetsentence"), (TARGET,)),
    "allocation": (("version__target__plan__region__path", "version__target__plan"),),
    "issuedreport": (("region__path", "plan"),),
    "bulletin": (("report__region__path", "report__plan"),),
    **dict.fromkeys(("projectlist", "listrule"), (PLAN,)),
    **dict.fromkeys(("liststep", "listbatch"), (("project_list__plan__region__path", "project_list__plan"),)),
    "project": (("region__path", ""),),
    **dict.fromkeys(("projectpermit", "projectproblem"), (("project__region__path", ""),)),
    "listmember": (("project__region__path", "project_list__plan"),),
    "membersentence": (("member__project__region__path", "member__project_list__plan"),),
    "job": (("parameters__region_path", "parameters__plan"),),
    "subscription": (("schedule__plan__region__path", "schedule__plan"),),
    "mailthreshold": (("subscription__schedule__plan__region__path", "subscription__schedule__plan"),),
    "delivery": (
        ("subscription__schedule__plan__region__path", "subscription__schedule__plan"),
        ("period__plan__region__path", "period__plan"),
    ),
    "membership": (("region__path", "plan"),),
}


def lies_within(table: str, scope: Scope) -> Q:
    """Return the condition that a row of the table lies within the scope."""
    return reduce(or_, (scope.as_filter(path, plan_field=plan) for path, plan in PLACES_OF[table]))


def named_within(scope: Scope) -> Q:
    """Return the condition that the row that an event names lies within the scope."""
    found = Q(object_type="user", object_id__in=_numbers(people_covered_by(scope)))
    for table in PLACES_OF:
        found |= Q(object_type=table, object_id__in=_numbers(_rows(table).filter(lies_within(table, scope))))
    return found


def named_elsewhere(scope: Scope) -> Q:
    """Return the condition that the row that an event names lies neither within the scope nor in a region above it."""
    above = [one for path in scope.in_any_plan().paths for one in path_and_above(path)]
    covered = people_covered_by(scope).values("pk")
    found = Q(object_type="user", object_id__in=_numbers(User.objects.exclude(pk__in=covered)))
    for table, places in PLACES_OF.items():
        placed = reduce(or_, (Q(**{f"{path}__isnull": False}) for path, _plan in places))
        near = lies_within(table, scope) | reduce(or_, (Q(**{f"{path}__in": above}) for path, _plan in places))
        rows = _rows(table).filter(placed).exclude(pk__in=_rows(table).filter(near).values("pk"))
        found |= Q(object_type=table, object_id__in=_numbers(rows))
    return found


def _rows(table: str) -> QuerySet:
    rows: QuerySet = apps.get_model("tracker", table)._base_manager.order_by()
    return rows


def _numbers(rows: QuerySet) -> QuerySet:
    """Return the numbers of rows as an event names them."""
    return rows.order_by().annotate(named_number=Cast("pk", CharField())).values("named_number")
