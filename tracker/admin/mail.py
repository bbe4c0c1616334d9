"""Setting up the scheduled summaries, and reading what was sent."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import ReadOnlyAdmin, SetupAdmin, person
from tracker.models import Delivery, PausedAddress, Schedule, Subscription
from tracker.queries.errors import Refused
from tracker.queries.mail import recipients
from tracker.services.mail import pause_address, subscriptions


@admin.register(Schedule)
class ScheduleAdmin(SetupAdmin):
    """When a summary goes out."""

    region_path = "plan__region__path"
    plan_field = "plan"
    list_display = ("name", "plan", "goes_out", "is_active")
    list_filter = ("is_active", "when", ("plan", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("plan",)
    search_fields = ("name",)

    @admin.display(description=_("when"), ordering="when")
    def goes_out(self, row: Schedule) -> str:
        """The rule in words."""
        return recipients.when(row)

    def has_history(self, row: Schedule) -> bool:
        return Delivery.objects.filter(subscription__schedule=row).exists()


class SubscriptionForm(forms.ModelForm):
    """Who gets what: each choice with what belongs to it, and nothing else."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_audience(data)
        self._clean_about(data)
        return data

    def _clean_audience(self, data: dict[str, Any]) -> None:
        kinds = Subscription.Audience
        needed = {kinds.PERSON: ("user",), kinds.ROLE: ("role", "region"), kinds.OUTSIDE: ("address",)}
        wanted = needed.get(data.get("audience", ""), ())
        for name in ("user", "role", "region", "address"):
            if name in wanted and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Needed for the recipient chosen above."))
            elif name not in wanted and data.get(name):
                self.add_error(name, _("Leave this empty for the recipient chosen above."))

    def _clean_about(self, data: dict[str, Any]) -> None:
        about, schedule, place = data.get("about"), data.get("schedule"), data.get("place")
        if about == Subscription.About.PLACE and not place and "place" not in self.errors:
            self.add_error("place", _("Choose the place that the mail is about."))
        elif about != Subscription.About.PLACE and place:
            self.add_error("place", _("Leave this empty unless the mail is about one place."))
        elif place and schedule and not place.path.startswith(schedule.plan.region.path):
            self.add_error("place", _("This place lies outside the plan's region."))
        if (about == Subscription.About.INDICATORS) != bool(data.get("indicators")):
            self.add_error("indicators", _("Choose indicators if, and only if, the mail is about chosen indicators."))


@admin.register(Subscription)
class SubscriptionAdmin(SetupAdmin):
    """Who gets it."""

    form = SubscriptionForm
    region_path = "schedule__plan__region__path"
    plan_field = "schedule__plan"
    list_display = ("goes_to", "schedule", "tells", "approval", "attached", "is_active", "active_from")
    list_filter = ("is_active", "audience", "about", ("schedule", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "region", "place", "schedule__plan", "approved_by")
    search_fields = ("user__username", "user__display_name", "user__email", "address")
    autocomplete_fields = ("user", "region", "place", "indicators")
    readonly_fields = ("approval",)
    fields = (
        *("schedule", "audience", "user", "role", "region", "address", "approval"),
        *("about", "place", "indicators", "language", "attached", "is_active", "active_from"),
    )
    actions = ("approve",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        rows: QuerySet[Subscription] = super().get_queryset(request)
        return rows.prefetch_related("indicators")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"active_from": timezone.now(), **super().get_changeform_initial_data(request)}

    def save_row(self, request: HttpRequest, row: Subscription, change: bool) -> None:
        subscriptions.save_subscription(row, acting_user=person(request), now=timezone.now())

    def has_history(self, row: Subscription) -> bool:
        return row.deliveries.exists()

    @admin.display(description=_("who"))
    def goes_to(self, row: Subscription) -> str:
        """Whom it goes to, in words."""
        return row.recipients

    @admin.display(description=_("what"))
    def tells(self, row: Subscription) -> str:
        """Return what it is about, in words."""
        return recipients.about(row)

    @admin.display(description=_("approval"))
    def approval(self, row: Subscription) -> str:
        """Of an outside address, who approved it."""
        if row.audience != Subscription.Audience.OUTSIDE:
            return "—"
        return str(row.approved_by) if row.approved_by else gettext("waits for approval by a second person")

    @admin.action(description=_("Approve the outside addresses"), permissions=["change"])
    def approve(self, request: HttpRequest, rows: QuerySet[Subscription]) -> None:
        """Let mail go to them."""
        waiting = rows.filter(audience=Subscription.Audience.OUTSIDE, approved_by=None)
        for row in waiting.select_related("schedule__plan__region"):
            try:
                subscriptions.approve_address(row, acting_user=person(request), now=timezone.now())
                self.message_user(request, gettext("%(address)s is approved.") % {"address": row.address})
            except Refused as refusal:
                self.message_user(request, f"{row.address}: {refusal.message}", messages.ERROR)


@admin.register(PausedAddress)
class PausedAddressAdmin(ReadOnlyAdmin):
    """Addresses that nothing goes to since a server refused them several times in a row."""

    list_display = ("address", "paused_at", "resumed_at", "server_answer")
    search_fields = ("address",)
    actions = ("resume",)

    @admin.action(description=_("Send to these addresses again"), permissions=["view"])
    def resume(self, request: HttpRequest, rows: QuerySet[PausedAddress]) -> None:
        """Resume them."""
        for row in rows.filter(paused_at__isnull=False):
            pause_address.resume_address(row, acting_user=person(request), now=timezone.now())
            self.message_user(request, gettext("Mail goes to %(address)s again.") % {"address": row.address})


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Every message, with what became of it."""

    list_display = ("created_at", "kind", "recipient", "subject", "period", "state", "attempts", "sent_at", "is_late")
    list_filter = ("kind", "state", "is_late")
    list_select_related = ("period",)
    search_fields = ("recipient", "subject", "message_id")
    date_hierarchy = "created_at"
    exclude = ("claim", "lease_until", "content")
