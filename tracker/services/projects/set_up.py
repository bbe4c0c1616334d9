"""Changing how a list is set up: its rules of counting, its steps, and what it says of a member for the year."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tracker.calculation.lists.stages import StepKind
from tracker.models import Event, ListMember, ListRule, ListStep, Project, ProjectList, TakenStep, User
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.services.audit.configuration import save_configured
from tracker.services.audit.events import record_event
from tracker.services.counts.standing import update_list
from tracker.services.projects.rights import require_keeper

#: Positions of steps while they change places: beyond those that a list has.
ASIDE = 10_000
STEP_FIELDS = ("code", "name", "name_en", "kind", "needed_permits")


@dataclass(frozen=True)
class StepRow:
    """A step as a person wrote it; `pk` is that of a stored one."""

    code: str
    name: str
    name_en: str
    kind: str
    needed_permits: Sequence[str] = ()
    pk: int | None = None

    @property
    def content(self) -> dict[str, Any]:
        """Return what is stored of it, but its position."""
        return {name: getattr(self, name) for name in STEP_FIELDS} | {"needed_permits": list(self.needed_permits)}


@transaction.atomic
def save_list(
    project_list: ProjectList, rows: Sequence[StepRow], *, acting_user: User, now: datetime, expected_version: int
) -> ProjectList:
    """Save a list's name and rules with its steps in their order. Stages and counts follow; what was issued stays.

    Raise Refused, by "row: field", for a step that is wrong, and for one left out that is taken or counted.
    """
    require_keeper(acting_user, project_list.plan)
    there = ProjectList.objects.filter(pk=project_list.pk, version=expected_version)
    if there.update(version=F("version") + 1) != 1:
        raise ChangedMeanwhile(_("Somebody else changed this list meanwhile. Reload the page to see the change."))
    project_list.version = expected_version + 1
    stored = {step.pk: step for step in project_list.steps.all()}
    wrong = _wrong(rows, stored)
    left_out = [step for pk, step in stored.items() if pk not in {row.pk for row in rows}]
    wrong |= _used(left_out)
    if wrong:
        raise Refused(_("The list was not saved."), wrong)
    before = [_told(step) for step in stored.values()]
    save_configured(project_list, acting_user=acting_user, now=now)
    _store(project_list, rows, stored, left_out)
    after = [_told(step) for step in ListStep.objects.filter(project_list=project_list).order_by("position")]
    if before != after:
        record_event(
            Event.Action.CONFIGURED,
            acting_user=acting_user,
            now=now,
            about=project_list,
            before={"steps": before},
            after={"steps": after},
        )
    update_list(project_list, now=now)
    return project_list


@transaction.atomic
def save_year(
    member: ListMember,
    *,
    category: str,
    yearly_investment: Decimal | None,
    invested_before: Decimal | None,
    acting_user: User,
    now: datetime,
    expected_version: int,
) -> ListMember:
    """Save what the list says of a member for the year: its category and its investment planned and done before.

    Raise Refused by field, ChangedMeanwhile if somebody else saved the project since `expected_version`.
    """
    require_keeper(acting_user, member.project_list.plan)
    total, amounts = member.project.total_investment, {"yearly_investment": yearly_investment}
    amounts["invested_before"] = invested_before
    for name, amount in amounts.items():
        if total is not None and amount is not None and amount > total:
            words = {"total": f"{total.normalize():f}"}
            raise Refused(
                _("The year's plan was not saved."), {name: _("This is above the total investment, %(total)s.") % words}
            )
    there = Project.objects.filter(pk=member.project_id, version=expected_version)
    if there.update(version=F("version") + 1) != 1:
        raise ChangedMeanwhile(_("Somebody else changed this project meanwhile. Reload the page to see the change."))
    member.category, member.yearly_investment, member.invested_before = category, yearly_investment, invested_before
    save_configured(member, acting_user=acting_user, now=now)
    return member


def _wrong(rows: Sequence[StepRow], stored: dict[int, ListStep]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    codes, names = Counter(row.code for row in rows), Counter(row.name for row in rows)
    for number, row in enumerate(rows, 1):
        if not row.name.strip():
            wrong[f"{number}: name"] = _("The name is missing.")
        elif names[row.name] > 1:
            wrong[f"{number}: name"] = _("Another step has this name.")
        if codes[row.code] > 1:
            wrong[f"{number}: code"] = _("Another step has this code.")
        kept = stored.get(row.pk or 0)
        if kept is not None and kept.kind != row.kind and _is_used(kept):
            wrong[f"{number}: kind"] = _("The step was taken or is counted already. Its kind stays.")
    if not any(row.kind == StepKind.STAGE.value for row in rows):
        wrong["steps"] = _("A list needs at least one stage.")
    return wrong


def _used(steps: Sequence[ListStep]) -> dict[str, str]:
    words = _("“%(step)s” was taken by a member or is counted in a figure, and cannot be left out.")
    return {f"{step.code}: steps": words % {"step": step} for step in steps if _is_used(step)}


def _is_used(step: ListStep) -> bool:
    return TakenStep.objects.filter(step=step).exists() or ListRule.objects.filter(step=step).exists()


def _store(
    project_list: ProjectList, rows: Sequence[StepRow], stored: dict[int, ListStep], left_out: Sequence[ListStep]
) -> None:
    """Write the steps in their order; no two are ever at one position."""
    for step in left_out:
        step.delete()
    ListStep.objects.filter(project_list=project_list).update(position=F("position") + ASIDE)
    for number, row in enumerate(rows, 1):
        step = stored.get(row.pk or 0) or ListStep(project_list=project_list)
        for name, value in row.content.items():
            setattr(step, name, value)
        step.position = number * 10
        step.save()


def _told(step: ListStep) -> str:
    permits = f" ({', '.join(step.needed_permits)})" if step.needed_permits else ""
    return f"{step.code} {step.kind} {step.name} {step.name_en}".strip() + permits
