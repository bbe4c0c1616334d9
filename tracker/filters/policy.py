"""Forms of a draft: the document, the plan's facts, and one form for each kind of item."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.models import Commitment, Indicator, Target
from tracker.models.indicator import ROLLUP_CHOICES
from tracker.models.target import KIND_CHOICES
from tracker.queries.plans.drafts.draft import (
    Composition,
    Draft,
    DraftClause,
    DraftCommitment,
    DraftTarget,
    Item,
    ItemState,
)
from tracker.queries.plans.drafts.known import Known


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


class LinesField(forms.CharField):
    """Pairs of words and number, one pair a line: "2023-12-31 6000"."""

    widget = forms.Textarea

    def __init__(self, read: Callable[[str], str], **kwargs: Any) -> None:
        self.read = read
        super().__init__(required=False, **kwargs)
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value: Any) -> Any:
        """Return the pairs as lines."""
        return value if isinstance(value, str) else "\n".join(f"{first} {second}" for first, second in value or ())

    def clean(self, value: Any) -> tuple[tuple[str, str], ...]:
        """Return the pairs. Raise ValidationError naming the line that is none."""
        pairs = []
        for line in str(super().clean(value) or "").splitlines():
            first, _space, second = line.strip().rpartition(" ")
            if not line.strip():
                continue
            if not first or not _is_number(second):
                message = _("“%(line)s”: write one a line, with the number last.")
                raise forms.ValidationError(message % {"line": line.strip()})
            pairs.append((self.read(first.strip()), _plain(second)))
        return tuple(pairs)


class NamesField(forms.CharField):
    """Names, separated by commas or 、."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the names as one line."""
        return value if isinstance(value, str) else "、".join(value or ())

    def clean(self, value: Any) -> tuple[str, ...]:
        """Return the names."""
        text = str(super().clean(value) or "")
        for sign in "，,；;":
            text = text.replace(sign, "、")
        return tuple(dict.fromkeys(name.strip() for name in text.split("、") if name.strip()))


def number(**kwargs: Any) -> forms.CharField:
    """Return a field for a number, which is kept as it is typed."""
    return forms.CharField(required=False, max_length=40, **kwargs)


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
        clauses = _clause_choices(self.draft)
        self.fields["clause"].choices = clauses  # type: ignore[attr-defined]
        self.fields["part_of"].choices = [("", "—"), *clauses]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {**super().values(), "unknown_places": ()}


