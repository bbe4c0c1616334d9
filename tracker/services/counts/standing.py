"""Keep what follows from verified steps: each member's stage and state, and the counts of figures.

Called in the transaction that changes a list, a rule, a project or a decision. Counts are only added to: what a
correction takes away is a row of its own, so that the figure at every earlier moment stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from tracker.calculation.lists.counting import Member, changes, differences
from tracker.calculation.lists.stages import stage_on, state_on, terminated_on
from tracker.models import CountChange, ListMember, ListRule, ProjectList
from tracker.models.quantity import MICRO
from tracker.queries.projects.members import load_members, predicate_of, scale_of
from tracker.services.storage.bulk_insert import insert_objects

#: So many members are read at once.
AT_ONCE = 500
SHOWN = ("stage", "stage_on", "state", "terminated_on", "reached", "invested")


def update_standing(members: Iterable[ListMember], *, now: datetime) -> None:
    """Bring the stage, the state and the counts of these members up to date."""
    ids = sorted({member.pk for member in members})
    for start in range(0, len(ids), AT_ONCE):
        rows = ListMember.objects.filter(pk__in=ids[start : start + AT_ONCE]).select_related("project")
        _update(list(rows), now)


def count_new(project_list: ProjectList, members: Sequence[ListMember], *, now: datetime) -> None:
    """Count members that just came onto a list. They took no step yet, so that nothing is read of them."""
    rules = project_list.rules.select_related("step", "project_list", "indicator__unit")
    insert_objects(
        CountChange,
        [
            CountChange(
                rule=rule, member=member, region_id=member.project.region_id, day=day, micro=int(micro), recorded_at=now
            )
            for rule in rules
            for member in members
            for day, micro in _wanted(rule, member, Member(member.begins, member.ends)).items()
        ],
    )


def update_list(project_list: ProjectList, *, now: datetime) -> None:
    """Bring all members of a list up to date, after its rules or its steps changed."""
    update_standing(ListMember.objects.filter(project_list=project_list), now=now)


def differing_counts() -> list[tuple[int, int]]:
    """Return (rule, member) where the recorded changes are not what the steps say; empty proves all of them."""
    found = []
    for rule in ListRule.objects.select_related("step", "project_list", "indicator__unit"):
        members = list(ListMember.objects.filter(project_list=rule.project_list).select_related("project"))
        for start in range(0, len(members), AT_ONCE):
            found += [(one, member) for one, member, *_row in _missing(members[start : start + AT_ONCE], [rule])]
    return found


def _update(members: Sequence[ListMember], now: datetime) -> None:
    facts = load_members(members)
    steps = {
        (step.project_list_id, step.code): step
        for one in ProjectList.objects.filter(pk__in={member.project_list_id for member in members})
        for step in one.steps.all()
    }
    changed = []
    for member in members:
        before = _shown(member)
        newest = stage_on(facts[member.pk].steps)
        member.stage = steps[member.project_list_id, newest.code] if newest else None
        member.stage_on = newest.day if newest else None
        member.state = state_on(facts[member.pk].steps).value
        member.terminated_on = terminated_on(facts[member.pk].steps)
        taken = sorted(facts[member.pk].steps, key=lambda one: one.day, reverse=True)
        member.reached = {one.code: one.day.isoformat() for one in taken}
        invested = facts[member.pk].invested
        member.invested = sum(invested.values(), Decimal(0)) if invested else None
        if before != _shown(member):
            changed.append(member)
    ListMember.objects.bulk_update(changed, SHOWN, batch_size=AT_ONCE)
    rules = list(
        ListRule.objects.filter(project_list__in={one.project_list_id for one in members}).select_related(
            "step", "project_list", "indicator__unit"
        )
    )
    CountChange.objects.bulk_create(
        [
            CountChange(rule_id=rule, member_id=member, region_id=region, day=day, micro=micro, recorded_at=now)
            for rule, member, region, day, micro in _missing(members, rules)
        ],
        batch_size=AT_ONCE,
    )


def _shown(member: ListMember) -> list[Any]:
    return [getattr(member, f"{name}_id" if name == "stage" else name) for name in SHOWN]


def _missing(members: Sequence[ListMember], rules: Sequence[ListRule]) -> list[tuple[int, int, int, date, int]]:
    """Return (rule, member, region, day, micro) of the rows that lead from what is recorded to what the steps say."""
    there: dict[tuple[int, int, int], dict[date, Decimal]] = defaultdict(dict)
    rows = CountChange.objects.filter(rule__in=rules, member__in=[member.pk for member in members]).order_by()
    for rule, member, region, day, micro in rows.values_list("rule_id", "member_id", "region_id", "day").annotate(
        total=Sum("micro")
    ):
        there[rule, member, region][day] = Decimal(micro)
    facts = load_members(members)
    wanted: dict[tuple[int, int, int], dict[date, Decimal]] = {}
    for member in members:
        for rule in rules:
            if rule.project_list_id == member.project_list_id:
                wanted[rule.pk, member.pk, member.project.region_id] = _wanted(rule, member, facts[member.pk])
    return [
        (rule, member, region, day, int(amount))
        for rule, member, region in sorted(wanted.keys() | there.keys())
        for day, amount in differences(
            wanted.get((rule, member, region), {}), there.get((rule, member, region), {})
        ).items()
    ]


def _wanted(rule: ListRule, member: ListMember, facts: Member) -> dict[date, Decimal]:
    """Return the changes by day in millionths; parts of a split count only where the list says so."""
    if member.part_of_id and not rule.project_list.counts_parts:
        return {}
    scale = MICRO * scale_of(rule)
    return {day: (amount * scale).to_integral_value() for day, amount in changes(predicate_of(rule), facts).items()}
