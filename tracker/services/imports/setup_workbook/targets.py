"""Importing targets with their versions, milestones, points, programmes, and the split as a grid."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.pace import Point, curve_problem
from tracker.calculation.targets.terms import Milestone
from tracker.models import (
    Indicator,
    PacePoint,
    Plan,
    ProgrammeTarget,
    Return,
    RuleChange,
    Target,
    TargetMilestone,
    TargetVersion,
)
from tracker.models.rule_change import RULE_FIELDS
from tracker.queries.errors import Refused
from tracker.queries.imports.setup_workbook.read import SetupRow
from tracker.services.imports.setup_workbook.plans import bodies, relate
from tracker.services.imports.setup_workbook.run import (
    CHANGED,
    NEW,
    RowIsWrong,
    SetupRun,
    differences,
)
from tracker.services.plans import target_setup, targets
from tracker.services.plans.rule_changes import check_change, read_curve, save_change

PLAIN = (
    *("kind", "bound", "is_approximate", "is_key", "nature", "pace", "base_value", "base_year", "base_source"),
    *("season", "graded_by", "level_two_below", "level_one_below"),
)


def import_targets(run: SetupRun) -> None:
    """Add or change targets; the value in the row is the one that the plan was issued with."""
    for position, row in enumerate(run.rows("target")):
        with run.each(row, {"responsible_id": "responsible"}):
            plan = run.needs_plan(row)
            indicator = run.find(row, "indicator", "indicator")
            stored = Target.objects.filter(plan=plan, indicator=indicator).first()
            target = stored or Target(plan=plan, indicator=indicator, position=position)
            values = {name: row.values[name] for name in PLAIN}
            values["kind"] = values["kind"] or (stored.kind if stored else target_setup.default_kind(indicator).value)
            values["responsible"] = next(iter(bodies(run, row, "responsible")), None)
            is_derived = indicator.kind == Indicator.Kind.DERIVED
            _check_value(run, row, is_derived)
            run.put(row, target, values, check=_checked_with(row, _milestones_of(run, row)))
            chosen = {"clauses": run.find_all(row, "clauses", "clause")}
            chosen["places"] = run.find_all(row, "places", "region")
            relate(run, row, target, {**chosen, "supporting": bodies(run, row, "supporting")})
            if not is_derived:
                _put_first_version(run, row, target)


def _checked_with(row: SetupRow, milestones: list[Milestone]) -> Callable[[Target], None]:
    """Return the check of a target with the value and the milestones that the workbook has for it."""
    goal, upper = row.values["value"], row.values["upper_value"]
    return lambda target: target_setup.check_target(target, goal=goal, upper=upper, milestones=milestones)


def _check_value(run: SetupRun, row: SetupRow, is_derived: bool) -> None:
    if is_derived and row.values["value"] is not None:
        message = _("The target of a summed indicator is the sum of its parts’ targets.")
    elif not is_derived and row.values["value"] is None:
        message = _("A target needs a value.")
    else:
        return
    run.complain(row, "value", message)
    raise RowIsWrong


def _milestones_of(run: SetupRun, row: SetupRow) -> list[Milestone]:
    """Return the milestones that the workbook has for a target, in the order of their days."""
    named = {row.values["indicator"]}
    found = [one for one in run.read.rows.get("milestone", []) if one.values["indicator"] in named]
    return sorted((Milestone(one.values["day"], one.values["value"]) for one in found), key=lambda one: one.day)


def _put_first_version(run: SetupRun, row: SetupRow, target: Target) -> None:
    version = target.versions.order_by("number").first()
    names = ("value", "upper_value", "document_number", "stretch_note")
    values = {name: row.values[name] for name in names}
    if version is None:
        version = TargetVersion(target=target, effective_from=target.plan.starts_on, **values)
        version.full_clean(exclude={"number"})
        targets.save_version(version, acting_user=run.user, now=run.now)
        return
    details = differences(row, version, values)
    if not details:
        return
    if version.value != values["value"] and _was_reported(target.plan):
        run.complain(row, "value", _moved())
        raise RowIsWrong
    for name, value in values.items():
        setattr(version, name, value)
    version.full_clean()
    targets.save_version(version, acting_user=run.user, now=run.now)
    outcome = run.outcomes[-1]
    outcome.change = NEW if outcome.change == NEW else CHANGED
    outcome.details += details


def _moved() -> str:
    return _(
        "The target moved after returns were submitted. Leave this value as it was, and add a row with the new value, "
        "its first day and the document number to the sheet of versions of targets."
    )


def _was_reported(plan: Plan) -> bool:
    return Return.objects.filter(period__plan=plan).exclude(state__in=Return.OPEN_STATES).exists()


def find_target(run: SetupRun, row: SetupRow, key: str = "indicator") -> Target:
    """Return the plan's target on the indicator that a cell names."""
    plan = run.needs_plan(row)
    indicator = run.find(row, key, "indicator")
    target = Target.objects.filter(plan=plan, indicator=indicator).select_related("plan", "indicator__unit").first()
    if target is None:
        message = _("The plan has no target on “%(indicator)s”. Add it to the sheet of targets.")
        run.complain(row, key, message % {"indicator": indicator})
        raise RowIsWrong
    return target


