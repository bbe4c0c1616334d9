"""The form of a plan: a rule for the deadlines of each kind of period is two fields."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.models import Period, Plan
from tracker.models.plan_calendar import BASIS_CHOICES, check_deadline_rule
from tracker.models.region_level import level_choices

BASES = [("", _("by the plan's day of the next month")), *BASIS_CHOICES]


class DeadlineWidget(forms.MultiWidget):
    """A choice of the basis, and the number beside it."""

    def __init__(self) -> None:
        basis = forms.Select(choices=BASES, attrs={"aria-label": _("rule of the deadline")})
        number = forms.NumberInput(attrs={"min": 1, "aria-label": _("day or number of days")})
        super().__init__([basis, number])

    def decompress(self, value: dict[str, Any] | None) -> list[Any]:
        """Return the basis and the number of a rule."""
        return [value["basis"], value["number"]] if value else ["", None]


class DeadlineField(forms.MultiValueField):
    """A rule for the deadlines of one kind of period; empty where the plan's own day holds."""

    widget = DeadlineWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.ChoiceField(choices=BASES, required=False), forms.IntegerField(required=False))
        kwargs.setdefault("help_text", _("Only where it differs, such as 10 working days after the end."))
        super().__init__(fields, require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: list[Any]) -> dict[str, Any] | None:
        """Return the rule. Raise ValidationError if one part stands alone or the number is out of bounds."""
        basis, number = data_list or ["", None]
        if not basis and number is None:
            return None
        if not basis or number is None:
            raise ValidationError(gettext("Choose a rule and give its number, or leave both empty."))
        rule = {"basis": basis, "number": number}
        check_deadline_rule(rule)
        return rule


def _field_of(kind: str) -> str:
    return f"deadline_{kind}"


def _levels_from_below() -> list[tuple[str, str]]:
    return list(reversed(level_choices()))


class PlanForm(forms.ModelForm):
    """A plan with its calendar, the deadlines of each kind of period, and the levels that check returns."""

    checking_levels = forms.MultipleChoiceField(
        choices=_levels_from_below,
        required=False,
        label=capfirst(Plan._meta.get_field("checking_levels").verbose_name),
        help_text=Plan._meta.get_field("checking_levels").help_text,
        widget=forms.CheckboxSelectMultiple,
    )
    deadline_week = DeadlineField(label=_("deadline of weeks"))
    deadline_ten_days = DeadlineField(label=_("deadline of ten days"))
    deadline_month = DeadlineField(label=_("deadline of months"))
    deadline_quarter = DeadlineField(label=_("deadline of quarters"))
    deadline_half_year = DeadlineField(label=_("deadline of half-years"))
    deadline_year = DeadlineField(label=_("deadline of years"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Period.Kind:
            if _field_of(kind) in self.fields:
                self.initial.setdefault(_field_of(kind), self.instance.deadlines.get(kind.value))

    def clean_checking_levels(self) -> list[str]:
        """Return the ticked levels, the lowest first."""
        chosen = self.cleaned_data["checking_levels"]
        return [level for level, _name in _levels_from_below() if level in chosen]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rules = {kind.value: data.get(_field_of(kind)) for kind in Period.Kind}
        self.instance.deadlines = {kind: rule for kind, rule in rules.items() if rule}
        return data
