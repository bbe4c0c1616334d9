"""Independent recomputation of every number of bulletin, brief and overall ranking, straight from the tables.

Nothing of `tracker.calculation` is used: each number that is printed is read and compared with one calculated here.
"""

import re
from fractions import Fraction

import pytest

from tests.factories import DATONG, SHANXI, TAIYUAN
from tests.services.issued_reports import issue, sheet_of, table
from tests.services.kinds_plan import Reported, load_kinds
from tests.services.test_kinds_recomputed import CITIES, LEVELS, Recomputed, filed, on_same_basis
from tracker.documents.brief import build_brief
from tracker.models import Plan
from tracker.queries.documents.bulletins import figures_of, text_of_report

PLACES = {SHANXI: [TAIYUAN, DATONG], TAIYUAN: [TAIYUAN], DATONG: [DATONG]}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
NUMERALS = {"一级": "I", "二级": "II", "三级": "III"}
#: So many points of a rounding: half of the last digit that is printed.
HALF = Fraction(1, 2)


@pytest.fixture
def plan(db, tmp_path) -> Plan:
    plan = load_kinds(tmp_path)
    Plan.objects.filter(pk=plan.pk).update(level_band=0)
    plan.refresh_from_db()
    reported = Reported(plan)
    for month in range(1, 9):
        for city, place in enumerate(CITIES.values()):
            if month < 8 or place == TAIYUAN:
                reported.file(place, f"2020-{month:02d}", **filed(month, city))
    return plan


def agrees(printed: str, expected: Fraction | None, *, slack: Fraction = Fraction(0)) -> bool:
    """Return True if the printed number is the expected one to its last digit; 亿 and 万 count in 万 of the unit."""
    found = NUMBER.search(printed.replace(",", ""))
    if expected is None or found is None:
        return expected is None and found is None
    digits = len(found[0].partition(".")[2])
    scale = 10_000 if "亿" in printed else 1
    value = Fraction(found[0]) * scale
    step = Fraction(scale, 10**digits) if digits else Fraction(scale, 100 if "亿" in printed else 1)
    return abs(value - abs(expected) * (1 if value >= 0 else -1)) <= max(step * HALF, slack) + Fraction(1, 10**9)


class Papers(Recomputed):
    """What papers print of a target in a place, by the words of the specification."""

    def of(self, code: str, place: str) -> dict[str, Fraction | None]:
        """Return cumulative, target, completion, gap, shortfall, need, excess of a limit and forecast."""
        ends = self.goal(code, None if place == SHANXI else place)
        figure = self.figure(code, PLACES[place], self.months)
        held = self.held(code, None if place == SHANXI else place, figure)
        goal = ends[0] if ends else None
        gap = self.judged(code, held, ends)[0] if ends else None
        return {
            "cumulative": figure,
            "held": held,
            "target": goal,
            "completion": None if held is None or not goal else held / goal * 100,
            "gap": gap,
            "shortfall": None if held is None or goal is None else abs(held - self.due(code, goal)),
            "need": self.need(code, figure, goal),
            "excess": self.excess(code, figure, goal),
            "forecast": self.forecast(code, PLACES[place], goal),
        }

    def adds_up(self, code: str) -> bool:
        one = self.indicators[code]
        return not one.numerator and one.over_periods == "sum" and self.targets[code].kind == "amount"

    def need(self, code: str, figure: Fraction | None, goal: Fraction | None) -> Fraction | None:
        if figure is None or goal is None or not self.adds_up(code):
            return None
        return max(goal - figure, Fraction(0)) / (12 - self.last)

    def forecast(self, code: str, places: list[str], goal: Fraction | None) -> Fraction | None:
        """Return what complete months give on average for twelve, never less than what is there."""
        if not self.adds_up(code):
            return None
        complete = [
            sum(self.entries[code, place, month] for place in places)
            for month in self.months
            if all((code, place, month) in self.entries for place in places)
        ]
        if len(complete) < 3:
            return None
        found = Fraction(sum(complete)) / len(complete) * 12
        return max(found, self.figure(code, places, self.months) or Fraction(0))

    def level(self, code: str, place: str) -> str | None:
        ends = self.goal(code, None if place == SHANXI else place)
        held = self.held(code, None if place == SHANXI else place, self.figure(code, PLACES[place], self.months))
        if self.last == 8 and place == SHANXI:
            return on_same_basis(self, code)[1]
        return self.judged(code, held, ends)[1] if ends else None

    def coverage(self, code: str, place: str) -> tuple[int, int]:
        """Return how many returns are there of those that count: a ratio is there where both of its terms are."""
        one = self.indicators[code]
        terms = [one.numerator, one.denominator] if one.numerator else [one]
        is_latest = any(term.over_periods == "latest" for term in terms)
        counted = [(city, month) for city in PLACES[place] for month in self.months[-1 if is_latest else 0 :]]
        there = [all((term.code, *cell) in self.entries for term in terms) for cell in counted]
        return sum(there), len(there)


@pytest.mark.parametrize("last", [7, 8])
def test_every_number_of_the_bulletin_is_what_the_tables_give(plan, last):
    report, mine = issue(plan, f"2020-{last:02d}"), Papers(plan, last)
    printed = {identity: text for one in text_of_report(report).sentences for identity, text in one.figures.items()}
    assert len(printed) > 70
    wrong = {identity: text for identity, text in printed.items() if not is_right(identity, text, mine)}
    assert wrong == {}


