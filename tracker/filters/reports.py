"""Asking for a report, and looking for one: which kind, of which month, on which region."""

from datetime import date
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tracker.documents import wording
from tracker.filters.choices import PageScope, PeriodField, plan_field, region_field
from tracker.filters.forms import ListForm
from tracker.models import Indicator, IssuedReport, Plan, Region, User
from tracker.models.access import Capability
from tracker.models.output import LANGUAGES
from tracker.queries.documents.kinds import COMPLIANCE, KINDS, LEDGER
from tracker.queries.documents.summed_periods import summed_periods
from tracker.web.requests import SignedInRequest

FROM_THE_FIRST = _("Empty: from the plan's first month.")
NONE_IS_ALL = _("None chosen: all.")
#: So many indicators are offered at once, and can be chosen; whoever wants more wants all.
MOST_OFFERED = 200


def _regions(request: SignedInRequest) -> QuerySet[Region]:
    """Return the regions for which there are reports."""
    return Region.objects.filter(reports__in=IssuedReport.objects.visible_to(request.user)).distinct()


class IssuedReportFilter(django_filters.FilterSet):
    """Issued reports that a person may read, by kind and region."""

    kind = django_filters.ChoiceFilter(
        label=_("kind"), choices=[(kind.identifier, kind.name) for kind in KINDS.values()], empty_label=_("all")
    )
    region = django_filters.ModelChoiceFilter(
        label=_("region"), queryset=_regions, to_field_name="code", empty_label=_("all")
    )

    class Meta:
        model = IssuedReport
        fields: list[str] = []
        form = ListForm

    def __init__(self, request: SignedInRequest) -> None:
        issued = IssuedReport.objects.visible_to(request.user).with_names().without_inputs()
        # The form above the list has fields of the same names.
        super().__init__(request.GET, issued, request=request, prefix="issued")

    @property
    def is_narrowed(self) -> bool:
        """Return True if anything is chosen."""
        return any(self.form.data.get(f"issued-{name}") for name in self.filters)

    @cached_property
    def rows(self) -> QuerySet[IssuedReport]:
        """The chosen reports; nothing while a choice is bad."""
        return self.qs if self.is_valid() else self.queryset.none()


class ReportRequestForm(forms.Form):
    """What the report is to cover, within where this person may issue reports."""

    def __init__(self, user: User, data: QueryDict, day: date, *, is_asked: bool) -> None:
        self.ground = ground = PageScope(user, data, day, Capability.ISSUE_REPORTS)
        defaults = ground.with_defaults(("plan", "period", "region"))
        chosen, find = data.getlist("indicators"), data.get("find", "").strip()
        initial = {"kind": COMPLIANCE, "language": get_language(), **defaults.dict(), "indicators": chosen}
        summed = summed_periods(ground.plan, ground.reporting.kinds) if ground.plan else []
        begun = [period for period in (*ground.periods, *summed) if period.starts_on <= day]
        if begun and initial["period"] not in {period.code for period in begun}:
            initial["period"] = max(begun, key=lambda period: (period.pk is not None, period.ends_on)).code
        super().__init__(data if is_asked else None, initial=initial)
        kinds = [(kind.identifier, kind.name) for kind in KINDS.values()]
        self.fields["kind"] = forms.ChoiceField(choices=kinds, label=_("kind of report"), required=False)
        self.fields["plan"] = plan_field(ground)
        self.fields["period"] = PeriodField(plan=ground.plan, objects=begun, label=_("period"))
        self.fields["region"] = region_field(ground)
        self.fields["language"] = forms.ChoiceField(choices=LANGUAGES, label=_("language"))
        self.fields["first_period"] = PeriodField(
            plan=ground.plan,
            objects=begun,
            extra_choices=[("", "—")],
            label=_("from period"),
            required=False,
            help_text=FROM_THE_FIRST,
        )
        self.fields["find"] = forms.CharField(
            label=_("find indicators"), required=False, max_length=100, widget=forms.SearchInput
        )
        offered, self.left_out = _offered(ground.plan, find, chosen)
        self.fields["indicators"] = forms.MultipleChoiceField(
            choices=offered,
            label=_("indicators"),
            required=False,
            help_text=NONE_IS_ALL,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def of_every_kind(self) -> list[BoundField]:
        """The visible fields that every kind of report has."""
        return [field for field in self.visible_fields() if field.name not in ("find", *KINDS[LEDGER].options)]

    def clean_kind(self) -> str:
        """Return the kind chosen; the compliance report if none is named."""
        return self.cleaned_data["kind"] or COMPLIANCE

    def clean_indicators(self) -> list[str]:
        """Not more than fit on the sheet's head."""
        chosen: list[str] = self.cleaned_data["indicators"]
        if len(chosen) > MOST_OFFERED:
            raise ValidationError(_("Choose at most %(count)s indicators, or none for all.") % {"count": MOST_OFFERED})
        return chosen

    def clean(self) -> dict[str, Any]:
        """Require the selection to begin before it ends; leave out options that the kind does not have."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_period"), cleaned.get("period")
        chosen = {
            "first_period": first.code if first else "",
            "indicators": sorted(cleaned.get("indicators", [])),
        }
        options = KINDS[cleaned["kind"]].options if cleaned.get("kind") in KINDS else ()
        cleaned["options"] = {name: chosen[name] for name in options if chosen[name]}
        if "first_period" in options and first and last and first.starts_on > last.starts_on:
            self.add_error("first_period", _("Choose a month that is not after the period."))
        return cleaned


def _offered(plan: Plan | None, find: str, chosen: list[str]) -> tuple[list[tuple[str, str]], int]:
    """Return those chosen, then others that somebody reports under the plan and whose name or code contains the words.

    Also how many of the others are left out, because one list would not hold them.
    """
    if plan is None:
        return [], 0
    reported = Indicator.objects.filter(obligations__plan=plan).distinct().select_related("unit").order_by("code")
    kept = list(reported.filter(code__in=chosen)) if chosen else []
    others = reported.exclude(code__in=chosen)
    if find:
        others = others.filter(Q(name__icontains=find) | Q(name_en__icontains=find) | Q(code__icontains=find))
    shown = [*kept, *others[: max(0, MOST_OFFERED - len(kept))]]
    choices = [(one.code, wording.in_unit(str(one), str(one.unit))) for one in shown]
    return choices, others.count() + len(kept) - len(shown)
