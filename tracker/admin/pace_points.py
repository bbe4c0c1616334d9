"""The points of a target's schedule curve on its set-up screen."""

from decimal import Decimal

from django.contrib import admin
from django.forms import BaseInlineFormSet, ModelForm
from django.utils.translation import gettext_lazy as _

from tracker.admin.scoped import ScopePermissionsMixin
from tracker.calculation.pace import Point, curve_problem
from tracker.models import PacePoint, Plan

#: What is wrong with a point, and the field at which that is shown.
PROBLEMS = {
    "order": ("day", _("The curve has a point on this day already.")),
    "falls": ("share", _("The share due cannot fall: enter at least the share of the point before.")),
    "outside": ("day", _("A point lies within the plan, before its last day: 100 % are due at the end.")),
}


class PacePointFormSet(BaseInlineFormSet):
    """Points that together make a curve: within the plan, one a day, never falling."""

    def clean(self) -> None:
        """Show the problem at the first point, by day, at which the points are no curve."""
        super().clean()
        if not self.instance.plan_id:
            return  # the target's own form says what is missing
        plan: Plan = self.instance.plan
        points: list[Point] = []
        for form in sorted(self._filled(), key=lambda form: form.cleaned_data["day"]):
            points.append(Point(form.cleaned_data["day"], form.cleaned_data["share"] / Decimal(100)))
            problem = curve_problem(points, plan.starts_on, plan.ends_on)
            if problem:
                form.add_error(*PROBLEMS[problem])
                return

    def _filled(self) -> list[ModelForm]:
        kept = (form for form in self.forms if form.is_valid() and not form.cleaned_data.get("DELETE"))
        return [form for form in kept if {"day", "share"} <= form.cleaned_data.keys()]


class PacePointInline(ScopePermissionsMixin, admin.TabularInline):
    """The curve that the ministry set, where the schedule is given by points."""

    model = PacePoint
    formset = PacePointFormSet
    extra = 0
