"""The verified values that an issued report rests on, each with its revision and who verified it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tracker.documents import wording
from tracker.documents.shape import Column, Kind, Row, Sheet
from tracker.filters.choices import ALL, CodedChoiceField
from tracker.models import Indicator, IssuedReport, ValueRevision
from tracker.models.earlier import lay_within, tree_on
from tracker.queries.documents.editions import issue_of
from tracker.queries.errors import Refused
from tracker.queries.figures.own_periods import periods_behind
from tracker.queries.figures.value_sums import adds_up
from tracker.queries.operations.rate_limits import TooOften
from tracker.views.exporting import CHUNK, MOST_ROWS, wants_file, workbook_of
from tracker.web.requests import SignedInRequest

ROWS = 100
#: Of the file, with what each holds.
COLUMNS = (
    (_("reporting unit"), Kind.TEXT),
    (_("period"), Kind.TEXT),
    (_("indicator"), Kind.TEXT),
    (_("In this report"), Kind.AMOUNT),
    (_("unit"), Kind.TEXT),
    (_("revision"), Kind.COUNT),
    (_("verified by"), Kind.TEXT),
    (_("Verified at"), Kind.MOMENT),
    (_("Reported then"), Kind.AMOUNT),
    (_("reason"), Kind.TEXT),
)


class ValuesForm(forms.Form):
    """Which of the values: of an indicator, a place, a month. The address holds the choices."""

    def __init__(self, issued: IssuedReport, data: QueryDict) -> None:
        super().__init__(data)
        indicators = Indicator.objects.filter(kind=Indicator.Kind.ENTERED, obligations__plan=issued.plan).distinct()
        self.fields["indicator"] = _choice(indicators.order_by("code"), _("indicator"))
        regions = tree_on(issued.region, issued.period.ends_on).regions
        self.fields["region"] = _choice([one for one in regions if one != issued.region], _("region"))
        months = periods_behind(issued.period).order_by("starts_on")
        named = [(one.code, wording.period_in_words(one.code)) for one in months]
        self.fields["period"] = forms.ChoiceField(choices=[ALL, *named], label=_("period"), required=False)
        self.fields["after"] = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput())


@require_safe
def report_values(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Show a page of them, in the order in which they were recorded, or give all as a file.

    The next page begins after the last value shown.
    """
    issued = get_object_or_404(IssuedReport.objects.visible_to(request.user).with_names(), pk=pk)
    form = ValuesForm(issued, request.GET)
    context: dict[str, Any] = {"report": issued, "form": form}
    if form.is_valid() and wants_file(request):
        try:
            return _file(request, issued, form.cleaned_data)
        except TooOften:
            raise  # answered as such, by whoever sees to limits
        except Refused as refusal:
            messages.error(request, refusal.message)
    if form.is_valid():
        rows = _found(issued, form.cleaned_data)
        query = request.GET.copy()
        if len(rows) > ROWS:
            query["after"] = str(rows[ROWS - 1].pk)
            context["next"] = f"?{query.urlencode()}"
        context |= {"rows": rows[:ROWS], "total": _total(issued, form.cleaned_data)}
    return render(request, "tracker/report_values.html", context)


def _file(request: SignedInRequest, issued: IssuedReport, asked: dict[str, Any]) -> HttpResponseBase:
    """All values of a choice with their total, as a file. Raise Refused where they are too many for one."""
    total = _total(issued, asked)
    if total.number > MOST_ROWS:
        words = _t("These are more than %(limit)s rows. Choose less, or ask for the ledger report.")
        raise Refused(words % {"limit": f"{MOST_ROWS:,}"})
    named = set(issued.revisions)
    rows = [_row(one) for one in _asked(issued, asked).order_by("pk").iterator(CHUNK) if one.pk in named]
    if total.value is not None and total.indicator is not None:
        sum_row = [_t("total"), "", str(total.indicator), total.value, str(total.indicator.unit), *[None] * 5]
        rows.append(Row(sum_row, is_total=True, decimals=total.indicator.decimals))
    moment = _t("as of %(when)s") % {"when": wording.moment(issued.as_of)}
    sheet = Sheet(
        name=_t("Values it rests on")[:31],
        title=_t("Values it rests on"),
        left=issued.title,
        middle=f"{issue_of(issued)} · {moment}",
        columns=[Column(capfirst(str(heading)), kind) for heading, kind in COLUMNS],
        rows=rows,
        has_filter=True,
    )
    chosen = {name: str(value) for name, value in request.GET.items() if value and not name.startswith("_")}
    filters = {"report": str(issued.pk), **chosen}
    issuer = issued.plan.issuing_body
    return workbook_of(request, sheet, identifier="report_values", issuer=issuer, filters=filters, plan=issued.plan)


def _row(one: ValueRevision) -> Row:
    indicator, filed = one.entry.indicator, one.entry.unit_return
    values = [str(filed.unit), filed.period.code, str(indicator), one.value, str(indicator.unit), one.number]
    seen = one.saw.value if one.saw else None
    return Row([*values, str(one.actor), one.recorded_at, seen, one.reason], decimals=indicator.decimals)


def _found(issued: IssuedReport, asked: dict[str, Any]) -> list[ValueRevision]:
    """At most one row more than a page has. The report keeps its revisions as a list: what it names is picked out."""
    named = set(issued.revisions)
    rows = _asked(issued, asked).filter(pk__lte=max(named, default=0))
    found: list[ValueRevision] = []
    last = asked["after"] or 0
    while len(found) <= ROWS:
        more = list(rows.filter(pk__gt=last).order_by("pk")[: 4 * ROWS])
        if not more:
            break
        found += [row for row in more if row.pk in named]
        last = more[-1].pk
    return found[: ROWS + 1]


@dataclass(frozen=True)
class Total:
    """The values behind a report that fit a choice: how many, and their sum where one indicator's add up."""

    number: int
    value: Decimal | None
    indicator: Indicator | None


def _total(issued: IssuedReport, asked: dict[str, Any]) -> Total:
    """Count them all, not those of the page alone."""
    indicator = asked["indicator"] or None
    rows = _asked(issued, asked)
    named = set(issued.revisions)
    kept = [value for pk, value in rows.order_by().values_list("pk", "value").iterator() if pk in named]
    is_sum = adds_up(indicator, is_one_period=bool(asked["period"]))
    total = sum((value for value in kept if value is not None), Decimal(0))
    return Total(len(kept), total if is_sum else None, indicator)


def _asked(issued: IssuedReport, asked: dict[str, Any]) -> QuerySet[ValueRevision]:
    region, lookup = asked["region"] or issued.region, "entry__unit_return__unit__region"
    within = lay_within(region, issued.period.ends_on, lookup)
    rows = ValueRevision.objects.filter(within, kind=ValueRevision.Kind.VERIFIED).with_names()
    if asked["indicator"]:
        rows = rows.filter(entry__indicator=asked["indicator"])
    if asked["period"]:
        rows = rows.filter(entry__unit_return__period__code=asked["period"])
    return rows


def _choice(objects: Iterable[Any], label: Any) -> CodedChoiceField:
    return CodedChoiceField(objects=objects, extra_choices=[ALL], label=label, required=False)
