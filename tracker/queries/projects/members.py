"""Members of a list as the rules of counting see them, and what is wrong with new ones."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from tracker.calculation.checks import Severity
from tracker.calculation.lists.counting import Counts, Member, Predicate
from tracker.calculation.lists.credit_code import normalised_credit_code
from tracker.calculation.lists.findings import check_project
from tracker.calculation.lists.stages import StepKind, Taken
from tracker.documents.list_wording import finding_in_words
from tracker.models import ListMember, ListRule, Project, ProjectList, ProjectReport, TakenStep
from tracker.models.project_report import INVESTED

#: The unit of money of projects, 万元, in yuan.
TEN_THOUSAND_YUAN = Decimal(10_000)


@dataclass(frozen=True)
class NewMember:
    """A project that is to come onto a list, stored already or not, with what belongs to the list."""

    project: Project
    category: str = ListMember.Category.NEW
    yearly_investment: Decimal | None = None
    number: int | None = None
    part_of: ListMember | None = None
    replaces: ListMember | None = None
    place: str = ""
    invested_before: Decimal | None = None


@dataclass(frozen=True)
class MemberProblem:
    """A fault of a new member: its place in the file or its number, and the field."""

    place: str
    field: str
    message: str
    is_error: bool = True


def predicate_of(rule: ListRule) -> Predicate:
    """Return what a rule counts."""
    step = rule.step
    return Predicate(
        Counts(rule.counts), step.code if step else "", step.position if step else 0, rule.without_terminated
    )


def taken_of(row: TakenStep) -> Taken:
    """Return a stored step for calculation."""
    return Taken(row.step.code, row.step.position, StepKind(row.step.kind), row.day, row.pk)


def verified_steps(members: Collection[int]) -> dict[int, list[Taken]]:
    """Return the verified steps of these members."""
    rows = (
        TakenStep.objects.verified().filter(member__in=members).select_related("step").order_by("member", "day", "pk")
    )
    found: dict[int, list[Taken]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(taken_of(row))
    return found


def verified_investment(members: Collection[int]) -> dict[int, dict[date, Decimal]]:
    """Return what was invested in each period by these members, at the period's last day, of verified reports."""
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    rows = ProjectReport.objects.verified().filter(member__in=members).annotate(counted=INVESTED)
    rows = rows.filter(counted__isnull=False).order_by("unit_return__period__ends_on")
    for member, day, amount in rows.values_list("member_id", "unit_return__period__ends_on", "counted"):
        found[member][day] = found[member].get(day, Decimal(0)) + amount
    return found


def scale_of(rule: ListRule) -> Decimal:
    """Return how many of a rule's indicator's unit one counted thing is: of investment in 亿元, 0.0001."""
    if rule.counts != Counts.INVESTMENT.value:
        return Decimal(1)
    return TEN_THOUSAND_YUAN / rule.indicator.unit.factor


def load_members(members: Sequence[ListMember]) -> dict[int, Member]:
    """Return each member's days, verified steps and investment, in three queries whatever their number."""
    ids = [member.pk for member in members]
    steps, invested = verified_steps(ids), verified_investment(ids)
    return {
        member.pk: Member(member.begins, member.ends, steps.get(member.pk, ()), invested.get(member.pk, {}))
        for member in members
    }


@dataclass
class _Known:
    """The members of a list and the projects that are stored."""

    project_list: ProjectList
    codes: dict[str, str] = field(default_factory=dict)
    credit_codes: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    units: dict[str, int | None] = field(default_factory=dict)

    def note(self, project: Project, place: str) -> None:
        """Remember a project that is on the list or comes onto it."""
        if project.code:
            self.codes[project.code] = place
            self.units[project.code] = project.unit_id
        if project.credit_code:
            self.credit_codes[project.credit_code] = place
        self.names[project.name, project.builder] = place


def check_new_members(
    project_list: ProjectList,
    new: Sequence[NewMember],
    *,
    leaving: Iterable[ListMember] = (),
    registered: Mapping[str, Project] | None = None,
) -> list[MemberProblem]:
    """Return what is wrong with new members, each at its place; `leaving` go at the same time.

    `registered` is `registered_projects(new)`, where the caller has read it already.
    """
    gone = {member.pk for member in leaving}
    known = _Known(project_list)
    current = ListMember.objects.filter(project_list=project_list, ends=None).exclude(pk__in=gone)
    for member in current.select_related("project"):
        known.note(member.project, _("no. %(number)s of the list") % {"number": member.number})
    registered = registered_projects(new) if registered is None else registered
    found: list[MemberProblem] = []
    for number, one in enumerate(new, 1):
        place = one.place or str(number)
        found += _wrong_fields(project_list, one, place)
        found += _twice(known, one, place)
        found += _other_unit(registered, one, place)
        known.note(one.project, place)
    return found


