"""Sums over the ledger as formulas: how an indicator's amount comes out of the entries of the same workbook."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

from tracker.calculation.progress import AggregationRule, mixes_stock
from tracker.calculation.rollup import Rollup

#: What a program still reckons at once: comparisons of cells with what is looked for.
MOST_COMPARISONS = 20_000_000
#: A formula may have 8,192 characters, a text in it 255.
LONGEST_FORMULA, LONGEST_TEXT = 8_000, 255

#: The workbook's names for the ledger's columns.
NAMES = {
    "ledger_indicator": "{ledger!indicator}",
    "ledger_city": "{ledger!city}",
    "ledger_period": "{ledger!period}",
    "ledger_verified": "{ledger!verified}",
}


class LedgerSums:
    """Writes the formulas; an empty one means that a name cannot stand in a formula, or that there is too much."""

    def __init__(
        self,
        rules: Mapping[str, AggregationRule],
        names: Mapping[str, str],
        last_period: str,
        *,
        is_live: bool,
        has_years: bool = False,
        other_periods: Mapping[str, str] | None = None,
    ) -> None:
        self.rules = rules
        self.last_period = last_period
        self.other_periods = other_periods or {}
        self.has_years = has_years
        self.names = _usable(names) if is_live else {}

    def amount(self, indicator: str, *, place: str = "", period: str = "", periods: Sequence[str] = ()) -> str:
        """Return the formula of the indicator over the ledger's entries: of a region or all, of a period or cumulative.

        Over several periods only an indicator that adds up has a sum. A target of another frequency has its own last
        period. "" if there is no such formula.
        """
        try:
            formula = self._of_several(indicator, place, periods or [period])
        except KeyError:
            return ""
        is_possible = _is_plain(place) and len(formula) <= LONGEST_FORMULA
        return formula if is_possible else ""

    def _of_several(self, indicator: str, place: str, periods: Sequence[str]) -> str:
        if len(periods) == 1:
            return self._amount(indicator, place, periods[0])
        if self.rules[indicator].numerator or not self._adds_up(indicator):
            raise KeyError(indicator)
        return "+".join(self._amount(indicator, place, one) for one in periods)

    def _adds_up(self, indicator: str) -> bool:
        rule = self.rules[indicator]
        return all(map(self._adds_up, rule.parts)) if rule.parts else rule.over_periods is Rollup.SUM

    def _amount(self, indicator: str, place: str, period: str) -> str:
        rule = self.rules[indicator]
        if rule.parts:
            return "(" + "+".join(self._amount(part, place, period) for part in rule.parts) + ")"
        if rule.numerator:
            if not period and (self.has_years or mixes_stock(self.rules, rule)):
                raise KeyError(indicator)  # of one year of the plan, or of the places that have both terms
            numerator, denominator = (self._amount(term, place, period) for term in (rule.numerator, rule.denominator))
            return f"({numerator}/{denominator}*{rule.scale:f})"
        if rule.over_periods not in (Rollup.SUM, Rollup.LATEST) or rule.over_places not in (Rollup.SUM, Rollup.NONE):
            raise KeyError(indicator)  # no sum over the ledger's entries
        if not period and rule.over_periods is Rollup.LATEST:
            period = self.other_periods.get(indicator, self.last_period)
        conditions = [("indicator", self.names[indicator]), ("city", place), ("period", period)]
        terms = [f'(ledger_{name}="{quoted(wanted)}")' for name, wanted in conditions if wanted]
        return f"SUMPRODUCT({'*'.join([*terms, 'ledger_verified'])})"


def quoted(text: str) -> str:
    """Escape the text for a place between quotation marks in a formula."""
    return text.replace('"', '""')


def is_reckoned(lines: int, sums: int) -> bool:
    """Return True if so many sums over so many lines are reckoned by formulas, or written as amounts."""
    return 0 < lines * sums <= MOST_COMPARISONS


def can_be_sought(name: str, names: Iterable[str]) -> bool:
    """Return True if a formula finds these lines and no others: among the names it is told apart from each."""
    return _is_plain(name) and sum(_folded(name) == _folded(other) for other in names) == 1


def _usable(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names that a formula can look up and that mean one indicator only; formulas ignore letter case."""
    seen: dict[str, Collection[str]] = {}
    for code, name in names.items():
        seen[_folded(name)] = [*seen.get(_folded(name), ()), code]
    return {code: name for code, name in names.items() if _is_plain(name) and len(seen[_folded(name)]) == 1}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _is_plain(name: str) -> bool:
    return name.isprintable() and len(name) <= LONGEST_TEXT and not {"{", "}"} & set(name)
