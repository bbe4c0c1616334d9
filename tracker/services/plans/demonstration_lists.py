"""Demonstration lists: the names behind the plan's three counts, generated and marked as such.

Their figures are those that units would have typed: a city's members take their step in the month in which its count
would have grown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from tracker.calculation.lists.counting import Counts
from tracker.calculation.lists.credit_code import check_character
from tracker.models import (
    Indicator,
    ListMember,
    ListRule,
    ListStep,
    Period,
    Plan,
    Project,
    ProjectList,
    ProjectPermit,
    ReportingUnit,
    StepDecision,
    User,
)
from tracker.queries.projects.members import NewMember
from tracker.services.audit.keep_rules import issued_moment
from tracker.services.projects.changes import Document
from tracker.services.projects.lists import PROJECT_STEPS, StepOfList, create_list, roster_steps, save_rule
from tracker.services.projects.members import add_members
from tracker.services.projects.steps import ReportedStep, decide_steps, report_steps

EVIDENCE = "演示：由程序生成"
#: A project starts so many months before it is in production.
MONTHS_TO_PRODUCTION = 6


@dataclass(frozen=True)
class DemonstrationList:
    """A list that stands behind one indicator, and the step that the indicator counts."""

    indicator: str
    code: str
    name: str
    name_en: str
    member: str
    counted: str
    steps: Sequence[StepOfList]
    counts: Counts = Counts.STEP
    kind: str = ProjectList.Kind.ROSTER
    is_closed: bool = False


LISTS = (
    DemonstrationList(
        "projects_advanced",
        "key-projects",
        "节能与资源综合利用重点项目名单（演示）",
        "Key projects (demonstration)",
        "演示项目",
        "started",
        PROJECT_STEPS,
        Counts.STAGE,
        ProjectList.Kind.PROJECTS,
    ),
    DemonstrationList(
        "enterprises_diagnosed",
        "energy-diagnosis",
        "节能诊断企业名单（演示）",
        "Enterprises for energy diagnosis (demonstration)",
        "诊断演示企业",
        "diagnosed",
        roster_steps("diagnosed", "诊断完成", "Diagnosed"),
    ),
    DemonstrationList(
        "enterprises_supervised",
        "special-supervision",
        "节能专项监察企业名单（演示）",
        "Enterprises under special supervision (demonstration)",
        "监察演示企业",
        "inspected",
        roster_steps("inspected", "监察完成", "Inspected"),
        is_closed=True,
    ),
)
LISTED = frozenset(one.indicator for one in LISTS)


@dataclass(frozen=True)
class Reporting:
    """When a city's steps of a month are reported, and whether they are reported and verified at all."""

    at: datetime
    is_reported: bool = True
    is_verified: bool = True


