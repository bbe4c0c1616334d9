"""Obligations to report and units: changing them keeps the expected returns that follow."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tracker.models import (
    Entry,
    ExpectedReturn,
    Indicator,
    ListRule,
    Obligation,
    Period,
    Plan,
    ReportingUnit,
    Return,
    User,
)
from tracker.queries.errors import Refused
from tracker.services.audit.configuration import delete_configured, save_configured
from tracker.services.returns.expected import update_deadlines, update_expected
from tracker.services.returns.open_periods import open_periods
from tracker.services.returns.reopen import reopen_return


class Submitted(StrEnum):
    """The choice for an indicator that returns submitted already do not have."""

    NEXT_PERIOD = "next"
    REOPEN = "reopen"


@transaction.atomic
def save_obligation(
    obligation: Obligation, *, acting_user: User, now: datetime, submitted: Submitted = Submitted.NEXT_PERIOD
) -> Obligation:
    """Save a unit's obligation to report an indicator, with the expected returns that follow.

    A new obligation without a first day begins with the current period. Where returns of its periods are submitted
    already and lack the indicator, it begins with the period after the last of them, or they are reopened. Raise
    Refused, with a message at its field, where the dates are wrong.
    """
    if submitted is Submitted.NEXT_PERIOD and _is_as_stored(obligation):
        return obligation
    left = store_obligation(obligation, acting_user=acting_user, now=now, submitted=submitted)
    if left:
        update_expected(left.plan, unit=left.unit, now=now)
    open_periods(obligation.plan, now=now)
    update_expected(obligation.plan, unit=obligation.unit, now=now)
    return obligation


@transaction.atomic
def store_obligation(
    obligation: Obligation, *, acting_user: User, now: datetime, submitted: Submitted = Submitted.NEXT_PERIOD
) -> Obligation | None:
    """Store an obligation without its expected returns, which `follow_obligations` adds for many at once.

    Return the obligation as it stood if it belonged to another plan or unit.
    """
    if obligation.pk is None and obligation.begins is None:
        obligation.begins = _current_day(obligation.plan, now)
    _require_valid(obligation)
    require_typed(obligation.plan, obligation.indicator)
    lacking = _submitted_without(obligation)
    if lacking and submitted is Submitted.NEXT_PERIOD:
        obligation.begins = max(one.period.ends_on for one in lacking) + timedelta(days=1)
        _require_begins_before_end(obligation)
    left = Obligation.objects.filter(pk=obligation.pk).select_related("plan", "unit").first()
    save_configured(obligation, acting_user=acting_user, now=now)
    if submitted is Submitted.REOPEN:
        _reopen(lacking, obligation, acting_user, now)
    moved = left is not None and (left.plan_id, left.unit_id) != (obligation.plan_id, obligation.unit_id)
    return left if moved else None


def _is_as_stored(obligation: Obligation) -> bool:
    """Return True if saving the obligation would change nothing."""
    names = ("plan_id", "unit_id", "indicator_id", "frequency", "begins", "ends")
    values = {name: getattr(obligation, name) for name in names}
    return obligation.pk is not None and Obligation.objects.filter(pk=obligation.pk, **values).exists()


def units_that_submitted(plan: Plan) -> set[int]:
    """Return the keys of units with submitted returns of a plan: of the others a new obligation concerns no return."""
    submitted = Return.objects.filter(period__plan=plan).exclude(state__in=Return.OPEN_STATES)
    return set(submitted.order_by().values_list("unit", flat=True).distinct())


def check_new_obligation(obligation: Obligation, *, now: datetime) -> None:
    """Give a new obligation of a unit without submitted returns its first day. Raise Refused where it is not valid.

    Its unit and indicator exist, are typed in, and have no other obligation in the plan.
    """
    obligation.begins = obligation.begins or _current_day(obligation.plan, now)
    _require_valid(obligation)


@transaction.atomic
def follow_obligations(plan: Plan, *, now: datetime) -> None:
    """Open the periods that a plan's obligations ask for, and keep all its expected returns."""
    open_periods(plan, now=now)
    update_expected(plan, now=now)