class TargetForm(ItemForm):
    """A target with its indicator. Fields that a simple target does not need stand apart, in `further`."""

    indicator = forms.CharField(
        label=gettext_lazy("indicator"),
        max_length=200,
        help_text=gettext_lazy("What is measured, with its object: 煤矸石综合利用量, not 综合利用量."),
    )
    bound = forms.ChoiceField(
        label=gettext_lazy("requirement"),
        choices=Target.Bound.choices,
        help_text=gettext_lazy(
            "What the document asks for: “不少于” is at least, “控制在…以内” at most, “全部” all of."
        ),
    )
    value = number(label=gettext_lazy("target value"), help_text=gettext_lazy("In the unit beside it, such as 6500."))
    upper_value = number(
        label=gettext_lazy("upper end"), help_text=gettext_lazy("Only of “between”: of 60–65 enter 65 here.")
    )
    unit = forms.CharField(
        label=gettext_lazy("unit of measure"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Such as 万吨 or 户. A unit that is not known is added."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        required=False,
        help_text=gettext_lazy(
            "An amount grows from zero (6500 万吨 in the year); a level is read at a date (73 percent at the end "
            "of 2025); a change starts from a base value (13.5 percent less than in 2020)."
        ),
    )
    clauses = forms.MultipleChoiceField(
        label=gettext_lazy("clauses"), required=False, widget=forms.CheckboxSelectMultiple
    )
    base_value = number(
        label=gettext_lazy("base value"),
        help_text=gettext_lazy("The indicator's value in the base year, in its unit: of “从65提高到73” it is 65."),
    )
    base_year = forms.CharField(label=gettext_lazy("base year"), required=False, max_length=4)
    milestones = LinesField(
        lambda text: _day(text),
        label=gettext_lazy("milestones"),
        help_text=gettext_lazy("One a line, day and value: 2023-12-31 6000."),
    )
    goals = LinesField(
        str, label=gettext_lazy("allocation"), help_text=gettext_lazy("One a line, region and value: 太原市 300.")
    )
    places = NamesField(
        label=gettext_lazy("these regions"),
        help_text=gettext_lazy("Where the document names the places of the target, such as 朔州市、晋城市."),
    )
    responsible = forms.CharField(label=gettext_lazy("responsible body"), required=False, max_length=200)
    supporting = NamesField(label=gettext_lazy("supporting bodies"))
    nature = forms.ChoiceField(
        label=gettext_lazy("binding or expected"), required=False, choices=[("", "—"), *Target.Nature.choices]
    )
    is_approximate = forms.BooleanField(label=gettext_lazy("the plan says “about”"), required=False)
    direction = forms.ChoiceField(
        label=gettext_lazy("direction"),
        choices=Indicator.Direction.choices,
        help_text=gettext_lazy("Of waste utilised more is better, of energy used less."),
    )
    over_periods = forms.ChoiceField(
        label=gettext_lazy("aggregation over periods"),
        choices=[],
        help_text=gettext_lazy("Amounts of months add up (sum); of a stock or a rate the latest counts."),
    )
    over_places = forms.ChoiceField(
        label=gettext_lazy("aggregation over regions"),
        choices=[],
        help_text=gettext_lazy("Amounts of cities add up (sum); a rate is not added: the upper body's own, or a mean."),
    )
    numerator = forms.CharField(
        label=gettext_lazy("numerator"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Of a rate that is computed: the indicator above, such as 综合利用量. Leave empty otherwise."
        ),
    )
    denominator = forms.CharField(
        label=gettext_lazy("denominator"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The indicator below, such as 产生量."),
    )
    term_unit = forms.CharField(
        label=gettext_lazy("unit of numerator and denominator"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Such as 万吨."),
    )
    part_of = forms.ChoiceField(
        label=gettext_lazy("part of the target"),
        required=False,
        help_text=gettext_lazy("The whole that this is a part of (其中)."),
    )
    composition = forms.ChoiceField(
        label=gettext_lazy("whole and parts"),
        choices=[
            (Composition.SUM.value, gettext_lazy("The whole is the sum of its parts and is never entered")),
            (Composition.OF_WHICH.value, gettext_lazy("The whole has a value of its own; the parts lie within it")),
        ],
        required=False,
    )
    code = forms.SlugField(
        label=gettext_lazy("code"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "Names the indicator in templates and exports, such as coal_gangue. Empty: numbered by the plan's code."
        ),
    )
    same_as = forms.ChoiceField(
        label=gettext_lazy("same target as"),
        required=False,
        help_text=gettext_lazy(
            "Where the document states a target twice: this one is dropped, its clause and sentence stay."
        ),
    )

    FIRST = ("indicator", "bound", "value", "upper_value", "unit", "clauses", "same_as")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [
            (one.key, f"{one.indicator} {one.value} {one.unit}")
            for one in self.draft.targets
            if one.key != self.item.key and one.state != ItemState.DROPPED
        ]
        choices: dict[str, Iterable[Any]] = {
            "clauses": _clause_choices(self.draft),
            "kind": [("", _("as the indicator says: an amount, or a level")), *KIND_CHOICES],
            "over_periods": [one for one in ROLLUP_CHOICES if one[0] not in ("none", "weighted", "own", "ratio")],
            "over_places": [
                one for one in ROLLUP_CHOICES if one[0] not in ("latest", "sum_in_year", "ratio", "weighted")
            ],
            "part_of": [("", "—"), *others],
            "same_as": [("", _("no other: a target of its own")), *others],
        }
        for name, offered in choices.items():
            self.fields[name].choices = list(offered)  # type: ignore[attr-defined]
        if not self.item.key:
            del self.fields["same_as"]

    @property
    def first(self) -> list[forms.BoundField]:
        """Return the fields that every target needs."""
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def further(self) -> list[forms.BoundField]:
        """Return the other fields."""
        return [field for field in self if field.name not in self.FIRST]

    @property
    def opens_further(self) -> bool:
        """Return True if something is wrong or filled in among the other fields."""
        return any(field.errors for field in self.further)

    def clean(self) -> dict[str, Any]:
        """Refuse what is no number or year."""
        data = super().clean() or {}
        for name in ("value", "upper_value", "base_value"):
            if data.get(name):
                if _is_number(data[name]):
                    data[name] = _plain(data[name])
                else:
                    self.add_error(name, _("Enter a number such as 6500 or 73.5."))
        if data.get("base_year") and not (data["base_year"].isdecimal() and 1900 <= int(data["base_year"]) <= 2100):
            self.add_error("base_year", _("Enter a year such as 2020."))
        if bool(data.get("numerator")) != bool(data.get("denominator")):
            self.add_error("denominator", _("A rate needs both, or neither."))
        names, unknown = self.known.places(tuple(name for name, _value in data.get("goals", ())))
        if unknown:
            message = _("“%(name)s” is not among the regions. Add it to the regions of the plan, or leave it out.")
            self.add_error("goals", message % {"name": "、".join(unknown)})
        elif data.get("goals"):
            data["goals"] = tuple(zip(names, (value for _name, value in data["goals"]), strict=False))
        return data

    def values(self) -> dict[str, Any]:
        values = super().values()
        return {**values, "clauses": tuple(values["clauses"]), "unknown_places": ()}


FORMS: dict[type[Item], type[ItemForm]] = {
    DraftClause: ClauseForm,
    DraftCommitment: CommitmentForm,
    DraftTarget: TargetForm,
}


def _clause_choices(draft: Draft) -> list[tuple[str, str]]:
    return [(one.number, f"{one.number} {one.name}") for one in draft.clauses if one.state != ItemState.DROPPED]


def _is_number(text: str) -> bool:
    try:
        return Decimal(_plain(text)).is_finite()
    except InvalidOperation:
        return False


def _plain(text: str) -> str:
    return text.strip().replace(",", "").replace("，", "")


def _day(text: str) -> str:
    """Return a day as it is kept; a year alone is its last day."""
    day = f"{text}-12-31" if text.isdecimal() and len(text) == 4 else text
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise forms.ValidationError(_("“%(day)s” is no day such as 2023-12-31.") % {"day": text}) from None


def field_name(form: forms.Form, name: str) -> str | None:
    """Return the field that a refusal belongs to: that of its name, or none."""
    same = {"number": "number", "parts": "part_of", "included_in": "part_of", "upper_value": "upper_value"}
    wanted = same.get(name, name)
    return wanted if wanted in form.fields else None
