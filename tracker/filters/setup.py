"""Forms of set-up: the dates of a copied plan, and the cells of grids."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.calculation.quantities import QuantityError, read_number
from tracker.models import Period, Plan
from tracker.queries.pages.setup_grids import ObligationGrid, SplitGrid
from tracker.services.plans.copy_plan import NewPlan


class CopyPlanForm(forms.Form):
    """The fields that differ in the copy of a plan; a year later by default."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=200)
    code = forms.SlugField(
        label=gettext_lazy("code"),
        max_length=60,
        help_text=gettext_lazy("Names the plan in addresses and templates, such as shanxi-2021."),
    )
    document_number = forms.CharField(
        label=gettext_lazy("document number"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Such as 晋政发〔2020〕3号."),
    )
    issued_on = forms.DateField(
        label=gettext_lazy("issued on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    starts_on = forms.DateField(
        label=gettext_lazy("starts on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("ends on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, source: Plan, data: Any = None) -> None:
        years = source.ends_on.year - source.starts_on.year + 1
        first = str(source.starts_on.year)
        moved = str(source.starts_on.year + years)
        super().__init__(
            data,
            initial={
                "name": source.name.replace(first, moved),
                "code": source.code.replace(first, moved) if first in source.code else f"{source.code}-{moved}",
                "issued_on": _later(source.issued_on, years),
                "starts_on": _later(source.starts_on, years),
                "ends_on": _later(source.ends_on, years),
            },
        )

    @property
    def new(self) -> NewPlan:
        """Return what was entered."""
        return NewPlan(**self.cleaned_data)


def read_split(grid: SplitGrid, data: QueryDict) -> tuple[dict[tuple[int, int], Decimal | None], dict[str, str]]:
    """Return the shares that were entered, and by cell what is no number. Empty and “/” are no share."""
    shares: dict[tuple[int, int], Decimal | None] = {}
    wrong: dict[str, str] = {}
    for row in grid.rows:
        for region in grid.regions:
            cell = f"{row.target.pk}-{region.pk}"
            if f"c-{cell}" not in data:
                continue
            text = str(data[f"c-{cell}"]).strip()
            try:
                value = None if text in ("/", "／") else read_number(text)
            except QuantityError:
                value = Decimal(-1)
            if value is not None and value < 0:
                wrong[cell] = _("Enter a number such as 300, or / for none.")
            else:
                shares[row.target.pk, region.pk] = value
    return shares, wrong


def read_obligations(grid: ObligationGrid, data: QueryDict) -> dict[tuple[int, int], str]:
    """Return the frequencies that were chosen; a cell that was not sent, or is none, is left as it is."""
    known = {"", *Period.Kind.values}
    chosen = {}
    for unit in grid.units:
        for indicator in grid.indicators:
            value = data.get(f"c-{unit.pk}-{indicator.pk}")
            if value in known:
                chosen[unit.pk, indicator.pk] = str(value)
    return chosen


def _later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)
