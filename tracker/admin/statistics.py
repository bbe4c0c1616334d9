"""Set-up of what statistics say of themselves: breaks in series."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import SetupAdmin
from tracker.documents import wording
from tracker.models import Period, SeriesBreak


class PlanPeriodField(forms.ModelChoiceField):
    """Periods with their plan."""

    def label_from_instance(self, obj: Period) -> str:
        """Return "2020年8月 · the plan"."""
        return f"{wording.period_in_words(obj.code)} · {obj.plan}"


@admin.register(SeriesBreak)
class SeriesBreakAdmin(SetupAdmin):
    """Breaks in series. Correcting the mark of a break is recorded like every change of set-up."""

    region_path = "plan__region__path"
    plan_field = "plan"
    list_display = ("indicator", "region_in_words", "period_in_words", "reason", "plan")
    list_filter = (("plan", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("indicator", "region", "period", "plan")
    search_fields = ("indicator__name", "indicator__name_en", "indicator__code", "reason")
    autocomplete_fields = ("indicator", "region")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Name periods with their plan, the newest first."""
        if db_field.name == "period":
            screen = self.admin_site._registry[Period]
            periods = screen.get_queryset(request).select_related("plan").order_by("-plan__starts_on", "starts_on")
            kwargs |= {"queryset": periods, "form_class": PlanPeriodField}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("region"))
    def region_in_words(self, row: SeriesBreak) -> str:
        """Return the region, or that the whole plan is concerned."""
        return str(row.region) if row.region else str(_("the whole plan"))

    @admin.display(description=_("first period of the new series"), ordering="period__starts_on")
    def period_in_words(self, row: SeriesBreak) -> str:
        """Return the period in words."""
        return wording.period_in_words(row.period.code)
