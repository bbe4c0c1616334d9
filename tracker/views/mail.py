"""Mail: what was sent to whom and how it went, and one's own subscriptions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tracker.documents import wording
from tracker.filters.deliveries import DeliveryFilter
from tracker.models import Delivery, PausedAddress, Period, Subscription, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import Refused
from tracker.queries.figures.reporting_periods import kinds_of
from tracker.queries.mail import recipients
from tracker.queries.mail.conditions import hold_of, in_words
from tracker.queries.mail.not_sent import reasons_not_sent
from tracker.queries.mail.recipients import Recipient
from tracker.queries.mail.upcoming import subscriptions_managed_by, upcoming_mail
from tracker.queries.pages import overview
from tracker.services.audit.opened_lists import PersonalList, record_opened_list
from tracker.services.mail import mail_log, subscriptions, summaries, unsubscribe
from tracker.services.mail.deliveries import answer_lines
from tracker.tables.deliveries import DeliveryTable, meaning_of, state_badges, state_meanings
from tracker.tables.ordering import QuerysetRows
from tracker.tasks import publish_delivery
from tracker.views.listing import Listing, list_or_file, sorting
from tracker.views.message import framed, shown_headers
from tracker.web.addresses import address_of
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest


class SendMailForm(forms.Form):
    """The months that a subscriber can ask for."""

    period = forms.ChoiceField(label=gettext_lazy("period"))

    def __init__(self, subscription: Subscription, data: Any = None) -> None:
        self.subscription = subscription
        super().__init__(data, auto_id=f"id_{subscription.pk}_%s")
        plan = subscription.schedule.plan
        months = plan.periods.filter(kind__in=kinds_of(plan)).order_by("-starts_on", "ends_on")
        self.periods = {period.code: period for period in months.select_related("plan__region")}
        field = self.fields["period"]
        field.choices = [(code, wording.period_in_words(period.code)) for code, period in self.periods.items()]  # type: ignore[attr-defined]
        current = overview.current_period(plan, page_today(plan))
        field.initial = current.code if current else None


class OwnSubscription:
    """A subscription as one sees one's own: what it is about, when it comes, whether it is stopped, and the form."""

    def __init__(self, subscription: Subscription, user: User) -> None:
        self.subscription, self.form = subscription, SendMailForm(subscription)
        self.about, self.when = recipients.about(subscription), recipients.when(subscription.schedule)
        self.conditions = in_words(subscription)
        self.is_one_of_several = subscription.user_id != user.pk
        self.is_on = subscription.is_active and user not in subscription.stopped_by.all()


@require_http_methods(["GET", "POST"])
def deliveries(request: SignedInRequest) -> HttpResponseBase:
    """Show the mail this person may see, and one's own subscriptions."""
    filters = DeliveryFilter(request)
    if request.method == "GET" and _reads_mail_of_others(request.user):
        _record_opened(request, PersonalList.DELIVERIES)
    table = DeliveryTable(QuerysetRows(filters.rows), order_by=sorting(request))
    return list_or_file(
        request,
        Listing("deliveries", _("Mail"), "tracker/deliveries.html"),
        filters,
        table,
        send_forms=[OwnSubscription(row, request.user) for row in _own_subscriptions(request.user)],
        manages_mail=scope_of(request.user, Capability.MANAGE_MAIL).is_somewhere,
        states=state_meanings(),
        reports_for_units=scope_of(request.user, Capability.ENTER).is_somewhere,
    )


def _reads_mail_of_others(user: User) -> bool:
    return any(scope_of(user, one).is_somewhere for one in (Capability.MANAGE_MAIL, Capability.READ_MAIL))


def _record_opened(request: SignedInRequest, name: PersonalList) -> None:
    """Record that a list of people and addresses was opened."""
    chosen = {key: ",".join(values) for key, values in request.GET.lists()}
    record_opened_list(name, chosen, acting_user=request.user, now=timezone.now(), address=address_of(request))


@require_GET
def mail_upcoming(request: SignedInRequest) -> HttpResponse:
    """Return who gets what next, and when; what a person must look at stands above it."""
    if not scope_of(request.user, Capability.MANAGE_MAIL).is_somewhere:
        raise Http404
    now = timezone.now()
    _record_opened(request, PersonalList.UPCOMING_MAIL)
    visible = Delivery.objects.visible_to(request.user)
    context = {
        "rows": upcoming_mail(subscriptions_managed_by(request.user), now=now),
        "uncertain": visible.filter(state=Delivery.State.UNCERTAIN).count(),
        "paused": PausedAddress.objects.visible_to(request.user).filter(paused_at__isnull=False),
    }
    return render(request, "tracker/mail/upcoming.html", context)


