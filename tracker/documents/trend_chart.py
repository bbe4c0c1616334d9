"""What a trend chart says: the series for drawing it, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.forecast import Forecast
from tracker.calculation.trend import TrendPoint
from tracker.documents import trends, wording
from tracker.documents.shape import Column, Kind, Row, Sheet

#: The columns of the table after the period and the coverage, with the names of the lines.
SERIES = ("verified", "schedule", "last_year", "forecast", "low", "high")

#: The lines whose amounts are told of a period, in this order.
TOLD = ("verified", "schedule", "last_year", "forecast")


@dataclass(frozen=True)
class TrendChart:
    """One target's way in a place. `labels` name the periods; amounts are in `unit`, printed with `decimals`.

    `breaks` are the places of the periods from which on the series is another one.
    `adds_up` is False for a rate, a level or a mean: what is missing may move its line either way.
    """

    code: str
    title: str
    unit: str
    decimals: int
    labels: Sequence[str]
    points: Sequence[TrendPoint]
    target: Decimal | None
    forecast: Forecast | None
    adds_up: bool = True
    breaks: Sequence[int] = ()

    @property
    def names(self) -> dict[str, str]:
        """Return what each line is called."""
        forecast = _("Forecast")
        if self.forecast:
            forecast = _("Forecast (%(method)s)") % {"method": trends.method(self.forecast)}
        return {
            "verified": _("Verified cumulative"),
            "schedule": _("Schedule"),
            "last_year": _("Last year's cumulative"),
            "forecast": forecast,
            "range": _("Range of the forecast"),
            "low": _("Forecast, low"),
            "high": _("Forecast, high"),
            "target": _("Target"),
            "break": _("Break in the series"),
        }

    @property
    def description(self) -> str:
        """The finding in words, for who does not see the chart."""
        there = [point for point in self.points if point.verified is not None]
        if not there:
            return _("%(title)s: nothing verified yet.") % {"title": self.title}
        last = there[-1]
        words = {
            "title": self.title,
            "period": self.labels[list(self.points).index(last)],
            "verified": wording.amount(last.verified, self.decimals),
            "schedule": wording.amount(last.schedule, self.decimals),
            "target": wording.amount(self.target, self.decimals),
            "unit": self.unit,
        }
        finding = _(
            "%(title)s by %(period)s: %(verified)s %(unit)s verified, schedule %(schedule)s, target %(target)s."
        )
        if not self.breaks:
            return finding % words
        broken = {"finding": finding % words, "periods": wording.listed(self.labels[at] for at in self.breaks)}
        return _("%(finding)s Break in the series from %(periods)s.") % broken

    @property
    def not_reported(self) -> str:
        """Say how many returns behind the last verified figure are missing; empty where none is."""
        there = [point.coverage for point in self.points if point.verified is not None]
        if not there or there[-1].present >= there[-1].expected:
            return ""
        words = {"missing": there[-1].expected - there[-1].present, "all": there[-1].expected}
        if not self.adds_up:
            return _("%(missing)s of %(all)s returns up to then are not verified: the line rests on the rest.") % words
        return _("%(missing)s of %(all)s returns up to then are not verified: the line is so much too low.") % words

    def as_data(self) -> dict[str, object]:
        """Return what the page's script tells of each period: as printed, None where nothing is known."""
        return {
            "title": self.title,
            "description": self.description,
            "periods": [
                {
                    "label": label,
                    "coverage": _counted(point),
                    "told": [[self.names[key], self._printed(getattr(point, key))] for key in TOLD if _has(point, key)]
                    + ([[self.names["range"], self._range(point)]] if _has(point, "low") else []),
                }
                for label, point in zip(self.labels, self.points, strict=True)
            ],
        }

    @property
    def headings(self) -> list[str]:
        """The columns of the table."""
        return [_("Period"), *(self.names[name] for name in SERIES), _("Verified/expected")]

    @property
    def rows(self) -> list[list[str]]:
        """The table's rows as printed; a dash where nothing is known."""
        return [
            [label, *(self._printed(getattr(point, name)) for name in SERIES), _counted(point)]
            for label, point in zip(self.labels, self.points, strict=True)
        ]

    def as_sheet(self) -> Sheet:
        """Return the same data with unrounded values, for a workbook."""
        columns = [Column(heading, Kind.AMOUNT, self.decimals) for heading in self.headings]
        columns[0], columns[-1] = Column(self.headings[0]), Column(self.headings[-1])
        return Sheet(
            name=_("Trend"),
            title=self.title,
            right=_("Unit: %(unit)s") % {"unit": self.unit},
            columns=columns,
            rows=[
                Row([label, *(getattr(point, name) for name in SERIES), _counted(point)])
                for label, point in zip(self.labels, self.points, strict=True)
            ],
            notes=[self.description],
            frozen_columns=1,
        )

    def _printed(self, value: Decimal | None) -> str:
        return wording.amount(value, self.decimals)

    def _range(self, point: TrendPoint) -> str:
        return f"{self._printed(point.low)} – {self._printed(point.high)}"


def _has(point: TrendPoint, key: str) -> bool:
    return getattr(point, key) is not None


def _counted(point: TrendPoint) -> str:
    """Return how many of the cells behind it are there; nothing for a period still to come."""
    return str(point.coverage) if point.coverage.expected else ""
