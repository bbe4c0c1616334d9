"""The plan document that the accepted items of a draft become, in the shape of fixtures/plan-shanxi-2020.toml."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.ratio_units import is_percent
from tracker.queries.errors import Refused
from tracker.queries.plans.drafts.draft import Composition, Draft, DraftTarget, ItemState
from tracker.queries.plans.drafts.known import Known, KnownUnit
from tracker.uploads.policy.units import scaled

PLAN = "plan"
Row = dict[str, Any]


@dataclass
class DraftTables:
    """Tables of a plan document; `sources` names the item that each row comes from."""

    units: list[Row] = field(default_factory=list)
    regions: list[Row] = field(default_factory=list)
    plan: dict[str, Any] = field(default_factory=dict)
    sources: dict[tuple[str, int], str] = field(default_factory=dict)
    mistakes: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, table: str, row: Row, source: str) -> None:
        """Append a row that comes from an item."""
        rows = self.plan.setdefault(table, [])
        self.sources[table, len(rows)] = source
        rows.append(row)

    def complain(self, source: str, name: str, message: str) -> None:
        """Note what is wrong with a field of an item."""
        self.mistakes.setdefault((source, name), message)


def build_tables(draft: Draft, known: Known) -> DraftTables:
    """Return the tables of everything that is accepted."""
    return _Builder(draft, known).build()


def unit_of(draft: Draft, target: DraftTarget, known: Known) -> str:
    """Return the symbol of the unit that a target is counted in: of a sum, that of its parts."""
    parts = draft.parts_of(target.key)
    if parts and target.composition == Composition.SUM:
        return unit_of(draft, parts[0], known)
    return fitted(target.unit, known)[0]


def fitted(symbol: str, known: Known) -> tuple[str, Decimal]:
    """Return the known unit that holds amounts of this one exactly, and the factor; else the unit itself and 1.

    Example: where 亿件 is not known and 万件 is, 1 亿件 is 10000 万件.
    """
    if not symbol or symbol in known.units:
        return symbol, Decimal(1)
    scale, plain = scaled(Decimal(1), symbol)
    same = [(scaled(Decimal(1), one), one) for one in known.units]
    smaller = [(factor, one) for (factor, unit), one in same if unit == plain and factor <= scale]
    if not smaller:
        return symbol, Decimal(1)
    factor, found = max(smaller)
    return found, scale / factor


class _Builder:
    def __init__(self, draft: Draft, known: Known) -> None:
        self.draft, self.known = draft, known
        self.tables = DraftTables()
        self.targets = [one for one in draft.targets if one.state == ItemState.ACCEPTED]
        self.kept = {one.key: one for one in self.targets}
        self.codes: dict[str, str] = {}
        self.new_units: dict[str, KnownUnit] = {}

    def build(self) -> DraftTables:
        """Return the tables. What cannot even be written down is complained of at its field."""
        self._plan()
        for clause in self.draft.clauses:
            if clause.state == ItemState.ACCEPTED:
                self.tables.add("clause", {"number": clause.number, "name": clause.name}, clause.key)
        self._number()
        for target in self.targets:
            self._indicator(target)
        for target in self.targets:
            self._target(target)
        self._commitments()
        self.tables.units = [
            {
                "code": one.code,
                "symbol": one.symbol,
                "symbol_en": one.symbol,
                "dimension": one.dimension,
                "factor": one.factor,
                "is_countable": one.is_countable,
            }
            for one in self.new_units.values()
        ]
        return self.tables

    def _plan(self) -> None:
        plan = self.draft.plan
        row: Row = {
            name: getattr(plan, name)
            for name in ("code", "name", "issuer", "document_number", "region", "pace", "graded_by", "deadline_day")
        }
        for name in ("issued_on", "starts_on", "ends_on"):
            row[name] = self._day(PLAN, name, getattr(plan, name))
        for name in ("code", "name", "issuer", "region"):
            if not row[name]:
                self.tables.complain(PLAN, name, _("This is required."))
        self.tables.add("plan", row, PLAN)
        self.tables.regions = [
            {
                "code": one.code,
                "name": one.name,
                "level": one.level,
                "name_en": one.name_en,
                **({"part_of": one.part_of} if one.part_of else {}),
            }
            for one in self.draft.regions
        ]

    def _number(self) -> None:
        """Give each indicator its code: that of the stored one of this name, the chosen one, or the next number."""
        taken = {one.code for one in self.targets if one.code}
        number = 0
        for target in self.targets:
            stored = self.known.indicators.get(target.indicator)
            code = target.code or (stored[0] if stored else "")
            while not code:
                number += 1
                offered = f"{self.draft.plan.code or 'plan'}-{number:02}"
                code = "" if offered in taken else offered
            self.codes[target.key] = code

    def _unit(self, symbol: str, source: str, name: str = "unit") -> str:
        """Return the code of a unit, adding it where it is new."""
        if not symbol:
            self.tables.complain(source, name, _("Enter the unit of measure, such as 万吨 or 户."))
            return ""
        unit = self.known.unit(symbol)
        if unit.is_new:
            self.new_units.setdefault(symbol, unit)
        return unit.code

    def _indicator(self, target: DraftTarget) -> None:
        symbol = unit_of(self.draft, target, self.known)
        stored = self.known.indicators.get(target.indicator)
        if stored and self.codes[target.key] == stored[0]:
            return  # its meaning stays; the value is converted
        row: Row = {
            "code": self.codes[target.key],
            "name": target.indicator,
            "unit": self._unit(symbol, target.key),
            "direction": target.direction,
            "decimals": _decimals(target, self.known.unit(symbol)),
        }
        parts = [one.key for one in self._parts(target)]
        whole = self.kept.get(target.part_of)
        if parts and target.composition == Composition.SUM:
            row["parts"] = [self.codes[key] for key in parts]
        elif target.has_terms:
            for name in ("numerator", "denominator"):
                row[name] = self._term(target, name)
        else:
            row["over_periods"], row["over_places"] = target.over_periods, target.over_places
        if whole and whole.composition == Composition.OF_WHICH:
            row["included_in"] = self.codes[whole.key]
        self.tables.add("indicator", row, target.key)

    def _parts(self, target: DraftTarget) -> list[DraftTarget]:
        return [one for one in self.draft.parts_of(target.key) if one.key in self.kept]

    def _term(self, target: DraftTarget, name: str) -> str:
        """Return the code of a ratio's term: an indicator that is there, of the draft, or a new one that is entered."""
        words = getattr(target, name)
        if words in self.known.indicators:
            return self.known.indicators[words][0]
        own = next((self.codes[one.key] for one in self.targets if one.indicator == words), None)
        if own:
            return own
        number = 1 + sum(row["code"].startswith(f"{self.codes[target.key]}-") for row in self._indicators())
        there = next((row["code"] for row in self._indicators() if row["name"] == words), None)
        if there is None:
            there = f"{self.codes[target.key]}-{number}"
            unit = self._unit(fitted(target.term_unit, self.known)[0], target.key, "term_unit")
            self.tables.add("indicator", {"code": there, "name": words, "unit": unit}, target.key)
        return str(there)

    def _indicators(self) -> list[Row]:
        return self.tables.plan.get("indicator", [])

    def _target(self, target: DraftTarget) -> None:
        row: Row = {
            "indicator": self.codes[target.key],
            "clauses": list(target.clauses),
            "bound": target.bound,
            "nature": target.nature,
            "responsible": target.responsible,
            "supporting": list(target.supporting),
            "is_approximate": target.is_approximate,
        }
        if target.kind:
            row["kind"] = target.kind
        factor = self._factor(target)
        is_sum = bool(self._parts(target)) and target.composition == Composition.SUM
        scale = Decimal(1) if target.kind in ("rise_percent", "fall_percent") else factor
        if not is_sum:
            row["value"] = self._number_of(target.key, "value", target.value, scale)
            row["upper_value"] = self._number_of(target.key, "upper_value", target.upper_value, scale)
        row["base_value"] = self._number_of(target.key, "base_value", target.base_value, factor)
        row["base_year"] = int(target.base_year) if target.base_year.isdecimal() else None
        row["milestones"] = [
            {
                "day": self._day(target.key, "milestones", day),
                "value": self._number_of(target.key, "milestones", value, scale),
            }
            for day, value in ([] if is_sum else target.milestones)
        ]
        row["goals"] = [
            {
                "place": self._place(target.key, "goals", name),
                "value": self._number_of(target.key, "goals", value, scale),
            }
            for name, value in ([] if is_sum else target.goals)
        ]
        row["places"] = [self._place(target.key, "places", name) for name in target.places]
        self.tables.add("target", row, target.key)

    def _factor(self, target: DraftTarget) -> Decimal:
        """Return the factor from the unit of the sentence to that of the indicator."""
        stored = self.known.indicators.get(target.indicator)
        if stored and self.codes[target.key] == stored[0] and target.unit != stored[1].symbol:
            own = self.known.unit(target.unit)
            if own.dimension != stored[1].dimension:
                words = {"stored": stored[1].symbol, "here": target.unit}
                message = _("This indicator is stored in %(stored)s; %(here)s cannot be converted to it.") % words
                self.tables.complain(target.key, "unit", message)
                return Decimal(1)
            return own.factor / stored[1].factor
        return fitted(target.unit, self.known)[1]

    def _commitments(self) -> None:
        kept = [one for one in self.draft.commitments if one.state == ItemState.ACCEPTED]
        wholes = {one.clause for one in kept}
        for one in kept:
            is_part = one.kind == "part" and one.part_of in wholes
            row: Row = {
                "clause": one.clause,
                "kind": one.kind if is_part or one.kind != "part" else "task",
                "part_of": one.part_of if is_part else "",
                "places": [self._place(one.key, "places", name) for name in one.places],
                "bodies": list(one.bodies),
            }
            self.tables.add("commitment", row, one.key)

    def _place(self, source: str, name: str, region: str) -> str:
        code = self.known.regions.get(region, "")
        if not code:
            message = _("“%(name)s” is not among the regions. Add it to the regions of the plan, or leave it out.")
            self.tables.complain(source, name, message % {"name": region})
        return code

    def _day(self, source: str, name: str, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            message = _("Enter a day such as 2025-12-31.") if text else _("The document does not state this day.")
            self.tables.complain(source, name, message)
            return None

    def _number_of(self, source: str, name: str, text: str, factor: Decimal) -> Decimal | None:
        if not text:
            return None
        try:
            value = Decimal(text) * factor
        except InvalidOperation:
            self.tables.complain(source, name, _("Enter a number such as 6500 or 73.5."))
            return None
        return value if value != value.to_integral() else Decimal(int(value))


def _decimals(target: DraftTarget, unit: KnownUnit) -> int:
    """Return the decimals that are shown: none of whole things, else two."""
    return 0 if unit.is_countable and not is_percent(unit.symbol) else 2


def require_decided(draft: Draft) -> None:
    """Raise Refused, naming each item that waits for a decision."""
    waiting = {one.key: _("Accept, change or drop this.") for one in draft.items if one.state == ItemState.OPEN}
    if waiting:
        raise Refused(_("Some proposals wait for a decision."), waiting)
    if not any(one.state == ItemState.ACCEPTED for one in (*draft.targets, *draft.commitments)):
        raise Refused(_("Nothing was accepted: a plan needs a target or a commitment."))
