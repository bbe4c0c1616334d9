"""Forms of the pages about lists: what a unit reports of a project, and what a plan manager changes of a list."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.models import (
    Indicator,
    ListMember,
    ListRule,
    ListStep,
    Plan,
    Project,
    ProjectList,
    ProjectPermit,
    ProjectProblem,
    Region,
    ReportingUnit,
)
from tracker.models.project_list import COUNTS
from tracker.queries.projects.members import NewMember
from tracker.services.projects.changes import Document
from tracker.services.projects.lists import PROJECT_STEPS, StepOfList, roster_steps

DAY = {"type": "date"}


def add_refusal(form: forms.BaseForm, message: str, fields: Mapping[str, str]) -> None:
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
    """A step that a unit reports for a project, of those of its list."""

    step = forms.ModelChoiceField(queryset=ListStep.objects.none(), label=_("progress step"))
    day = forms.DateField(label=_("day"), widget=forms.DateInput(DAY))
    evidence = forms.CharField(
        label=_("evidence"), max_length=300, help_text=_("The document that proves it: its title and number.")
    )
    note = forms.CharField(label=_("note"), max_length=500, required=False)

    def __init__(self, project_list: ProjectList, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].queryset = project_list.steps.all()  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs["max"] = today.isoformat()


class NewListForm(forms.Form):
    """A new list of a plan."""

    name = forms.CharField(label=_("name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    code = forms.SlugField(label=_("code"), max_length=60, help_text=_("Letters, digits and hyphens: key-projects."))
    kind = forms.ChoiceField(label=_("kind"), choices=ProjectList.Kind.choices)
    year = forms.IntegerField(label=_("year"), min_value=1990, max_value=2100)
    is_closed = forms.BooleanField(
        label=_("closed"),
        required=False,
        help_text=_("A closed roster names all there are; its size is its target."),
    )
    inapplicable_leaves = forms.BooleanField(
        label=_("who does not apply leaves the denominator"),
        required=False,
        initial=True,
        help_text=_("An enterprise that closed down is not applicable. Otherwise it stays in the denominator."),
    )
    counts_parts = forms.BooleanField(
        label=_("counts the parts of a split"),
        required=False,
        initial=True,
        help_text=_("A package project that was split counts as its parts. Otherwise it counts as one."),
    )
    done = forms.CharField(
        label=_("what the members of a roster do"),
        max_length=100,
        required=False,
        help_text=_("For a roster: the step that is counted, such as 监察完成. Projects have their own steps."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a roster without its step."""
        data = super().clean() or {}
        if data.get("kind") == ProjectList.Kind.ROSTER and not data.get("done"):
            self.add_error("done", _("Name the step that the members take."))
        return data

    def project_list(self, plan: Plan) -> ProjectList:
        """Return what was entered."""
        names = ("name", "name_en", "code", "kind", "year", "is_closed", "inapplicable_leaves", "counts_parts")
        return ProjectList(plan=plan, **{name: self.cleaned_data[name] for name in names})

    @property
    def steps(self) -> tuple[StepOfList, ...]:
        """Return the steps of the list."""
        if self.cleaned_data["kind"] == ProjectList.Kind.PROJECTS:
            return PROJECT_STEPS
        return roster_steps("done", self.cleaned_data["done"], "")


