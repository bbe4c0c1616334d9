"""Forms that change several members at once, split one, or carry a list over into the next year."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.filters.project_forms import DocumentForm, StepForm
from tracker.models import ListMember, Plan, Project, ProjectList, Region, ReportingUnit
from tracker.queries.projects.members import NewMember

STEP, MOVE, REMOVE = "step", "move", "remove"


class SeveralStepsForm(StepForm):
    """A step that several projects took on one day, proved by one document."""

    note = forms.CharField(label=_("reason or note"), max_length=500, required=False)


class ReasonedForm(DocumentForm):
    """A document whose reason is needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True


class MoveForm(ReasonedForm):
    """Another responsible unit for several projects, by a document and with a reason."""

    unit = forms.ModelChoiceField(queryset=ReportingUnit.objects.none(), label=_("new responsible unit"))
    field_order = ("unit", "document_number", "issued_on", "effective_from", "reason")

    def __init__(self, plan_region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = ReportingUnit.objects.within(plan_region)  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """A part of a package project."""

    name = forms.CharField(label=_("name"), max_length=200)
    code = forms.CharField(label=_("project code"), max_length=40, required=False)
    region = forms.ModelChoiceField(queryset=Region.objects.none(), label=_("region"))
    unit = forms.ModelChoiceField(queryset=ReportingUnit.objects.none(), label=_("responsible unit"), required=False)
    total_investment = forms.DecimalField(
        label=_("total investment (10,000 yuan)"), max_digits=15, decimal_places=6, min_value=Decimal(0), required=False
    )
    yearly_investment = forms.DecimalField(
        label=_("investment planned for the year"),
        max_digits=15,
        decimal_places=6,
        min_value=Decimal(0),
        required=False,
    )

    def __init__(self, plan_region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(path__startswith=plan_region.path)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = ReportingUnit.objects.within(plan_region)  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Return True if something is filled in; the region alone, which is proposed, makes no part."""
        return any(name != "region" for name in self.changed_data)

    def part_of(self, whole: ListMember, number: int) -> NewMember:
        """Return what was entered; what a part does not say of itself it has from the whole."""
        data, project = self.cleaned_data, whole.project
        part = Project(
            name=data["name"],
            code=data["code"],
            builder=project.builder,
            region=data["region"],
            unit=data["unit"] or project.unit,
            nature=project.nature,
            content=project.content,
            total_investment=data["total_investment"],
            person=project.person,
            leader=project.leader,
            planned_start=project.planned_start,
            planned_finish=project.planned_finish,
        )
        return NewMember(part, whole.category, data["yearly_investment"], place=str(number))


class CarryForm(DocumentForm):
    """The list of the following year, and which members go on in it."""

    name = forms.CharField(label=_("name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    plan = forms.ModelChoiceField(queryset=Plan.objects.none(), label=_("action plan"))
    code = forms.SlugField(label=_("code"), max_length=60, help_text=_("Letters, digits and hyphens: key-projects."))
    year = forms.IntegerField(label=_("year"), min_value=1990, max_value=2100)
    categories = forms.MultipleChoiceField(
        label=_("who goes on"), choices=(), widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = (
        *("name", "name_en", "plan", "code", "year", "categories"),
        *("document_number", "issued_on", "effective_from", "reason"),
    )

    def __init__(self, plans: list[Plan], numbers: dict[str, int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = Plan.objects.filter(pk__in=[plan.pk for plan in plans])  # type: ignore[attr-defined]
        self.fields["categories"].choices = [  # type: ignore[attr-defined]
            (value, f"{label} ({numbers.get(value, 0)})") for value, label in ListMember.Category.choices
        ]

    @property
    def following(self) -> ProjectList:
        """Return the list that was entered."""
        names = ("name", "name_en", "plan", "code", "year")
        return ProjectList(**{name: self.cleaned_data[name] for name in names})
