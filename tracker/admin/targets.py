"""Setting up targets: their figures in dated versions, and the split of each to regions and units."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import SetupAdmin
from tracker.admin.milestones import MilestoneInline
from tracker.admin.pace_points import PacePointInline
from tracker.admin.refusals import add_refusal, refusing
from tracker.admin.rule_changes import words_about
from tracker.admin.scoped import ScopePermissionsMixin, person
from tracker.admin.several import SeveralMixin
from tracker.admin.target_form import TargetForm, base_plan_field
from tracker.documents.wording import amount, day, listed
from tracker.models import (
    Allocation,
    Indicator,
    Period,
    Plan,
    ProgrammeTarget,
    Return,
    Target,
    TargetVersion,
)
from tracker.queries.documents.touched import documents_touched
from tracker.queries.errors import Refused
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.reporting_periods import main_kind
from tracker.queries.plans.totals_of_targets import moved_totals, totals_with
from tracker.services.plans import target_setup, targets
from tracker.services.plans.base_values import take_bases_of_places
from tracker.web.page_clock import page_today


class VersionFormSet(forms.BaseInlineFormSet):
    """A target's versions: at least one, and none for a derived target."""

    def clean(self) -> None:
        super().clean()
        target: Target = self.instance
        if not target.indicator_id:
            return
        kept = [form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE")]
        for form in kept:
            try:
                targets.check_version_belongs(target)
                if target.pk:
                    targets.check_documented(form.instance)
                if form.instance.pk:
                    targets.check_correctable(form.instance)
                goal, upper = form.cleaned_data.get("value"), form.cleaned_data.get("upper_value")
                target_setup.check_target(target, goal=goal, upper=upper)
            except Refused as refusal:
                add_refusal(form, refusal.message, refusal.fields)
                raise forms.ValidationError(refusal.message) from None
        if target.pk and not self.data.get("totals_seen"):
            self._say_which_totals_move(kept)
        if target.pk and not self.data.get("documents_seen"):
            self._ask_about_documents(kept)
        is_derived = target.indicator.kind == Indicator.Kind.DERIVED
        if not is_derived and not kept and not target.versions.exists():
            raise forms.ValidationError(gettext("A target needs a value."))

    def _ask_about_documents(self, forms_kept: list[Any]) -> None:
        """Raise ValidationError with the issued documents that versions dated back touch, before anything is saved."""
        moved = [form for form in forms_kept if {"value", "upper_value", "effective_from"} & set(form.changed_data)]
        days = [form.instance.effective_from for form in moved if form.is_valid()]
        if days and (touched := documents_touched(self.instance.plan, min(days))):
            raise forms.ValidationError(words_about(touched))

    def _say_which_totals_move(self, forms_kept: list[Any]) -> None:
        """Raise ValidationError with the totals that these versions move, before anything is saved."""
        moved = [
            gettext("%(total)s: from %(before)s to %(after)s %(unit)s on %(day)s.")
            % {
                "total": one.target,
                "before": amount(one.before, one.target.indicator.decimals),
                "after": amount(one.after, one.target.indicator.decimals),
                "unit": one.target.indicator.unit,
                "day": day(form.instance.effective_from),
            }
            for form in forms_kept
            if {"value", "effective_from"} & set(form.changed_data) and form.is_valid()
            for one in moved_totals(form.instance)
            if one.before != one.after
        ]
        if moved:
            ask = gettext("These totals move with it. Tick “The totals that move have been seen” and save again:")
            raise forms.ValidationError([ask, *moved])


class VersionInline(ScopePermissionsMixin, admin.TabularInline):
    """A target is adjusted by a new version; what past periods were judged by stays."""

    model = TargetVersion
    formset = VersionFormSet
    extra = 1
    fields = (
        *("version", "value", "upper_value", "effective_from", "document_number", "no_document_reason"),
        "stretch_note",
    )
    readonly_fields = ("version",)

    @admin.display(description=_("version"))
    def version(self, row: TargetVersion) -> int | str:
        """Its number; a new one gets the next when it is saved."""
        return row.number if row.pk else "—"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and _was_reported_on(obj))

    def get_extra(self, request: HttpRequest, obj: Target | None = None, **kwargs: Any) -> int:
        return 0 if obj and obj.indicator.kind == Indicator.Kind.DERIVED else 1


class ProgrammeInline(ScopePermissionsMixin, admin.StackedInline):
    """The longer programme: the second yardstick."""

    model = ProgrammeTarget


