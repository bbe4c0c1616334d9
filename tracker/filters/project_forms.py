"""Forms of the pages about lists: what a unit reports of a project, and what a plan manager changes of a list."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.models import ListMember, ListStep, Project, Region, ReportingUnit
from tracker.queries.projects.members import NewMember
from tracker.services.projects.members import Document

DAY = {"type": "date"}


def add_refusal(form: forms.Form, message: str, fields: Mapping[str, str]) -> None:
    """Show a refusal in a form: each of its words at the field it is about, those about no field above all."""
    shown = False
    for place, words in fields.items():
        name = place.rpartition(": ")[2]
        if name in form.fields:
            form.add_error(name, words)
        else:
            form.add_error(None, words)
        shown = True
    if not shown:
        form.add_error(None, message)


class StepForm(forms.Form):
    """A step that a unit reports for a project."""

    step = forms.ModelChoiceField(queryset=ListStep.objects.none(), label=_("step"))
    day = forms.DateField(label=_("day"), widget=forms.DateInput(DAY))
    evidence = forms.CharField(
        label=_("evidence"), max_length=300, help_text=_("The document that proves it: its title and number.")
    )
    note = forms.CharField(label=_("note"), max_length=500, required=False)

    def __init__(self, member: ListMember, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].queryset = member.project_list.steps.all()  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs["max"] = today.isoformat()


class DocumentForm(forms.Form):
    """The document by which a list is changed."""

    document_number = forms.CharField(label=_("document number"), max_length=100)
    issued_on = forms.DateField(label=_("issued on"), widget=forms.DateInput(DAY))
    effective_from = forms.DateField(label=_("in force from"), widget=forms.DateInput(DAY))
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    @property
    def document(self) -> Document:
        """Return what was entered."""
        data = self.cleaned_data
        return Document(data["document_number"], data["issued_on"], data["effective_from"], data["reason"])


class LeaveForm(DocumentForm):
    """Taking a member off its list: it is removed, or the list no longer applies to it."""

    REMOVE, INAPPLICABLE = "remove", "inapplicable"
    how = forms.ChoiceField(
        label=_("change"), choices=[(REMOVE, _("Remove from the list")), (INAPPLICABLE, _("Not applicable"))]
    )
    field_order = ("how", "document_number", "issued_on", "effective_from", "reason")


class NewMemberForm(DocumentForm):
    """A project or an enterprise that comes onto a list, and the document that puts it there."""

    name = forms.CharField(label=_("name"), max_length=200)
    code = forms.CharField(label=_("project code"), max_length=40, required=False)
    credit_code = forms.CharField(label=_("unified social credit code"), max_length=18, required=False)
    builder = forms.CharField(label=_("builder"), max_length=200, required=False)
    region = forms.ModelChoiceField(queryset=Region.objects.none(), label=_("region"))
    unit = forms.ModelChoiceField(queryset=ReportingUnit.objects.none(), label=_("responsible unit"), required=False)
    category = forms.ChoiceField(label=_("category"), choices=ListMember.Category.choices)
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
    planned_start = forms.DateField(label=_("planned start"), widget=forms.DateInput(DAY), required=False)
    planned_finish = forms.DateField(label=_("planned finish"), widget=forms.DateInput(DAY), required=False)

    def __init__(self, plan_region: Region, *args: Any, is_roster: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(path__startswith=plan_region.path)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = ReportingUnit.objects.within(plan_region)  # type: ignore[attr-defined]
        if is_roster:
            self.fields["credit_code"].required = True
            for name in ("builder", "category", "total_investment", "yearly_investment", "code"):
                del self.fields[name]
            for name in ("planned_start", "planned_finish"):
                del self.fields[name]

    @property
    def member(self) -> NewMember:
        """Return what was entered."""
        data = {name: value for name, value in self.cleaned_data.items() if value is not None}
        names = ("name", "code", "credit_code", "builder", "region", "unit", "total_investment")
        project = Project(**{name: data[name] for name in (*names, "planned_start", "planned_finish") if name in data})
        category = data.get("category", ListMember.Category.NEW)
        return NewMember(project, category, data.get("yearly_investment"))
