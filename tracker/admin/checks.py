"""Setting up what is checked while a return is entered: the rules, and what units can do."""

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import SetupAdmin
from tracker.admin.refusals import refusing
from tracker.admin.scoped import person
from tracker.admin.several import SeveralMixin
from tracker.documents.wording import exact
from tracker.models import CheckRule, ExpectedRange, NameAlias, UnitCapacity
from tracker.models.access import Scope
from tracker.queries.imports.past_values.names import plain
from tracker.queries.returns.check_wording import bounds_in_words
from tracker.services.plans import check_rules

BOUNDS_HELP = _(
    "In %. Of a change: how far down and up is usual, for example -50 and 100 (from half to twice as much). Of a rate: "
    "its lowest and highest value, for example 0 and 100. Of the material balance: what may be left over, in % of the "
    "amount generated. Of an allocated target: the highest percentage of it in one period, for example 150. Of a usual "
    "range: how many spreads it is wide on either side, for example 6. Of a jump: the largest difference that says "
    "nothing. Of repeated values: how many in a row are too many. Other checks know no bounds."
)


class CheckRuleForm(forms.ModelForm):
    """A rule; the service says which bounds and which indicator make sense for its check."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            for name, value in data.items():
                setattr(self.instance, name, value)
            refusing(self, lambda: check_rules.check_rule(self.instance))
        return data


@admin.register(CheckRule)
class CheckRuleAdmin(SeveralMixin, SetupAdmin):
    """What is checked, with which bounds, and what follows."""

    several = ("severity", "low", "high")

    form = CheckRuleForm
    list_display = ("kind", "holds_for", "severity", "range")
    list_filter = ("kind", "severity", ("indicator", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("indicator",)
    search_fields = ("indicator__name", "indicator__name_en", "indicator__code")
    autocomplete_fields = ("indicator",)
    fieldsets = (
        (None, {"fields": ("kind", "indicator", "severity")}),
        (_("Bounds"), {"fields": ("low", "high"), "description": BOUNDS_HELP}),
    )

    @admin.display(description=_("holds for"), ordering="indicator")
    def holds_for(self, row: CheckRule) -> str:
        """One indicator, or all the others."""
        return str(row.indicator) if row.indicator else gettext("All that have no rule of their own")

    @admin.display(description=_("usual range"))
    def range(self, row: CheckRule) -> str:
        """Return the bounds in words."""
        return bounds_in_words(row.low, row.high) or "—"

    def store_one_of_several(self, request: HttpRequest, row: CheckRule) -> None:
        check_rules.check_rule(row)
        super().store_one_of_several(request, row)

    def save_row(self, request: HttpRequest, row: CheckRule, change: bool) -> None:
        check_rules.save_rule(row, acting_user=person(request), now=timezone.now())


class UnitCapacityForm(forms.ModelForm):
    """A capacity; the service says of what there can be one."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            self.instance.indicator = data["indicator"]
            refusing(self, lambda: check_rules.check_capacity(self.instance))
        return data


@admin.register(UnitCapacity)
class UnitCapacityAdmin(SetupAdmin):
    """What a unit can do in a month at most; more than that is flagged while it is entered."""

    form = UnitCapacityForm
    region_path = "unit__region__path"
    list_display = ("unit", "indicator", "most", "basis")
    list_display_links = ("unit", "indicator")
    list_filter = (("unit__region", admin.RelatedOnlyFieldListFilter), ("indicator", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("unit", "indicator__unit")
    search_fields = ("unit__name", "unit__name_en", "unit__code", "indicator__name", "indicator__name_en", "basis")
    autocomplete_fields = ("unit", "indicator")

    @admin.display(description=_("capacity per month"), ordering="per_month")
    def most(self, row: UnitCapacity) -> str:
        """Return the capacity with its unit of measure."""
        return f"{exact(row.per_month, row.indicator.decimals)} {row.indicator.unit}"

    def save_row(self, request: HttpRequest, row: UnitCapacity, change: bool) -> None:
        check_rules.save_capacity(row, acting_user=person(request), now=timezone.now())


class ExpectedRangeForm(forms.ModelForm):
    """A usual range; the service says of what there can be one."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            self.instance.indicator = data["indicator"]
            refusing(self, lambda: check_rules.check_range(self.instance))
        return data


@admin.register(ExpectedRange)
class ExpectedRangeAdmin(SetupAdmin):
    """The values that a unit's periods usually lie between; it takes the place of the range that is learned."""

    form = ExpectedRangeForm
    region_path = "unit__region__path"
    list_display = ("unit", "indicator", "usually", "basis")
    list_display_links = ("unit", "indicator")
    list_filter = (("unit__region", admin.RelatedOnlyFieldListFilter), ("indicator", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("unit", "indicator__unit")
    search_fields = ("unit__name", "unit__name_en", "unit__code", "indicator__name", "indicator__name_en", "basis")
    autocomplete_fields = ("unit", "indicator")

    @admin.display(description=_("usual range"), ordering="low")
    def usually(self, row: ExpectedRange) -> str:
        """Return the range with its unit of measure."""
        decimals = row.indicator.decimals
        return f"{exact(row.low, decimals)} – {exact(row.high, decimals)} {row.indicator.unit}"

    def save_row(self, request: HttpRequest, row: ExpectedRange, change: bool) -> None:
        check_rules.save_range(row, acting_user=person(request), now=timezone.now())


class NameAliasForm(forms.ModelForm):
    """Another name of a unit, a region or an indicator; it is kept in its plain spelling."""

    #: Indicators belong to every plan: who sets up a part of the province does not name them.
    may_name_indicators = True

    def clean_name(self) -> str:
        return plain(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("indicator") and not self.may_name_indicators:
            self.add_error("indicator", _("Names of indicators are set by who manages the whole province."))
        return data


@admin.register(NameAlias)
class NameAliasAdmin(SetupAdmin):
    """Other names of units, regions and indicators: former ones, and those that people matched for a table."""

    form = NameAliasForm
    region_path = "unit__region__path"
    fields = ("name", "unit", "region", "indicator")
    list_display = ("name", "unit", "region", "indicator", "learned_from", "added_at")
    list_display_links = ("name",)
    list_select_related = ("unit", "region", "indicator", "learned_from")
    list_filter = (("indicator", admin.EmptyFieldListFilter),)
    search_fields = (
        "name",
        "unit__name",
        "unit__name_en",
        "unit__code",
        "region__name",
        "region__code",
        "indicator__name",
        "indicator__code",
    )
    autocomplete_fields = ("unit", "region", "indicator")

    def get_form(self, request: HttpRequest, obj: NameAlias | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.may_name_indicators = any(scope.is_whole for scope in self._scopes(request, "change"))
        return form

    def _within(self, rows: QuerySet[Any], scopes: list[Scope]) -> QuerySet[Any]:
        """Names of indicators are read by everyone who sets up anything."""
        within = super()._within(rows, scopes)
        if not scopes or any(scope.everywhere for scope in scopes):
            return within
        regions = reduce(or_, (scope.as_filter("region__path") for scope in scopes))
        return within | rows.filter(regions) | rows.filter(unit=None, region=None)

    def _may_write(self, request: HttpRequest, row: Model | None, verb: str) -> bool:
        if isinstance(row, NameAlias) and row.pk is not None and row.indicator_id is not None:
            return any(scope.is_whole for scope in self._scopes(request, verb))
        return super()._may_write(request, row, verb)
