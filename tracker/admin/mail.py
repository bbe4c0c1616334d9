"""Setting up the scheduled summaries, and reading what was sent."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from tracker.admin.base import ReadOnlyAdmin, SetupAdmin
from tracker.models import Delivery, Schedule, Subscription


@admin.register(Schedule)
class ScheduleAdmin(SetupAdmin):
    """When a summary goes out."""

    region_path = "plan__region__path"
    list_display = ("name", "plan", "day_of_month", "time_of_day", "is_active")
    list_filter = ("is_active", ("plan", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("plan",)
    search_fields = ("name",)

    def has_history(self, row: Schedule) -> bool:
        return Delivery.objects.filter(subscription__schedule=row).exists()


@admin.register(Subscription)
class SubscriptionAdmin(SetupAdmin):
    """Who gets it."""

    region_path = "schedule__plan__region__path"
    list_display = ("user", "schedule", "with_workbook", "is_active", "active_from")
    list_filter = ("is_active", ("schedule", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "schedule")
    search_fields = ("user__username", "user__display_name", "user__email")
    autocomplete_fields = ("user",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"active_from": timezone.now(), **super().get_changeform_initial_data(request)}

    def has_history(self, row: Subscription) -> bool:
        return row.deliveries.exists()


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Every message, with what became of it."""

    list_display = ("created_at", "kind", "recipient", "subject", "period", "state", "attempts", "sent_at", "is_late")
    list_filter = ("kind", "state", "is_late")
    list_select_related = ("period",)
    search_fields = ("recipient", "subject", "message_id")
    date_hierarchy = "created_at"
    exclude = ("claim", "lease_until", "content")
