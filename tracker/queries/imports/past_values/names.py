"""Finding units, indicators and periods by the words of a table; everything is fetched once."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from tracker.calculation.period_spelling import january_or_october, read_period_code
from tracker.calculation.quantities import plain_symbol
from tracker.models import (
    EarlierRegion,
    EarlierUnitName,
    Indicator,
    MeasureUnit,
    NameAlias,
    Period,
    Plan,
    Region,
    ReportingUnit,
)
from tracker.queries.imports.past_values.cells import Scalar, as_text
from tracker.queries.imports.past_values.total_words import SUBTOTALS, TOTALS_OF_PERIODS, TOTALS_OF_UNITS

Thing = TypeVar("Thing")
#: "粉煤灰综合利用量（万吨）": a name with its unit of measure behind it, in brackets or behind a separator.
WITH_MEASURE = (re.compile(r"(.+)[(\[【〔]([^()\[\]【】〔〕]+)[)\]】〕]"), re.compile(r"(.+)[/,、:;]([^/,、:;]+)"))
#: The end of a region's name that short forms leave out.
LEVEL = re.compile(r"(?:特别行政区|自治区|自治州|自治县|地区|省|市|盟|州|县|区|旗)$")
#: Shorter ones are words of other names.
MIN_FOUND = 2


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
    """Return a name without the differences between spellings: width, spaces, capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


