"""Forms of a draft: the document, and one form for each kind of item."""

from django import forms
from django.utils.translation import gettext_lazy

from tracker.filters.policy_items import ClauseForm, CommitmentForm, ItemForm
from tracker.filters.policy_list import ListForm
from tracker.filters.policy_target import TargetForm
from tracker.queries.plans.drafts.draft import (
    DraftClause,
    DraftCommitment,
    DraftList,
    DraftTarget,
    Item,
)


class SendDocumentForm(forms.Form):
    """The file of a policy document."""

    file = forms.FileField(
        label=gettext_lazy("file"),
        help_text=gettext_lazy("Word (.docx), PDF with text, or plain text (.txt); at most 20 MB and about 500 pages."),
        widget=forms.FileInput(attrs={"accept": ".docx,.pdf,.txt"}),
        error_messages={
            "required": gettext_lazy("Choose the file of the action plan."),
            "empty": gettext_lazy("The file is empty. Choose the file of the action plan."),
        },
    )


FORMS: dict[type[Item], type[ItemForm]] = {
    DraftClause: ClauseForm,
    DraftCommitment: CommitmentForm,
    DraftTarget: TargetForm,
    DraftList: ListForm,
}


def field_name(form: forms.Form, name: str) -> str | None:
    """Return the field that a refusal belongs to: that of its name, or none."""
    same = {"number": "number", "parts": "part_of", "included_in": "part_of", "upper_value": "upper_value"}
    wanted = same.get(name, name)
    return wanted if wanted in form.fields else None
