"""Content of the pages about lists: sizes and figures, the funnel, the rates, and the ranking of places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery

from tracker.calculation.lists.list_balance import ListBalance, Starts, balance_of
from tracker.calculation.lists.listed import FunnelLine, Listed, PlaceLine, Stage, funnel, places, rates, starts_of
from tracker.calculation.lists.rates import Rate
from tracker.models import (
    Clause,
    Indicator,
    ListBatch,
    ListChange,
    ListMember,
    ListRule,
    ListStep,
    Period,
    Plan,
    ProjectList,
    Region,
    TakenStep,
    Target,
    User,
)
from tracker.models.access import Capability, scope_of
from tracker.models.earlier import lay_within
from tracker.queries.projects.listed import listed_times, load_listed, members_on, stages_of
from tracker.queries.projects.members import counted_members, counted_query


@dataclass(frozen=True)
class RuleLine:
    """A figure that is counted from a list: how many names count at the end of a day, and how many do not yet."""

    rule: ListRule
    target: Target | None
    counted: int
    missing: int


@dataclass(frozen=True)
class ListLine:
    """A list with its size and its figures."""

    project_list: ProjectList
    size: int
    rules: Sequence[RuleLine]


@dataclass(frozen=True)
class StageLine:
    """A line of the funnel with its stage as stored; None for members without one."""

    stage: ListStep | None
    line: FunnelLine
    length: Decimal


@dataclass(frozen=True)
class FunnelPage:
    """The funnel of a list at the end of a day, with its rates, its balance and the ranking of places."""

    stages: Sequence[StageLine]
    size: int
    total: Decimal
    rates: Sequence[Rate]
    balance: ListBalance
    places: Sequence[tuple[Region, PlaceLine]]
    halted: int
    terminated: int
    starts: Starts | None = None
    started: int = 0
    has_parts: bool = False

    @property
    def starts_agree(self) -> bool:
        """Return True if the starts counted are those due less the late ones plus the early ones."""
        return self.starts is not None and self.starts.actual == self.started


def load_lists(plan: Plan, user: User, day: date) -> list[ListLine]:
    """Return the plan's lists with the names that a person may read."""
    lists = ProjectList.objects.filter(plan=plan).order_by("-year", "pk")
    return [ListLine(one, members_on(one, day, user).count(), rules_of(one, user, day)) for one in lists]


@dataclass(frozen=True)
class BatchLine:
    """A document that issued or changed a list, with how many members it added, took off and otherwise changed."""

    batch: ListBatch
    added: int
    ended: int
    other: int


def batches_of(project_list: ProjectList, user: User) -> list[BatchLine]:
    """Return the documents of a list in their order, with the changes of the names that a person may read."""
    changes = ListChange.objects.filter(batch__project_list=project_list).order_by()
    if not scope_of(user, Capability.VIEW, plan_id=project_list.plan_id).covers_region(project_list.plan.region):
        seen = ListMember.objects.visible_to(user).filter(project_list=project_list)
        changes = changes.filter(member__in=seen.order_by().values("pk"))
    counted: dict[int, dict[str, int]] = {}
    for batch, kind, number in changes.values_list("batch", "kind").annotate(number=Count("pk")):
        counted.setdefault(batch, {})[kind] = number
    leaving = {kind.value for kind in leaving_kinds(project_list)}
    lines = []
    for batch in project_list.batches.order_by("number"):
        kinds = counted.get(batch.pk, {})
        added = kinds.get(ListChange.Kind.ADDED, 0)
        ended = sum(number for kind, number in kinds.items() if kind in leaving)
        lines.append(BatchLine(batch, added, ended, sum(kinds.values()) - added - ended))
    return lines


def leaving_kinds(project_list: ProjectList) -> set[ListChange.Kind]:
    """Return the changes by which a member leaves a list of these rules."""
    found = {ListChange.Kind.REMOVED, ListChange.Kind.REPLACED}
    if project_list.counts_parts:
        found.add(ListChange.Kind.SPLIT)
    if project_list.inapplicable_leaves:
        found.add(ListChange.Kind.INAPPLICABLE)
    return found


def rules_of(project_list: ProjectList, user: User, day: date) -> list[RuleLine]:
    """Return the figures that a list is counted for."""
    rules = list(project_list.rules.select_related("indicator__unit", "step", "plan", "project_list"))
    targets = {one.indicator_id: one for one in Target.objects.filter(plan=project_list.plan_id)}
    on_list = members_on(project_list, day, user).order_by()
    found: list[RuleLine] = []
    size = on_list.count() if rules else 0
    for rule in rules:
        counted = on_list.filter(pk__in=counted_query(rule, day)).count()
        found.append(RuleLine(rule, targets.get(rule.indicator_id), counted, size - counted))
    return found


