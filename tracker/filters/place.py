"""What the page of one thing shows: a month of its plan, and a place in it, each within what the person may read."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.filters.as_of import AsOfField
from tracker.filters.choices import PageScope, PeriodField, plan_field, region_field
from tracker.models import User

#: How much of the year a figure is asked for.
MONTH, YEAR = "month", "year"
SPANS = [(MONTH, _("this month")), (YEAR, _("the year so far"))]


class PlaceForm(forms.Form):
    """Plan, period and, where asked for, region and span; the address holds them."""

    @classmethod
    def for_person(
        cls, user: User, data: QueryDict, day: date, names: Iterable[str] = (), *, shows_figures: bool = False
    ) -> "PlaceForm":
        """Return the form with this user's choices, those left open filled in; `names`: "region", "span", "as_of"."""
        return cls(PageScope(user, data, day, shows_figures=shows_figures), tuple(names))

    def __init__(self, ground: PageScope, names: tuple[str, ...]) -> None:
        data = ground.with_defaults(("plan", "period", *(name for name in names if name == "region")))
        data["span"] = data.get("span") or YEAR
        super().__init__(data)
        self.ground = ground
        self.fields["plan"] = plan_field(ground)
        self.fields["period"] = PeriodField(plan=ground.plan, objects=ground.periods, label=_("period"))
        if "region" in names:
            self.fields["region"] = region_field(ground)
        if "as_of" in names:
            self.fields["as_of"] = AsOfField()
        if "span" in names:
            self.fields["span"] = forms.ChoiceField(
                choices=SPANS,
                label=_("span"),
                error_messages={"invalid_choice": _("A figure is of one month or of the year so far.")},
            )

    @property
    def is_out_of_scope(self) -> bool:
        """Return True if the address names a region of the plan that this person may not read, or none may be read."""
        return self.ground.is_closed(self.data.get("region", ""))