@admin.register(Target)
class TargetAdmin(SeveralMixin, SetupAdmin):
    """What the plan sets."""

    several = ("is_key", "nature")

    form = TargetForm
    inlines = (VersionInline, MilestoneInline, PacePointInline, ProgrammeInline)
    region_path = "plan__region__path"
    plan_field = "plan"
    list_display = ("indicator", "value", "bound", "plan", "is_key")
    list_filter = (("plan", admin.RelatedOnlyFieldListFilter), "bound", "is_key")
    search_fields = ("indicator__name", "indicator__name_en", "indicator__code")
    autocomplete_fields = ("indicator", "clauses", "places", "responsible", "supporting")
    fields = (
        *("plan", "indicator", "clauses", "kind", "bound", "is_approximate", "is_key", "nature", "pace"),
        *("base_value", "base_year", "base_source", "base_plan", "season"),
        *("graded_by", "level_two_below", "level_one_below"),
        *("responsible", "supporting", "places", "position", "unallocated"),
    )
    ordering = ("plan", "position")

    def get_fields(self, request: HttpRequest, obj: Target | None = None) -> Any:
        """Return the fields; a part of a sum has one more, and so has a target of which documents were issued."""
        if obj is None or not self.has_change_permission(request, obj):
            return super().get_fields(request, obj)
        asked = {"totals_seen": bool(totals_with(obj)), "documents_seen": obj.plan.reports.exists()}
        return (*super().get_fields(request, obj), *(name for name, is_asked in asked.items() if is_asked))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Target]:
        rows: QuerySet[Target] = super().get_queryset(request)
        return rows.select_related("indicator__unit", "plan").prefetch_related("versions")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; the base value may come from any plan that the person may see."""
        fields = kwargs.pop("fields", None) or flatten_fieldsets(self.get_fieldsets(request, obj))
        kwargs["fields"] = [name for name in fields if name != "base_plan"]
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        plans = self.admin_site._registry[Plan].get_queryset(request)
        form.base_fields["base_plan"] = base_plan_field(plans.exclude(pk=obj.plan_id) if obj else plans)
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save them, then give places with a share their own base value from the chosen plan."""
        super().save_related(request, form, formsets, change)
        if source := form.cleaned_data.get("base_plan"):
            without = take_bases_of_places(
                form.instance, source=source, acting_user=person(request), now=timezone.now()
            )
            if without:
                words = {"places": listed(str(one) for one in without)}
                told = gettext("Without a base value, as the chosen plan has no whole figure of theirs: %(places)s.")
                self.message_user(request, told % words, messages.WARNING)

    def get_readonly_fields(self, request: HttpRequest, obj: Target | None = None) -> Any:
        return ("unallocated", "plan", "indicator") if obj and self.has_history(obj) else ("unallocated",)

    @admin.display(description=_("target value"))
    def value(self, row: Target) -> str:
        """Return the newest version's value with its unit of measure."""
        if row.indicator.kind == Indicator.Kind.DERIVED:
            return gettext("Sum of its parts")
        newest = max(row.versions.all(), key=lambda version: version.effective_from, default=None)
        return f"{amount(newest.value if newest else None, row.indicator.decimals)} {row.indicator.unit}"

    @admin.display(description=_("Not yet allocated"))
    def unallocated(self, row: Target) -> str:
        """未分解余额, at the newest period that has begun."""
        period = _current_period(row) if row.pk else None
        if period is None:
            return amount(None)
        figures = Figures(period)
        target = next(target for target in figures.targets if target.pk == row.pk)
        return f"{amount(figures.unallocated(target), row.indicator.decimals)} {row.indicator.unit}"

    def save_inline_row(self, request: HttpRequest, row: Any) -> None:
        if isinstance(row, TargetVersion):
            targets.save_version(row, acting_user=person(request), now=timezone.now())
        else:
            super().save_inline_row(request, row)

    def has_history(self, row: Target) -> bool:
        return _was_reported_on(row)


class AllocationForm(forms.ModelForm):
    """A share; the service says what the target bears."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            self.instance.version, self.instance.region = data["version"], data["region"]
            self.instance.unit, self.instance.value = data.get("unit"), data["value"]
            refusing(self, lambda: targets.check_allocation(self.instance))
        return data


@admin.register(Allocation)
class AllocationAdmin(SetupAdmin):
    """The split of targets."""

    form = AllocationForm
    region_path = "version__target__plan__region__path"
    plan_field = "version__target__plan"
    list_display = ("target", "region", "unit", "share", "version_number", "is_demonstration")
    list_filter = (
        ("version__target__plan", admin.RelatedOnlyFieldListFilter),
        ("region", admin.RelatedOnlyFieldListFilter),
        "is_demonstration",
    )
    list_select_related = ("version__target__indicator__unit", "region", "unit")
    search_fields = ("version__target__indicator__name", "version__target__indicator__name_en", "region__name")
    autocomplete_fields = ("region", "unit")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Versions of targets that places have shares or goals of; a derived target follows its parts."""
        if db_field.name == "version":
            visible = self.admin_site.get_model_admin(Target).get_queryset(request)
            versions = TargetVersion.objects.filter(target__in=visible.values("pk"))
            kwargs["queryset"] = versions.select_related("target__indicator")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_row(self, request: HttpRequest, row: Allocation, change: bool) -> None:
        targets.save_allocation(row, acting_user=person(request), now=timezone.now())

    @admin.display(description=_("target"), ordering="version__target__position")
    def target(self, row: Allocation) -> str:
        """Return what is split."""
        return str(row.version.target.indicator)

    @admin.display(description=_("version"))
    def version_number(self, row: Allocation) -> int:
        """Of the target."""
        return row.version.number

    @admin.display(description=_("allocated"), ordering="value")
    def share(self, row: Allocation) -> str:
        """Return the allocated target with its unit of measure."""
        indicator = row.version.target.indicator
        return f"{amount(row.value, indicator.decimals)} {indicator.unit}"


def _current_period(target: Target) -> Period | None:
    today: date = page_today(target.plan)
    months = Period.objects.filter(plan=target.plan_id, kind=main_kind(target.plan)).select_related("plan__region")
    return months.filter(starts_on__lte=today).order_by("starts_on").last() or months.order_by("starts_on").first()


def _was_reported_on(target: Target) -> bool:
    try:
        return Return.objects.filter(period__plan=target.plan).exists()
    except ObjectDoesNotExist:
        return False  # a target that is being added names no plan yet
