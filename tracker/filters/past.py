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
from tracker.queries.imports.past_values.guess_mapping import heading_texts
from tracker.queries.imports.past_values.mapping import Mapping
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.queries.imports.past_values.roles import (
    CUMULATIVE_COLUMN,
    INDICATOR_COLUMN,
    PERIOD_COLUMN,
    QUESTION,
    UNIT_QUESTION,
    ColumnRole,
    role_name,
    role_of_values,
    value_role,
)
from tracker.uploads.places import letters
from tracker.uploads.table import SheetHead

SAMPLES = 3
#: More columns than this are not offered: a table has a dozen.
MAX_COLUMNS = 60
#: More units than this are not offered at each column.
MAX_UNITS = 60
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
        self.fields["is_base_year"] = forms.BooleanField(
            required=False,
            label=gettext_lazy("values of the year before the plan begins (base year)"),
            help_text=gettext_lazy(
                "They are compared with and count in no figure of the plan. No plan of that year is needed."
            ),
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
    """The meaning of each column of the chosen sheet, and what a person says of names and values that are not clear."""

    sheet = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    heading_row = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=25)
    heading_rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2)
    year = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1900, max_value=2100)

    def __init__(
        self, head: SheetHead, mapping: Mapping, words: Vocabulary, data: Any = None, *, preview: Any = None
    ) -> None:
        """`preview` is what the last check found: names to match and values to explain."""
        self.head, self.mapping, self.words = head, mapping, words
        self.number = min(head.columns, MAX_COLUMNS)
        self.unknown = list((preview or {}).get("unknown", []))
        super().__init__(data, initial=_initial(mapping))
        roles, measures = _roles(words, mapping), _measures(words, mapping)
        for column in range(1, self.number + 1):
            self.fields[f"role_{column}"] = forms.ChoiceField(choices=roles, required=False)
            self.fields[f"measure_{column}"] = forms.ChoiceField(choices=measures, required=False)
        self.fields |= _fixed_fields(words)
        self._add_answers(words)
        self.fields["note"] = forms.CharField(
            label=_("Why the values that look odd are right"),
            help_text=_("One note for all of them. A note in the table itself counts first."),
            max_length=500,
            required=False,
        )
        self.fields["reason"] = forms.CharField(
            label=_("Why loaded values are corrected"),
            help_text=_("Only where the table corrects values that a table brought before. Leave empty otherwise."),
            max_length=500,
            required=False,
        )

    def _add_answers(self, words: Vocabulary) -> None:
        """Add a choice field for each name that the last check did not recognise."""
        choices = {
            "unit": [(one.code, str(one)) for one in words.units],
            "indicator": [(one.code, str(one)) for one in _entered(words)],
            "period": [(code, code) for code in sorted(words.periods)],
        }
        for at, line in enumerate(self.unknown):
            self.fields[f"answer_{at}"] = forms.ChoiceField(
                choices=[("", _("— choose —")), *choices[line["field"]]], required=False, label=line["text"]
            )
            said = self.mapping.answers.get(line["field"], {})
            self.initial[f"answer_{at}"] = said.get(line["text"], "")

    @property
    def answers(self) -> list[forms.BoundField]:
        """The names to match, as fields."""
        return [self[f"answer_{at}"] for at in range(len(self.unknown))]

    @property
    def above(self) -> list[list[str]]:
        """The rows above the headings that hold something."""
        rows = self.head.head[: max(self.mapping.top_row - 1, 0)]
        texts = [[text for cell in row if (text := as_text(cell))] for row in rows]
        return [row for row in texts if row]

    @property
    def left_out(self) -> list[str]:
        """The columns with something in them that are left out, by letter and heading."""
        return [
            f"{line.letter} {line.heading}".strip()
            for line in self.lines
            if (line.heading or line.samples) and not line.role.value()
        ]

    @property
    def outside(self) -> list[str]:
        """The columns whose period is none of the plan's, by letter and heading: their values cannot be loaded."""
        return [
            f"{line.letter} {line.heading}"
            for line in self.lines
            if not line.role.value() and any(map(self._lies_outside, line.heading.split(" · ")))
        ]

    def _lies_outside(self, text: str) -> bool:
        code = self.words.named_period(text, self.mapping.year)
        return code is not None and code not in self.words.periods

    @property
    def plan_span(self) -> str:
        """The plan's periods from the first to the last: "2020-01–2020-12"."""
        codes = sorted(self.words.periods)
        return f"{codes[0]}–{codes[-1]}" if codes else "—"

    @property
    def lines(self) -> Iterator[ColumnLine]:
        """The columns, one after the other, each with its fields, which are labelled by the column."""
        rows = self.head.head
        top = self.mapping.heading_row
        headings = heading_texts(self.head, top, self.mapping.heading_rows)
        for column in range(1, self.number + 1):
            said = [as_text(row[column - 1]) if column <= len(row) else "" for row in rows]
            upper, lower = headings[column - 1]
            heading = " · ".join(dict.fromkeys(text for text in (as_text(upper), as_text(lower)) if text))
            letter = letters(column)
            role, measure = self[f"role_{column}"], self[f"measure_{column}"]
            role.field.widget.attrs["aria-label"] = _("What column %(letter)s says") % {"letter": letter}
            measure.field.widget.attrs["aria-label"] = _("Unit of measure of column %(letter)s") % {"letter": letter}
            yield ColumnLine(letter, heading, [text for text in said[top:] if text][:SAMPLES], role, measure)

    @property
    def chosen(self) -> Mapping:
        """Return what was said."""
        said = self.cleaned_data
        columns = range(1, self.number + 1)
        answers: dict[str, dict[str, str]] = {field: dict(known) for field, known in self.mapping.answers.items()}
        for at, line in enumerate(self.unknown):
            if code := said[f"answer_{at}"]:
                answers.setdefault(line["field"], {})[line["text"]] = code
        for heading, code in self._units_of_headings(said):
            answers.setdefault("unit", {})[heading] = code
        return Mapping(
            sheet=said["sheet"],
            heading_row=said["heading_row"],
            heading_rows=said["heading_rows"],
            year=said["year"],
            roles=tuple(said[f"role_{column}"] for column in columns),
            measures=tuple(said[f"measure_{column}"] for column in columns),
            period=said["period"],
            indicator=said["indicator"],
            unit=said["unit"],
            answers=answers,
            notes={"*": said["note"]} if said["note"] else {},
            reason=said["reason"],
        )

    def _units_of_headings(self, said: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield the headings that named no unit, each with the unit that was chosen for its column."""
        for column, role in enumerate(self.mapping.roles[: self.number], start=1):
            chosen = value_role(said[f"role_{column}"])
            if role.startswith(UNIT_QUESTION) and chosen and chosen.unit:
                yield role.removeprefix(UNIT_QUESTION), chosen.unit


def _fixed_fields(words: Vocabulary) -> dict[str, forms.Field]:
    """Return what all rows are of, where no column says so."""
    by_column = ("", _("as the columns say"))
    return {
        "unit": forms.ChoiceField(
            choices=[by_column, *((one.code, str(one)) for one in words.units)],
            required=False,
            label=_("All rows are of the unit"),
        ),
        "period": forms.ChoiceField(
            choices=[by_column, *((code, code) for code in sorted(words.periods))],
            required=False,
            label=_("All rows are of the period"),
        ),
        "indicator": forms.ChoiceField(
            choices=[by_column, *((one.code, str(one)) for one in _entered(words))],
            required=False,
            label=_("All rows are of the indicator"),
        ),
    }


def _initial(mapping: Mapping) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "sheet": mapping.sheet,
        "heading_row": mapping.heading_row,
        "heading_rows": mapping.heading_rows,
        "year": mapping.year,
        "period": mapping.period,
        "indicator": mapping.indicator,
        "unit": mapping.unit,
        "note": mapping.notes.get("*", ""),
        "reason": mapping.reason,
    }
    for column, role in enumerate(mapping.roles, start=1):
        initial |= {f"role_{column}": role, f"measure_{column}": mapping.measure_of(column)}
    return initial


def _entered(words: Vocabulary) -> list[Indicator]:
    return [one for one in words.indicators if one.kind == Indicator.Kind.ENTERED]


def _roles(words: Vocabulary, mapping: Mapping) -> Choices:
    entered = _entered(words)
    questions = [(role, _question(role)) for role in mapping.roles if role.startswith(QUESTION)]
    names = {one.code: str(one) for one in entered}
    units = {one.code: str(one) for one in words.units}
    offered = {role_of_values("", "", code, is_cumulative=False): name for code, name in units.items()}
    if len(offered) > MAX_UNITS:
        offered = {}
    said = [role for role in dict.fromkeys(mapping.roles) if role not in offered and not role.startswith(QUESTION)]
    of_several = [(role, _of_several(role, names, units)) for role in said if is_of_several(role)]
    return [
        *questions,
        *((role.value, role_name(role)) for role in ColumnRole),
        (_("Values of one indicator"), [(f"{INDICATOR_COLUMN}{one.code}", str(one)) for one in entered]),
        (_("Values of one period"), [(f"{PERIOD_COLUMN}{code}", code) for code in sorted(words.periods)]),
        (_("Values of one unit"), list(offered.items())),
        (_("Values of one indicator, period and unit"), of_several),
        (
            _("Cumulative values, to compare with"),
            [
                (CUMULATIVE_COLUMN, _("cumulative value")),
                *((f"{CUMULATIVE_COLUMN}{code}", name) for code, name in names.items()),
                *((f"{CUMULATIVE_COLUMN}@{code}", code) for code in sorted(words.periods)),
            ],
        ),
    ]


def _question(role: str) -> str:
    if role.startswith(UNIT_QUESTION):
        return _("“%(text)s”: which unit?") % {"text": role.removeprefix(UNIT_QUESTION)}
    return _("%(text)s: January or October?") % {"text": role.removeprefix(QUESTION)}


def is_of_several(role: str) -> bool:
    """Return True for the role of a column of values that no list of choices holds: its heading says several things."""
    found = value_role(role)
    return found is not None and (bool(found.unit) or (bool(found.indicator) and bool(found.period)))


def _of_several(role: str, names: dict[str, str], units: dict[str, str]) -> str:
    found = value_role(role)
    if found is None:
        return role
    said = (units.get(found.unit, found.unit), names.get(found.indicator, found.indicator), found.period)
    text = ", ".join(one for one in said if one)
    return _("%(what)s (cumulative)") % {"what": text} if found.is_cumulative else text


def _measures(words: Vocabulary, mapping: Mapping) -> Choices:
    unclear = {measure for measure in mapping.measures if measure.startswith(QUESTION)}
    questions = [
        (measure, _("“%(unit)s”: choose which") % {"unit": measure.removeprefix(QUESTION)})
        for measure in sorted(unclear)
    ]
    return [*questions, ("", _("the indicator's own")), *((one.symbol, str(one)) for one in words.measures)]
