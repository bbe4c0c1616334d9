"""The forms behind a return's page: opening it, filling it in, reviewing it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.calculation.periods import SHANGHAI
from tracker.models import Period, Plan, ReportingUnit, User
from tracker.models.reporting import outside_plan
from tracker.services.owed import Owed, own_units
from tracker.services.return_sheet import SheetRow


class OpenReturnForm(forms.Form):
    """Which unit, which period. Offers what is owed; anything else that is posted is answered at its field."""

    unit = forms.ModelChoiceField(
        ReportingUnit.objects.none(),
        label=_("reporting unit"),
        to_field_name="code",
        empty_label=None,
        error_messages={"invalid_choice": _("This unit is not one that you report for.")},
    )
    period = forms.CharField(label=_("period"), max_length=80, widget=forms.Select())

    def __init__(self, owed: Sequence[Owed], user: User, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        units = own_units(user)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.plans = Plan.objects.filter(pk__in=units.order_by().values("obligations__plan"))
        periods = {item.period.pk: item.period for item in owed}.values()
        self.has_several_plans = len({period.plan_id for period in periods}) > 1
        self.fields["period"].widget.choices = [
            (self.key(period), self.label(period)) for period in sorted(periods, key=lambda p: p.due_at, reverse=True)
        ]

    def key(self, period: Period) -> str:
        """How a period is named in the form: "2020-08", with its plan before it where there are several."""
        return f"{period.plan.code}:{period.code}" if self.has_several_plans else period.code

    def label(self, period: Period) -> str:
        """How a period reads in the list."""
        return f"{period.code} · {period.plan}" if self.has_several_plans else period.code

    def clean_period(self) -> Period:
        """The period named, if it is the plan's and has begun."""
        plan_code, _colon, code = self.cleaned_data["period"].rpartition(":")
        plans = self.plans.filter(Q(code=plan_code) if plan_code else Q())
        period = Period.objects.filter(plan__in=plans, code=code).select_related("plan__region").first()
        if period is None:
            plan = plans.first()
            raise forms.ValidationError(outside_plan(plan, code) if plan else gettext("Your units owe no return."))
        if period.starts_on > self.now.astimezone(SHANGHAI).date():
            raise forms.ValidationError(gettext("%(period)s has not begun yet.") % {"period": period})
        return period


class SheetForm(forms.Form):
    """A form with the same fields for each row, named by the indicator's code."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, rows: Sequence[SheetRow], version: int, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"version": version})
        for row in rows:
            self.add_row(row)

    def add_row(self, row: SheetRow) -> None:
        """Add the fields of one row."""
        raise NotImplementedError

    @property
    def expected_version(self) -> int:
        """The version that the person saw."""
        return self.cleaned_data.get("version") or 0

    def by_code(self, prefix: str) -> dict[str, str]:
        """What was typed in the fields of one kind, by indicator code."""
        start = f"{prefix}-"
        return {name.removeprefix(start): text for name, text in self.cleaned_data.items() if name.startswith(start)}


class EntryForm(SheetForm):
    """What the unit types: a value and a note for each indicator, as text; the service reads it."""

    def add_row(self, row: SheetRow) -> None:
        code, entry = row.indicator.code, row.entry
        self.fields[f"value-{code}"] = forms.CharField(
            required=False, max_length=100, initial=plain(entry.reported_value)
        )
        self.fields[f"note-{code}"] = forms.CharField(required=False, max_length=500, initial=entry.note)


class ReviewForm(SheetForm):
    """What the reviewer types: a verified value and, where it differs, a reason; or a comment that goes back."""

    comment = forms.CharField(required=False, max_length=2000)

    def add_row(self, row: SheetRow) -> None:
        code = row.indicator.code
        self.fields[f"verified-{code}"] = forms.CharField(
            required=False, max_length=100, initial=plain(row.entry.reported_value)
        )
        self.fields[f"reason-{code}"] = forms.CharField(required=False, max_length=500)


def plain(value: Decimal | None) -> str:
    """A stored value as one would type it: "500.5", "0", or nothing."""
    return "" if value is None else f"{value.normalize():f}"
