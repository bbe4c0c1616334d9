"""Finding units, indicators and periods by the words of a table; everything is fetched once."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from tracker.calculation.period_spelling import read_period_code
from tracker.models import Indicator, MeasureUnit, Period, Plan, ReportingUnit
from tracker.queries.imports.past_values.cells import Scalar, as_text

Thing = TypeVar("Thing")
#: "粉煤灰综合利用量（万吨）": a name with its unit of measure behind it.
TOTALS = frozenset({"合计", "总计", "小计", "共计", "全省", "全市", "total", "subtotal", "sum"})
WITH_MEASURE = re.compile(r"(.+)\(([^()]+)\)")


class UnknownName(Exception):
    """A word names nothing that can be loaded; the message says what to write instead, `field` which word it is."""

    def __init__(self, message: str, field: str = "value") -> None:
        self.field = field
        super().__init__(message)


class _Names(Generic[Thing]):
    """Things by every spelling of their names; a name that fits two is none of them."""

    def __init__(self, named: Iterable[tuple[str, Thing]]) -> None:
        self.things: dict[str, Thing] = {}
        self.twice: set[str] = set()
        for name, thing in named:
            key = plain(name)
            if key and self.things.setdefault(key, thing) != thing:
                self.twice.add(key)

    def get(self, text: str) -> Thing | None:
        key = plain(text)
        return None if key in self.twice else self.things.get(key)

    def is_ambiguous(self, text: str) -> bool:
        return plain(text) in self.twice


def plain(text: str) -> str:
    """A name without what spellings differ in: width, spaces, capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


class Vocabulary:
    """The names that a table for this plan may use."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.units = list(
            ReportingUnit.objects.within(plan.region).select_related("region").order_by("region__path", "code")
        )
        self.indicators = list(Indicator.objects.select_related("unit"))
        self.periods = {period.code: period for period in Period.objects.filter(plan=plan)}
        self.measures = list(MeasureUnit.objects.all())
        self._units = _Names([*self._unit_names()])
        self._indicators = _Names((name, one) for one in self.indicators for name in (one.code, one.name, one.name_en))
        self._measures = _Names((name, one) for one in self.measures for name in (one.symbol, one.symbol_en, one.code))

    def _unit_names(self) -> Iterable[tuple[str, ReportingUnit]]:
        """By code and name; by the region's where one unit that is not closed reports there."""
        by_region: dict[int, list[ReportingUnit]] = {}
        for unit in self.units:
            yield from ((name, unit) for name in (unit.code, unit.name, unit.name_en))
            if unit.closed_on is None:
                by_region.setdefault(unit.region_id, []).append(unit)
        taken = {plain(name) for unit in self.units for name in (unit.code, unit.name, unit.name_en)}
        for units in by_region.values():
            region = units[0].region
            names = {plain(name) for name in (region.code, region.name, region.name_en)} - taken
            yield from ((name, unit) for unit in units for name in names)

    def unit(self, scalar: Scalar) -> ReportingUnit:
        """The unit that a cell names. Raises UnknownName."""
        text = as_text(scalar)
        unit = self._units.get(text)
        if unit is None:
            raise UnknownName(_unit_unknown(text, is_ambiguous=self._units.is_ambiguous(text)), "unit")
        return unit

    def indicator(self, scalar: Scalar) -> tuple[Indicator, str]:
        """The indicator that a cell or heading names, and the unit of measure it adds. Raises UnknownName."""
        text = as_text(scalar)
        indicator, measure = self._indicators.get(text), ""
        if indicator is None and (match := WITH_MEASURE.fullmatch(plain(text))):
            indicator, measure = self._indicators.get(match[1]), match[2]
        if indicator is None:
            raise UnknownName(_indicator_unknown(text, is_ambiguous=self._indicators.is_ambiguous(text)), "indicator")
        if indicator.kind != Indicator.Kind.ENTERED:
            raise UnknownName(
                _("“%(indicator)s” is calculated and never entered. Leave it out; load what it is made of.")
                % {"indicator": indicator},
                "indicator",
            )
        return indicator, measure

    def period(self, scalar: Scalar) -> Period:
        """The plan's period that a cell names. Raises UnknownName, saying which periods there are."""
        if isinstance(scalar, float) and not scalar.is_integer():
            raise UnknownName(
                _("The number %(text)s may be January or October. Write the period as 2019-10 or 2019年10月.")
                % {"text": as_text(scalar)},
                "period",
            )
        text = as_text(scalar)
        code = read_period_code(text, self.plan_year)
        if code is None:
            raise UnknownName(
                _("“%(text)s” names no period. Write a month as 2019-08 or 2019年8月.") % {"text": text}
                if text
                else _("The period is missing. Write a month as 2019-08 or 2019年8月."),
                "period",
            )
        if code not in self.periods:
            raise UnknownName(self._no_such_period(code), "period")
        return self.periods[code]

    def is_total(self, scalar: Scalar) -> bool:
        """Whether a cell stands where units do and says that its row is a total: "合计", "全省"."""
        return plain(as_text(scalar)) in TOTALS and not self._units.get(as_text(scalar))

    def measure(self, symbol: str) -> MeasureUnit | None:
        """The unit of measure with this symbol or code."""
        return self._measures.get(symbol)

    @property
    def plan_year(self) -> int | None:
        """The calendar year of a plan that lies within one."""
        return self.plan.starts_on.year if self.plan.starts_on.year == self.plan.ends_on.year else None

    def _no_such_period(self, code: str) -> str:
        if not self.periods:
            return _("The plan “%(plan)s” has no periods yet. The plan manager opens them first.") % {"plan": self.plan}
        codes = sorted(self.periods)
        return _(
            "The plan “%(plan)s” has no period %(period)s; it has %(first)s to %(last)s. Load this row into the plan "
            "of its own year; where there is none, the plan manager makes it first."
        ) % {"plan": self.plan, "period": code, "first": codes[0], "last": codes[-1]}


def _unit_unknown(text: str, *, is_ambiguous: bool) -> str:
    if not text:
        return _("The unit is missing. Write its name or its code.")
    if is_ambiguous:
        return _("“%(name)s” fits several units. Write the unit's code.") % {"name": text}
    return _("No unit of this plan is called “%(name)s”. Write its name or its code as on the list of units.") % {
        "name": text
    }


def _indicator_unknown(text: str, *, is_ambiguous: bool) -> str:
    if not text:
        return _("The indicator is missing. Write its name or its code.")
    if is_ambiguous:
        return _("“%(name)s” fits several indicators. Write the indicator's code.") % {"name": text}
    return _("No indicator is called “%(name)s”. Write its name or its code as on the list of indicators.") % {
        "name": text
    }
