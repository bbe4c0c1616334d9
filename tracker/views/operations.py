"""The administrator's page about the installation: protections, what does not work, and the clock."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.probes import look
from config.protections import protections
from tracker.models import ActPermit, EmergencyAccess, UpkeepFailure
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed
from tracker.queries.operations.clock import look_at_clock
from tracker.services.accounts import second_person
from tracker.services.operations import clock
from tracker.web.requests import SignedInRequest


@require_safe
def operations(request: SignedInRequest) -> HttpResponse:
    """Show which protections are in force, which parts are not well, and what periodic work failed."""
    _require_manager(request)
    context = {
        "protections": protections(),
        "parts": look(),
        "current": EmergencyAccess.objects.current(timezone.now()).select_related("user", "agreed_by"),
        "failures": UpkeepFailure.objects.all(),
        "now": timezone.now(),
        "clock": look_at_clock(now=timezone.now()),
        "two_persons": settings.TWO_PERSON_RULE,
        "acts": ActPermit.Act.choices,
        "permits": ActPermit.objects.select_related("granted_by", "used_by")[:10],
    }
    return render(request, "tracker/operations.html", context)


@require_POST
def permit(request: SignedInRequest) -> HttpResponse:
    """Permit another person to do one of the most dangerous acts; the code for a restore is shown once."""
    _require_manager(request)
    act = request.POST.get("act", "")
    if act == "restore":
        code = second_person.permit_restore(acting_user=request.user, now=timezone.now())
        messages.success(request, _("Code for a restore within the hour: %(code)s") % {"code": code})
    elif act in ActPermit.Act.values:
        second_person.permit_act(ActPermit.Act(act), acting_user=request.user, now=timezone.now())
        messages.success(request, _("Permitted once, within the hour, to another administrator."))
    return redirect("operations")


@require_POST
def confirm_clock(request: SignedInRequest) -> HttpResponse:
    """Accept the present time after a jump."""
    _require_manager(request)
    try:
        clock.confirm_time(acting_user=request.user, now=timezone.now())
    except NotAllowed as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The time is confirmed; periodic work goes on within a minute."))
    return redirect("operations")


def _require_manager(request: SignedInRequest) -> None:
    if not scope_of(request.user, Capability.MANAGE_ACCOUNTS).is_whole:
        raise Http404
