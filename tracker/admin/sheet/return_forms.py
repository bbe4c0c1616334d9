"""The forms behind a return's page: opening it, filling it in, reviewing it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.documents import wording
from tracker.models import ExpectedReturn, Period, Plan, ReportingUnit, User
from tracker.models.period import outside_plan
from tracker.queries.projects.reports import ReportRow
from tracker.queries.returns.expected_returns import own_units
from tracker.queries.returns.return_rows import ReturnRow

#: What the choice between two versions of a cell says.
MINE, THEIRS = "mine", "theirs"
#: What the names of the fields of projects begin with: their members' numbers are no codes of indicators.
OF_PROJECT = "project_"


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

    def __init__(self, owed: Sequence[ExpectedReturn], user: User, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        units = own_units(user)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.plans = Plan.objects.filter(pk__in=units.order_by().values("expected_returns__period__plan"))
        periods = {item.period.pk: item.period for item in owed}.values()
        self.has_several_plans = len({period.plan_id for period in periods}) > 1
        self.fields["period"].widget.choices = [
            (self.key(period), self.label(period)) for period in sorted(periods, key=lambda p: p.due_at, reverse=True)
        ]

    def key(self, period: Period) -> str:
        """Return how a period is named in the form: "2020-08", with its plan before it where there are several."""
        return f"{period.plan.code}:{period.code}" if self.has_several_plans else period.code

    def label(self, period: Period) -> str:
        """Return how a period reads in the list."""
        words = wording.period_in_words(period.code)
        return f"{words} · {period.plan}" if self.has_several_plans else words

    def clean_period(self) -> Period:
        """Return the period named, if it belongs to the plan and has begun; raise ValidationError otherwise."""
        plan_code, _colon, code = self.cleaned_data["period"].rpartition(":")
        plans = self.plans.filter(Q(code=plan_code) if plan_code else Q())
        period = Period.objects.filter(plan__in=plans, code=code).select_related("plan__region").first()
        if period is None:
            plan = plans.first()
            raise forms.ValidationError(
                outside_plan(plan, code) if plan else gettext("Your units have no return to submit.")
            )
        if not period.has_begun(self.now):
            raise forms.ValidationError(gettext("%(period)s has not begun yet.") % {"period": period})
        return period


class SheetForm(forms.Form):
    """A form with the same fields for each row, named by the indicator's code."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, rows: Sequence[ReturnRow], version: int, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"version": version})
        for row in rows:
            self.add_row(row)

    def add_row(self, row: ReturnRow) -> None:
        """Add the fields of one row."""
        raise NotImplementedError

    @property
    def expected_version(self) -> int:
        """The version that the person saw."""
        return self.cleaned_data.get("version") or 0

    def by_code(self, prefix: str) -> dict[str, str]:
        """Return what was typed in the fields of one kind, by indicator code."""
        start = f"{prefix}-"
        return {name.removeprefix(start): text for name, text in self.cleaned_data.items() if name.startswith(start)}


class EntryForm(SheetForm):
    """What the unit types: a value and a note for each indicator, as text; the service reads it.

    Each row also says which revision it was typed against, and after a conflict whose version is to stand.
    """

    def add_row(self, row: ReturnRow) -> None:
        code, entry = row.indicator.code, row.entry
        self.fields[f"value-{code}"] = forms.CharField(
            required=False, max_length=100, initial=plain(entry.reported_value)
        )
        self.fields[f"note-{code}"] = forms.CharField(required=False, max_length=500, initial=entry.note)
        self.fields[f"base-{code}"] = forms.CharField(
            required=False, max_length=10, initial=str(seen_number(row)), widget=forms.HiddenInput
        )
        # Its files come beside the form's data; the field is where their errors stand.
        self.fields[f"evidence-{code}"] = forms.Field(required=False)
        self.seen[code] = {
            str(revision.number): (plain(revision.value), revision.note) for revision in row.revisions
        } | {"0": ("", "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.seen: dict[str, dict[str, tuple[str, str]]] = {}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Put what the other person stored into each cell of which the person said: take theirs."""
        for code, revisions in self.seen.items():
            stored = revisions.get(self.cleaned_data.get(f"base-{code}", ""))
            for place, kind in enumerate(("value", "note")):
                if stored and self.data.get(f"keep-{kind}-{code}") == THEIRS:
                    self.cleaned_data[f"{kind}-{code}"] = stored[place]
        return self.cleaned_data

    @property
    def bases(self) -> dict[str, int | None]:
        """The number of the revision that each cell was typed against, by code."""
        texts = self.by_code("base")
        return {code: int(text) if text.isascii() and text.isdigit() else None for code, text in texts.items()}


class ReviewForm(SheetForm):
    """What the reviewer types: a verified value and, where it differs, a reason; or comments that go back.

    Each row names the reported revision that the reviewer has before them: nothing else is verified. A level below
    the last one accepts the values as reported, and has no fields for others (`sets_values`).
    """

    comment = forms.CharField(required=False, max_length=2000)

    def __init__(
        self,
        rows: Sequence[ReturnRow],
        version: int,
        data: Mapping[str, Any] | None = None,
        *,
        projects: Sequence[ReportRow] = (),
        sets_values: bool = True,
    ) -> None:
        self.sets_values = sets_values
        super().__init__(rows, version, data)
        for line in projects:
            self._add_project(line)

    def add_row(self, row: ReturnRow) -> None:
        code = row.indicator.code
        if self.sets_values:
            self.fields[f"verified-{code}"] = forms.CharField(
                required=False, max_length=100, initial=plain(row.entry.reported_value)
            )
            self.fields[f"reason-{code}"] = forms.CharField(required=False, max_length=500)
        self.fields[f"comment-{code}"] = forms.CharField(required=False, max_length=500)
        self.fields[f"seen-{code}"] = forms.IntegerField(
            required=False, initial=row.entry.reported_revision_id, widget=forms.HiddenInput
        )

    def _add_project(self, line: ReportRow) -> None:
        """Add the fields of a project's line, named by the member."""
        if self.sets_values:
            text = plain(line.report.investment)
            self.fields[f"{OF_PROJECT}verified-{line.member.pk}"] = forms.CharField(
                required=False, max_length=100, initial=text
            )
            self.fields[f"{OF_PROJECT}reason-{line.member.pk}"] = forms.CharField(required=False, max_length=500)
        self.fields[f"{OF_PROJECT}comment-{line.member.pk}"] = forms.CharField(required=False, max_length=500)

    def by_member(self, kind: str) -> dict[int, str]:
        """Return what was typed in the fields of one kind of the lines of projects, by the member's primary key."""
        return {int(pk): text for pk, text in self.by_code(f"{OF_PROJECT}{kind}").items()}

    @property
    def seen(self) -> dict[str, int | None]:
        """The reported revision that was seen of each cell, by code."""
        start = "seen-"
        return {name.removeprefix(start): self.cleaned_data.get(name) for name in self.fields if name.startswith(start)}


def seen_number(row: ReturnRow) -> int:
    """Return the number of the cell's current reported revision, 0 while there is none."""
    revision = row.entry.reported_revision
    return revision.number if revision else 0


def plain(value: Decimal | None) -> str:
    """Return a stored value as a user would enter it: "500.5", "0", or nothing."""
    return "" if value is None else f"{value.normalize():f}"
