"""Forms of changes from a day on: of regions and of reporting units."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.models import Region, ReportingUnit
from tracker.models.region_level import level_choices


class ChangeForm(forms.Form):
    """The first day of a change."""

    since = forms.DateField(
        label=_("first day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Periods that end before this day stay as they were."),
    )

    def __init__(self, prefix: str, data: Any = None, **initial: Any) -> None:
        super().__init__(data, prefix=prefix, initial=initial)


class RenameUnitForm(ChangeForm):
    """Another name of a reporting unit."""

    name = forms.CharField(label=_("name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    field_order = ("name", "name_en", "since")

    @classmethod
    def of(cls, unit: ReportingUnit, data: Any = None) -> "RenameUnitForm":
        """Return the form with the present names."""
        return cls("rename", data, name=unit.name, name_en=unit.name_en)


class RenameRegionForm(RenameUnitForm):
    """Another name or level of a region."""

    def __init__(self, prefix: str, data: Any = None, **initial: Any) -> None:
        super().__init__(prefix, data, **initial)
        self.fields["level"] = forms.ChoiceField(choices=level_choices(), label=_("level"))
        self.order_fields(("name", "name_en", "level", "since"))

    @classmethod
    def of_region(cls, region: Region, data: Any = None) -> "RenameRegionForm":
        """Return the form with the present names and level."""
        return cls("rename", data, name=region.name, name_en=region.name_en, level=region.level)


class OtherRegionForm(ChangeForm):
    """The region that another becomes part of, or merges into; `name` is the field that holds it."""

    def __init__(self, name: str, label: Any, regions: QuerySet[Region], prefix: str, data: Any = None) -> None:
        super().__init__(prefix, data)
        self.fields[name] = forms.ModelChoiceField(queryset=regions, label=label)
        self.order_fields((name, "since"))