def import_versions(run: SetupRun) -> None:
    """Add versions that moved a target, each with its document number."""
    for row in run.rows("version"):
        with run.each(row):
            target = find_target(run, row)
            day = row.values["effective_from"]
            first = target.versions.order_by("number").first()
            if first is not None and first.effective_from >= day:
                message = _("A change takes effect after %(day)s, when the plan's own value does.")
                run.complain(row, "effective_from", message % {"day": first.effective_from})
                raise RowIsWrong
            stored = target.versions.filter(effective_from=day).first()
            version = stored or TargetVersion(target=target, effective_from=day)
            values = {name: row.values[name] for name in ("value", "upper_value", "document_number", "stretch_note")}
            if stored and stored.value != values["value"] and _was_reported(target.plan):
                run.complain(row, "value", _moved())
                raise RowIsWrong
            moves = stored is None or any(getattr(stored, name) != values[name] for name in ("value", "upper_value"))
            run.put(
                row,
                version,
                values,
                lambda one: targets.save_version(one, acting_user=run.user, now=run.now),
                label=f"{target} · {day}",
                excluded={"number"},
                check=lambda one: target_setup.check_target(one.target, goal=one.value, upper=one.upper_value),
            )
            if moves:
                run.note_touched(row, "effective_from", day)


def import_milestones(run: SetupRun) -> None:
    """Add or change milestones."""
    for row in run.rows("milestone"):
        with run.each(row):
            target = find_target(run, row)
            stored = target.milestones.filter(day=row.values["day"]).first()
            milestone = stored or TargetMilestone(target=target, day=row.values["day"])
            label = f"{target} · {row.values['day']}"
            run.put(row, milestone, {"value": row.values["value"]}, label=label, check=_check_milestone)


def _check_milestone(milestone: TargetMilestone) -> None:
    others = milestone.target.milestones.exclude(pk=milestone.pk)
    listed = [Milestone(one.day, one.value) for one in others]
    listed.append(Milestone(milestone.day, milestone.value))
    try:
        target_setup.check_milestones(milestone.target, sorted(listed, key=lambda one: one.day))
    except Refused as refusal:
        raise Refused(refusal.message, {"value": refusal.fields["milestones"]}) from None


def import_points(run: SetupRun) -> None:
    """Add or change points of schedule curves."""
    for row in run.rows("point"):
        with run.each(row):
            target = find_target(run, row)
            stored = target.pace_points.filter(day=row.values["day"]).first()
            point = stored or PacePoint(target=target, day=row.values["day"])
            run.put(row, point, {"share": row.values["share"]}, label=f"{target} · {row.values['day']}")
            points = [Point(one.day, one.share / Decimal(100)) for one in target.pace_points.order_by("day")]
            if curve_problem(points, target.plan.starts_on, target.plan.ends_on):
                message = _("Points lie within the plan, in the order of their days, and never fall.")
                run.complain(row, "share", message)


def import_rule_changes(run: SetupRun) -> None:
    """Add or change the changes of rules, each with its day and document."""
    names = ("document_number", "no_document_reason", *RULE_FIELDS)
    for row in run.rows("rule_change"):
        with run.each(row, {"points": "curve"}):
            plan = run.needs_plan(row)
            target = find_target(run, row, "target") if row.values["target"] else None
            indicator = run.find(row, "indicator", "indicator")
            day = row.values["effective_from"]
            of = {"plan": plan, "target": target, "indicator": indicator, "effective_from": day}
            change = RuleChange.objects.filter(**of).first() or RuleChange(**of)
            read = {"points": read_curve(row.values["curve"]), "weight": run.find(row, "weight", "indicator")}
            values = {name: row.values[name] for name in names if name not in read} | read
            run.put(
                row,
                change,
                values,
                lambda one: save_change(one, acting_user=run.user, now=run.now),
                label=str(change),
                check=check_change,
            )
            run.note_touched(row, "effective_from", day)


def import_programmes(run: SetupRun) -> None:
    """Add or change the longer programmes of targets."""
    for row in run.rows("programme"):
        with run.each(row):
            target = find_target(run, row)
            stored = ProgrammeTarget.objects.filter(target=target).first()
            values = {name: value for name, value in row.values.items() if name != "indicator"}
            run.put(row, stored or ProgrammeTarget(target=target), values, label=str(target))
