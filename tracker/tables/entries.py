"""The list of values: what stands in the cells of returns, reported and verified."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from tracker.calculation.comparison import adjustment
from tracker.documents import wording
from tracker.documents.shape import Kind
from tracker.documents.status_words import status_in_words
from tracker.filters.entries import CHANGED, MISSING, VERIFIED, WAITING
from tracker.models import Entry, User
from tracker.queries.figures.value_sums import ValueSums
from tracker.tables.addresses import return_address
from tracker.tables.columns import CountColumn, MomentColumn, NumberColumn, PeriodColumn, TextColumn
from tracker.tables.returns import ON_ONE_LINE

FIGURE = '<a href="{}" title="{}">{}</a>'
STATE = '<span class="state value-{}">{}</span>'


class ExactColumn(NumberColumn):
    """A value with every digit that was entered, in its row's unit."""

    kind = Kind.AMOUNT

    def render(self, value: Decimal, record: Entry) -> str:
        """ "6,611.79"."""
        return wording.exact(value, record.indicator.decimals)


class EntryTable(tables.Table):
    """One row for each cell of a return; each leads to its return, and its value to the figure it counts in."""

    unit = TextColumn(
        accessor="unit_return__unit",
        order_by=("unit_return__unit__region__path", "unit_return__unit__code"),
        verbose_name=_("reporting unit"),
    )
    region = TextColumn(
        accessor="unit_return__unit__region", order_by="unit_return__unit__region__path", verbose_name=_("region")
    )
    period = PeriodColumn(
        accessor="unit_return__period",
        order_by="unit_return__period__starts_on",
        verbose_name=_("period"),
    )
    indicator = TextColumn(order_by="indicator__code", verbose_name=_("indicator"), attrs={"td": {"class": "wide"}})
    reported = ExactColumn(accessor="reported_value", verbose_name=_("reported value"))
    verified = ExactColumn(accessor="verified_value", verbose_name=_("verified value"))
    difference = ExactColumn(accessor="pk", orderable=False, empty_values=(), verbose_name=_("difference"))
    measure = TextColumn(accessor="indicator__unit", orderable=False, verbose_name=_("unit of measure"))
    state = TextColumn(accessor="pk", orderable=False, verbose_name=_("state"), attrs=ON_ONE_LINE)
    revision = CountColumn(accessor="pk", orderable=False, empty_values=(), verbose_name=_("revision"))
    verified_by = TextColumn(accessor="verified_revision__actor", orderable=False, verbose_name=_("verified by"))
    verified_at = MomentColumn(accessor="verified_revision__recorded_at", verbose_name=_("verified at"))
    status = TextColumn(accessor="pk", orderable=False, verbose_name=_("data status"), attrs=ON_ONE_LINE)
    number = CountColumn(accessor="pk", verbose_name=_("No."))
    note = TextColumn(orderable=False, verbose_name=_("note"), attrs={"td": {"class": "wide"}})

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}
        order_by = ("-number",)

    def __init__(
        self,
        data: Any,
        *,
        user: User | None = None,
        figure_of: Callable[[Entry], str | None] = lambda _entry: None,
        sums: ValueSums | None = None,
        **kwargs: Any,
    ) -> None:
        self.words = state_words()
        self.badges = {
            code: format_html('<span class="state value-{}">{}</span>', code, words)
            for code, words in self.words.items()
        }
        self.sums = sums
        self.page_of, self.figure_of = return_address(user), figure_of
        self.to_figure = gettext("The figure that this value counts in")
        super().__init__(data, **kwargs)

    def total_values(self, names: Sequence[str]) -> list[Any] | None:
        """Return the values of the row of totals in these columns; None where the list has no totals."""
        if self.sums is None:
            return None
        values: dict[str, Any] = {
            "indicator": str(self.sums.indicator),
            "reported": self.sums.reported,
            "verified": self.sums.verified,
            "difference": self.sums.difference,
            "measure": str(self.sums.indicator.unit),
        }
        return [gettext("total") if not place else values.get(name) for place, name in enumerate(names)]

    @property
    def total_row(self) -> list[tuple[str, bool]]:
        """Return the cells of the row of totals of the page, each with True if it is a number; empty without one."""
        names = [column.name for column in self.columns]
        cells = self.total_values(names)
        if cells is None or self.sums is None:
            return []
        decimals = self.sums.indicator.decimals
        return [
            (wording.exact(cell, decimals), True) if isinstance(cell, Decimal) else (cell or "", False)
            for cell in cells
        ]

    def decimals_of(self, row: Entry) -> int:
        """Return the indicator's decimals."""
        return row.indicator.decimals

    def render_unit(self, value: Any, record: Entry) -> str:
        """Return the unit, leading to the return in which the value stands."""
        return format_html('<a href="{}">{}</a>', self.page_of(record.unit_return), value)

    def value_unit(self, value: Any) -> str:
        """Return the unit's name alone."""
        return str(value)

    def render_verified(self, value: Decimal, record: Entry) -> str:
        """Return what was accepted, leading to the figure that it counts in."""
        words, address = wording.exact(value, record.indicator.decimals), self.figure_of(record)
        return words if address is None else format_html(FIGURE, address, self.to_figure, words)

    def value_verified(self, value: Decimal) -> Decimal:
        """Return the value alone."""
        return value

    def render_difference(self, record: Entry) -> str:
        """核减(增), signed."""
        found = self.value_difference(record)
        return (
            self.default
            if found is None
            else f"{'+' if found > 0 else ''}{wording.exact(found, record.indicator.decimals)}"
        )

    def value_difference(self, record: Entry) -> Decimal | None:
        """Return the adjustment of an entry, or None where a value is missing."""
        return adjustment(record.reported_value, record.verified_value)

    def render_status(self, record: Entry) -> str:
        """Return the status of the value: preliminary, verified or revised."""
        return status_in_words(record.status)

    def value_status(self, record: Entry) -> str:
        """Return the same."""
        return status_in_words(record.status)

    def render_state(self, record: Entry) -> str:
        """Return how far the value has come, as a badge."""
        return self.badges[state_of(record)]

    def value_state(self, record: Entry) -> str:
        """Return the same in words."""
        return self.words[state_of(record)]

    def render_revision(self, record: Entry) -> str:
        """Return the revision that stands: the verified one, else the reported one."""
        return str(self.value_revision(record) or self.default)

    def value_revision(self, record: Entry) -> int | None:
        """Its number in the cell's history; None where nothing was ever entered."""
        standing = record.verified_revision or record.reported_revision
        return standing.number if standing else None


