"""Members of a list that go on in the following year, each with its category there."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tracker.calculation.lists.listed import Stage
from tracker.models import ListMember, ProjectList
from tracker.queries.projects.listed import members_on, stages_of
from tracker.queries.projects.members import NewMember

Category = ListMember.Category


@dataclass(frozen=True)
class Continuing:
    """A member that goes on, its category on the following list, and what was invested in it until then."""

    member: ListMember
    category: str
    invested: Decimal | None

    @property
    def as_new(self) -> NewMember:
        """Return it as a new member of the following list."""
        return NewMember(
            self.member.project, self.category, place=str(self.member.number), invested_before=self.invested
        )


def continuing_members(project_list: ProjectList, *, before: date) -> list[Continuing]:
    """Return the members of a list that go on after it, by their order; `before` is the first day after it.

    In production, halted or terminated they leave the balance. Of a roster those go on that did not take its last step.
    """
    stages = stages_of({one.code: one for one in project_list.steps.all()})
    rows = members_on(project_list, before - timedelta(days=1)).filter(state=ListMember.State.ACTIVE)
    rows = rows.filter(inapplicable_reason="").select_related("project__region", "project__unit__region")
    found = []
    for member in rows.order_by("number"):
        category = category_after(member, stages)
        if category is not None:
            found.append(Continuing(member, category, _invested(member)))
    return found


def category_after(member: ListMember, stages: list[Stage]) -> str | None:
    """Return the category in the following year; None for one that is finished."""
    positions = {one.code: one.position for one in stages}
    last = positions.get("producing", max(positions.values(), default=0))
    reached = [positions[code] for code in member.reached if code in positions]
    if any(position >= last for position in reached):
        return None
    if "started" in positions and any(position >= positions["started"] for position in reached):
        return Category.CARRIED
    return Category.PREPARATION if member.category == Category.PREPARATION else Category.NEW


def _invested(member: ListMember) -> Decimal | None:
    if member.invested is None:
        return member.invested_before
    return (member.invested_before or Decimal(0)) + member.invested
