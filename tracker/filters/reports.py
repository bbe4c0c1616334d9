"""Asking for a report: which kind, of which month, on which region, in which language."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tracker.filters.choices import Ground, PeriodField, plan_field, region_field
from tracker.models import Indicator, Plan, User
from tracker.models.access import Capability
from tracker.models.output import LANGUAGES
from tracker.services.report_kinds import COMPLIANCE, KINDS

ONLY_LEDGER = _("Only for the ledger; empty: from the plan's first month.")
ONLY_LEDGER_INDICATORS = _("Only for the ledger; several with Ctrl held down. None chosen: all.")


class ReportRequestForm(forms.Form):
    """What the report is to cover, within where this person may issue reports."""

    def __init__(self, user: User, data: QueryDict, day: date, *, is_asked: bool) -> None:
        self.ground = ground = Ground(user, data, day, Capability.ISSUE_REPORTS)
        defaults = ground.with_defaults(("plan", "period", "region"))
        super().__init__(data if is_asked else None, initial={**defaults.dict(), "kind": COMPLIANCE})
        begun = [period for period in ground.periods if period.starts_on <= day]
        kinds = [(kind.identifier, kind.name) for kind in KINDS.values()]
        self.fields["kind"] = forms.ChoiceField(choices=kinds, label=_("kind of report"), required=False)
        self.fields["plan"] = plan_field(ground)
        self.fields["period"] = PeriodField(plan=ground.plan, objects=begun, label=_("period"))
        self.fields["region"] = region_field(ground)
        self.fields["language"] = forms.ChoiceField(choices=LANGUAGES, label=_("language"), initial=get_language())
        self.fields["first_period"] = PeriodField(
            plan=ground.plan,
            objects=begun,
            extra_choices=[("", "—")],
            label=_("from period"),
            required=False,
            help_text=ONLY_LEDGER,
        )
        self.fields["indicators"] = forms.MultipleChoiceField(
            choices=_indicators(ground.plan), label=_("indicators"), required=False, help_text=ONLY_LEDGER_INDICATORS
        )

    def clean_kind(self) -> str:
        """The compliance report, when none is named."""
        return self.cleaned_data["kind"] or COMPLIANCE

    def clean(self) -> dict[str, Any]:
        """The selection begins before it ends; what the kind does not let choose is left out."""
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


def _indicators(plan: Plan | None) -> list[tuple[str, str]]:
    """Those that somebody reports under the plan."""
    if plan is None:
        return []
    reported = Indicator.objects.filter(obligations__plan=plan).distinct().order_by("code")
    return [(indicator.code, str(indicator)) for indicator in reported]
