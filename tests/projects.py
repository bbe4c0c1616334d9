"""Lists that tests need, made through the same services as in life."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from tests import factories
from tests.factories import NOW, TAIYUAN
from tracker.calculation.lists.counting import Counts
from tracker.calculation.lists.credit_code import check_character
from tracker.models import (
    Indicator,
    ListMember,
    ListRule,
    Plan,
    Project,
    ProjectList,
    ReportingUnit,
    StepDecision,
    TakenStep,
    User,
)
from tracker.queries.projects.members import NewMember
from tracker.services.projects.changes import Document
from tracker.services.projects.lists import PROJECT_STEPS, create_list, roster_steps, save_rule
from tracker.services.projects.members import add_members
from tracker.services.projects.steps import ReportedStep, decide_steps, report_steps

JANUARY = date(2020, 1, 1)
VERIFIED = StepDecision.Verdict.VERIFIED


def credit_code(number: int) -> str:
    """A valid unified social credit code."""
    first = f"91140100MA{number:07d}"
    return first + check_character(first)


def firm(number: int, place: str = TAIYUAN, **fields: object) -> Project:
    """An enterprise of a roster, not stored yet."""
    return Project(name=f"企业{number}", credit_code=credit_code(number), region=factories.region(place), **fields)


def project(number: int, place: str = TAIYUAN, **fields: object) -> Project:
    """A project, not stored yet."""
    return Project(
        **{
            "name": f"项目{number}",
            "code": f"2020-140100-{number:03d}",
            "builder": f"建设单位{number}",
            "region": factories.region(place),
            "total_investment": Decimal(1000),
            **fields,
        }
    )


def document(number: str = "晋工信〔2020〕1号", day: date = JANUARY, reason: str = "") -> Document:
    """A document in force from a day on."""
    return Document(number, day, day, reason)


def make_list(
    plan: Plan, projects: Sequence[Project] = (), *, code: str = "key", now: datetime = NOW, **fields: object
) -> ProjectList:
    """A project list with these projects on it since January."""
    listed = create_list(
        ProjectList(plan=plan, code=code, name="重点项目名单", year=2020, **fields),
        PROJECT_STEPS,
        acting_user=None,
        now=now,
    )
    if projects:
        add_members(listed, list(map(NewMember, projects)), document=document(), acting_user=None, now=now)
    return listed


def make_roster(plan: Plan, firms: Sequence[Project], *, is_closed: bool = True, now: datetime = NOW) -> ProjectList:
    """A roster of these enterprises, whose members are inspected."""
    listed = create_list(
        ProjectList(plan=plan, code="roster", name="监察名单", year=2020, kind="roster", is_closed=is_closed),
        roster_steps("inspected", "监察完成", "Inspected"),
        acting_user=None,
        now=now,
    )
    add_members(listed, list(map(NewMember, firms)), document=document(), acting_user=None, now=now)
    return listed


def count_from(
    listed: ProjectList, indicator: str, counts: Counts = Counts.STAGE, step: str = "started", *, now: datetime = NOW
) -> ListRule:
    """Let an indicator be counted from a list."""
    rule = ListRule(
        plan=listed.plan,
        indicator=Indicator.objects.select_related("unit").get(code=indicator),
        project_list=listed,
        counts=counts.value,
        step=listed.steps.get(code=step) if step else None,
    )
    return save_rule(rule, acting_user=None, now=now)


def members(listed: ProjectList) -> list[ListMember]:
    """The list's members in their order, as a service takes them."""
    rows = ListMember.objects.filter(project_list=listed).select_related(
        "project__region", "project__unit__region", "project_list__plan__region"
    )
    return list(rows.order_by("number"))


def report(
    chosen: Sequence[ListMember], step: str, day: date, *, reporter: User, now: datetime = NOW
) -> list[TakenStep]:
    """A step of these members on a day, reported and not verified yet."""
    lines = [ReportedStep(one, one.project_list.steps.get(code=step), day, "开工令") for one in chosen]
    return report_steps(lines, acting_user=reporter, now=now)


def take(
    chosen: Sequence[ListMember], step: str, day: date, *, reporter: User, reviewer: User, now: datetime = NOW
) -> list[TakenStep]:
    """The same, verified."""
    taken = report(chosen, step, day, reporter=reporter, now=now)
    decide_steps(taken, VERIFIED, acting_user=reviewer, now=now)
    return taken


def unit_of(plan: Plan, place: str = TAIYUAN) -> ReportingUnit:
    """A unit that is responsible for projects."""
    return factories.make_unit(plan, place)
