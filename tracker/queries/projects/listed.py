"""The members of a list in one query, as funnels, rates and rankings need them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from tracker.calculation.lists.listed import Listed, Stage
from tracker.calculation.lists.stages import StepKind
from tracker.models import ListMember, ListStep, ProjectList, ProjectReport, Region, Return, User
from tracker.models.project_list import ListMemberQuerySet
from tracker.models.project_report import INVESTED

ZERO = Decimal(0)
AT_ONCE = 500
FIELDS = (
    "category",
    "reached",
    "project__region__path",
    "project__planned_start",
    "project__planned_finish",
    "project__total_investment",
    "yearly_investment",
    "invested",
    "stage__code",
    "stage_on",
)


def members_on(project_list: ProjectList, day: date, user: User | None = None) -> ListMemberQuerySet:
    """Return the members that a list counts at the end of a day, of those that a person may read."""
    found = ListMember.objects.filter(project_list=project_list).on_list(day)
    if not project_list.counts_parts:
        found = found.filter(part_of=None)
    return found.visible_to(user) if user is not None else found


def load_listed(members: QuerySet[ListMember], project_list: ProjectList, top: Region, day: date) -> list[Listed]:
    """Return members for calculation at the end of a day; their place is the path of the region right below `top`."""
    return list(listed_by_member(members, project_list.plan_id, top, day).values())


def listed_by_member(members: QuerySet[ListMember], plan_id: int, top: Region, day: date) -> dict[int, Listed]:
    """Return the same by the members' primary keys."""
    later = _invested_later(plan_id, day)
    rows = members.order_by().values_list("pk", *FIELDS)
    return {row[0]: _listed(row[1:], top, later.get(row[0], ZERO)) for row in rows}


def listed_times(members: QuerySet[ListMember]) -> list[tuple[date, date | None]]:
    """Return for each of these when it came onto its list and left it. The database counts those of the same days."""
    rows = members.order_by().values_list("begins", "ends").annotate(number=Count("pk"))
    return [(begins, ends) for begins, ends, number in rows for _one in range(number)]


def _invested_later(plan_id: int, day: date) -> dict[int, Decimal]:
    """Return what was invested after a day, which `invested` has too; nothing is read where no period is later."""
    later = Return.objects.filter(period__plan=plan_id, period__ends_on__gt=day, state=Return.State.VERIFIED).order_by()
    ids = list(later.filter(project_reports__isnull=False).values_list("pk", flat=True).distinct())
    found: dict[int, Decimal] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = ProjectReport.objects.verified().filter(unit_return__in=ids[start : start + AT_ONCE])
        for member, total in rows.order_by().values_list("member").annotate(total=Sum(INVESTED)):
            found[member] = found.get(member, ZERO) + (total or ZERO)
    return found


def _listed(row: tuple[Any, ...], top: Region, later: Decimal) -> Listed:
    category, reached, path, start, finish, total, year, invested, stage, stage_on = row
    return Listed(
        category=category,
        reached={code: date.fromisoformat(day) for code, day in reached.items()},
        place=place_below(path, top),
        planned_start=start,
        planned_finish=finish,
        total=total,
        year=year,
        invested=None if invested is None else invested - later,
        newest=(stage, stage_on) if stage else None,
    )


def members_at_stage(project_list: ProjectList, steps: Mapping[str, ListStep], code: str, day: date) -> list[int]:
    """Return the members of a list at a stage at the end of a day, "" for none, as the funnel has them."""
    stages, rows = stages_of(steps), ListMember.objects.filter(project_list=project_list)
    listed = listed_by_member(rows, project_list.plan_id, project_list.plan.region, day)
    at = {pk: one.stage_on(stages, day) for pk, one in listed.items()}
    return [pk for pk, stage in at.items() if (stage.code if stage else "") == code]


def stage_at(member: ListMember, steps: Mapping[str, ListStep], day: date) -> tuple[ListStep | None, date | None]:
    """Return a member's stage at the end of a day, and since when it was at it."""
    if member.stage_on is None or member.stage_on <= day:
        return member.stage, member.stage_on
    reached = {code: date.fromisoformat(taken) for code, taken in member.reached.items()}
    stage = Listed(member.category, reached).stage_on(stages_of(steps), day)
    return (steps[stage.code], reached[stage.code]) if stage else (None, None)


def place_below(path: str, top: Region) -> str:
    """Return the path of the region right below `top` that a path is or lies in; of `top` itself its own."""
    below = path[len(top.path) :].partition("/")[0]
    return f"{top.path}{below}/" if below else top.path


def stages_of(steps: Mapping[str, ListStep]) -> list[Stage]:
    """Return the stages among a list's steps, in order."""
    found = [Stage(one.code, one.position) for one in steps.values() if one.kind == StepKind.STAGE.value]
    return sorted(found, key=lambda stage: stage.position)