class Vocabulary:
    """The names that a table for this plan may use.

    `answers` are a person's words about this table, by the kind of word ("unit", "indicator", "period") and the text.
    """

    def __init__(self, plan: Plan, answers: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.plan = plan
        self._listed = set(plan.list_rules.values_list("indicator_id", flat=True))
        self.answers = {
            kind: {plain(text): code for text, code in said.items()} for kind, said in (answers or {}).items()
        }
        units = ReportingUnit.objects.within(plan.region).select_related("region__parent__parent")
        self.units = list(units.order_by("region__path", "code"))
        self.indicators = list(Indicator.objects.select_related("unit"))
        self.periods = {period.code: period for period in Period.objects.filter(plan=plan)}
        self.measures = list(MeasureUnit.objects.all())
        aliases = list(NameAlias.objects.order_by())
        by_pk = {unit.pk: unit for unit in self.units}
        learned = [(one.name, by_pk[one.unit_id]) for one in aliases if one.unit_id in by_pk]
        self._units = _Names(_in_order(*self._unit_names(), learned, self._former_names(aliases)))
        self._whole = {plain(name) for name in (*_short(plan.region.name), plan.region.name_en) if name}
        self._unit_codes = {unit.code: unit for unit in self.units}
        named = [(name, one) for one in self.indicators for name in (one.code, one.name, one.name_en)]
        by_key = {one.pk: one for one in self.indicators}
        of_indicators = [(one.name, by_key[one.indicator_id]) for one in aliases if one.indicator_id in by_key]
        self._indicators = _Names(_in_order(named, of_indicators))
        self._indicator_codes = {one.code: one for one in self.indicators}
        self._measures = _Names(
            (plain_symbol(name), one) for one in self.measures for name in (one.symbol, one.symbol_en, one.code)
        )

    def _unit_names(self) -> tuple[list[tuple[str, ReportingUnit]], ...]:
        """Return names in order of their weight: own ones, the region's, short and long ones.

        A region's name stands for a unit where only one unit that is not closed reports there.
        """
        own = [(name, unit) for unit in self.units for name in (unit.code, unit.name, unit.name_en)]
        by_region: dict[int, list[ReportingUnit]] = {}
        for unit in self.units:
            if unit.closed_on is None:
                by_region.setdefault(unit.region_id, []).append(unit)
        alone = [unit for units in by_region.values() for unit in units]
        regions = [(name, one) for one in alone for name in (one.region.code, one.region.name, one.region.name_en)]
        longer = [(f"{above}{name}", one) for one in self.units for above in _above(one.region) for name in _own(one)]
        short = [(f"{name}{end}", one) for one in alone for name in _spellings(one.region) for end in ("", "局")]
        return own, regions, [*longer, *short]

    def _former_names(self, aliases: Iterable[NameAlias]) -> list[tuple[str, ReportingUnit]]:
        """Return former names of units, then former and other names of regions where one unit alone reports."""
        by_pk = {unit.pk: unit for unit in self.units}
        earlier = EarlierUnitName.objects.filter(unit__in=by_pk).order_by("-until")
        found = [(name, by_pk[row.unit_id]) for row in earlier for name in (row.name, row.name_en)]
        alone = self._alone()
        regions = EarlierRegion.objects.filter(region__in=alone).order_by("-until")
        found += [(name, alone[row.region_id]) for row in regions for name in (*_short(row.name), row.name_en)]
        return found + [(one.name, alone[one.region_id]) for one in aliases if one.region_id in alone]

    def _alone(self) -> dict[int, ReportingUnit]:
        """Return by region its only unit that is not closed."""
        by_region: dict[int, list[ReportingUnit]] = {}
        for unit in self.units:
            if unit.closed_on is None:
                by_region.setdefault(unit.region_id, []).append(unit)
        return {region: units[0] for region, units in by_region.items() if len(units) == 1}

    def unit(self, scalar: Scalar) -> ReportingUnit:
        """Return the unit that a cell names. Raise UnknownName."""
        text = as_text(scalar)
        unit = self._units.get(text) or self._unit_codes.get(self._answer("unit", text))
        if unit is None:
            raise UnknownName(_unit_unknown(text, is_ambiguous=self._units.is_ambiguous(text)), "unit")
        return unit

    def finds_unit(self, scalar: Scalar) -> bool:
        """Return True if a cell names a unit."""
        return self._units.get(as_text(scalar)) is not None

    def find_unit(self, text: str) -> ReportingUnit | None:
        """Return the unit of this name."""
        return self._units.get(text)

    def units_in(self, texts: Sequence[str]) -> set[str]:
        """Return the codes of units named within these texts; a name within a longer one does not count."""
        return {unit.code for unit in _named_in(self._units, texts)}

    def indicators_in(self, texts: Sequence[str]) -> set[str]:
        """Return the codes of entered indicators named within these texts."""
        entered = Indicator.Kind.ENTERED
        return {one.code for one in _named_in(self._indicators, texts) if one.kind == entered}

    def find_indicator(self, text: str) -> Indicator | None:
        """Return the entered indicator of this name, without a unit of measure behind it."""
        found = self._indicators.get(text) or self._indicator_codes.get(self._answer("indicator", text))
        return found if found and found.kind == Indicator.Kind.ENTERED else None

    def names_indicator(self, text: str) -> bool:
        """Return True if a text names an indicator, with a unit of measure behind it or without."""
        try:
            self.indicator(text)
        except UnknownName:
            return False
        return True

    def _answer(self, kind: str, text: str) -> str:
        return self.answers.get(kind, {}).get(plain(text), "")

    def indicator(self, scalar: Scalar) -> tuple[Indicator, str]:
        """Return the indicator that a cell or heading names, and the unit of measure it adds. Raise UnknownName."""
        text = as_text(scalar)
        indicator, measure = self._indicators.get(text), ""
        for spelling in WITH_MEASURE:
            if indicator is None and (match := spelling.fullmatch(plain(text))):
                indicator, measure = self._indicators.get(match[1]), match[2].removeprefix("单位:")
        indicator = indicator or self._indicator_codes.get(self._answer("indicator", text))
        if indicator is None:
            raise UnknownName(_indicator_unknown(text, is_ambiguous=self._indicators.is_ambiguous(text)), "indicator")
        if indicator.kind != Indicator.Kind.ENTERED:
            raise UnknownName(
                _("“%(indicator)s” is calculated and cannot be entered. Remove it and load its parts.")
                % {"indicator": indicator},
                "indicator",
            )
        if indicator.pk in self._listed:
            raise UnknownName(
                _("“%(indicator)s” is counted from a list of names and never entered. Leave it out.")
                % {"indicator": indicator},
                "indicator",
            )
        return indicator, measure

    def period(self, scalar: Scalar, year: int | None = None) -> Period:
        """Return the plan's period that a cell names; `year` completes a month. Raise UnknownName with what there is.

        "2019.1" is asked about, whether it is a text or a number: it may be January or an October without its zero.
        """
        text = as_text(scalar)
        code = self._answer("period", text) or read_period_code(text, year or self.plan_year)
        if code is None:
            raise UnknownName(_period_unknown(text), "period")
        if code not in self.periods:
            raise UnknownName(self._no_such_period(code), "period")
        return self.periods[code]

    def named_period(self, scalar: Scalar, year: int | None = None) -> str | None:
        """Return the code of the period that a cell names, of whichever plan; None where it names none."""
        return read_period_code(as_text(scalar), year or self.plan_year)

    def names_period(self, scalar: Scalar, year: int | None = None) -> bool:
        """Return True if a cell names a period, one of another plan too, or a total of periods."""
        text = as_text(scalar)
        code = read_period_code(text, year or self.plan_year)
        return code is not None or january_or_october(text) is not None or self.is_total_of_periods(text)

    def is_total(self, scalar: Scalar) -> bool:
        """Return True if a cell stands where units do and says that its row is a total: "合计", "全省", "山西省"."""
        text = plain(as_text(scalar))
        return (text in TOTALS_OF_UNITS or text in self._whole) and not self._units.get(text)

    def is_total_of_periods(self, scalar: Scalar) -> bool:
        """Return True if a cell stands where periods do and says that its values are totals of them: "合计", "全年"."""
        return plain(as_text(scalar)) in TOTALS_OF_PERIODS

    def is_total_heading(self, scalar: Scalar) -> bool:
        """Return True if the heading of a column says that its values are totals."""
        return self.is_total(scalar) or self.is_total_of_periods(scalar)

    def is_subtotal(self, scalar: Scalar) -> bool:
        """Return True if a total is one of the rows since the one before: "小计"."""
        return plain(as_text(scalar)) in SUBTOTALS

    def measure(self, symbol: str) -> MeasureUnit | None:
        """Return the unit of measure with this symbol or code, in whichever spelling."""
        return self._measures.get(plain_symbol(symbol))

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
            "of its own year, or send the year before the plan in as its base year."
        ) % {"plan": self.plan, "period": code, "first": codes[0], "last": codes[-1]}


