"""The overview: where the plan stands, and what waits for this person."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tracker.filters.overview import OverviewForm
from tracker.models import Period, Region, Return, User
from tracker.services import overview
from tracker.services.figures import Figures, TargetStanding
from tracker.services.owed import owed_returns
from tracker.signed_in import SignedInRequest

#: How many lines of each kind of work the overview lists; the rest is counted and linked.
LINES = 8


def home(request: SignedInRequest) -> HttpResponse:
    """The overall finding for the chosen plan, period and region, and this person's work."""
    form = OverviewForm.for_person(request.user, request.GET, timezone.localdate())
    context: dict[str, Any] = {"form": form, **_work(request.user)}
    if form.is_valid():
        context |= _figures(form.cleaned_data["period"], form.cleaned_data["region"])
    return render(request, "tracker/home.html", context)


def _figures(period: Period, region: Region) -> dict[str, Any]:
    figures = Figures(period)
    standings = figures.standings([region])
    if region != figures.plan.region:
        figures.read_series(standings)
    outstanding = overview.outstanding(period, region)
    return {
        "period": period,
        "region": region,
        "standings": [(row, figures.history(row.target, region)) for row in sorted(standings, key=_worst_first)],
        "finding": overview.finding(standings, outstanding.units),
        "outstanding": outstanding,
        "has_data": any(row.standing.to_date.value is not None for row in standings),
    }


def _worst_first(row: TargetStanding) -> tuple[bool, int, Any, int]:
    """The worst level and widest gap first; what is not graded last, in the plan's order."""
    gap = row.standing.gap
    return row.level is None, row.level or 0, gap if row.level and gap is not None else 0, row.target.position


def _work(user: User) -> dict[str, Any]:
    now = timezone.now()
    own = Return.objects.enterable_by(user).with_names().order_by("period__due_at", "unit__region__path", "pk")
    waiting = Return.objects.reviewable_by(user).filter(state=Return.State.SUBMITTED).exclude(submitted_by=user)
    return {
        "owed": _first_lines([(owed, owed.is_overdue(now)) for owed in owed_returns(user, now=now)]),
        "drafts": _first_lines(list(own.filter(state=Return.State.DRAFT))),
        "sent_back": _first_lines(list(own.filter(state=Return.State.SENT_BACK))),
        "waiting": _first_lines(list(waiting.with_names().order_by("submitted_at", "pk"))),
    }


def _first_lines(rows: list[Any]) -> dict[str, Any]:
    return {"rows": rows[:LINES], "number": len(rows), "more": max(0, len(rows) - LINES)}
