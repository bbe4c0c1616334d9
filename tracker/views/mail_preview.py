"""A summary before it goes, for whoever manages mail: as its recipient would get it, and sent to oneself."""

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tracker.documents import wording
from tracker.models import Period, Plan, Subscription
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import Refused
from tracker.queries.figures.reporting_periods import kinds_of
from tracker.queries.pages import overview
from tracker.services.mail import previews
from tracker.tasks import publish_delivery
from tracker.views.message import framed, shown_headers
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest


class _MonthField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{wording.period_in_words(obj.code)} · {obj.plan}"


class PreviewForm(forms.Form):
    """Whose mail, and about which month."""

    subscription = forms.ModelChoiceField(Subscription.objects.none(), label=gettext_lazy("subscription"))
    period = _MonthField(Period.objects.none(), label=gettext_lazy("period"))
    recipient = forms.CharField(
        required=False, max_length=254, label=gettext_lazy("address, where several get it"), strip=True
    )

    def __init__(self, request: SignedInRequest, data: Any) -> None:
        managed = scope_of(request.user, Capability.MANAGE_MAIL)
        if not managed.is_somewhere:
            raise PermissionDenied
        subscriptions = Subscription.objects.filter(
            managed.as_filter("schedule__plan__region__path", plan_field="schedule__plan")
        )
        plans = Plan.objects.filter(schedules__subscriptions__in=subscriptions).distinct()
        kinds = [Q(plan=plan, kind__in=kinds_of(plan)) for plan in plans]
        months = Period.objects.filter(reduce(or_, kinds, Q(pk__in=())))
        self.subscriptions = subscriptions.select_related(
            "user", "region", "place", "approved_by", "schedule__plan__region"
        )
        super().__init__(self._with_month(data))
        self.fields["subscription"].queryset = self.subscriptions  # type: ignore[attr-defined]
        newest_first = months.distinct().select_related("plan__region").order_by("-starts_on")
        self.fields["period"].queryset = newest_first  # type: ignore[attr-defined]

    def _with_month(self, data: Any) -> dict[str, Any]:
        """Return where no month is named, the last one that has figures; where nobody is, the first subscriber."""
        chosen = {name: data.get(name) for name in ("subscription", "period", "recipient") if data.get(name)}
        if "subscription" not in chosen and not chosen.keys() - {"recipient"} and (first := self.subscriptions.first()):
            chosen["subscription"] = first.pk
        named = chosen.get("subscription")
        if named and "period" not in chosen and str(named).isdecimal():
            found = self.subscriptions.filter(pk=named).first()
            plan = found.schedule.plan if found else None
            month = overview.current_period(plan, page_today(plan)) if plan else None
            chosen |= {"period": month.pk} if month else {}
        return chosen

    def clean(self) -> dict[str, Any]:
        """Require a month of the subscription's own plan."""
        found = super().clean() or {}
        if {"subscription", "period"} <= found.keys() and found["period"].plan != found["subscription"].schedule.plan:
            self.add_error("period", _("Choose a month of the plan."))
        return found


@require_GET
def preview(request: SignedInRequest) -> HttpResponse:
    """Show the page: the recipient and the month of the mail, and its content."""
    form = PreviewForm(request, request.GET)
    context: dict[str, Any] = {"form": form, "has_subscriptions": form.subscriptions.exists()}
    if form.is_valid():
        found = _preview(request, form)
        message = found.message
        context |= {
            "subscription": form.cleaned_data["subscription"],
            "period": form.cleaned_data["period"],
            "recipient": form.cleaned_data["recipient"],
            "obstacle": _(found.obstacle) if found.obstacle else "",
            "message": message,
            "headers": shown_headers(message) if message else [],
        }
    return render(request, "tracker/mail/preview.html", context)


@require_GET
def preview_content(request: SignedInRequest) -> HttpResponse:
    """Return the HTML part, only for the frame on that page."""
    form = PreviewForm(request, request.GET)
    message = _preview(request, form).message if form.is_valid() else None
    if message is None:
        raise Http404
    return framed(message.html)


@require_POST
def preview_send(request: SignedInRequest) -> HttpResponse:
    """Send it to oneself."""
    form = PreviewForm(request, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a month of the plan."))
        return redirect("mail_preview")
    try:
        test = previews.send_test(**form.cleaned_data, acting_user=request.user, now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("mail_preview")
    publish_delivery(test)
    messages.success(request, _("The test will be sent to %(address)s in a moment.") % {"address": test.recipient})
    return redirect("delivery", test.pk)


def _preview(request: SignedInRequest, form: PreviewForm) -> previews.Preview:
    try:
        return previews.preview_of(**form.cleaned_data, acting_user=request.user, now=timezone.now())
    except Refused as refused:
        raise PermissionDenied(refused.message) from None
