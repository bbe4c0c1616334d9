"""Opening the periods of a plan: every month, and the periods of other kinds that a unit reports."""

from datetime import datetime

from django.db import transaction

from tracker.calculation.period_kinds import Span
from tracker.models import Period, Plan
from tracker.services.returns.deadlines import set_by_rule
from tracker.services.returns.expected import update_expected


@transaction.atomic
def open_periods(plan: Plan, *, now: datetime) -> list[Period]:
    """Add the periods that a plan lacks, each with its deadline by the plan's rule and its expected returns.

    Those that are there stay. Months always: figures and summaries go by the month. Other kinds where an
    obligation or a list of projects asks for them.
    """
    asked = plan.obligations.order_by().values_list("frequency", flat=True).distinct()
    of_lists = plan.project_lists.order_by().values_list("frequency", "preparation_frequency")
    kinds = {Period.Kind.MONTH, *asked, *(kind for both in of_lists for kind in both)}
    there = set(plan.periods.values_list("code", flat=True))
    opened = [
        _open(plan, kind, span)
        for kind in Period.Kind
        if kind in kinds
        for span in plan.spans(kind, plan.starts_on, plan.ends_on)
        if span.code not in there
    ]
    if opened:
        update_expected(plan, periods=[period.pk for period in opened], now=now)
    return opened


def open_for_document(period: Period) -> Period:
    """Return a period that a document is made on, stored if it was not yet. Nobody reports for it."""
    return period if period.pk else _open(period.plan, Period.Kind(period.kind), _span_of(period))


def _span_of(period: Period) -> Span:
    spans = period.plan.spans(Period.Kind(period.kind), period.starts_on, period.starts_on)
    return next(span for span in spans if span.code == period.code)


def _open(plan: Plan, kind: Period.Kind, span: Span) -> Period:
    period = set_by_rule(Period(plan=plan, kind=kind, ends_on=span.last_day))
    found, _is_new = Period.objects.get_or_create(
        plan=plan,
        code=span.code,
        defaults={
            "kind": kind,
            "starts_on": span.first_day,
            "ends_on": span.last_day,
            "due_at": period.due_at,
            "locks_at": period.locks_at,
        },
    )
    return found
