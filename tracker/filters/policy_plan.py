"""The form of a draft's plan as a whole, with the regions that are added with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.models.region_level import level_choices
from tracker.models.target import PACE_CHOICES
from tracker.queries.plans.drafts.draft import Draft, DraftPlan, DraftRegion

#: Ends of names of regions, and the level that they tell.
LEVEL_BY_END = {
    "province": ("省", "自治区", "直辖市"),
    "city": ("市", "州", "盟"),
    "park": ("开发区", "高新区", "园区", "园", "新区"),
    "county": ("县", "区", "旗"),
    "township": ("乡", "镇", "街道"),
    "enterprise": ("公司", "集团", "厂"),
}
SEPARATORS = str.maketrans("，、；;,\t", "      ")


class PlanFactsForm(forms.Form):
    """The plan as a whole, and the regions that are added with it."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=200)
    code = forms.SlugField(
        label=gettext_lazy("code"),
        max_length=60,
        help_text=gettext_lazy(
            "Names the plan in addresses and templates: letters, digits and dashes, such as shanxi-2020."
        ),
    )
    issuer = forms.CharField(label=gettext_lazy("issuing body"), max_length=200)
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
    region = forms.CharField(
        label=gettext_lazy("code of the region"),
        max_length=12,
        help_text=gettext_lazy("The region that the plan is of, by its code, such as 140000 for 山西省."),
    )
    regions = forms.CharField(
        label=gettext_lazy("regions that are added"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Only those that are not there yet: one a line, code and name, such as “440300 深圳市”, the widest first. "
            "Those below belong to the plan's region; another one is written last: “440305 南山区 county 440300”."
        ),
    )
    pace = forms.ChoiceField(
        label=gettext_lazy("pace curve"),
        choices=PACE_CHOICES,
        help_text=gettext_lazy("How the target is expected to fill over the year, where it has no milestones."),
    )
    graded_by = forms.ChoiceField(
        label=gettext_lazy("gaps measured"),
        choices=[
            ("due", gettext_lazy("in percent of what is due")),
            ("points", gettext_lazy("in percentage points of the target")),
        ],
        help_text=gettext_lazy("20 instead of 25 due: a fifth behind what is due, or 5 points of a target of 100."),
    )
    deadline_day = forms.IntegerField(
        label=gettext_lazy("returns are due on day"),
        min_value=1,
        max_value=28,
        help_text=gettext_lazy("Of the next month: 5 means that January's return is due on 5 February."),
    )

    def __init__(self, draft: Draft, data: Any = None) -> None:
        plan = draft.plan
        self.names_en = {one.code: one.name_en for one in draft.regions}
        values = {name: getattr(plan, name) for name in self.base_fields if hasattr(plan, name)}
        super().__init__(data, initial={**values, "regions": "\n".join(_region_line(one) for one in draft.regions)})

    def clean_regions(self) -> tuple[DraftRegion, ...]:
        """Return the regions. Raise ValidationError naming the line that is none."""
        lines = [line.translate(SEPARATORS).split() for line in self.cleaned_data["regions"].splitlines()]
        top = self.data.get("region", "").strip()
        return tuple(self._region(words, top) for words in lines if words)

    def _region(self, words: list[str], top: str) -> DraftRegion:
        levels = {str(name): code for code, name in level_choices()}
        codes = set(levels.values())
        line = " ".join(words)
        if len(words) < 2:
            raise forms.ValidationError(_("“%(line)s”: write the code and the name of the region.") % {"line": line})
        code, name, rest = words[0], words[1], words[2:]
        level = next((levels.get(word, word) for word in rest if word in codes or word in levels), "")
        level = level or next((known for known, ends in LEVEL_BY_END.items() if name.endswith(ends)), "")
        if not level:
            message = _("“%(line)s”: write the level last, one of %(levels)s.")
            raise forms.ValidationError(message % {"line": line, "levels": ", ".join(sorted(codes))})
        other = next((word for word in rest if word not in codes and word not in levels), "")
        return DraftRegion(code, name, level, other or ("" if code == top else top), self.names_en.get(code, ""))

    @property
    def plan(self) -> DraftPlan:
        """Return the plan's facts as they are kept."""
        data = self.cleaned_data
        days = {name: data[name].isoformat() for name in ("issued_on", "starts_on", "ends_on")}
        return DraftPlan(**{**{name: data[name] for name in data if name != "regions"}, **days})


def _region_line(region: DraftRegion) -> str:
    return " ".join(part for part in (region.code, region.name, region.level, region.part_of) if part)
