"""What one target's page shows: period, region, and what its cities are ranked by."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.filters.as_of import AsOfField
from tracker.filters.choices import PageScope, PeriodField, region_field
from tracker.models import Target, User

RANKINGS = [
    ("completion", _("completion rate")),
    ("gap", _("gap (points)")),
    ("growth", _("growth on last year")),
]


class TargetPageForm(forms.Form):
    """The page's three choices; the address holds them."""

    @classmethod
    def for_person(cls, target: Target, user: User, data: QueryDict, day: date) -> "TargetPageForm":
        """Return the form with this user's choices, those left open filled in."""
        of_plan = data.copy()
        of_plan["plan"] = target.plan.code
        return cls(PageScope(user, of_plan, day, shows_figures=True))

    def __init__(self, ground: PageScope) -> None:
        data = ground.with_defaults(("period", "region"))
        data["by"] = data.get("by") or RANKINGS[0][0]
        super().__init__(data)
        self.ground = ground
        self.fields["period"] = PeriodField(plan=ground.plan, objects=ground.periods, label=_("period"))
        self.fields["region"] = region_field(ground)
        self.fields["as_of"] = AsOfField()
        self.fields["by"] = forms.ChoiceField(
            choices=RANKINGS,
            label=_("ranked by"),
            error_messages={"invalid_choice": _("Regions are ranked by completion, by gap or by growth.")},
        )

    @property
    def is_out_of_scope(self) -> bool:
        """Return True if the address names a region of the plan that this person may not read, or none may be read."""
        return self.ground.is_closed(self.data.get("region", ""))
