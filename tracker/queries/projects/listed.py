"""The members of a list in one query, as funnels, rates and rankings need them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tracker.calculation.lists.listed import Listed, Stage
from tracker.calculation.lists.stages import StepKind
from tracker.models import ListMember, ListStep, ProjectList, Region, User
from tracker.models.project_list import ListMemberQuerySet

FIELDS = (
    "category",
    "reached",
    "project__region__path",
    "project__planned_start",
    "project__planned_finish",
    "project__total_investment",
    "yearly_investment",
    "invested",
)


def members_on(project_list: ProjectList, day: date, user: User | None = None) -> ListMemberQuerySet:
    """Return the members that a list counts at the end of a day, of those that a person may read."""
    found = ListMember.objects.filter(project_list=project_list).on_list(day)
    if not project_list.counts_parts:
        found = found.filter(part_of=None)
    return found.visible_to(user) if user is not None else found


def load_listed(members: QuerySet[ListMember], top: Region) -> list[Listed]:
    """Return members for calculation; their place is the path of the region right below `top`."""
    return [_listed(row, top) for row in members.order_by().values_list(*FIELDS)]


def _listed(row: tuple[Any, ...], top: Region) -> Listed:
    category, reached, path, start, finish, total, year, invested = row
    return Listed(
        category=category,
        reached={code: date.fromisoformat(day) for code, day in reached.items()},
        place=place_below(path, top),
        planned_start=start,
        planned_finish=finish,
        total=total,
        year=year,
        invested=invested,
    )


def place_below(path: str, top: Region) -> str:
    """Return the path of the region right below `top` that a path is or lies in; of `top` itself its own."""
    below = path[len(top.path) :].partition("/")[0]
    return f"{top.path}{below}/" if below else top.path


def stages_of(steps: Mapping[str, ListStep]) -> list[Stage]:
    """Return the stages among a list's steps, in order."""
    found = [Stage(one.code, one.position) for one in steps.values() if one.kind == StepKind.STAGE.value]
    return sorted(found, key=lambda stage: stage.position)
