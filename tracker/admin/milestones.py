"""Set-up of a target's milestones: dated values on the way to its goal."""

from django import forms
from django.contrib import admin

from tracker.admin.scoped import ScopePermissionsMixin
from tracker.calculation.targets.terms import Milestone
from tracker.models import Target, TargetMilestone
from tracker.queries.errors import Refused
from tracker.services.plans import target_setup


class MilestoneFormSet(forms.BaseInlineFormSet):
    """Milestones of a target: in order, within the plan, between base and goal."""

    def clean(self) -> None:
        super().clean()
        target: Target = self.instance
        if any(self.errors) or not target.indicator_id or not target.plan_id:
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        milestones = sorted((Milestone(row["day"], row["value"]) for row in rows), key=lambda one: one.day)
        try:
            target_setup.check_milestones(target, milestones)
        except Refused as refusal:
            raise forms.ValidationError(refusal.fields["milestones"]) from None


class MilestoneInline(ScopePermissionsMixin, admin.TabularInline):
    """Dated values on the way to the goal."""

    model = TargetMilestone
    formset = MilestoneFormSet
    extra = 0
