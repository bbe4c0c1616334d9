"""Changes of rules from a day on: bounds, pace and aggregation, each with its document."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.calculation.pace import Pace, Point, curve_problem
from tracker.models import Indicator, IssuedReport, RuleChange, User
from tracker.models.rule_change import RULE_FIELDS
from tracker.queries.errors import Refused
from tracker.queries.figures.evaluation_rules import evaluation_of
from tracker.services.audit.configuration import delete_configured, save_configured
from tracker.services.audit.issued_rules import resting_in_words
from tracker.services.plans.indicator_rules import check_rules


@transaction.atomic
def save_change(change: RuleChange, *, acting_user: User, now: datetime) -> RuleChange:
    """Add a change of rules, or correct one that no issued document rests on. Raise Refused, by field."""
    check_change(change)
    if change.pk is not None:
        check_correctable(change)
    else:
        change.recorded_at = now
    save_configured(change, acting_user=acting_user, now=now)
    check_order_of_bounds(change)
    return change


@transaction.atomic
def delete_change(change: RuleChange, *, acting_user: User, now: datetime) -> None:
    """Take back a change that no issued document rests on."""
    _require_unissued(change)
    delete_configured(change, acting_user=acting_user, now=now)


def check_change(change: RuleChange) -> None:
    """Raise Refused, at its field, for a change that sets nothing, or what is not its to set, or has no document."""
    wrong: dict[str, str] = {}
    if change.target is not None and change.target.plan_id != change.plan_id:
        wrong["target"] = _("Choose a target of the same plan.")
    for name in change.stated.keys() - set(change.own_fields):
        wrong[name] = _not_its_own(change)
    if not wrong and not change.stated:
        wrong["effective_from"] = _("Say what the rule is from this day on.")
    if not change.plan.starts_on <= change.effective_from <= change.plan.ends_on:
        words = {"first": change.plan.starts_on, "last": change.plan.ends_on}
        message = _("A change takes effect within the plan: from %(first)s to %(last)s.")
        wrong["effective_from"] = message % words
    if change.lacks_document:
        wrong["document_number"] = _("Enter the document number, or say below why there is none.")
        wrong["no_document_reason"] = _("Enter why there is no document, or its number above.")
    wrong |= _curve_problems(change)
    if wrong:
        raise Refused(_("This change of rules cannot be made."), wrong)
    if change.indicator is not None:
        _check_aggregation(change, change.indicator)


def _not_its_own(change: RuleChange) -> str:
    if change.target_id:
        return _("Not a rule of a target. Leave this empty.")
    if change.indicator_id:
        return _("Not a rule of an indicator. Leave this empty.")
    return _("Not a rule of the plan. Choose the target or the indicator that it is a rule of.")


def read_curve(text: str) -> list[list[str]]:
    """Return typed points, "2020-03-31 20; 2020-06-30 45", as days and shares; what is neither is refused later.

    >>> read_curve("2020-03-31 20; 2020-06-30 45")
    [['2020-03-31', '20'], ['2020-06-30', '45']]
    """
    return [point.split() for point in re.split(r"[;；\n]", text) if point.strip()]


def _curve_problems(change: RuleChange) -> dict[str, str]:
    if bool(change.points) != (change.pace == Pace.POINTS):
        return {"points": _("Points belong to the pace curve that is set by points, and that curve needs them.")}
    try:
        points = [Point(day, Decimal(share) / 100) for day, share in change.curve]
    except (ValueError, TypeError, InvalidOperation):
        return {"points": _("Write each point as day and share due in %, such as 2020-06-30 45.")}
    if curve_problem(points, change.plan.starts_on, change.plan.ends_on):
        return {"points": _("Points lie within the plan, in the order of their days, and never fall.")}
    return {}


def _check_aggregation(change: RuleChange, indicator: Indicator) -> None:
    over_places = change.over_places or indicator.over_places
    weight = change.weight if change.over_places else indicator.weight
    check_rules(
        {
            "kind": indicator.kind,
            "unit": indicator.unit,
            "over_periods": change.over_periods or indicator.over_periods,
            "over_places": over_places,
            "weight": weight,
        }
    )


def check_order_of_bounds(change: RuleChange) -> None:
    """Raise Refused if bounds of a plan or a target, with what stays as it was, are not in their order on any day."""
    judging = evaluation_of(change.plan, list(Indicator.objects.select_related("unit")), {})
    sets = [(judging.bounds, judging.terms), *((one.rule_set.bounds, one.rule_set.terms) for one in judging.earlier)]
    every = [bounds for bounds, _terms in sets]
    every += [found.bounds for _bounds, terms in sets for found in terms.values() if found.bounds is not None]
    if any(bounds.level_one_below > bounds.level_two_below for bounds in every):
        message = _("The bound of level I must not lie above the bound of level II.")
        raise Refused(message, {"level_one_below": message})


def check_correctable(change: RuleChange) -> None:
    """Raise Refused if issued documents rest on a change that would be corrected in what it sets."""
    stored = RuleChange.objects.get(pk=change.pk)
    names = ("plan_id", "target_id", "indicator_id", "effective_from", "weight_id", *RULE_FIELDS)
    if any(getattr(stored, name) != getattr(change, name) for name in names if name != "weight"):
        _require_unissued(stored)


def _require_unissued(stored: RuleChange) -> None:
    issued = IssuedReport.objects.filter(
        plan=stored.plan_id, issued_at__gte=stored.recorded_at, period__ends_on__gte=stored.effective_from
    )
    if issued.exists():
        remedy = _("Add another change with its document number and the day it takes effect.")
        raise Refused(
            _("Issued documents rest on this change of rules."),
            {"effective_from": f"{resting_in_words(issued)} {remedy}"},
        )
