"""Setting up a plan: its clauses, indicators and commitments."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import SetupAdmin
from tracker.admin.deadlines import deadlines_page, tell_of_moves
from tracker.admin.demonstration import demonstration_page
from tracker.admin.plan_form import PlanForm
from tracker.admin.refusals import refusing
from tracker.admin.scoped import ScopePermissionsMixin, person
from tracker.admin.several import SeveralMixin
from tracker.models import (
    Body,
    CheckRule,
    Clause,
    Commitment,
    DocumentName,
    Entry,
    Indicator,
    IndicatorPart,
    IssuedReport,
    MeasureUnit,
    Plan,
    Return,
)
from tracker.queries.plans.demonstration import holds_demonstration
from tracker.queries.plans.working_days import known_years
from tracker.services.audit import configuration
from tracker.services.audit.issued_rules import check_not_issued, check_removable
from tracker.services.plans import check_rules, commitments, indicator_rules, remove_plan
from tracker.services.plans.remove_demonstration import may_remove
from tracker.services.returns import open_periods


@admin.register(MeasureUnit)
class MeasureUnitAdmin(SetupAdmin):
    """Units of measure. Values are stored in them: a used one keeps its dimension and factor."""

    list_display = ("symbol", "symbol_en", "code", "dimension", "factor", "is_countable")
    search_fields = ("symbol", "symbol_en", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: MeasureUnit | None = None) -> Any:
        return ("code", "dimension", "factor") if obj and self.has_history(obj) else ()

    def has_history(self, row: MeasureUnit) -> bool:
        return row.indicators.exists()


class DocumentNameInline(ScopePermissionsMixin, admin.TabularInline):
    """Names that the plan gives to kinds of document instead of the usual ones."""

    model = DocumentName
    extra = 0


@admin.register(Plan)
class PlanAdmin(SetupAdmin):
    """Action plans."""

    form = PlanForm
    inlines = (DocumentNameInline,)
    exclude = ("deadlines",)
    region_path = "region__path"
    plan_field = "pk"
    list_display = ("__str__", "document_number", "region", "starts_on", "ends_on", "deadline_day")
    list_select_related = ("region",)
    search_fields = ("name", "name_en", "code")
    autocomplete_fields = ("region",)
    change_form_template = "admin/tracker/plan.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if the user may create plans. A role limited to other plans does not suffice."""
        return any(scope.everywhere or scope.paths for scope in self._scopes(request, "add"))

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:pk>/deadlines/", self.admin_site.admin_view(self.deadlines), name="tracker_plan_deadlines")
        removing = path(
            "<int:pk>/demonstration/", self.admin_site.admin_view(self.demonstration), name="tracker_plan_demonstration"
        )
        return [own, removing, *super().get_urls()]

    def deadlines(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Old and new deadlines after the rule has changed."""
        return self._page_of(request, pk, deadlines_page)

    def demonstration(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return what was generated for the plan, and the button that removes it."""
        return self._page_of(request, pk, demonstration_page)

    def _page_of(self, request: HttpRequest, pk: int, page: Callable[..., HttpResponse]) -> HttpResponse:
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return page(request, row, {**self.admin_site.each_context(request), "opts": self.opts, "original": row})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the way to remove the plan's demonstration, for who may."""
        row = self.get_object(request, object_id)
        may = row is not None and may_remove(person(request), row) and holds_demonstration(row)
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "may_remove_demonstration": may}
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "deadline_on_working_day" and field:
            known = gettext("Holidays are known for %(years)s; for later years only weekends are skipped.")
            field.help_text = f"{field.help_text} {known % {'years': known_years()}}"
        return field

    def save_row(self, request: HttpRequest, row: Plan, change: bool) -> None:
        super().save_row(request, row, change)
        now = timezone.now()
        open_periods.open_periods(row, now=now)
        check_rules.load_first_checks(now=now)
        tell_of_moves(request, row)

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> Any:
        return ("code", "region", "starts_on", "ends_on") if obj and self.has_history(obj) else ()

    def delete_model(self, request: HttpRequest, obj: Plan) -> None:
        remove_plan.delete_plan(obj, acting_user=person(request), now=timezone.now())

    def has_history(self, row: Plan) -> bool:
        returns = Return.objects.filter(period__plan=row)
        return returns.exists() or IssuedReport.objects.filter(plan=row).exists()


