"""Set-up of rules that change while a plan runs, each with its day and document."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import SetupAdmin
from tracker.admin.refusals import refusing
from tracker.admin.scoped import person
from tracker.models import Indicator, IssuedReport, Plan, RuleChange, Target
from tracker.models.rule_change import RULE_FIELDS
from tracker.queries.documents.touched import documents_touched, touched_in_words
from tracker.queries.plans.rule_words import rule_in_words
from tracker.services.plans import rule_changes


class RuleChangeForm(forms.ModelForm):
    """A change of rules. Points are typed a line each; documents that a change dated back touches are asked about."""

    points = forms.CharField(
        label=capfirst(RuleChange._meta.get_field("points").verbose_name),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line for each point: the day and the share due in %, such as 2020-06-30 45."),
    )
    documents_seen = forms.BooleanField(label=_("The documents that this touches have been seen"), required=False)

    class Meta:
        model = RuleChange
        fields = (
            *("plan", "target", "indicator", "effective_from", "document_number", "no_document_reason"),
            *RULE_FIELDS,
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["points"] = self.instance.curve_text.replace("; ", "\n")

    def clean_points(self) -> list[list[str]]:
        """Return the points as days and shares; a line that is neither is refused by the service at its field."""
        return rule_changes.read_curve(self.cleaned_data["points"])

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own, which its stubs leave out
        if self.errors:
            return
        refusing(self, lambda: rule_changes.check_change(self.instance))
        if self.instance.pk:
            refusing(self, lambda: rule_changes.check_correctable(self.instance))
        is_asked = not self.errors and self.has_changed() and not self.cleaned_data.get("documents_seen")
        if is_asked and (touched := documents_touched(self.instance.plan, self.instance.effective_from)):
            self.add_error(None, words_about(touched))


def words_about(documents: list[IssuedReport]) -> list[str]:
    """Return what is asked about documents that a version dated back touches, and a line for each of them."""
    ask = gettext(
        "These issued documents are on periods that this day reaches. They stay as issued; pages and new editions "
        "judge again. Tick “The documents that this touches have been seen” and save again:"
    )
    return [ask, *touched_in_words(documents)]


@admin.register(RuleChange)
class RuleChangeAdmin(SetupAdmin):
    """Bounds, pace and aggregation from a day on."""

    form = RuleChangeForm
    region_path = "plan__region__path"
    plan_field = "plan"
    list_display = ("about", "effective_from", "rule", "document_number", "plan", "recorded_at")
    list_filter = (("plan", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("plan", "target__indicator", "indicator", "weight")
    search_fields = ("document_number", "target__indicator__name", "indicator__name", "plan__name")
    fields = (
        *("plan", "target", "indicator", "effective_from", "document_number", "no_document_reason"),
        *("graded_by", "level_two_below", "level_one_below", "level_band", "pace", "points"),
        *("over_periods", "over_places", "weight", "documents_seen"),
    )

    @admin.display(description=_("rule of"))
    def about(self, row: RuleChange) -> str:
        """Return whose rule changes."""
        return str(row.target or row.indicator or row.plan)

    @admin.display(description=_("from then on"))
    def rule(self, row: RuleChange) -> SafeString:
        """Return what it sets, in words."""
        return format_html_join(gettext("; "), "{}", ((one,) for one in rule_in_words(row)))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; `documents_seen` is no field of the model."""
        kwargs["fields"] = [name for name in self.fields if name != "documents_seen"]
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        for name in ("weight", "indicator"):
            if name in form.base_fields:
                form.base_fields[name].queryset = Indicator.objects.exclude(kind=Indicator.Kind.RATIO)
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Targets of the plans that one may see."""
        if db_field.name == "target":
            visible = self.admin_site.get_model_admin(Target).get_queryset(request)
            kwargs["queryset"] = visible.select_related("indicator")
        if db_field.name == "plan":
            kwargs["queryset"] = self.admin_site.get_model_admin(Plan).get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_row(self, request: HttpRequest, row: RuleChange, change: bool) -> None:
        rule_changes.save_change(row, acting_user=person(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: RuleChange) -> None:
        rule_changes.delete_change(obj, acting_user=person(request), now=timezone.now())