@dataclass(frozen=True)
class NamesBehind:
    """The names behind a figure in a region: those counted and those missing at the end of a day."""

    rule: ListRule
    counted: Sequence[ListMember]
    missing: Sequence[ListMember]

    @property
    def size(self) -> int:
        """Return how many are on the list."""
        return len(self.counted) + len(self.missing)


def behind(indicator: Indicator, user: User, period: Period, region: Region) -> NamesBehind | None:
    """Return the names behind a figure that a person may read; None where it is not counted from a list."""
    rules = ListRule.objects.filter(plan=period.plan_id, indicator=indicator)
    rule = rules.select_related("project_list").first()
    if rule is None:
        return None
    within = lay_within(region, period.ends_on, "project__region")
    on_list = members_on(rule.project_list, period.ends_on, user).filter(within)
    counted = counted_members(rule, period.ends_on)
    rows = list(on_list.with_names().order_by("number"))
    return NamesBehind(rule, [row for row in rows if row.pk in counted], [row for row in rows if row.pk not in counted])


def lists_behind(plan: Plan, *, indicator: Indicator | None = None, clause: Clause | None = None) -> list[ListRule]:
    """Return the rules behind a figure, or behind the targets of a clause."""
    rules = ListRule.objects.filter(plan=plan).select_related("indicator", "project_list", "step")
    if indicator is not None:
        rules = rules.filter(indicator=indicator)
    if clause is not None:
        rules = rules.filter(indicator__targets__clauses=clause, indicator__targets__plan=plan)
    return list(rules.order_by("pk").distinct())


def lists_of_region(plan: Plan, region: Region, user: User, day: date) -> list[tuple[ProjectList, int]]:
    """Return the lists on which a region has names that a person may read, with their number."""
    within = (
        ListMember.objects.visible_to(user)
        .on_list(day)
        .filter(lay_within(region, day, "project__region"), project_list=OuterRef("pk"))
        .order_by()
        .values("project_list")
    )
    number = Subquery(within.annotate(number=Count("pk")).values("number"))
    lists = ProjectList.objects.filter(plan=plan).annotate(number=number).filter(number__gt=0)
    return [(one, one.number) for one in lists.order_by("-year", "pk")]


def load_funnel_page(
    project_list: ProjectList, user: User, day: date, *, region: Region | None = None, by: str = "started"
) -> FunnelPage:
    """Return the funnel at the end of a day, of the names that a person may read, in a region if one is given."""
    steps = {one.code: one for one in project_list.steps.all()}
    top = region or project_list.plan.region
    members = members_on(project_list, day, user).filter(lay_within(top, day, "project__region"))
    listed, stages = load_listed(members, project_list, top, day), stages_of(steps)
    lines = funnel(listed, stages, day)
    most = max((line.number for line in lines), default=0) or 1
    first = date(day.year, 1, 1)
    ever = ListMember.objects.filter(lay_within(top, day, "project__region"), project_list=project_list)
    regions = {one.path: one for one in Region.objects.filter(Q(parent=top) | Q(pk=top.pk))}
    found = rates(listed, stages, day)
    starts, started = _starts(listed, stages, day)
    return FunnelPage(
        stages=[
            StageLine(steps[line.stage.code] if line.stage else None, line, Decimal(line.number * 100) / most)
            for line in lines
            if line.stage is not None or line.number
        ],
        size=len(listed),
        total=sum((line.total for line in lines), Decimal(0)),
        rates=found,
        starts=starts,
        started=started,
        has_parts=project_list.members.filter(part_of__isnull=False).exists(),
        balance=balance_of(listed_times(ever.visible_to(user)), first, day),
        places=[(regions[line.place], line) for line in places(listed, stages, day, by) if line.place in regions],
        halted=sum(
            one.has("halted", day) and one.reached.get("resumed", date.min) < one.reached["halted"] for one in listed
        ),
        terminated=sum(one.has("terminated", day) for one in listed),
    )


def _starts(listed: Sequence[Listed], stages: Sequence[Stage], day: date) -> tuple[Starts | None, int]:
    """Return the new starts due, late and early by a day, and those counted; None where a list has no such step."""
    least = next((stage.position for stage in stages if stage.code == "started"), None)
    new = [one for one in listed if one.category == ListMember.Category.NEW]
    if least is None or not new:
        return None, 0
    since = [one.since(stages, least) for one in new]
    return starts_of(new, stages, least, day), sum(taken is not None and taken <= day for taken in since)


def waiting_steps(project_list: ProjectList, user: User) -> list[TakenStep]:
    """Return the steps that wait for a second person, the oldest first, of the names that a person may read."""
    rows = TakenStep.objects.waiting().filter(
        member__in=ListMember.objects.visible_to(user).filter(project_list=project_list)
    )
    return list(rows.select_related("member__project__region", "step", "reported_by").order_by("recorded_at", "pk"))