@admin.register(Clause)
class ClauseAdmin(SetupAdmin):
    """The plan's numbered parts."""

    region_path = "plan__region__path"
    plan_field = "plan"
    list_display = ("number", "label", "plan", "position")
    list_display_links = ("number", "label")
    list_filter = (("plan", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("plan",)
    search_fields = ("number", "name", "name_en")
    ordering = ("plan", "position")

    @admin.display(description=_("name"), ordering="name")
    def label(self, row: Clause) -> str:
        """Return the label in the reader's language."""
        return super(Clause, row).__str__()

    def has_history(self, row: Clause) -> bool:
        return row.targets.exists() or Commitment.objects.filter(clause=row).exists()


@admin.register(Body)
class BodyAdmin(SetupAdmin):
    """Bodies that commitments name."""

    list_display = ("name", "name_en")
    search_fields = ("name", "name_en")

    def has_history(self, row: Body) -> bool:
        return row.commitments.exists()


class CommitmentForm(forms.ModelForm):
    """A commitment; parts and their whole are of one plan."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        clause, whole = data.get("clause"), data.get("part_of")
        if clause and whole and (whole.pk == self.instance.pk or whole.clause.plan_id != clause.plan_id):
            self.add_error("part_of", _("Choose another commitment of the same plan."))
        return data


@admin.register(Commitment)
class CommitmentAdmin(SetupAdmin):
    """Tasks and measures: where they stand, in a word and a note."""

    form = CommitmentForm
    region_path = "clause__plan__region__path"
    plan_field = "clause__plan"
    list_display = ("clause", "kind", "status", "status_note")
    list_filter = ("status", "kind", ("clause__plan", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("clause__plan",)
    search_fields = ("clause__number", "clause__name", "clause__name_en", "status_note")
    fields = ("clause", "kind", "part_of", "places", "bodies", "status", "status_note")
    autocomplete_fields = ("clause", "part_of", "places", "bodies")

    def save_row(self, request: HttpRequest, row: Commitment, change: bool) -> None:
        """Its status goes through a verb of its own; everything else is set-up."""
        status, note = row.status, row.status_note
        stored = Commitment.objects.filter(pk=row.pk).first()
        row.status, row.status_note = (stored.status, stored.status_note) if stored else (row.Status.NOT_STARTED, "")
        now = timezone.now()
        configuration.save_configured(row, acting_user=person(request), now=now)
        commitments.update_commitment(row, status=status, note=note, acting_user=person(request), now=now)

    def has_history(self, row: Commitment) -> bool:
        return row.status != Commitment.Status.NOT_STARTED


class PartFormSet(forms.BaseInlineFormSet):
    """The parts of a derived indicator, and of no other."""

    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        parts = [row["part"] for row in kept if row.get("part")]
        try:
            indicator_rules.check_parts(self.instance, parts)
            for form in self.forms if self.instance.pk else ():
                _check_part_not_issued(form)
        except indicator_rules.Refused as refusal:
            raise forms.ValidationError([refusal.message, *refusal.fields.values()]) from None


def _check_part_not_issued(form: forms.ModelForm) -> None:
    """Raise Refused if issued documents rest on a sum that a form would give another part."""
    if form.instance.pk and form.cleaned_data.get("DELETE"):
        check_removable(form.instance)
    elif form.has_changed() and form.is_valid() and not form.cleaned_data.get("DELETE"):
        check_not_issued(form.instance, IndicatorPart.objects.filter(pk=form.instance.pk).first())


class PartInline(ScopePermissionsMixin, admin.TabularInline):
    """What a derived indicator adds up."""

    model = IndicatorPart
    formset = PartFormSet
    fk_name = "whole"
    extra = 0
    autocomplete_fields = ("part",)
    verbose_name = _("part")
    verbose_name_plural = _("parts (of a summed indicator)")


class IndicatorForm(forms.ModelForm):
    """An indicator; its kind and unit stay once values are stored in it."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        stored = {"kind": self.instance.kind, "unit": self.instance.unit if self.instance.pk else None}
        refusing(self, lambda: indicator_rules.check_rules({**stored, **data}))
        if whole := data.get("included_in"):
            kind, unit = data.get("kind", self.instance.kind), data.get("unit") or self.instance.unit
            changed = Indicator(pk=self.instance.pk, kind=kind, unit=unit, included_in=whole)
            refusing(self, lambda: indicator_rules.check_included(changed))
        if not self.errors:
            self._check_terms(data)
        return data

    def _check_terms(self, data: dict[str, Any]) -> None:
        """Refuse a weight or a ratio's unit that gives no figure."""
        unit, weight = data.get("unit") or self.instance.unit, data.get("weight")
        terms = {"numerator": data.get("numerator"), "denominator": data.get("denominator")}
        changed = Indicator(code=data.get("code", self.instance.code), unit=unit, weight=weight, **terms)
        refusing(self, lambda: indicator_rules.check_weight(changed))
        refusing(self, lambda: indicator_rules.check_ratio_units(changed))


@admin.register(Indicator)
class IndicatorAdmin(SeveralMixin, SetupAdmin):
    """What is counted."""

    several = ("decimals",)

    form = IndicatorForm
    inlines = (PartInline,)
    list_display = ("__str__", "code", "unit", "kind", "over_periods", "over_places")
    list_filter = ("kind",)
    list_select_related = ("unit",)
    search_fields = ("name", "name_en", "code")
    autocomplete_fields = ("unit", "numerator", "denominator", "weight", "included_in")

    def get_readonly_fields(self, request: HttpRequest, obj: Indicator | None = None) -> Any:
        is_used = obj and Entry.objects.filter(indicator=obj).exists()
        may_add = self.admin_site._registry[CheckRule].has_add_permission(request)
        own = () if not obj else ("own_checks",) if may_add else ("checks_there",)
        return (*(("code", "unit", "kind") if is_used else ()), *own)

    @admin.display(description=_("checks"))
    def own_checks(self, row: Indicator) -> SafeString:
        """Return the way to the rules that hold for this indicator alone, and to a new one."""
        return format_html(
            '{} · <a href="{}?indicator={}">{}</a>',
            self.checks_there(row),
            reverse("admin:tracker_checkrule_add"),
            row.pk,
            gettext("Add a rule for this indicator"),
        )

    @admin.display(description=_("checks"))
    def checks_there(self, row: Indicator) -> SafeString:
        """Return the way to the rules that hold for this indicator alone."""
        number = row.check_rules.count()
        return format_html(
            '<a href="{}?indicator__id__exact={}">{}</a>',
            reverse("admin:tracker_checkrule_changelist"),
            row.pk,
            ngettext("%(count)s rule of its own", "%(count)s rules of its own", number) % {"count": number},
        )

    def has_history(self, row: Indicator) -> bool:
        return row.included.exists() or row.entries.exists() or row.targets.exists() or row.whole_links.exists()
