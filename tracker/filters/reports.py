"""Asking for a report: of which month, on which region, in which language."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tracker.filters.choices import Ground, PeriodField, plan_field, region_field
from tracker.models import User
from tracker.models.access import Capability
from tracker.models.output import LANGUAGES


class ReportRequestForm(forms.Form):
    """What the report is to cover, within where this person may issue reports."""

    def __init__(self, user: User, data: QueryDict, day: date, *, is_asked: bool) -> None:
        self.ground = ground = Ground(user, data, day, Capability.ISSUE_REPORTS)
        defaults = ground.with_defaults(("plan", "period", "region"))
        super().__init__(data if is_asked else None, initial=defaults.dict())
        begun = [period for period in ground.periods if period.starts_on <= day]
        self.fields["plan"] = plan_field(ground)
        self.fields["period"] = PeriodField(plan=ground.plan, objects=begun, label=_("period"))
        self.fields["region"] = region_field(ground)
        self.fields["language"] = forms.ChoiceField(choices=LANGUAGES, label=_("language"), initial=get_language())
