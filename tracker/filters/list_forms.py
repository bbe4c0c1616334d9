"""Forms of a list's set-up: its rules and its steps, and what it says of a member for the year."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from tracker.models import ListMember, ListStep, ProjectList, ProjectPermit
from tracker.models.project_list import STEP_KINDS
from tracker.services.projects.set_up import StepRow

#: So many empty rows a list's page has for new steps.
NEW_STEPS = 3
MOST_STEPS = 40


class ListRulesForm(forms.ModelForm):
    """The name and the rules of a list."""

    class Meta:
        model = ProjectList
        fields = ("name", "name_en", "inapplicable_leaves", "counts_parts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["counts_parts" if self.instance.is_roster else "inapplicable_leaves"]


class StepRowForm(forms.Form):
    """A step of a list. An empty name leaves it out."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(label=_("position"), min_value=1, max_value=9999, required=False)
    code = forms.SlugField(label=_("code"), max_length=30, required=False)
    name = forms.CharField(label=_("name"), max_length=200, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("kind"), choices=STEP_KINDS, required=False)
    needed_permits = forms.MultipleChoiceField(
        label=_("permits needed"),
        choices=ProjectPermit.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def has_changed(self) -> bool:
        """Return True if something is filled in; the kind alone, which is proposed, makes no step."""
        return any(name != "kind" for name in self.changed_data)

    def clean(self) -> dict[str, Any]:
        """Require a code beside a name."""
        data = super().clean() or {}
        if data.get("name") and not data.get("code") and "code" not in self.errors:
            self.add_error("code", _("Give the step a code, such as “licensed”."))
        return data

    @property
    def row(self) -> StepRow:
        """Return what was entered."""
        data = self.cleaned_data
        names = ("code", "name", "name_en", "needed_permits", "pk")
        kind = data.get("kind") or STEP_KINDS[0][0]
        return StepRow(**{name: data[name] for name in names}, kind=kind)


def step_formset(project_list: ProjectList, posted: Any = None) -> "BaseFormSet[StepRowForm]":
    """Return a row for each step of a list in its order, and empty ones."""
    make = formset_factory(StepRowForm, extra=NEW_STEPS, max_num=MOST_STEPS, validate_max=True)
    return make(posted, prefix="steps", initial=[_of(step) for step in project_list.steps.all()])


def _of(step: ListStep) -> dict[str, Any]:
    names = ("pk", "position", "code", "name", "name_en", "kind", "needed_permits")
    return {name: getattr(step, name) for name in names}


def rows_in_order(forms_of_steps: Sequence[StepRowForm]) -> list[tuple[StepRowForm, StepRow]]:
    """Return the steps that have a name, by their positions; new ones without a position come last."""
    named = [one for one in forms_of_steps if one.cleaned_data.get("name")]
    last = MOST_STEPS * 1000
    ordered = sorted(enumerate(named), key=lambda pair: (pair[1].cleaned_data.get("position") or last, pair[0]))
    return [(form, form.row) for _number, form in ordered]


class YearForm(forms.Form):
    """What a list says of a project for the year."""

    category = forms.ChoiceField(label=_("category"), choices=ListMember.Category.choices)
    yearly_investment = forms.DecimalField(
        label=_("investment planned for the year"),
        max_digits=15,
        decimal_places=6,
        min_value=Decimal(0),
        required=False,
    )
    invested_before = forms.DecimalField(
        label=_("invested before the list"),
        max_digits=15,
        decimal_places=6,
        min_value=Decimal(0),
        required=False,
        help_text=_("Done in earlier years: the cumulative begins with it."),
    )
