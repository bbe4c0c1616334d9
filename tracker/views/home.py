"""The overview: where the plan stands, and what waits for this person."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.documents.trend_chart import TrendChart
from tracker.filters.as_of import as_of_context
from tracker.filters.overview import OverviewForm
from tracker.models import Target, User
from tracker.queries.pages import dashboard, overview
from tracker.queries.pages.dashboard import Card
from tracker.queries.pages.worklist import Worklist
from tracker.queries.returns.late_units import LateUnit, late_within, number_late
from tracker.services.audit.opened_lists import PersonalList, record_opened_list
from tracker.views.target import trend_context
from tracker.web.addresses import address_of
from tracker.web.page_clock import page_now, page_today
from tracker.web.requests import SignedInRequest

#: How many lines of each kind of work the overview lists; the rest is counted and linked.
LINES = 8


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Show the overall finding for the chosen plan, period and region, and this person's work."""
    form = OverviewForm.for_person(request.user, request.GET, page_today())
    worklist = Worklist(request.user, page_now(), shown=LINES)
    context: dict[str, Any] = {"form": form, "worklist": worklist}
    if form.is_valid():
        context |= _dashboard(form, request.GET, request.user)
    _record_numbers([*worklist.late, *context.get("late", ())], request)
    return render(request, "tracker/home.html", context)


def _record_numbers(late: Sequence[LateUnit], request: SignedInRequest) -> None:
    """Record that telephone numbers of people were shown, if any were."""
    if any(one.is_personal and one.phone for one in late):
        chosen = {name: ",".join(values) for name, values in request.GET.lists()}
        record_opened_list(
            PersonalList.TO_CALL,
            chosen,
            acting_user=request.user,
            now=timezone.now(),
            address=address_of(request),
        )


def _dashboard(form: OverviewForm, query: QueryDict, reader: User) -> dict[str, Any]:
    period, region, as_of = (form.cleaned_data[name] for name in ("period", "region", "as_of"))
    figures = form.ground.figures(period)
    cards = dashboard.cards_of(figures, region)
    chart = dashboard.chart_of(figures, cards, region, query.get("trend", ""))
    below = form.ground.below(region)
    return {
        "period": period,
        "region": region,
        **as_of_context(as_of, query),
        "above": form.ground.above(region),
        "cards": cards,
        "groups": dashboard.grouped(cards),
        "barometer": dashboard.barometer_of(figures, below, query.get("sort", "")) if below else None,
        "finding": overview.finding([card.row for card in cards], figures.returns_by_period(region)),
        "has_data": any(card.row.standing.to_date.value is not None for card in cards),
        **({} if as_of else _of_now(form, query, reader)),
        **(trend_context(chart, _target_of(cards, chart), period, region, as_of) if chart else {}),
    }


def _of_now(form: OverviewForm, query: QueryDict, reader: User) -> dict[str, Any]:
    """Return facts of the present alone: the states of returns, and late units."""
    period, region, ground = form.cleaned_data["period"], form.cleaned_data["region"], form.ground
    found: dict[str, Any] = {
        "coming_in": overview.coming_in(period, ground.day, ground.reporting),
        "outstanding": overview.outstanding(period, region),
    }
    if not query.get("late"):
        return found | {"number_late": number_late(period.plan, region, now=page_now(period.plan))}
    late, number = late_within(period.plan, region, reader=reader, now=page_now(period.plan), at_most=LINES)
    return found | {"number_late": number, "late": late, "more_late": number - len(late)}


def _target_of(cards: Sequence[Card], chart: TrendChart) -> Target:
    return next(card.row.target for card in cards if card.row.target.indicator.code == chart.code)