def is_right(identity: str, text: str, mine: Papers) -> bool:
    """Return True if a figure of the bulletin is the one calculated here."""
    about, _at, rest = identity.partition("@")
    place, _colon, column = rest.partition(":")
    if about == "returns":
        expected = {"expected": 2, "verified": 9 - mine.last, "missing": int(mine.last == 8), "late": 2}
        return text == str({**expected, "verified": 2 if mine.last == 7 else 1}[column])
    if about == "levels":
        return text == str(levels(mine)[column])
    if about == "overall":
        return overall_is_right(mine, place, column, text)
    if column == "coverage":
        return text == "{}/{}".format(*mine.coverage(about, place))
    if column in ("level", "level_then"):
        last = mine.last - (column == "level_then")
        found = Papers(mine.plan, last).level(about, place)
        return found is None or NUMERALS[text[:2]] == found
    if column == "change":
        found = mine.of(about, place)["held"]
        return agrees(text, found) and text.startswith("已下降" if found >= 0 else "已上升")
    if mine.targets[about].kind == "fall_percent" and column == "target":
        return agrees(text.replace("%", ""), mine.of(about, place)["target"])
    # What is needed is rounded up to a whole thing, or to the last digit.
    slack = (
        (Fraction(1) if not mine.indicators[about].decimals else Fraction(1, 100)) if column == "need" else Fraction(0)
    )
    return agrees(text, mine.of(about, place)[column], slack=slack)


def levels(mine: Papers) -> dict[str, int]:
    """Count the graded targets of the whole by their final level."""
    found = [mine.level(code, SHANXI) if mine.last == 7 else None for code in mine.targets]
    counts = {numeral: sum(one == numeral for one in found) for numeral in ("I", "II", "III")}
    return {
        "all": len(found),
        "none": found.count(None),
        **{str(at): counts[numeral] for at, numeral in enumerate(counts, 1)},
    }


def overall_is_right(mine: Papers, place: str, column: str, text: str) -> bool:
    """Compare the numbers of a city's targets at levels I and II, and its rank by these and then by its mean gap."""
    keys, numbers = {}, {}
    for code in (TAIYUAN, DATONG):
        found = [mine.of(one, code)["gap"] for one in mine.targets if mine.goal(one, code)]
        gaps = [gap for gap in found if gap is not None]  # by a fall against no base a city is not judged
        if all((one, code, mine.months[-1]) in mine.entries for one in ("coal", "output")):
            found = [mine.level(one, code) for one in mine.targets if mine.goal(one, code)]
            numbers[code] = {"level_one": found.count("I"), "level_two": found.count("II")}
            keys[code] = (*numbers[code].values(), -sum(gaps, Fraction(0)) / len(gaps))
    if column == "rank":
        return text == str(1 + sum(other < keys[place] for other in keys.values()))
    return text == str(numbers[place][column])


@pytest.mark.parametrize("last", [7, 8])
def test_every_number_of_the_brief_is_what_the_tables_give(plan, last):
    report, mine = issue(plan, f"2020-{last:02d}"), Papers(plan, last)
    page = build_brief(figures_of(report), "zh-hans")
    assert len(page.targets) == len(mine.targets)
    for code, row in zip(mine.targets, page.targets, strict=True):
        expected = mine.of(code, SHANXI)
        is_change = mine.targets[code].kind == "fall_percent"
        assert is_change or agrees(row.cumulative, expected["cumulative"]), code
        assert agrees(row.completion, expected["completion"]), code
        if last == 8:  # on the basis of the places that reported
            expected["gap"] = on_same_basis(mine, code)[0]
        assert agrees(row.gap, expected["gap"]), (code, row.gap, expected["gap"])
        step = Fraction(1) if not mine.indicators[code].decimals else Fraction(1, 100)
        if over := expected["excess"] if expected["need"] is not None else None:
            assert row.need.startswith("已超出") and agrees(row.need, over), code
        else:
            assert agrees(row.need, expected["need"], slack=step), code
        assert agrees(row.forecast, expected["forecast"]), code
        level = mine.level(code, SHANXI)
        assert row.level_key == ("" if level is None else str(["I", "II", "III"].index(level) + 1)), code
    assert set(LEVELS) <= set(mine.targets)


@pytest.mark.parametrize("last", [7, 8])
def test_forecasts_and_needs_of_the_tables_are_what_the_tables_of_the_database_give(plan, last):
    report, mine = issue(plan, f"2020-{last:02d}"), Papers(plan, last)
    rows = table(sheet_of(report, "剩余任务与期末预测"))
    assert [str(row["指标"]).removeprefix("指标") for row in rows] == list(mine.targets)
    found = 0
    for code, row in zip(mine.targets, rows, strict=True):
        expected, step = mine.of(code, SHANXI), Fraction(1, 10 ** mine.indicators[code].decimals)
        forecast, share = row["预测·预测值"], row["预测完成率"]
        assert (forecast == "—") == (expected["forecast"] is None), code
        if expected["forecast"] is not None:
            found += 1
            assert abs(Fraction(forecast) - expected["forecast"]) <= step / 2, code
        if expected["forecast"] is not None and expected["target"]:
            assert abs(Fraction(share) - expected["forecast"] / expected["target"]) <= Fraction(1, 10_000), code
        assert {row["预测·区间下限"], row["预测·区间上限"]} == {"—"}, "a mean month has no range"
    assert found >= 4
