"""Who reports what: changing it keeps the counts that coverage rests on."""

from datetime import datetime

from django.db import transaction

from tracker.models import Entry, Obligation, Plan, ReportingUnit, Return, User
from tracker.services.audit.configuration import delete_configured, save_configured
from tracker.services.plans.open_periods import open_periods
from tracker.services.returns.totals import recount_obligations


@transaction.atomic
def save_obligation(obligation: Obligation, *, acting_user: User, now: datetime) -> Obligation:
    """Let a unit report an indicator; its returns that are still open get the cell, and the plan the periods."""
    save_configured(obligation, acting_user=acting_user, now=now)
    open_returns = Return.objects.filter(
        unit=obligation.unit,
        period__plan=obligation.plan,
        period__kind=obligation.frequency,
        state__in=Return.OPEN_STATES,
    ).exclude(entries__indicator=obligation.indicator)
    Entry.objects.bulk_create(Entry(unit_return=one, indicator=obligation.indicator) for one in open_returns)
    recount_obligations(obligation.plan, now=now)
    open_periods(obligation.plan)
    return obligation


@transaction.atomic
def delete_obligation(obligation: Obligation, *, acting_user: User, now: datetime) -> None:
    """Let a unit report an indicator no longer; what it reported stays."""
    plan = obligation.plan
    delete_configured(obligation, acting_user=acting_user, now=now)
    recount_obligations(plan, now=now)


@transaction.atomic
def save_unit(unit: ReportingUnit, *, acting_user: User, now: datetime) -> ReportingUnit:
    """Save a reporting unit; what it owes is counted where it now lies."""
    save_configured(unit, acting_user=acting_user, now=now)
    for plan in Plan.objects.filter(obligations__unit=unit).distinct():
        recount_obligations(plan, now=now)
    return unit
