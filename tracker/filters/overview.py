"""The choices of the overview: plan, period, region, and the moment of knowledge."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.filters.as_of import AsOfField
from tracker.filters.choices import PageScope, PeriodField, plan_field, region_field
from tracker.models import User


class OverviewForm(forms.Form):
    """The overview's choices; the address holds them."""

    @classmethod
    def for_person(cls, user: User, data: QueryDict, day: date) -> "OverviewForm":
        """Return the form with this user's choices, those left open filled in."""
        return cls(PageScope(user, data, day, shows_figures=True))

    def __init__(self, ground: PageScope) -> None:
        super().__init__(ground.with_defaults(("plan", "period", "region")))
        self.ground = ground
        self.fields["plan"] = plan_field(ground)
        self.fields["period"] = PeriodField(plan=ground.plan, objects=ground.periods, label=_("period"))
        self.fields["region"] = region_field(ground)
        self.fields["as_of"] = AsOfField()