class RuleForm(forms.Form):
    """A figure that is to be counted from a list."""

    indicator = forms.ModelChoiceField(queryset=Indicator.objects.none(), label=_("indicator"))
    counts = forms.ChoiceField(label=_("counts"), choices=COUNTS)
    step = forms.ModelChoiceField(queryset=ListStep.objects.none(), label=_("stage or step"), required=False)
    without_terminated = forms.BooleanField(label=_("without terminated members"), required=False, initial=True)

    def __init__(self, project_list: ProjectList, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project_list = project_list
        plan = project_list.plan
        free = Indicator.objects.filter(kind=Indicator.Kind.ENTERED, targets__plan=plan).exclude(list_rules__plan=plan)
        self.fields["indicator"].queryset = free.distinct()  # type: ignore[attr-defined]
        self.fields["step"].queryset = project_list.steps.all()  # type: ignore[attr-defined]

    @property
    def rule(self) -> ListRule:
        """Return what was entered."""
        return ListRule(plan=self.project_list.plan, project_list=self.project_list, **self.cleaned_data)


class ProjectForm(forms.ModelForm):
    """The fields of a project that may change while it is on a list."""

    class Meta:
        model = Project
        fields = (
            *("name", "name_en", "code", "credit_code", "builder", "region", "site", "nature", "content"),
            *("total_investment", "unit", "person", "leader", "planned_start", "planned_finish"),
            *("longitude", "latitude"),
        )

    def __init__(self, plan_region: Region, *args: Any, is_roster: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(path__startswith=plan_region.path)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = ReportingUnit.objects.within(plan_region)  # type: ignore[attr-defined]
        for name in ("planned_start", "planned_finish"):
            self.fields[name].widget = forms.DateInput(DAY, format="%Y-%m-%d")
        if is_roster:
            for name in ("builder", "nature", "content", "total_investment", "planned_start", "planned_finish"):
                del self.fields[name]


class PermitForm(forms.Form):
    """A permit of a project, with its state."""

    kind = forms.ChoiceField(label=_("permit"), choices=ProjectPermit.Kind.choices)
    state = forms.ChoiceField(label=_("state"), choices=ProjectPermit.State.choices)
    granted_on = forms.DateField(label=_("granted on"), widget=forms.DateInput(DAY), required=False)
    document_number = forms.CharField(label=_("document number"), max_length=100, required=False)


class ProblemForm(forms.Form):
    """A problem of a project."""

    kind = forms.ChoiceField(label=_("kind"), choices=ProjectProblem.Kind.choices)
    description = forms.CharField(label=_("problem"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    demand = forms.CharField(label=_("demand"), max_length=300, required=False)
    due_on = forms.DateField(label=_("to be settled by"), widget=forms.DateInput(DAY), required=False)


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


class AnnexForm(DocumentForm):
    """An annex with the document that it belongs to."""

    file = forms.FileField(label=_("file"), widget=forms.FileInput({"accept": ".xlsx,.csv,.docx,.pdf"}), required=False)
    own = forms.BooleanField(label=_("from the plan's own document"), required=False)
    field_order = ("own", "file", "document_number", "issued_on", "effective_from", "reason")

    def __init__(self, *args: Any, own_document: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own_document:
            self.fields["own"].help_text = own_document
        else:
            del self.fields["own"]
            self.fields["file"].required = True

    def clean(self) -> dict[str, Any]:
        """Require a file, or the plan's own document, and not both."""
        data = super().clean() or {}
        if "own" in self.fields and bool(data.get("file")) == bool(data.get("own")) and "file" not in self.errors:
            self.add_error("file", _("Choose a file, or the plan's own document."))
        return data


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
    site = forms.CharField(
        label=_("site"), max_length=200, required=False, help_text=_("The park, the street, the village.")
    )
    nature = forms.ChoiceField(
        label=_("nature of construction"), choices=[("", "—"), *Project.Nature.choices], required=False
    )
    content = forms.CharField(
        label=_("content and scale"), max_length=4000, widget=forms.Textarea({"rows": 3}), required=False
    )
    person = forms.CharField(label=_("person responsible"), max_length=100, required=False)
    leader = forms.CharField(label=_("leader in charge"), max_length=100, required=False)
    #: What a roster does not ask of an enterprise.
    OF_PROJECTS = (
        *("builder", "category", "total_investment", "yearly_investment", "code"),
        *("planned_start", "planned_finish", "nature", "content"),
    )

    def __init__(self, plan_region: Region, *args: Any, is_roster: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(path__startswith=plan_region.path)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = ReportingUnit.objects.within(plan_region)  # type: ignore[attr-defined]
        if is_roster:
            self.fields["credit_code"].required = True
            for name in self.OF_PROJECTS:
                del self.fields[name]

    @property
    def member(self) -> NewMember:
        """Return what was entered."""
        data = {name: value for name, value in self.cleaned_data.items() if value is not None}
        names = ("name", "code", "credit_code", "builder", "region", "unit", "total_investment")
        more = ("planned_start", "planned_finish", "site", "nature", "content", "person", "leader")
        project = Project(**{name: data[name] for name in (*names, *more) if name in data})
        category = data.get("category", ListMember.Category.NEW)
        return NewMember(project, category, data.get("yearly_investment"))
