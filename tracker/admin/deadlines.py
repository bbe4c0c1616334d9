"""Moving a plan's deadlines after its rule has changed: what would move first, then the button that moves it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext

from tracker.admin.scoped import person
from tracker.models import Plan
from tracker.queries.errors import ChangedMeanwhile
from tracker.queries.plans import working_days
from tracker.services.returns import deadlines

SEEN = "seen-"


def deadlines_page(request: HttpRequest, plan: Plan, context: dict[str, Any]) -> HttpResponse:
    """List old and new deadlines of the periods not yet due; move them when that is confirmed."""
    if request.method == "POST":
        seen = {name.removeprefix(SEEN): value for name, value in request.POST.items() if name.startswith(SEEN)}
        try:
            moved = deadlines.move_deadlines(
                plan,
                seen={code: str(value) for code, value in seen.items()},
                acting_user=person(request),
                now=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(request.path)
        done = ngettext("%(number)s deadline was moved.", "%(number)s deadlines were moved.", len(moved))
        messages.success(request, done % {"number": len(moved)})
        return HttpResponseRedirect(reverse("admin:tracker_plan_change", args=[plan.pk]))
    moves = deadlines.moves_by_rule(plan, now=timezone.now())
    context |= {
        "title": gettext("Deadlines by the plan's rule"),
        "plan": plan,
        "moves": moves,
        "seen": [(f"{SEEN}{code}", text) for code, text in deadlines.as_seen(moves).items()],
        "known_years": working_days.known_years(),
        "note": working_days.note_on_years(working_days.unknown_years_of((plan, move.deadline) for move in moves)),
    }
    return TemplateResponse(request, "admin/tracker/deadlines.html", context)


def tell_of_moves(request: HttpRequest, plan: Plan) -> None:
    """After the plan was saved: how many periods do not follow its rule, and where to look at them."""
    number = sum(move.is_possible for move in deadlines.moves_by_rule(plan, now=timezone.now()))
    if not number:
        return
    words = ngettext(
        "%(number)s period that is not due yet does not follow the plan's rule for deadlines.",
        "%(number)s periods that are not due yet do not follow the plan's rule for deadlines.",
        number,
    ) % {"number": number}
    address = reverse("admin:tracker_plan_deadlines", args=[plan.pk])
    link = format_html('<a href="{}">{}</a>', address, gettext("See old and new deadlines"))
    messages.warning(request, format_html("{} {}", words, link))