@transaction.atomic
def delete_obligation(obligation: Obligation, *, acting_user: User, now: datetime) -> None:
    """Delete an obligation with all it expects; what the unit reported stays. To end one, give it a last day."""
    plan, unit = obligation.plan, obligation.unit
    delete_configured(obligation, acting_user=acting_user, now=now)
    update_expected(plan, unit=unit, now=now)


@transaction.atomic
def save_unit(unit: ReportingUnit, *, acting_user: User, now: datetime) -> ReportingUnit:
    """Save a reporting unit. Nothing is expected of it once closed; moved, its open returns count where it now lies."""
    if not save_configured(unit, acting_user=acting_user, now=now):
        return unit
    for plan in Plan.objects.filter(obligations__unit=unit).distinct():
        update_expected(plan, unit=unit, now=now)
    return unit


@transaction.atomic
def save_period(period: Period, *, acting_user: User, now: datetime) -> Period:
    """Save a period with its expected returns; a deadline or lock that moved holds for each of them."""
    if not save_configured(period, acting_user=acting_user, now=now):
        return period
    update_deadlines(ExpectedReturn.objects.filter(period=period))
    update_expected(period.plan, periods=[period.pk], now=now)
    return period


@transaction.atomic
def delete_period(period: Period, *, acting_user: User, now: datetime) -> None:
    """Delete a period that nothing was submitted for, with its expected returns."""
    plan = period.plan
    ExpectedReturn.objects.filter(period=period).delete()
    delete_configured(period, acting_user=acting_user, now=now)
    update_expected(plan, periods=[], now=now)


def _current_day(plan: Plan, now: datetime) -> date:
    """Return today; a plan that is over or has not begun is asked for from its first day."""
    today = plan.day_of(now)
    return today if plan.starts_on <= today <= plan.ends_on else plan.starts_on


def _require_valid(obligation: Obligation) -> None:
    try:
        obligation.clean()
    except ValidationError as error:
        fields = {name: " ".join(messages) for name, messages in error.message_dict.items()}
        raise Refused(_("The obligation was not saved."), fields) from None


def require_typed(plan: Plan, indicator: Indicator) -> None:
    """Raise Refused for an indicator that the plan counts from a list: nobody reports it."""
    rule = ListRule.objects.filter(plan=plan, indicator=indicator).select_related("project_list").first()
    if rule is not None:
        raise Refused(
            _("The obligation was not saved."),
            {"indicator": _("This figure is counted from the list “%(list)s”.") % {"list": rule.project_list}},
        )


def _submitted_without(obligation: Obligation) -> list[Return]:
    """Return the unit's submitted returns of the obligation's periods that lack its indicator."""
    found = Return.objects.filter(
        ~Exists(Entry.objects.filter(unit_return=OuterRef("pk"), indicator=obligation.indicator)),
        unit=obligation.unit,
        period__plan=obligation.plan,
        period__kind=obligation.frequency,
        period__ends_on__gte=obligation.begins or obligation.plan.starts_on,
    )
    if obligation.ends:
        found = found.filter(period__starts_on__lte=obligation.ends)
    return list(found.exclude(state__in=Return.OPEN_STATES).select_related("period", "unit__region").order_by("pk"))


def _require_begins_before_end(obligation: Obligation) -> None:
    if obligation.ends and obligation.begins and obligation.ends < obligation.begins:
        raise Refused(
            _("The obligation was not saved."),
            {"ends": _("Every return up to this day is submitted. Choose a later day, or reopen those returns.")},
        )


def _reopen(returns: Iterable[Return], obligation: Obligation, acting_user: User, now: datetime) -> None:
    reason = _("“%(indicator)s” was added to this return.") % {"indicator": obligation.indicator}
    for one in returns:
        reopen_return(one, reason=reason, acting_user=acting_user, now=now)
