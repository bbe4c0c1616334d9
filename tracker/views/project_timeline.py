"""Timeline of the starts and finishes on a list in a year, and map of its projects."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.documents.drawing.project_map import Point, draw_map
from tracker.documents.drawing.project_timeline import Bar, draw_timeline
from tracker.filters.place import PlaceForm
from tracker.queries.pages.project_timeline import TimedMember, load_timeline
from tracker.views.project_lists import readable_list
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest

ZERO = Decimal(0)


@require_safe
def project_list_timeline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draw what starts and finishes in the year of the period, and the places of those with coordinates."""
    found = readable_list(request, pk)
    data = request.GET.copy()
    data["plan"] = found.plan.code
    form = PlaceForm.for_person(request.user, data, page_today(), ("region",))
    if form.is_out_of_scope:
        raise Http404
    context: dict[str, Any] = {"form": form, "plan": found.plan, "project_list": found}
    if form.is_valid():
        period, region = form.cleaned_data["period"], form.cleaned_data["region"]
        page = load_timeline(found, request.user, period.ends_on, region)
        words = _("Timeline of %(list)s, %(year)s") % {"list": found, "year": page.first.year}
        bars = [_bar(one) for one in page.lines]
        points = [_point(one) for one in page.placed]
        today = page_today(found.plan)
        context |= {
            "period": period,
            "region": region,
            "page": page,
            "timeline": format_html("{}", draw_timeline(bars, page.first, page.last, today, words)) if bars else "",
            "map": format_html("{}", draw_map(points, _("Map of %(list)s") % {"list": found})) if points else "",
        }
    return render(request, "tracker/lists/timeline.html", context)


def _bar(one: TimedMember) -> Bar:
    project = one.member.project
    return Bar(
        name=str(project),
        address=reverse("project", args=[one.member.pk]),
        planned_start=project.planned_start,
        planned_finish=project.planned_finish,
        started=one.started,
        finished=one.producing,
        is_late=one.is_late,
    )


def _point(one: TimedMember) -> Point:
    project = one.member.project
    longitude, latitude = project.longitude or ZERO, project.latitude or ZERO
    return Point(str(project), reverse("project", args=[one.member.pk]), longitude, latitude, one.kind)
