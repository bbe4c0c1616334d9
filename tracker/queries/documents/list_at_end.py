"""A list at the end of a period, as documents keep it: size, stages, rates, balance, and the names behind its figures.

The project ledger, the compliance report, the bulletin, the brief and the mail take it from here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.calculation.lists.list_balance import balance_of
from tracker.calculation.lists.listed import Listed, Stage, funnel, rates
from tracker.models import ListChange, ListMember, ListRule, ListStep, Period, ProjectList, Region
from tracker.models.earlier import lay_within
from tracker.models.naming import Named
from tracker.queries.projects.listed import listed_by_member, listed_times, members_on, stages_of
from tracker.queries.projects.members import counted_members

#: So many of the names that a figure does not count yet are kept with a document.
MOST_MISSING = 20


class ListAtEnd:
    """A list in a region at the end of a period. Its members are read once."""

    def __init__(self, project_list: ProjectList, period: Period, region: Region) -> None:
        self.project_list, self.period, self.region, self.day = project_list, period, region, period.ends_on
        self.steps: Mapping[str, ListStep] = {one.code: one for one in project_list.steps.all()}
        self.stages: Sequence[Stage] = stages_of(self.steps)
        self.members = members_on(project_list, self.day).filter(lay_within(region, self.day, "project__region"))
        self.listed: dict[int, Listed] = listed_by_member(self.members, project_list.plan_id, region, self.day)

    def content(self) -> dict[str, Any]:
        """Return what every document keeps of it."""
        listed = list(self.listed.values())
        return {
            "code": self.project_list.code,
            "name": pair(self.project_list),
            "is_roster": self.project_list.is_roster,
            "is_closed": self.project_list.is_closed,
            "steps": {code: pair(step) for code, step in self.steps.items()},
            "size": len(listed),
            "total": text_of(sum((one.total or Decimal(0) for one in listed), Decimal(0))),
            "funnel": [
                [line.stage.code if line.stage else "", line.number, line.at_least, str(line.total)]
                for line in funnel(listed, self.stages, self.day)
            ],
            "rates": [
                [
                    *(one.rule.value, str(one.numerator), str(one.denominator)),
                    *(one.terminated, one.early, one.late, one.without_terminated),
                ]
                for one in rates(listed, self.stages, self.day)
            ],
            "balance": self._balance(),
        }

    def figures(self) -> list[dict[str, Any]]:
        """Return the figures counted from the list, each with the names that are missing."""
        rules = self.project_list.rules.select_related("indicator", "project_list", "step")
        return [self._figure(rule) for rule in rules]

    def changes(self, since: date) -> Iterable[ListChange]:
        """Return the changes of the list that took effect from a day on until the end."""
        rows = ListChange.objects.filter(
            lay_within(self.region, self.day, "member__project__region"),
            member__project_list=self.project_list,
            effective_from__range=(since, self.day),
        )
        return rows.select_related("batch", "member__project").order_by("effective_from", "pk")

    def _figure(self, rule: ListRule) -> dict[str, Any]:
        counted = counted_members(rule, self.day) & self.listed.keys()
        missing = self.listed.keys() - counted
        rows = self.members.filter(pk__in=sorted(missing)[:MOST_MISSING]).with_names().order_by("number")
        return {
            "indicator": rule.indicator.code,
            "name": pair(rule.indicator),
            "counts": rule.counts,
            "counted": len(counted),
            "missing": len(missing),
            "names": [[pair(row.project), pair(row.project.region)] for row in rows] if missing else [],
        }

    def _balance(self) -> list[int]:
        ever = ListMember.objects.filter(
            lay_within(self.region, self.day, "project__region"), project_list=self.project_list
        )
        found = balance_of(listed_times(ever), self.period.starts_on, self.day)
        return [found.at_start, found.added, found.removed, found.at_end]


def lists_at_end(period: Period, region: Region) -> list[dict[str, Any]]:
    """Return the plan's lists that have names in a region at the end of a period, as reports and mails tell them."""
    lists = ProjectList.objects.filter(plan=period.plan_id).select_related("plan").order_by("-year", "pk")
    found = [ListAtEnd(one, period, region) for one in lists]
    return [one.content() | {"figures": one.figures()} for one in found if one.listed]


def pair(named: Named) -> list[str]:
    """Return the Chinese and the English name."""
    return [named.name, named.name_en]


def text_of(amount: Decimal | None) -> str | None:
    """Return an amount as text without trailing zeros."""
    return None if amount is None else f"{amount.normalize():f}"
