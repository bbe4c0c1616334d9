"""The page of emergency access: asked for by a superuser, agreed to by a security administrator, ended by either."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tracker.models import EmergencyAccess
from tracker.models.emergency import LONGEST_REASON, MOST_HOURS
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.accounts import emergency
from tracker.web.requests import SignedInRequest

#: So many earlier requests are listed.
EARLIER = 20


class EmergencyForm(forms.Form):
    """The reason and the time."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=LONGEST_REASON)
    hours = forms.TypedChoiceField(
        label=gettext_lazy("hours"), coerce=int, choices=[(hours, str(hours)) for hours in range(1, MOST_HOURS + 1)]
    )


@require_safe
def emergency_page(request: SignedInRequest) -> HttpResponse:
    """Show who holds emergency access, what waits for agreement, and earlier requests."""
    return _page(request, EmergencyForm())


@require_POST
def emergency_ask(request: SignedInRequest) -> HttpResponse:
    """Ask for emergency access."""
    form = EmergencyForm(request.POST)
    _require_may_see(request)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        emergency.ask_for_access(**form.cleaned_data, acting_user=request.user, now=timezone.now())
    except NotAllowed as refused:
        messages.error(request, refused.message)
    except Refused as refused:
        for name, text in refused.fields.items():
            form.add_error(name, text)
        return _page(request, form, status=422)
    else:
        messages.success(request, _("A security administrator must agree within an hour."))
    return redirect("emergency")


@require_POST
def emergency_agree(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree to a request."""
    return _decide(request, pk, emergency.agree, _("Agreed. The rights end by themselves at the time shown."))


@require_POST
def emergency_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End emergency access, or withdraw a request."""
    return _decide(request, pk, emergency.end_access, _("Ended."))


def _decide(request: SignedInRequest, pk: int, act: Any, done: str) -> HttpResponse:
    _require_may_see(request)
    access = get_object_or_404(EmergencyAccess, pk=pk)
    try:
        act(access, acting_user=request.user, now=timezone.now())
    except (NotAllowed, ChangedMeanwhile) as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)
    return redirect("emergency")


def _page(request: SignedInRequest, form: EmergencyForm, status: int = 200) -> HttpResponse:
    _require_may_see(request)
    now = timezone.now()
    rows = EmergencyAccess.objects.select_related("user", "agreed_by", "ended_by")
    waiting = list(rows.waiting(now))
    has_asked = any(one.user_id == request.user.pk for one in waiting)
    context = {
        "form": form,
        "may_ask": request.user.is_superuser and request.user.is_kept_apart and (form.is_bound or not has_asked),
        "may_agree": emergency.may_agree(request.user),
        "current": rows.current(now),
        "waiting": waiting,
        "earlier": rows[:EARLIER],
    }
    return render(request, "tracker/emergency.html", context, status=status)


def _require_may_see(request: SignedInRequest) -> None:
    if not emergency.may_see(request.user):
        raise Http404
