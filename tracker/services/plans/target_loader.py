"""Turning the targets of a plan document into rows, with their versions, goals, milestones and points."""

from datetime import datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.pace import Pace, Point, curve_problem
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.terms import Milestone
from tracker.models import (
    Allocation,
    Indicator,
    PacePoint,
    Plan,
    ProgrammeTarget,
    RuleChange,
    Target,
    TargetMilestone,
    TargetVersion,
)
from tracker.services.audit.keep_rules import issued_moment
from tracker.services.plans.plan_loader import PlanLoader
from tracker.services.plans.rule_changes import check_change, check_order_of_bounds, read_curve
from tracker.services.plans.target_setup import check_target, default_kind
from tracker.services.plans.targets import check_allocation

#: Fields of a target that a document gives as they are.
PLAIN_OF_TARGET = (
    *("bound", "base_value", "base_year", "base_source", "season", "graded_by", "level_two_below", "level_one_below"),
    *("nature", "is_approximate", "is_key"),
)


class TargetLoader:
    """Adds the targets of a document whose clauses, indicators and places are loaded."""

    def __init__(self, loader: PlanLoader) -> None:
        self.loader = loader

    def load(self, plan: Plan) -> None:
        """Add every target of the document to a plan, or complain at its place."""
        usual_pace = self.loader.document.rows("plan")[0]["pace"]
        for index, row in enumerate(self.loader.document.rows("target")):
            indicator = self.loader.indicators[row["indicator"]]
            kind = row["kind"] or default_kind(indicator).value
            plain = {key: row[key] for key in PLAIN_OF_TARGET}
            target = Target(
                plan=plan,
                indicator=indicator,
                kind=kind,
                pace=row["pace"] or usual_pace,
                responsible=self.loader.body("target", index, "responsible", row["responsible"])
                if row["responsible"]
                else None,
                position=index,
                **plain,
            )
            mistakes = len(self.loader.document.mistakes)
            if kind in set(Kind) and target.bound in set(Bound) and target.pace in set(Pace):
                self.loader.check("target", index, partial(check_document_target, target, row))
            if len(self.loader.document.mistakes) == mistakes:
                self.loader.save("target", index, target)
            if not target.pk:
                continue
            target.clauses.set(self.loader.clauses[number] for number in row["clauses"])
            target.places.set(self.loader.regions[code] for code in row["places"])
            target.supporting.set([self.loader.body("target", index, "supporting", name) for name in row["supporting"]])
            self.add_milestones(index, row, target)
            self.add_points(index, row, target)
            for one in row["programme"]:
                self.loader.save("target", index, ProgrammeTarget(target=target, **one))
            self.add_first_version(index, row, target)
            self.add_later_versions(index, row, target)
        self.load_rule_changes(plan)

    def load_rule_changes(self, plan: Plan) -> None:
        """Add the changes of rules. Each was known from the day it took effect, at the latest."""
        targets = {target.indicator.code: target for target in plan.targets.select_related("indicator", "plan")}
        for index, row in enumerate(self.loader.document.rows("rule_change")):
            of: dict[str, Any] = {"target": targets.get(row["target"])}
            of |= {key: self.loader.indicators.get(row[key]) for key in ("indicator", "weight")}
            fields = {key: value for key, value in row.items() if key not in (*of, "curve")}
            effect = datetime.combine(row["effective_from"], time.min, plan.zone)
            change = RuleChange(
                plan=plan,
                points=read_curve(row["curve"]),
                recorded_at=max(effect, issued_moment(plan)),
                **of,
                **fields,
            )
            mistakes = len(self.loader.document.mistakes)
            self.loader.check("rule_change", index, partial(check_change, change))
            if len(self.loader.document.mistakes) == mistakes:
                self.loader.save("rule_change", index, change)
                self.loader.check("rule_change", index, partial(check_order_of_bounds, change))

    def add_milestones(self, index: int, row: dict[str, Any], target: Target) -> None:
        for one in row["milestones"]:
            milestone = TargetMilestone(target=target, day=one["day"], value=Decimal(one["value"]))
            self.loader.save("target", index, milestone)

    def add_points(self, index: int, row: dict[str, Any], target: Target) -> None:
        """Add the points of the schedule curve that the ministry set."""
        points = []
        for one in row["points"]:
            points.append(Point(one["day"], Decimal(one["share"]) / Decimal(100)))
            if curve_problem(points, target.plan.starts_on, target.plan.ends_on):
                message = _("Points lie within the plan, in the order of their days, and never fall.")
                self.loader.document.complain("target", index, "points", message)
                return
            self.loader.save("target", index, PacePoint(target=target, **one))

    def add_first_version(self, index: int, row: dict[str, Any], target: Target) -> None:
        is_derived = target.indicator.kind == Indicator.Kind.DERIVED
        if is_derived != (row["value"] is None):
            self.loader.document.complain("target", index, "value", _derived_or_valued(is_derived))
        elif not is_derived:
            version = TargetVersion(
                target=target,
                value=Decimal(row["value"]),
                upper_value=_decimal(row["upper_value"]),
                effective_from=row["effective_from"] or target.plan.starts_on,
                recorded_at=issued_moment(target.plan),
                document_number=row["document_number"],
                stretch_note=row["stretch_note"],
            )
            self.loader.save("target", index, version)
            if version.pk:
                self.add_goals(index, row, version)

    def add_later_versions(self, index: int, row: dict[str, Any], target: Target) -> None:
        """Add the versions that adjusted the target. Each was known from the day it took effect, at the latest."""
        if row["versions"] and target.indicator.kind == Indicator.Kind.DERIVED:
            self.loader.document.complain("target", index, "versions", _derived_or_valued(is_derived=True))
            return
        for number, one in enumerate(row["versions"], 2):
            effect = datetime.combine(one["effective_from"], time.min, target.plan.zone)
            fields = {key: value for key, value in one.items() if key != "goals"}
            version = TargetVersion(
                target=target, number=number, recorded_at=max(effect, issued_moment(target.plan)), **fields
            )
            if not one["document_number"]:
                message = _("A target is moved by a document: give its number.")
                self.loader.document.complain("target", index, "versions.document_number", message)
            self.loader.check("target", index, partial(check_document_target, target, {**row, **one, "milestones": []}))
            self.loader.save("target", index, version)
            if version.pk:
                self.add_goals(index, one, version)

    def add_goals(self, index: int, row: dict[str, Any], version: TargetVersion) -> None:
        """Add the goals of places: shares of an amount, own goals of a rate or a level."""
        for goal in row["goals"]:
            allocation = Allocation(
                version=version,
                region=self.loader.regions[goal["place"]],
                unit=self.loader.units.get(goal["unit"]),
                value=Decimal(goal["value"]),
                upper_value=_decimal(goal["upper_value"]),
                base_value=_decimal(goal["base_value"]),
            )
            self.loader.check("target", index, partial(check_allocation, allocation))
            self.loader.save("target", index, allocation)


def check_document_target(target: Target, row: dict[str, Any]) -> None:
    """Raise Refused for a target of a document that contradicts itself."""
    milestones = [Milestone(one["day"], Decimal(one["value"])) for one in row["milestones"]]
    goal, upper = _decimal(row["value"]), _decimal(row["upper_value"])
    figures = (goal, upper, target.base_value, *(one.value for one in milestones))
    if any(figure is not None and not Decimal(figure).is_finite() for figure in figures):
        return  # refused at its key when it is saved
    check_target(target, goal=goal, upper=upper, milestones=milestones)


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _derived_or_valued(is_derived: bool) -> str:
    if is_derived:
        return _("The target of a summed indicator is the sum of its parts’ targets.")
    return _("A target needs a value.")
