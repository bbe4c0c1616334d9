"""The form of a draft's list: its name, what each column is, and what stands behind its rows."""

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.filters.policy_items import ItemForm
from tracker.queries.imports.draft_lists.words import column_choices, count_choices, kind_choices
from tracker.queries.plans.drafts.draft import DraftList, Item, ItemState

NUMBERS = re.compile(r"[\d\s、，,;；]*")


class ListForm(ItemForm):
    """A list of projects, firms or tasks."""

    item: DraftList

    name = forms.CharField(label=gettext_lazy("name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("kind"))
    year = forms.RegexField(r"^20\d\d$", label=gettext_lazy("year"), help_text=gettext_lazy("Such as 2020."))
    target = forms.ChoiceField(
        label=gettext_lazy("stands behind the target"),
        required=False,
        help_text=gettext_lazy("The figure of this target is counted from the list, and is not typed."),
    )
    counts = forms.ChoiceField(label=gettext_lazy("what is counted"))
    default_region = forms.ChoiceField(
        label=gettext_lazy("region of rows without a known place"),
        required=False,
        help_text=gettext_lazy("Empty: such rows are refused when the plan is created."),
    )
    amounts_in = forms.ChoiceField(
        label=gettext_lazy("unit of amounts without one"),
        required=False,
        choices=[("", "—"), ("亿元", "亿元"), ("万元", "万元"), ("元", "元")],
    )
    left_out = forms.CharField(
        label=gettext_lazy("rows left out"),
        required=False,
        help_text=gettext_lazy("Their numbers in the table, such as 3、7; the row below the headings is 1."),
    )

    def __init__(self, item: DraftList, *args: Any) -> None:
        super().__init__(item, *args)
        self.initial["left_out"] = "、".join(map(str, item.left_out))
        targets = [one for one in self.draft.targets if one.state != ItemState.DROPPED]
        offered = {
            "kind": kind_choices(),
            "target": [("", "—"), *((one.key, f"{one.indicator} {one.value} {one.unit}") for one in targets)],
            "counts": count_choices(),
            "default_region": [("", "—"), *((name, name) for name in self.known.regions)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for at, heading in enumerate(item.headings):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=_("column “%(heading)s”") % {"heading": heading or at + 1},
                choices=column_choices(),
                required=False,
                initial=item.fields[at],
            )

    @property
    def changed(self) -> Item:
        """Return the list with what was entered."""
        data = self.cleaned_data
        columns = tuple(data[f"column_{at}"] for at in range(len(self.item.headings)))
        names = ("name", "kind", "year", "target", "counts", "default_region", "amounts_in", "left_out")
        return replace(self.item, fields=columns, **{name: data[name] for name in names})

    def clean_left_out(self) -> tuple[int, ...]:
        """Return the numbers of the rows. Raise ValidationError for other words."""
        text = self.cleaned_data["left_out"]
        if not NUMBERS.fullmatch(text):
            raise forms.ValidationError(_("Write numbers of rows, such as 3、7."))
        return tuple(sorted({int(one) for one in re.findall(r"\d{1,6}", text)}))

    def clean(self) -> dict[str, Any]:
        """Require one column of names, and no field twice."""
        data = super().clean() or self.cleaned_data
        columns = [data.get(f"column_{at}", "") for at in range(len(self.item.headings))]
        if "name" not in columns:
            self.add_error(None, _("Choose the column in which the names stand."))
        for at, field in enumerate(columns):
            if field not in ("", "note") and field in columns[:at]:
                self.add_error(f"column_{at}", _("Another column is this already."))
        return data
