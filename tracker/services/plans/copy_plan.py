"""Copy an earlier plan: dates move, targets and split are proposed as they stand, obligations are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from tracker.calculation.targets.terms import Milestone
from tracker.models import (
    Allocation,
    Clause,
    Commitment,
    Event,
    Indicator,
    Obligation,
    PacePoint,
    Plan,
    RuleChange,
    Target,
    TargetVersion,
    User,
)
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.audit.events import record_event
from tracker.services.audit.keep_rules import issued_moment, keep_terms
from tracker.services.plans.link_loader import CopiedLinks, copy_links
from tracker.services.plans.target_setup import check_target
from tracker.services.returns.open_periods import open_periods

Row = TypeVar("Row", bound=Model)
#: The bounds that a target may have of its own.
BOUNDS = ("graded_by", "level_two_below", "level_one_below")


@dataclass(frozen=True)
class NewPlan:
    """The fields that differ in the copy."""

    code: str
    name: str
    issued_on: date
    starts_on: date
    ends_on: date
    document_number: str = ""


@dataclass(frozen=True)
class CopiedPlan:
    """A copy, with the links to other plans that were proposed for it and those that were left out."""

    plan: Plan
    links: CopiedLinks


def may_copy(source: Plan, user: User) -> bool:
    """Return True if this person manages plans of the whole region, not this plan alone."""
    return scope_of(user, Capability.MANAGE_PLAN).covers_region(source.region)


@transaction.atomic
def copy_plan(source: Plan, new: NewPlan, *, acting_user: User, now: datetime) -> CopiedPlan:
    """Create a plan like an earlier one and return it. Raise Refused, by field, for what does not fit; then nothing is.

    Milestones and points of curves move with the first day. Left out are longer programmes, whose amounts done before
    are not known yet, demonstration data, delivery schedules, and roles that hold in the earlier plan alone.
    """
    if not may_copy(source, acting_user):
        raise NotAllowed(_("You do not manage plans of %(region)s.") % {"region": source.region})
    plan = _copied(
        source,
        code=new.code,
        name=new.name,
        name_en="",
        issued_on=new.issued_on,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        document_number=new.document_number,
    )
    take_newest(plan, source.rule_changes.filter(target=None, indicator=None).in_their_order())
    _require_valid(plan)
    plan.save()
    years = new.starts_on.year - source.starts_on.year
    clauses = _copy_clauses(source, plan)
    for target in source.targets.select_related("indicator").order_by("position"):
        _copy_target(target, plan, clauses, years)
    _copy_aggregation(source, plan)
    _copy_commitments(source, clauses)
    obligations = source.obligations.filter(is_demonstration=False)
    Obligation.objects.bulk_create(
        _copied(one, plan=plan, begins=plan.starts_on, ends=None)
        for one in obligations
        if one.ends is None or one.ends >= source.ends_on
    )
    open_periods(plan, now=now)
    links = copy_links(source, plan, acting_user=acting_user, now=now)
    after = {"copied from": source.code}
    record_event(Event.Action.PLAN_LOADED, acting_user=acting_user, now=now, about=plan, after=after)
    keep_terms(plan, acting_user=acting_user, now=issued_moment(plan))
    return CopiedPlan(plan, links)


def _copied(row: Row, **changes: object) -> Row:
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in changes
    }
    return type(row)(**values, **changes)


def _require_valid(plan: Plan) -> None:
    try:
        plan.full_clean()
    except ValidationError as error:
        fields = {name: " ".join(messages) for name, messages in error.message_dict.items()}
        fields = {("ends_on" if name == "__all__" else name): text for name, text in fields.items()}
        raise Refused(_("The plan was not created; nothing was changed."), fields) from None


def _copy_clauses(source: Plan, plan: Plan) -> dict[int, Clause]:
    clauses: dict[int, Clause] = {}
    for clause in source.clauses.order_by("position"):
        clauses[clause.pk] = _copied(clause, plan=plan)
        clauses[clause.pk].save()
    return clauses


def _copy_target(source: Target, plan: Plan, clauses: dict[int, Clause], years: int) -> None:
    target = _copied(source, plan=plan)
    curve = take_newest(target, source.rule_changes.in_their_order())
    way = source.milestones.order_by("day") if curve is None else []
    milestones = [_copied(one, target=target, day=_moved(one.day, years)) for one in way]
    version = source.versions.order_by("effective_from", "number").last()
    _require_fitting(target, version, [Milestone(one.day, one.value) for one in milestones])
    target.save()
    target.clauses.set(clauses[one.pk] for one in source.clauses.all())
    target.places.set(source.places.all())
    target.supporting.set(source.supporting.all())
    _save_all(milestones)
    points = [(one.day, one.share) for one in source.pace_points.all()] if curve is None else curve
    _save_all(PacePoint(target=target, day=_moved(day, years), share=share) for day, share in points)
    if version is None or source.indicator.kind == Indicator.Kind.DERIVED:
        return
    first = TargetVersion(
        target=target,
        value=version.value,
        upper_value=version.upper_value,
        stretch_note=version.stretch_note,
        effective_from=plan.starts_on,
        recorded_at=issued_moment(plan),
        document_number=plan.document_number,
    )
    first.save()
    shares = version.allocations.filter(is_demonstration=False)
    Allocation.objects.bulk_create(_copied(one, version=first) for one in shares)


def _copy_aggregation(source: Plan, plan: Plan) -> None:
    """Let the newest aggregation of each indicator that changed in a plan hold in its copy from the first day on."""
    newest: dict[int, RuleChange] = {}
    for change in source.rule_changes.exclude(indicator=None).in_their_order():
        first = RuleChange(
            plan=plan,
            indicator_id=change.indicator_id,
            effective_from=plan.starts_on,
            recorded_at=issued_moment(plan),
        )
        row = newest.setdefault(change.indicator_id or 0, first)
        row.document_number, row.no_document_reason = change.document_number, change.no_document_reason
        for name, value in change.stated.items():
            setattr(row, name, value)
    _save_all(newest.values())


def take_newest(row: Plan | Target, changes: Iterable[RuleChange]) -> list[tuple[date, Decimal]] | None:
    """Set what changes made the newest rules of a copied plan or target. Return the newest curve; None for its own.

    Bounds of a target's own come whole: what no change of it set is the plan's.
    """
    curve = None
    for change in changes:
        for name, value in change.stated.items():
            if name != "points":
                setattr(row, name, value)
        if change.pace:
            curve = [(day, Decimal(share)) for day, share in change.curve]
    if isinstance(row, Target) and any(getattr(row, name) not in ("", None) for name in BOUNDS):
        for name in BOUNDS:
            if getattr(row, name) in ("", None):
                setattr(row, name, getattr(row.plan, name))
    return curve


def _require_fitting(target: Target, version: TargetVersion | None, milestones: list[Milestone]) -> None:
    try:
        goal: Decimal | None = version.value if version else None
        check_target(target, goal=goal, upper=version.upper_value if version else None, milestones=milestones)
    except Refused as refused:
        words = {"target": target.indicator, "reason": " ".join(refused.fields.values())}
        text = _("The target “%(target)s” does not fit these dates: %(reason)s") % words
        raise Refused(_("The plan was not created; nothing was changed."), {"ends_on": text}) from None


def _save_all(rows: Iterable[Model]) -> None:
    for row in rows:
        row.save()


def _copy_commitments(source: Plan, clauses: dict[int, Clause]) -> None:
    """Copy tasks and measures: none of them has begun. Wholes come before their parts."""
    made: dict[int, Commitment] = {}
    found = Commitment.objects.filter(clause__plan=source).order_by("part_of_id", "clause__position")
    for one in sorted(found, key=lambda one: one.part_of_id is not None):
        copy = _copied(
            one,
            clause=clauses[one.clause_id],
            part_of=made.get(one.part_of_id) if one.part_of_id else None,
            status=Commitment.Status.NOT_STARTED,
            status_note="",
        )
        copy.save()
        copy.places.set(one.places.all())
        copy.bodies.set(one.bodies.all())
        made[one.pk] = copy


def _moved(day: date, years: int) -> date:
    """Return the day so many years later; of 29 February the last day of the month."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
