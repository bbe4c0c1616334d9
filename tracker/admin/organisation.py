"""Setting up who reports what, and by when."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import SetupAdmin
from tracker.admin.refusals import refusing
from tracker.admin.scoped import person
from tracker.admin.several import SeveralMixin
from tracker.models import Indicator, Obligation, Period, Region, RegionLevel, ReportingUnit
from tracker.models.region_level import level_choices, level_name
from tracker.queries.plans.working_days import unknown_years_of
from tracker.services.plans import obligations
from tracker.services.plans.move_region import check_move, move_region
from tracker.services.plans.obligations import Submitted


class RegionForm(forms.ModelForm):
    """A region; it does not become part of another where that would cut a tree."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.instance.pk and "parent" in data and data["parent"] != self.instance.parent:
            stored = Region.objects.get(pk=self.instance.pk)
            refusing(self, lambda: check_move(stored, data["parent"]))
        return data


@admin.register(RegionLevel)
class RegionLevelAdmin(SetupAdmin):
    """Levels of regions beside those that every installation knows."""

    list_display = ("__str__", "code", "position")
    search_fields = ("name", "name_en", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: RegionLevel | None = None) -> Any:
        return ("code",) if obj and self.has_history(obj) else ()

    def has_history(self, row: RegionLevel) -> bool:
        return Region.objects.filter(level=row.code).exists()


@admin.register(Region)
class RegionAdmin(SetupAdmin):
    """Regions; a region keeps its code. What is changed here is corrected in all periods."""

    form = RegionForm
    change_form_template = "admin/tracker/region.html"
    region_path = "path"
    list_display = ("__str__", "code", "level_words", "parent", "closed_on")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("name", "name_en", "code", "earlier__name", "aliases__name")
    autocomplete_fields = ("parent",)

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> Any:
        return ("code",) if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "level":
            return forms.ChoiceField(choices=level_choices(), label=capfirst(db_field.verbose_name))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("level"), ordering="level")
    def level_words(self, row: Region) -> str:
        """Return the level's name."""
        return level_name(row.level)

    def save_row(self, request: HttpRequest, row: Region, change: bool) -> None:
        """Move it by a verb of its own; everything else is set-up."""
        if change:
            move_region(row, row.parent, acting_user=person(request), now=timezone.now())
        super().save_row(request, row, change)

    def has_history(self, row: Region) -> bool:
        return row.units.exists() or row.allocations.exists() or row.children.exists() or row.memberships.exists()


@admin.register(ReportingUnit)
class ReportingUnitAdmin(SeveralMixin, SetupAdmin):
    """Units that report; one that has reported is closed from a day on, not deleted."""

    several = ("contact_phone", "closed_on")
    end_field = "closed_on"

    region_path = "region__path"
    change_form_template = "admin/tracker/reportingunit.html"
    list_display = ("__str__", "code", "region", "closed_on", "is_demonstration")
    list_filter = (
        ("region", admin.RelatedOnlyFieldListFilter),
        ("closed_on", admin.EmptyFieldListFilter),
        "is_demonstration",
    )
    list_select_related = ("region",)
    search_fields = ("name", "name_en", "code", "region__name", "region__name_en", "earlier_names__name")
    autocomplete_fields = ("region",)

    def get_readonly_fields(self, request: HttpRequest, obj: ReportingUnit | None = None) -> Any:
        return ("code", "region") if obj and obj.returns.exists() else ()

    def save_row(self, request: HttpRequest, row: ReportingUnit, change: bool) -> None:
        obligations.save_unit(row, acting_user=person(request), now=timezone.now())

    def has_history(self, row: ReportingUnit) -> bool:
        return row.returns.exists() or row.memberships.exists()


class ObligationForm(forms.ModelForm):
    """An obligation, and what becomes of returns submitted already that lack its indicator."""

    submitted = forms.ChoiceField(
        label=_("returns submitted already"),
        choices=[
            (Submitted.NEXT_PERIOD, _("leave them as they are: begin with the next period")),
            (Submitted.REOPEN, _("reopen them for this indicator")),
        ],
        initial=Submitted.NEXT_PERIOD,
        widget=forms.RadioSelect,
        help_text=_("Only for returns of its periods that do not have the indicator."),
    )

    class Meta:
        model = Obligation
        fields = ("plan", "unit", "indicator", "frequency", "begins", "ends")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["begins"].help_text = _(
                "The first period reported is the one this day falls in. Empty: the current period. "
                "For the whole plan: its first day."
            )


@admin.register(Obligation)
class ObligationAdmin(SeveralMixin, SetupAdmin):
    """Which unit reports which indicator. Derived indicators and rates are reckoned, never reported."""

    several = ("frequency", "begins", "ends")
    end_field = "ends"

    region_path = "unit__region__path"
    plan_field = "plan"
    form = ObligationForm
    fields = (*ObligationForm.Meta.fields, "submitted")
    list_display = ("unit", "indicator", "frequency", "begins", "ends", "plan", "is_demonstration")
    list_filter = (
        ("plan", admin.RelatedOnlyFieldListFilter),
        ("unit__region", admin.RelatedOnlyFieldListFilter),
        "frequency",
    )
    list_select_related = ("unit", "indicator", "plan")
    search_fields = ("unit__name", "unit__name_en", "indicator__name", "indicator__name_en")
    autocomplete_fields = ("unit",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "indicator":
            kwargs["queryset"] = Indicator.objects.filter(kind=Indicator.Kind.ENTERED)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Obligation, form: forms.ModelForm, change: bool) -> None:
        obligations.save_obligation(
            obj,
            acting_user=person(request),
            now=timezone.now(),
            submitted=Submitted(form.cleaned_data["submitted"]),
        )
        self._require_within(request, obj)

    def store_one_of_several(self, request: HttpRequest, row: Obligation) -> None:
        obligations.save_obligation(row, acting_user=person(request), now=timezone.now())
        self._require_within(request, row)

    def delete_model(self, request: HttpRequest, obj: Obligation) -> None:
        obligations.delete_obligation(obj, acting_user=person(request), now=timezone.now())


@admin.register(Period)
class PeriodAdmin(SetupAdmin):
    """Reporting periods and when their returns are due."""

    region_path = "plan__region__path"
    plan_field = "plan"
    list_display = ("code", "kind", "plan", "starts_on", "ends_on", "last_moment", "locks_at", "calendar_note")
    list_filter = (("plan", admin.RelatedOnlyFieldListFilter), "kind")
    list_select_related = ("plan",)
    search_fields = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Period]:
        """Return the periods without those of base years, which are only compared with."""
        return super().get_queryset(request).filter(plan__base_year_of=None)

    def get_readonly_fields(self, request: HttpRequest, obj: Period | None = None) -> Any:
        return ("plan", "kind", "code", "starts_on", "ends_on") if obj and self.has_history(obj) else ()

    def save_row(self, request: HttpRequest, row: Period, change: bool) -> None:
        obligations.save_period(row, acting_user=person(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Period) -> None:
        obligations.delete_period(obj, acting_user=person(request), now=timezone.now())

    @admin.display(description=_("deadline"), ordering="due_at")
    def last_moment(self, row: Period) -> Any:
        """Return the last second that is on time."""
        return row.deadline

    @admin.display(description=_("calendar"))
    def calendar_note(self, row: Period) -> str:
        """Return True if the holidays around the deadline are known."""
        years = unknown_years_of([(row.plan, row.deadline)])
        return gettext("holidays of %(year)s not known yet") % {"year": years[0]} if years else "—"

    def has_history(self, row: Period) -> bool:
        return row.returns.exists() or row.reports.exists() or row.deliveries.exists()
