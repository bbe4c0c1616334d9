"""The form of a target: kind, bound and base value, the base taken from another plan, the totals that move with it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.refusals import refusing
from tracker.documents.wording import exact, listed
from tracker.models import Plan, Target
from tracker.queries.errors import Refused
from tracker.queries.plans.totals_of_targets import totals_with
from tracker.services.plans import target_setup
from tracker.services.plans.base_values import find_base


class TargetForm(forms.ModelForm):
    """A target; its kind, bound and base value go together.

    `base_plan` names a plan whose figure of the base year is the base value. `totals_seen` is asked of a target that
    is a part of a sum, when a version of it moves the sum.
    """

    totals_seen = forms.BooleanField(label=_("The totals that move have been seen"), required=False)
    documents_seen = forms.BooleanField(label=_("The documents that this touches have been seen"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        totals = totals_with(self.instance) if self.instance.pk else []
        if "totals_seen" in self.fields and totals:
            names = listed(str(one) for one in totals)
            words = gettext("A new version moves the target of: %(totals)s.") % {"totals": names}
            self.fields["totals_seen"].help_text = escape(words)  # the administration prints help texts as HTML
        elif "totals_seen" in self.fields:
            del self.fields["totals_seen"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("base_plan") and not {"indicator", "plan", "base_year", "base_value"} & self.errors.keys():
            refusing(self, lambda: self._take_base(data))
        elif {"base_value", "base_year"} & set(self.changed_data):
            self.instance.base_taken_from = None
        kept = {field: getattr(self.instance, field, None) for field in ("plan", "indicator") if self.instance.pk}
        fields = {"plan", "indicator", "kind", "bound", "pace", "base_value", "base_year"}
        stated = {**kept, **{field: data.get(field) for field in fields & data.keys()}}
        if not self.errors and stated.get("plan") and stated.get("indicator"):
            refusing(self, lambda: target_setup.check_target(Target(**stated)))
        return data

    def _take_base(self, data: dict[str, Any]) -> None:
        """Fill in the base value and its source from the chosen plan. Raise Refused at the field that is wrong."""
        indicator, plan = (data.get(name) or getattr(self.instance, name) for name in ("indicator", "plan"))
        if not data.get("base_year"):
            missing = gettext("Name the base year: the figure of that year is taken over.")
            raise Refused(missing, {"base_year": missing})
        found = find_base(indicator, plan.region, data["base_year"], source=data["base_plan"])
        if data.get("base_value") not in (None, found.value):
            words = {"value": exact(found.value, indicator.decimals), "unit": indicator.unit}
            differs = gettext("The chosen plan has %(value)s %(unit)s. Leave the base value empty to take it over.")
            raise Refused(differs % words, {"base_value": differs % words})
        longest = Target._meta.get_field("base_source").max_length
        data["base_value"], data["base_source"] = found.value, data.get("base_source") or found.source[:longest]
        self.instance.base_taken_from = data["base_plan"]


def base_plan_field(plans: QuerySet[Plan]) -> forms.ModelChoiceField:
    """Return the choice of a plan to take the base value from."""
    return forms.ModelChoiceField(
        plans,
        required=False,
        label=capfirst(gettext("base value from a plan")),
        help_text=gettext(
            "Takes over what was verified there for the base year, for the plan’s region and for each place that has "
            "a share. Leave the base value empty. Example: the action plan of 2020 for a target against 2020."
        ),
    )