class ListGenerator:
    """Makes the lists of a plan from what each city is to do in the year.

    `yearly` gives that by indicator and city, `count` the number that a city has done by the end of a month.
    """

    def __init__(
        self,
        plan: Plan,
        units: Mapping[str, ReportingUnit],
        *,
        reporter: User,
        reviewer: User,
        count: Callable[[str, str, int], int],
    ) -> None:
        self.plan, self.units, self.count = plan, units, count
        self.reporter, self.reviewer = reporter, reviewer

    def make(self, names: Mapping[str, Mapping[str, int]]) -> None:
        """Make the lists; `names` gives, by indicator and city, how many names each has."""
        for place, each in enumerate(LISTS, 1):
            project_list = self._list(each)
            self._members(project_list, each, place, names[each.indicator])

    def _list(self, each: DemonstrationList) -> ProjectList:
        begins = issued_moment(self.plan)
        project_list = create_list(
            ProjectList(
                plan=self.plan,
                code=each.code,
                name=each.name,
                name_en=each.name_en,
                kind=each.kind,
                year=self.plan.starts_on.year,
                is_closed=each.is_closed,
                is_demonstration=True,
            ),
            each.steps,
            acting_user=None,
            now=begins,
        )
        counted = project_list.steps.get(code=each.counted)
        rule = ListRule(
            plan=self.plan,
            indicator=Indicator.objects.select_related("unit").get(code=each.indicator),
            project_list=project_list,
            counts=each.counts.value,
            step=counted,
            is_demonstration=True,
        )
        save_rule(rule, acting_user=None, now=begins)
        return project_list

    def _members(
        self, project_list: ProjectList, each: DemonstrationList, place: int, names: Mapping[str, int]
    ) -> None:
        new = []
        for city, number in names.items():
            new += [NewMember(*self._project(each, place, city, one)) for one in range(1, number + 1)]
        document = Document(
            f"演示〔{project_list.year}〕{place}号", self.plan.issued_on, self.plan.starts_on, title=each.name
        )
        added = add_members(project_list, new, document=document, acting_user=None, now=issued_moment(self.plan))
        if not project_list.is_roster:
            ProjectPermit.objects.bulk_create(
                ProjectPermit(project=member.project, kind=kind, state="granted", granted_on=date(2019, 12, 20))
                for member in added
                for kind in (ProjectPermit.Kind.PROJECT, ProjectPermit.Kind.CONSTRUCTION)
                if (member.number % 20 or kind == ProjectPermit.Kind.PROJECT)  # a few lack one, and are flagged
            )

    def _project(
        self, each: DemonstrationList, place: int, city: str, number: int
    ) -> tuple[Project, str, Decimal | None]:
        unit = self.units[city]
        project = Project(
            name=f"{unit.region.name}{each.member}{number:02d}",
            name_en=f"{unit.region.name_en} {each.name_en.split('(')[0].strip()} {number:02d}",
            region=unit.region,
            unit=unit,
            is_demonstration=True,
        )
        if each.kind == ProjectList.Kind.ROSTER:
            first = f"91{city}DEM{place}{number:05d}"
            project.credit_code = first + check_character(first)
            return project, ListMember.Category.NEW, None
        project.code = f"DEMO-{self.plan.starts_on.year}-{city}-{number:03d}"
        project.builder = f"{unit.region.name}演示建设单位{number:02d}"
        project.content = "演示数据：年综合利用工业固废的生产线"
        project.nature = Project.Nature.NEW if number % 3 else Project.Nature.RENEWAL
        project.total_investment = Decimal((20 + (number * 53 + int(city)) % 380) * 100)
        project.planned_start = self.plan.starts_on + timedelta(days=30 * (number % 11) + 14)
        project.planned_finish = project.planned_start + timedelta(days=30 * MONTHS_TO_PRODUCTION)
        category = ListMember.Category.CARRIED if number % 4 == 0 else ListMember.Category.NEW
        return project, category, (project.total_investment * 6 / 10).quantize(Decimal(1))

    def take_steps(self, period: Period, index: int, reporting: Mapping[str, Reporting]) -> None:
        """Report and verify the steps of a month: `index` counts the plan's months from 0."""
        day = period.starts_on + timedelta(days=14)
        for each in LISTS:
            project_list = ProjectList.objects.get(plan=self.plan, code=each.code)
            steps = {step.code: step for step in project_list.steps.all()}
            members = self._by_city(project_list)
            for moment in sorted({one.at for one in reporting.values()}):
                cities = [city for city, one in reporting.items() if one.at == moment and one.is_reported]
                verified = [city for city in cities if reporting[city].is_verified]
                waiting = [city for city in cities if not reporting[city].is_verified]
                for chosen, is_verified in ((verified, True), (waiting, False)):
                    lines = [
                        line
                        for city in chosen
                        for line in self._lines(each, steps, members.get(city, []), city, index, day)
                    ]
                    self._take(lines, moment, is_verified=is_verified)

    def _lines(
        self,
        each: DemonstrationList,
        steps: Mapping[str, ListStep],
        members: Sequence[ListMember],
        city: str,
        index: int,
        day: date,
    ) -> list[ReportedStep]:
        first, last = self.count(each.indicator, city, index - 1), self.count(each.indicator, city, index)
        found = [ReportedStep(member, steps[each.counted], day, EVIDENCE) for member in members[first:last]]
        if each.kind == ProjectList.Kind.PROJECTS:
            carried = [member for member in members[first:last] if member.category == ListMember.Category.CARRIED]
            found += [ReportedStep(member, steps["resumed"], day, EVIDENCE) for member in carried]
        if each.kind == ProjectList.Kind.PROJECTS and index >= MONTHS_TO_PRODUCTION:
            before = index - MONTHS_TO_PRODUCTION
            begun = members[self.count(each.indicator, city, before - 1) : self.count(each.indicator, city, before)]
            found += [ReportedStep(member, steps["producing"], day, EVIDENCE) for member in begun]
        return found

    def _take(self, lines: Sequence[ReportedStep], moment: datetime, *, is_verified: bool) -> None:
        if not lines:
            return
        taken = report_steps(lines, acting_user=self.reporter, now=moment)
        if is_verified:
            verdict = StepDecision.Verdict.VERIFIED
            decide_steps(taken, verdict, acting_user=self.reviewer, now=moment + timedelta(days=1))

    def _by_city(self, project_list: ProjectList) -> dict[str, list[ListMember]]:
        found: dict[str, list[ListMember]] = {}
        rows = ListMember.objects.filter(project_list=project_list).select_related(
            "project__region", "project__unit__region", "project_list__plan__region"
        )
        for member in rows.order_by("number"):
            found.setdefault(member.project.region.code, []).append(member)
        return found
