"""Forms of a draft's clauses and tasks."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.filters.policy_fields import NamesField
from tracker.models import Commitment
from tracker.queries.plans.drafts.draft import (
    Draft,
    Item,
    ItemState,
)
from tracker.queries.plans.drafts.known import Known


class ItemForm(forms.Form):
    """The form of one item of a draft; `changed` is the item with what was entered."""

    item_class: type[Item] = Item

    def __init__(self, item: Item, draft: Draft, known: Known, data: Any = None) -> None:
        self.item, self.draft, self.known = item, draft, known
        values = {name: getattr(item, name) for name in self.base_fields if hasattr(item, name)}
        super().__init__(data, initial=values)

    @property
    def changed(self) -> Item:
        """Return the item with what was entered."""
        return replace(self.item, **self.values())

    def values(self) -> dict[str, Any]:
        """Return the fields of the item."""
        return {name: value for name, value in self.cleaned_data.items() if hasattr(self.item, name)}

    def clean_places(self) -> tuple[str, ...]:
        """Return the regions by their full names. Raise ValidationError for a name that is not known."""
        known, unknown = self.known.places(self.cleaned_data["places"])
        if unknown:
            message = _("“%(name)s” is not among the regions. Add it to the regions of the plan, or leave it out.")
            raise forms.ValidationError(message % {"name": "、".join(unknown)})
        return known


class ClauseForm(ItemForm):
    """A clause."""

    number = forms.CharField(
        label=gettext_lazy("clause"),
        max_length=100,
        help_text=gettext_lazy("As the document numbers it, such as 三-1."),
    )
    name = forms.CharField(
        label=gettext_lazy("name"), max_length=200, help_text=gettext_lazy("A short label, such as 主要目标.")
    )


class CommitmentForm(ItemForm):
    """A task or measure."""

    clause = forms.ChoiceField(label=gettext_lazy("clause"))
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=Commitment.Kind.choices)
    part_of = forms.ChoiceField(
        label=gettext_lazy("part of the task"),
        required=False,
        help_text=gettext_lazy("The clause of the task that this is a part of; only for a part."),
    )
    places = NamesField(
        label=gettext_lazy("regions"), help_text=gettext_lazy("Separated by 、, such as 朔州市、晋城市.")
    )
    bodies = NamesField(
        label=gettext_lazy("responsible bodies"),
        help_text=gettext_lazy("Who carries it out, such as 省水利厅、省生态环境厅."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clauses = clause_choices(self.draft)
        self.fields["clause"].choices = clauses  # type: ignore[attr-defined]
        self.fields["part_of"].choices = [("", "—"), *clauses]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {**super().values(), "unknown_places": ()}


def clause_choices(draft: Draft) -> list[tuple[str, str]]:
    """Return the draft's clauses to choose from."""
    return [(one.number, f"{one.number} {one.name}") for one in draft.clauses if one.state != ItemState.DROPPED]
