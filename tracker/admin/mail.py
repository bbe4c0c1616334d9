"""Setting up the scheduled summaries, and reading what was sent."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import ReadOnlyAdmin, SetupAdmin
from tracker.admin.opened import RecordsOpeningMixin
from tracker.admin.refusals import refusing
from tracker.admin.scoped import ScopePermissionsMixin, person
from tracker.admin.several import SeveralMixin
from tracker.models import Delivery, MailThreshold, PausedAddress, Schedule, Subscription, User
from tracker.models.access import reads_addresses
from tracker.queries.errors import Refused
from tracker.queries.mail import recipients
from tracker.queries.mail.not_sent import reasons_not_sent
from tracker.queries.mail.threshold_rules import check_threshold
from tracker.services.audit.opened_lists import PersonalList
from tracker.services.mail import pause_address, subscriptions


@admin.register(Schedule)
class ScheduleAdmin(SeveralMixin, SetupAdmin):
    """When a summary goes out."""

    several = ("time_of_day", "is_active")
    end_field = "is_active"

    region_path = "plan__region__path"
    plan_field = "plan"
    list_display = ("name", "plan", "goes_out", "is_active")
    list_filter = ("is_active", "when", ("plan", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("plan",)
    search_fields = ("name",)

    @admin.display(description=_("when"), ordering="when")
    def goes_out(self, row: Schedule) -> str:
        """Return the rule in words."""
        return recipients.when(row)

    def has_history(self, row: Schedule) -> bool:
        return Delivery.objects.filter(subscription__schedule=row).exists()


class SubscriptionForm(forms.ModelForm):
    """Who gets what: each choice with what belongs to it, and nothing else."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_audience(data)
        self._clean_about(data)
        if not self.errors and (account := data.get("user")):
            self._clean_address(account, is_active=bool(data.get("is_active")))
        self._clean_hold(data)
        self._clean_copies(data)
        return data

    def _clean_address(self, account: User, *, is_active: bool) -> None:
        """Ask for the e-mail address of an account that has none, where it is entered."""
        kinds = Subscription.Audience
        try:
            subscriptions.require_address(Subscription(audience=kinds.PERSON, user=account, is_active=is_active))
        except Refused as refusal:
            address = reverse("admin:tracker_user_change", args=[account.pk])
            link = format_html('<a href="{}">{}</a>', address, gettext("Enter the address"))
            self.add_error("user", format_html("{} {}", refusal.fields["user"], link))

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
        self._clean_indicators(data)

    def _clean_indicators(self, data: dict[str, Any]) -> None:
        about = data.get("about")
        if (about == Subscription.About.INDICATORS) != bool(data.get("indicators")):
            self.add_error("indicators", _("Choose indicators if, and only if, the mail is about chosen indicators."))

    def _clean_hold(self, data: dict[str, Any]) -> None:
        number, days = data.get("hold_number"), data.get("hold_days")
        if (number is None) != (days is None) and not {"hold_number", "hold_days"} & self.errors.keys():
            missing = "hold_number" if number is None else "hold_days"
            self.add_error(missing, _("Give both the number to wait for and the days at most, or neither."))
        if number is not None and data.get("about") == Subscription.About.CHASING:
            self.add_error("hold_number", _("Leave this empty for mail about overdue returns."))

    def _clean_copies(self, data: dict[str, Any]) -> None:
        schedule, people = data.get("schedule"), data.get("copies_to")
        if schedule and people:
            told = Subscription(schedule=schedule, place=data.get("place"))
            refusing(self, lambda: subscriptions.check_copies(told, people))


class ThresholdForm(forms.ModelForm):
    """A bound that a target of the plan can pass."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        subscription, indicator = data.get("subscription"), data.get("indicator")
        if subscription is None or indicator is None or not subscription.schedule_id:
            return data
        refusing(self, lambda: check_threshold(subscription, indicator, data.get("measure", "")))
        return data


class ThresholdInline(ScopePermissionsMixin, admin.TabularInline):
    """The bounds of which one must be passed before the mail goes out."""

    model = MailThreshold
    form = ThresholdForm
    extra = 0
    autocomplete_fields = ("indicator",)


@admin.register(Subscription)
class SubscriptionAdmin(RecordsOpeningMixin, SeveralMixin, SetupAdmin):
    """Who gets it."""

    personal_list = PersonalList.SUBSCRIPTIONS

    several = ("language", "attached", "is_active")
    end_field = "is_active"

    form = SubscriptionForm
    region_path = "schedule__plan__region__path"
    plan_field = "schedule__plan"
    list_display = ("goes_to", "schedule", "tells", "approval", "attached", "is_active", "active_from")
    list_filter = ("is_active", "audience", "about", ("schedule", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "region", "place", "schedule__plan", "approved_by")
    search_fields = ("user__username", "user__display_name", "user__email", "address")
    autocomplete_fields = ("user", "region", "place", "indicators", "copies_to")
    readonly_fields = ("approval",)
    fields = (
        *("schedule", "audience", "user", "role", "region", "address", "approval"),
        *("about", "place", "indicators", "language", "attached", "hides_names"),
        *("hold_number", "hold_counts", "hold_days", "copies_to", "is_active", "active_from"),
    )
    inlines = (ThresholdInline,)
    actions = ("approve",)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Return what is searched; the addresses of people only for who sees them."""
        if reads_addresses(person(request)):
            return self.search_fields
        return tuple(name for name in self.search_fields if name != "user__email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        rows: QuerySet[Subscription] = super().get_queryset(request)
        return rows.prefetch_related("indicators")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"active_from": timezone.now(), **super().get_changeform_initial_data(request)}

    def save_row(self, request: HttpRequest, row: Subscription, change: bool) -> None:
        subscriptions.save_subscription(row, acting_user=person(request), now=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save who gets copies and the bounds as well, and tell what would keep the mail from going out."""
        super().save_related(request, form, formsets, change)
        for reason in reasons_not_sent(form.instance, now=timezone.now()):
            self.message_user(request, reason, messages.WARNING)

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
class PausedAddressAdmin(RecordsOpeningMixin, ReadOnlyAdmin):
    """Addresses that nothing goes to since a server refused them several times in a row."""

    personal_list = PersonalList.PAUSED_ADDRESSES

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
class DeliveryAdmin(RecordsOpeningMixin, ReadOnlyAdmin):
    """Every message, with what became of it."""

    personal_list = PersonalList.DELIVERIES

    list_display = ("created_at", "kind", "recipient", "subject", "period", "state", "attempts", "sent_at", "is_late")
    list_filter = ("kind", "state", "is_late")
    list_select_related = ("period",)
    search_fields = ("recipient", "subject", "message_id")
    date_hierarchy = "created_at"
    exclude = ("claim", "lease_until", "content")