def _in_order(*tiers: Iterable[tuple[str, Thing]]) -> list[tuple[str, Thing]]:
    """Names with their things; a weaker name that is a stronger one's already is left out."""
    kept: list[tuple[str, Thing]] = []
    taken: set[str] = set()
    for tier in tiers:
        here = [(name, thing) for name, thing in tier if plain(name) not in taken]
        kept += here
        taken |= {plain(name) for name, _thing in here}
    return kept


def _above(region: Region) -> set[str]:
    """Return the names of the regions above this one, as they appear before a name: "山西省", "山西"."""
    above: set[str] = set()
    while region.parent is not None:
        region = region.parent
        above = {before + name for before in ("", *_short(region.name)) for name in ("", *above)} - {""}
    return above


def _own(unit: ReportingUnit) -> set[str]:
    """Return the names of a unit that can follow those of regions above.

    These are its own name and, unless it is closed, its region's names.
    """
    return {unit.name, *(_spellings(unit.region) if unit.closed_on is None else ())}


def _spellings(region: Region) -> set[str]:
    """Return a region's name in full and short, with and without those above it."""
    names = _short(region.name)
    return names | {f"{above}{name}" for above in _above(region) for name in names}


def _short(name: str) -> set[str]:
    short = LEVEL.sub("", name)
    return {name, short} if len(short) >= MIN_FOUND else {name}


def _named_in(names: "_Names[Thing]", texts: Sequence[str]) -> list[Thing]:
    """Return what the longest names within the texts name."""
    found: dict[str, Thing] = {}
    for text in map(plain, texts):
        found |= {name: thing for name, thing in names.things.items() if len(name) >= MIN_FOUND and name in text}
    longest = [name for name in found if not any(name != other and name in other for other in found)]
    return [found[name] for name in longest if name not in names.twice and not name.isdecimal()]


def _period_unknown(text: str) -> str:
    if not text:
        return _("The period is missing. Write a month as 2019-08 or 2019年8月.")
    if either := january_or_october(text):
        return _("“%(text)s” may be January or October. Say which on this page, or write %(first)s or %(second)s.") % {
            "text": text,
            "first": either[0],
            "second": either[1],
        }
    return _("“%(text)s” names no period. Write a month as 2019-08 or 2019年8月.") % {"text": text}


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
