"""Creating lists with their steps, and naming the figures that are counted from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.calculation.lists.counting import Counts
from tracker.calculation.lists.stages import StepKind
from tracker.models import Indicator, ListRule, ListStep, ProjectList, ProjectPermit, User
from tracker.queries.errors import Refused
from tracker.services.audit.configuration import save_configured
from tracker.services.counts.standing import update_list
from tracker.services.projects.rights import require_keeper
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods


@dataclass(frozen=True)
class StepOfList:
    """A step that a new list starts with."""

    code: str
    name: str
    name_en: str
    kind: StepKind = StepKind.STAGE
    needed_permits: Sequence[str] = ()

    @classmethod
    def of(cls, step: ListStep) -> Self:
        """Return a step of another list."""
        return cls(step.code, step.name, step.name_en, StepKind(step.kind), tuple(step.needed_permits))


MONEY = "money"
Permit = ProjectPermit.Kind
#: 储备-签约-落地-手续办结-开工-在建-投产-达产, and what halts, resumes and ends.
PROJECT_STEPS = (
    StepOfList("reserve", "储备", "Reserve"),
    StepOfList("signed", "签约", "Signed"),
    StepOfList("landed", "落地", "Landed"),
    StepOfList("approved", "手续办结", "Approved"),
    StepOfList("started", "开工", "Started", needed_permits=(Permit.PROJECT, Permit.CONSTRUCTION)),
    StepOfList("building", "在建", "Building"),
    StepOfList("producing", "投产", "In production"),
    StepOfList("at_capacity", "达产", "At capacity"),
    StepOfList("halted", "停缓建", "Halted", StepKind.HALT),
    StepOfList("resumed", "复工", "Resumed", StepKind.RESUME),
    StepOfList("terminated", "终止", "Terminated", StepKind.TERMINATE),
)


def roster_steps(code: str, name: str, name_en: str) -> tuple[StepOfList, ...]:
    """Return the steps of a roster whose members do one thing: it was begun, and it was done."""
    return (StepOfList("begun", "已启动", "Begun"), StepOfList(code, name, name_en))


@transaction.atomic
def create_list(
    project_list: ProjectList, steps: Sequence[StepOfList], *, acting_user: User | None, now: datetime
) -> ProjectList:
    """Create a list with the steps that its members take. Raise Refused at the field where it contradicts itself."""
    require_keeper(acting_user, project_list.plan)
    _validate(project_list)
    if acting_user is None:
        project_list.save()
    else:
        save_configured(project_list, acting_user=acting_user, now=now)
    ListStep.objects.bulk_create(
        ListStep(
            project_list=project_list,
            code=step.code,
            name=step.name,
            name_en=step.name_en,
            position=number * 10,
            kind=step.kind.value,
            needed_permits=[str(permit) for permit in step.needed_permits],
        )
        for number, step in enumerate(steps, 1)
    )
    return project_list


@transaction.atomic
def set_reporting(
    project_list: ProjectList,
    *,
    frequency: str,
    preparation_frequency: str,
    reports_from: date | None,
    acting_user: User | None,
    now: datetime,
) -> ProjectList:
    """Set how often units report of the projects on a list, from a day on. Their returns are expected then."""
    plan = project_list.plan
    require_keeper(acting_user, plan)
    if (frequency or preparation_frequency) and reports_from is None:
        reports_from = plan.day_of(now)
    project_list.frequency, project_list.preparation_frequency = frequency, preparation_frequency
    project_list.reports_from = reports_from
    _validate(project_list)
    if acting_user is None:
        project_list.save()
    else:
        save_configured(project_list, acting_user=acting_user, now=now)
    open_periods(plan, now=now)
    update_expected(plan, now=now)
    return project_list


@transaction.atomic
def save_rule(rule: ListRule, *, acting_user: User | None, now: datetime) -> ListRule:
    """Let a figure be counted from a list. Its cells are no longer expected of units, and its members are counted.

    Raise Refused, at the field, for an indicator that is calculated otherwise, or a list of another plan.
    """
    require_keeper(acting_user, rule.plan)
    if rule.indicator.kind != Indicator.Kind.ENTERED:
        raise Refused(
            _("The figure was not set."), {"indicator": _("This indicator is calculated from others already.")}
        )
    if rule.project_list.plan_id != rule.plan_id:
        raise Refused(_("The figure was not set."), {"project_list": _("Choose a list of this plan.")})
    if rule.step is not None and rule.step.project_list_id != rule.project_list_id:
        raise Refused(_("The figure was not set."), {"step": _("Choose a step of this list.")})
    if rule.counts == Counts.INVESTMENT.value and rule.indicator.unit.dimension != MONEY:
        raise Refused(_("The figure was not set."), {"indicator": _("Investment is counted in a unit of money.")})
    if rule.pk is None:
        rule.recorded_at = now
    _validate(rule)
    if acting_user is None:
        rule.save()
    else:
        save_configured(rule, acting_user=acting_user, now=now)
    update_expected(rule.plan, now=None if acting_user is None else now)
    update_list(rule.project_list, now=now)
    return rule


def _validate(row: ProjectList | ListRule) -> None:
    try:
        row.full_clean(exclude=["recorded_at"])
    except ValidationError as error:
        fields = {name: " ".join(messages) for name, messages in error.message_dict.items()}
        raise Refused(_("The list was not saved."), fields) from None