class EntryThenTable(EntryTable):
    """The values that stood verified at an earlier moment, with what the reviewer had seen."""

    reported = ExactColumn(accessor="then_seen", orderable=False, verbose_name=_("reported value"))
    verified = ExactColumn(accessor="then_value", orderable=False, verbose_name=_("verified value"))
    verified_by = TextColumn(accessor="then_by", orderable=False, verbose_name=_("verified by"))
    verified_at = MomentColumn(accessor="then_at", orderable=False, verbose_name=_("verified at"))

    class Meta(EntryTable.Meta):
        exclude = ("state", "note")

    def value_difference(self, record: Any) -> Decimal | None:
        """Return the adjustment of then."""
        return adjustment(record.then_seen, record.then_value)

    def value_revision(self, record: Any) -> int | None:
        """Return the number of the revision that stood then."""
        number: int = record.then_number
        return number


def state_of(entry: Entry) -> str:
    """Return True if a value is missing, waits, or is verified, and if as reported."""
    if entry.verified_value is None:
        return MISSING if entry.reported_value is None else WAITING
    return VERIFIED if entry.verified_value == entry.reported_value else CHANGED


def state_words() -> dict[str, str]:
    """Return the states in words, short enough for a badge."""
    return {
        MISSING: pgettext("value", "missing"),
        WAITING: pgettext("value", "reported"),
        VERIFIED: pgettext("value", "verified"),
        CHANGED: pgettext("value", "verified, changed"),
    }
