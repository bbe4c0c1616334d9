"""Removing a plan's demonstration: what would go and what stands against it, then the button."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from tracker.admin.scoped import person
from tracker.models import Plan
from tracker.queries.errors import Refused
from tracker.queries.plans.demonstration import demonstration_content
from tracker.services.plans.remove_demonstration import may_remove, remove_demonstration


def demonstration_page(request: HttpRequest, plan: Plan, context: dict[str, Any]) -> HttpResponse:
    """Say what the demonstration holds; remove it when that is confirmed."""
    if not may_remove(person(request), plan):
        raise PermissionDenied
    if request.method != "POST":
        context |= {
            "title": gettext("Remove the demonstration"),
            "plan": plan,
            "content": demonstration_content(plan),
        }
        return TemplateResponse(request, "admin/tracker/remove_demonstration.html", context)
    try:
        content = remove_demonstration(plan, acting_user=person(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, " ".join([refusal.message, *refusal.fields.values()]))
        return HttpResponseRedirect(request.path)
    words = gettext("The demonstration was removed, with %(number)s returns.")
    messages.success(request, words % {"number": content.number_of_returns})
    return HttpResponseRedirect(reverse("admin:tracker_plan_change", args=[plan.pk]))