def registered_projects(new: Sequence[NewMember]) -> Mapping[str, Project]:
    """Return the projects that the register has under the codes of new ones, by code."""
    codes = {one.project.code for one in new if one.project.code and one.project.pk is None}
    if not codes:
        return {}
    # The index over codes leaves out empty ones, and is used where a statement does as well.
    rows = Project.objects.filter(code__in=_as_one_parameter(sorted(codes))).exclude(code="")
    return {row.code: row for row in rows}


def _as_one_parameter(texts: Sequence[str]) -> RawSQL:
    """Return texts as rows of one parameter: thousands of parameters take longer to bind than to look up."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [list(texts)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(texts))])


def _wrong_fields(project_list: ProjectList, one: NewMember, place: str) -> Iterator[MemberProblem]:
    project = one.project
    if not project.name.strip():
        yield MemberProblem(place, "name", _("The name is missing."))
    if project_list.is_roster and not project.credit_code:
        yield MemberProblem(
            place, "credit_code", _("The members of a roster are known by their unified social credit code.")
        )
    plan = project_list.plan
    if not project.region.path.startswith(plan.region.path):
        words = {"region": project.region, "plan": plan.region}
        yield MemberProblem(place, "region", _("%(region)s lies outside %(plan)s.") % words)
    if project.unit is not None and not project.region.path.startswith(project.unit.region.path):
        told = {"unit": project.unit, "region": project.region}
        yield MemberProblem(place, "unit", _("%(unit)s is not responsible for %(region)s.") % told, is_error=False)
    for finding in check_project(
        credit_code=project.credit_code,
        planned_start=project.planned_start,
        planned_finish=project.planned_finish,
        total=project.total_investment,
        year=one.yearly_investment,
        coordinates=(project.longitude, project.latitude),
    ):
        is_error = finding.severity is Severity.ERROR
        yield MemberProblem(place, finding.place, finding_in_words(finding), is_error=is_error)


def _twice(known: _Known, one: NewMember, place: str) -> Iterator[MemberProblem]:
    project = one.project
    where = known.codes.get(project.code) if project.code else None
    if where is not None and known.units.get(project.code) != project.unit_id:
        yield MemberProblem(
            place, "unit", _("This project is under another responsible unit at %(place)s.") % {"place": where}
        )
    if where is not None:
        yield MemberProblem(place, "code", _("This project is on the list already: %(place)s.") % {"place": where})
        return
    same_firm = known.credit_codes.get(project.credit_code) if project.credit_code else None
    if same_firm is not None and known.project_list.is_roster:
        yield MemberProblem(
            place, "credit_code", _("This enterprise is on the list already: %(place)s.") % {"place": same_firm}
        )
        return
    same_name = known.names.get((project.name, project.builder))
    if same_name is not None:
        yield MemberProblem(
            place,
            "name",
            _("A project of this name and builder is on the list already: %(place)s.") % {"place": same_name},
        )


def _other_unit(registered: Mapping[str, Project], one: NewMember, place: str) -> Iterator[MemberProblem]:
    """Yield what differs where the register knows the project: its name and sum are told, another unit is a problem."""
    there = registered.get(one.project.code)
    if there is not None and (there.name, there.total_investment) != (one.project.name, one.project.total_investment):
        told = _("The project of this code is known as “%(name)s”. What is known of it stays as it is.")
        yield MemberProblem(place, "code", told % {"name": there}, is_error=False)
    if there is not None and there.unit_id and one.project.unit_id and there.unit_id != one.project.unit_id:
        yield MemberProblem(
            place, "unit", _("The responsible unit of this project is %(unit)s.") % {"unit": there.unit}
        )


def clean_project(project: Project) -> Project:
    """Return the project with its codes as they are stored and compared."""
    project.credit_code = normalised_credit_code(project.credit_code)
    project.code = project.code.strip()
    project.name, project.builder = project.name.strip(), project.builder.strip()
    return project


def members_not_counted(rule: ListRule, day: date) -> list[ListMember]:
    """Return the members on the list at the end of a day that a figure does not count: the names that are missing."""
    on_list = ListMember.objects.filter(project_list=rule.project_list).on_list(day).with_names()
    counted = counted_members(rule, day)
    if not rule.project_list.counts_parts:
        on_list = on_list.filter(part_of=None)
    return list(on_list.exclude(pk__in=counted).order_by("number"))


def counted_query(rule: ListRule, day: date) -> QuerySet[Any, int]:
    """Return the primary keys of the members that a figure counts at the end of a day, as a query."""
    sums = rule.changes.filter(day__lte=day).order_by().values("member").annotate(total=Sum("micro"))
    return sums.filter(total__gt=0).values_list("member", flat=True)


def counted_members(rule: ListRule, day: date) -> set[int]:
    """Return the members that a figure counts at the end of a day."""
    return set(counted_query(rule, day))


def names_behind(rule: ListRule, day: date, *, path: str = "") -> list[ListMember]:
    """Return the members that a figure counts at the end of a day, of a region and all below it."""
    found = ListMember.objects.filter(pk__in=counted_members(rule, day)).with_names()
    return list(found.filter(Q(project__region__path__startswith=path)).order_by("number"))
