"""Judges what a request changed: the rows of the database before and after, and the places that each reaches into."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from tracker.models import Job, Membership, User

#: By model, lookups to the paths of all regions that a row reaches into. () stands for rows that all places share.
REACH: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "body",
            "indicator",
            "indicatorpart",
            "measureunit",
            "regionlevel",
            "checkrule",
            "programmetarget",
            "identity",
            "notice",
        ),
        (),
    ),
    "region": ("path",),
    "reportingunit": ("region__path",),
    **dict.fromkeys(
        ("return", "obligation", "unitcapacity", "expectedrange", "earlierunitname", "extension"),
        ("unit__region__path",),
    ),
    "namealias": ("unit__region__path", "region__path"),
    "earlierregion": ("region__path",),
    "entry": ("unit_return__unit__region__path",),
    **dict.fromkeys(("evidence", "cellcomment"), ("entry__unit_return__unit__region__path",)),
    "projectreport": ("unit_return__unit__region__path",),
    "unlockrequest": ("unit_return__unit__region__path",),
    "plan": ("region__path",),
    **dict.fromkeys(
        ("clause", "target", "period", "schedule", "seriesbreak", "upload", "rulechange"), ("plan__region__path",)
    ),
    "indicatorlink": ("plan__region__path", "other_plan__region__path"),
    "commitment": ("clause__plan__region__path",),
    **dict.fromkeys(("targetversion", "targetmilestone", "pacepoint"), ("target__plan__region__path",)),
    "allocation": ("version__target__plan__region__path",),
    "issuedreport": ("region__path",),
    "bulletin": ("report__region__path",),
    "documentname": ("plan__region__path",),
    **dict.fromkeys(("projectlist", "listrule"), ("plan__region__path",)),
    **dict.fromkeys(("liststep", "listbatch"), ("project_list__plan__region__path",)),
    "project": ("region__path",),
    **dict.fromkeys(("projectpermit", "projectproblem", "listmember"), ("project__region__path",)),
    "subscription": ("schedule__plan__region__path",),
    "mailthreshold": ("subscription__schedule__plan__region__path",),
    "delivery": ("subscription__schedule__plan__region__path",),
    "pausedaddress": (),
    "savedview": ("shared_region__path",),
    "policydocument": ("plan__region__path",),
    "targetsentence": ("target__plan__region__path",),
    "membersentence": ("member__project__region__path",),
}
#: Rows that belong to two plans: who manages either one changes them.
EITHER = {"indicatorlink"}
#: What follows from other rows, or only notes what happened; the rows that caused it are judged.
CONSEQUENCES = {
    *(
        "event",
        "eventseal",
        "heartbeat",
        "upkeepfailure",
        "clockstate",
        "actpermit",
        "emergencyaccess",
        "valuerevision",
        "planterms",
        "issuedlevel",
        "issuedforecast",
    ),
    *("obligationcountchange", "expectedreturn", "expectedcell", "keyedstop", "regiontotal", "periodtotal"),
    *("personalkey", "noticereading"),
    *("plantotal", "pastpassword", "recoverycode", "signin"),
    *("listchange", "takenstep", "stepdecision", "countchange", "projectreportrevision", "projectreportreview"),
}
#: Rows by the person whose own they are.
OWNERS = {
    "savedview": "owner_id",
    "upload": "uploaded_by_id",
    "policydocument": "uploaded_by_id",
    "job": "requested_by_id",
    "issuedreport": "issued_by_id",
}
Rows = dict[tuple[str, Any], dict[str, Any]]


def judged_models() -> list[type[Model]]:
    """The models whose rows are compared."""
    return [each for each in apps.get_app_config("tracker").get_models() if each._meta.model_name not in CONSEQUENCES]


def rows() -> Rows:
    """Every row as it is stored."""
    return {
        (model._meta.model_name or "", row["pk"]): row
        for model in judged_models()
        for row in model._base_manager.values("pk", *[field.attname for field in model._meta.concrete_fields])
    }


def reach() -> dict[tuple[str, Any], set[str]]:
    """The paths that each row reaches into; "" where all places share it."""
    found: dict[tuple[str, Any], set[str]] = {}
    for model in judged_models():
        name = model._meta.model_name or ""
        if model in (User, Membership, Job):
            continue
        for pk, *paths in model._base_manager.values_list("pk", *REACH[name]):
            found[name, pk] = {path for path in paths if path} or {""}
    held: dict[int, set[str]] = {}
    for user, path in Membership.objects.values_list("user", "region__path"):
        held.setdefault(user, set()).add(path)
    found |= {("user", pk): held.get(pk, {""}) for pk in User.objects.values_list("pk", flat=True)}
    found |= {("membership", pk): held[user] for pk, user in Membership.objects.values_list("pk", "user")}
    jobs = Job.objects.values_list("pk", "parameters")
    return found | {("job", pk): {parameters.get("region_path", "")} for pk, parameters in jobs}


def beyond(person: User, before: Rows, after: Rows, reached: dict[tuple[str, Any], set[str]]) -> Iterator[str]:
    """Yield the rows that a person changed, made or removed although they reach beyond the person's regions.

    `reached` tells what each row reached into before and after.
    """
    own = [each.region.path for each in person.memberships.select_related("region")]
    for key in before.keys() | after.keys():
        old, new = before.get(key, {}), after.get(key, {})
        changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
        if not changed or key == ("user", person.pk):
            continue
        owner = OWNERS.get(key[0])
        if owner and {row.get(owner) for row in (old, new) if row} == {person.pk}:
            continue
        held = [any(path.startswith(mine) for mine in own) for path in reached.get(key, {""})]
        if not (any(held) if key[0] in EITHER else all(held)):
            yield f"{key[0]} {key[1]}: {', '.join(changed)}"


@contextmanager
def noticing_writes() -> Iterator[list[str]]:
    """Collect the statements that write into the product's own tables."""
    written: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE") and '"tracker_' in sql[:60]:
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield written