@require_GET
def delivery(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message: its headers, how it went, and what it says."""
    found = _visible(request, pk)
    message = mail_log.stored_message(found)
    context = {
        "delivery": found,
        "badges": state_badges(found),
        "meaning": meaning_of(found),
        "answer": answer_lines(found) if found.is_address_shown else [],
        "may_resend": _may_resend(found, request.user),
        "hold": hold_of(*found.subscribed) if found.state == Delivery.State.HELD else None,
        "headers": shown_headers(message, with_address=found.is_address_shown) if message else [],
        "message": message,
        "may_read_workbook": mail_log.may_read_workbook(found, request.user),
    }
    return render(request, "tracker/delivery.html", context)


@require_GET
def delivery_content(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return the HTML part, for the frame on the message's page alone."""
    found = _visible(request, pk)
    message = mail_log.stored_message(found)
    if message is None:
        raise Http404
    mail_log.record_opened(found, acting_user=request.user, now=timezone.now(), address=address_of(request))
    return framed(message.html)


@require_GET
def delivery_attachment(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Give a file of the message. Who may read it is asked each time."""
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
    if not _may_resend(found, request.user):
        raise Http404
    recipient = Recipient(found.recipient, found.user, found.language)
    return _send(request, *found.subscribed, recipient)


@require_POST
def subscription_send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send oneself the summary of a month now."""
    subscription = get_object_or_404(_own_subscriptions(request.user), pk=pk)
    form = SendMailForm(subscription, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a month of the plan."))
        return redirect("deliveries")
    recipient = Recipient(request.user.email, request.user, subscription.language)
    return _send(request, subscription, form.periods[form.cleaned_data["period"]], recipient)


@require_POST
def reminders_switch(request: SignedInRequest) -> HttpResponse:
    """Stop being reminded of what is owed, or be reminded again."""
    active = request.POST.get("active") == "1"
    unsubscribe.switch_reminders(request.user, active, acting_user=request.user, now=timezone.now())
    messages.success(
        request, _("You will be reminded of returns to submit.") if active else _("You will not be reminded.")
    )
    return redirect("deliveries")


@require_POST
def subscription_switch(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop one's subscription, or take it up again."""
    subscription = get_object_or_404(_own_subscriptions(request.user), pk=pk)
    active = request.POST.get("active") == "1"
    if subscription.user != request.user:  # by a role, or a copy: others go on getting it
        subscriptions.set_stopped(subscription, request.user, not active, acting_user=request.user, now=timezone.now())
    else:
        subscriptions.set_subscription_active(subscription, active, acting_user=request.user, now=timezone.now())
    messages.success(
        request,
        _("You will get the next summary.") if active else _("You will get no further summary."),
    )
    if active:
        for reason in reasons_not_sent(subscription, now=timezone.now(), to=request.user):
            messages.warning(request, reason)
    return redirect("deliveries")


@csrf_exempt  # a mail program posts here by itself; the key in the address stands for the person
@login_not_required
@require_http_methods(["GET", "POST"])
def mail_stop(request: HttpRequest, key: str) -> HttpResponse:
    """Stop the mail that carries this address, without logging in: asked first, or at once by the mail program."""
    try:
        found = unsubscribe.find_stoppable(key)
    except Refused:
        raise Http404 from None
    refusal = ""
    if request.method == "POST":
        try:
            unsubscribe.switch_by_key(found, request.POST.get("active") == "1", now=timezone.now())
        except Refused as refused:
            refusal = refused.message
    context = {"mail": found, "is_on": found.is_on, "was_asked": request.method == "POST", "refusal": refusal}
    response = render(request, "tracker/mail/stop.html", context, status=409 if refusal else 200)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _send(request: SignedInRequest, subscription: Subscription, period: Period, recipient: Recipient) -> HttpResponse:
    try:
        with transaction.atomic():
            made, _is_new = summaries.deliver_by_hand(
                subscription, period, recipient, again=True, acting_user=request.user, now=timezone.now()
            )
            publish_delivery(made)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("deliveries")
    messages.success(request, _("The summary will be sent in a moment."))
    return redirect("delivery", made.pk)


def _own_subscriptions(user: User) -> Any:
    """Return those in one's name, those one gets by a role, and those one gets a copy of."""
    held = Q(pk__in=())
    for membership in user.current_memberships:
        if membership.unit_id is None:
            plan = Q(schedule__plan=membership.plan_id) if membership.plan_id else Q()
            held |= plan & Q(audience=Subscription.Audience.ROLE, role=membership.role, region=membership.region_id)
    copied = Subscription.copies_to.through.objects.filter(user=user).values("subscription")
    rows = Subscription.objects.filter(Q(user=user) | held | Q(pk__in=copied))
    return rows.select_related("user", "region", "place", "schedule__plan__region").prefetch_related(
        "indicators", "stopped_by", "thresholds__indicator"
    )


def _visible(request: SignedInRequest, pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.visible_to(request.user).with_names(), pk=pk)


def _may_resend(found: Delivery, user: User) -> bool:
    """Return True for a summary of one's own or of a plan whose mail one manages; what is owed is told once a day."""
    if found.kind != Delivery.Kind.SUMMARY or found.period is None:
        return False
    plan = found.period.plan
    managed = scope_of(user, Capability.MANAGE_MAIL, plan_id=plan.pk)
    return found.user_id == user.pk or managed.covers_region(plan.region)


def _download(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
