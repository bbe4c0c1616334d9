"""Sending in a table of past periods, and saying what its columns are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.filters.choices import CodedChoiceField
from tracker.models import Indicator, Plan
from tracker.queries.imports.past_values.cells import as_text
from tracker.queries.imports.past_values.mapping import INDICATOR_COLUMN, PERIOD_COLUMN, Mapping, Role, role_name
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.uploads.places import letters
from tracker.uploads.table import SheetHead

SAMPLES = 3
#: More columns than this are not offered: a table has a dozen.
MAX_COLUMNS = 60
Choices = list[tuple[str, Any]]


class SendTableForm(forms.Form):
    """The plan whose periods the table is of, and the file."""

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = list(Plan.objects.select_related("region"))
        self.fields["plan"] = CodedChoiceField(
            objects=plans,
            initial=next((plan.code for plan in plans if plan.ends_on < day), None),
            label=gettext_lazy("action plan"),
            help_text=gettext_lazy("The plan of the year that the values are of."),
            error_messages={"invalid_choice": gettext_lazy("There is no such plan.")},
        )
        self.fields["file"] = forms.FileField(
            label=gettext_lazy("file"),
            help_text=gettext_lazy("A workbook (.xlsx) or a text (.csv), at most 20 MB and 200,000 values."),
            widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
            error_messages={
                "required": gettext_lazy("Choose the file with the table."),
                "empty": gettext_lazy("The file is empty. Choose the file with the table."),
            },
        )


@dataclass(frozen=True)
class ColumnLine:
    """One column in the form: its letter, heading and first cells, and the fields that say what it is."""

    letter: str
    heading: str
    samples: list[str]
    role: forms.BoundField
    measure: forms.BoundField


class ColumnsForm(forms.Form):
    """What each column of the chosen sheet says."""

    sheet = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    heading_row = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=25)

    def __init__(self, head: SheetHead, mapping: Mapping, words: Vocabulary, data: Any = None) -> None:
        self.head, self.mapping = head, mapping
        self.number = min(head.columns, MAX_COLUMNS)
        super().__init__(data, initial=_initial(mapping))
        roles, measures = _roles(words), _measures(words)
        for column in range(1, self.number + 1):
            self.fields[f"role_{column}"] = forms.ChoiceField(choices=roles, required=False)
            self.fields[f"measure_{column}"] = forms.ChoiceField(choices=measures, required=False)
        self.fields["period"] = forms.ChoiceField(
            choices=[("", _("as the columns say")), *((code, code) for code in sorted(words.periods))],
            required=False,
            label=_("All rows are of the period"),
        )
        self.fields["indicator"] = forms.ChoiceField(
            choices=[("", _("as the columns say")), *((one.code, str(one)) for one in _entered(words))],
            required=False,
            label=_("All rows are of the indicator"),
        )

    @property
    def lines(self) -> Iterator[ColumnLine]:
        """The columns, one after the other, each with its fields, which are labelled by the column."""
        rows = self.head.head
        top = self.mapping.heading_row
        for column in range(1, self.number + 1):
            said = [as_text(row[column - 1]) if column <= len(row) else "" for row in rows]
            heading = said[top - 1] if 0 < top <= len(said) else ""
            letter = letters(column)
            role, measure = self[f"role_{column}"], self[f"measure_{column}"]
            role.field.widget.attrs["aria-label"] = _("What column %(letter)s says") % {"letter": letter}
            measure.field.widget.attrs["aria-label"] = _("Unit of measure of column %(letter)s") % {"letter": letter}
            yield ColumnLine(letter, heading, [text for text in said[top:] if text][:SAMPLES], role, measure)

    @property
    def chosen(self) -> Mapping:
        """What was said."""
        said = self.cleaned_data
        columns = range(1, self.number + 1)
        return Mapping(
            sheet=said["sheet"],
            heading_row=said["heading_row"],
            roles=tuple(said[f"role_{column}"] for column in columns),
            measures=tuple(said[f"measure_{column}"] for column in columns),
            period=said["period"],
            indicator=said["indicator"],
        )


def _initial(mapping: Mapping) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "sheet": mapping.sheet,
        "heading_row": mapping.heading_row,
        "period": mapping.period,
        "indicator": mapping.indicator,
    }
    for column, role in enumerate(mapping.roles, start=1):
        initial |= {f"role_{column}": role, f"measure_{column}": mapping.measure_of(column)}
    return initial


def _entered(words: Vocabulary) -> list[Indicator]:
    return [one for one in words.indicators if one.kind == Indicator.Kind.ENTERED]


def _roles(words: Vocabulary) -> Choices:
    return [
        *((role.value, role_name(role)) for role in Role),
        (_("Values of one indicator"), [(f"{INDICATOR_COLUMN}{one.code}", str(one)) for one in _entered(words)]),
        (_("Values of one period"), [(f"{PERIOD_COLUMN}{code}", code) for code in sorted(words.periods)]),
    ]


def _measures(words: Vocabulary) -> Choices:
    return [("", _("the indicator's own")), *((one.symbol, str(one)) for one in words.measures)]
