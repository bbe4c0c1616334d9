"""The form of a draft's target, with its indicator."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.filters.policy_fields import LinesField, NamesField, day_text, is_number, number_field, plain
from tracker.filters.policy_items import ItemForm, clause_choices
from tracker.models import Indicator, Target
from tracker.models.indicator import ROLLUP_CHOICES
from tracker.models.target import KIND_CHOICES
from tracker.queries.plans.drafts.draft import (
    Composition,
    ItemState,
)


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
    value = number_field(
        label=gettext_lazy("target value"), help_text=gettext_lazy("In the unit beside it, such as 6500.")
    )
    upper_value = number_field(
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
    base_value = number_field(
        label=gettext_lazy("base value"),
        help_text=gettext_lazy("The indicator's value in the base year, in its unit: of “从65提高到73” it is 65."),
    )
    base_year = forms.CharField(label=gettext_lazy("base year"), required=False, max_length=4)
    milestones = LinesField(
        lambda text: day_text(text),
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
            "clauses": clause_choices(self.draft),
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
                if is_number(data[name]):
                    data[name] = plain(data[name])
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
