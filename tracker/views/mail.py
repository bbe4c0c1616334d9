"""Mail: what was sent to whom and how it went, and one's own subscriptions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tracker.addresses import address_of
from tracker.filters.deliveries import DeliveryFilter
from tracker.models import Delivery, Period, Subscription, User
from tracker.models.access import Capability, scope_of
from tracker.reports import wording
from tracker.services import overview
from tracker.services.errors import Refused
from tracker.services.mail import mail_log, stopping, summaries
from tracker.services.mail.deliveries import answer_lines
from tracker.signed_in import SignedInRequest
from tracker.tables.deliveries import DeliveryTable, meaning_of, state_badges, state_meanings
from tracker.tables.ordering import QuerysetRows
from tracker.tasks import publish_delivery

PER_PAGE = 50
#: The message is shown in a frame that can neither run, load nor send anything.
MESSAGE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
SHOWN_HEADERS = ("Subject", "From", "To", "Date", "Message-ID", "List-Unsubscribe")


class SendForm(forms.Form):
    """The months that a subscriber can ask for."""

    period = forms.ChoiceField(label=gettext_lazy("period"))

    def __init__(self, subscription: Subscription, data: Any = None) -> None:
        self.subscription = subscription
        super().__init__(data, auto_id=f"id_{subscription.pk}_%s")
        plan = subscription.schedule.plan
        months = plan.periods.filter(kind=Period.Kind.MONTH).order_by("-starts_on")
        self.periods = {period.code: period for period in months.select_related("plan__region")}
        field = self.fields["period"]
        field.choices = [(code, wording.period_name(period.starts_on)) for code, period in self.periods.items()]  # type: ignore[attr-defined]
        current = overview.current_period(plan, timezone.localdate())
        field.initial = current.code if current else None


@require_GET
def deliveries(request: SignedInRequest) -> HttpResponse:
    """The mail this person may see, and one's own subscriptions."""
    filters = DeliveryFilter(request)
    table = DeliveryTable(QuerysetRows(filters.rows), order_by=request.GET.getlist("sort") or None)
    table.paginate(per_page=PER_PAGE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "table": table,
        "sorting": request.GET.getlist("sort"),
        "send_forms": [SendForm(subscription) for subscription in _own_subscriptions(request.user)],
        "may_preview": scope_of(request.user, Capability.MANAGE_MAIL).is_somewhere,
        "states": state_meanings(),
        "reports_for_units": scope_of(request.user, Capability.ENTER).is_somewhere,
    }
    return render(request, "tracker/deliveries.html", context)


@require_GET
def delivery(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message: its headers, how it went, and what it says."""
    found = _visible(request, pk)
    message = mail_log.stored_message(found)
    context = {
        "delivery": found,
        "badges": state_badges(found),
        "meaning": meaning_of(found),
        "answer": answer_lines(found),
        "headers": [(name, value) for name, value in message.headers if name in SHOWN_HEADERS] if message else [],
        "message": message,
        "may_read_workbook": mail_log.may_read_workbook(found, request.user),
    }
    return render(request, "tracker/delivery.html", context)


@require_GET
def delivery_content(request: SignedInRequest, pk: int) -> HttpResponse:
    """The HTML part, for the frame on the message's page alone."""
    message = mail_log.stored_message(_visible(request, pk))
    if message is None:
        raise Http404
    return framed(message.html)


def framed(html: str) -> HttpResponse:
    """The HTML part of a message, to be shown in a frame of ours."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = MESSAGE_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def delivery_attachment(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """A file of the message. Who may read it is asked each time."""
    try:
        attachment = mail_log.open_attachment(
            _visible(request, pk),
            number,
            acting_user=request.user,
            now=timezone.now(),
            address=address_of(request),
        )
    except Refused as refused:
        raise Http404(refused.message) from None
    return _download(attachment.data, attachment.name, attachment.content_type)


@require_POST
def delivery_resend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the same summary to the same person once more, as a new message."""
    found = _visible(request, pk)
    if found.kind != Delivery.Kind.SUMMARY:
        raise Http404  # what is owed is told once a day
    return _send(request, *found.subscribed)


@require_POST
def subscription_send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send oneself the summary of a month now."""
    subscription = get_object_or_404(_own_subscriptions(request.user), pk=pk)
    form = SendForm(subscription, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a month of the plan."))
        return redirect("deliveries")
    return _send(request, subscription, form.periods[form.cleaned_data["period"]])


@require_POST
def reminders_switch(request: SignedInRequest) -> HttpResponse:
    """Stop being reminded of what is owed, or be reminded again."""
    active = request.POST.get("active") == "1"
    stopping.switch_mail(request.user, active, now=timezone.now())
    messages.success(request, _("You will be reminded of returns owed.") if active else _("You will not be reminded."))
    return redirect("deliveries")


@require_POST
def subscription_switch(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop one's subscription, or take it up again."""
    subscription = get_object_or_404(_own_subscriptions(request.user), pk=pk)
    active = request.POST.get("active") == "1"
    summaries.set_subscription_active(subscription, active, acting_user=request.user, now=timezone.now())
    messages.success(
        request,
        _("You will get the next summary.") if active else _("You will get no further summary."),
    )
    return redirect("deliveries")


@csrf_exempt  # a mail program posts here by itself; the key in the address stands for the person
@login_not_required
@require_http_methods(["GET", "POST"])
def mail_stop(request: HttpRequest, key: str) -> HttpResponse:
    """Stop the mail that carries this address, without logging in: asked first, or at once by the mail program."""
    try:
        found = stopping.find_stoppable(key)
    except Refused:
        raise Http404 from None
    if request.method == "POST":
        stopping.switch_mail(found, request.POST.get("active") == "1", now=timezone.now())
    subscription = found if isinstance(found, Subscription) else None
    person = found.user if isinstance(found, Subscription) else found
    is_on = found.is_active if isinstance(found, Subscription) else found.gets_reminders
    context = {"subscription": subscription, "person": person, "is_on": is_on, "was_asked": request.method == "POST"}
    response = render(request, "tracker/mail/stop.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _send(request: SignedInRequest, subscription: Subscription, period: Period) -> HttpResponse:
    try:
        with transaction.atomic():
            made, _is_new = summaries.deliver_by_hand(
                subscription, period, again=True, acting_user=request.user, now=timezone.now()
            )
            publish_delivery(made)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("deliveries")
    messages.success(request, _("The summary will be sent in a moment."))
    return redirect("delivery", made.pk)


def _own_subscriptions(user: User) -> Any:
    return Subscription.objects.filter(user=user).select_related("user", "schedule__plan__region")


def _visible(request: SignedInRequest, pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.visible_to(request.user).with_names(), pk=pk)


def _download(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
