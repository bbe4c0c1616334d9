"""Independent recomputation of every sentence of the one-page brief: each number and each name, from the tables.

Nothing of `tracker.calculation` and `tracker.documents` is used to say what is expected.
"""

import re
from fractions import Fraction

import pytest

from tests.factories import DATONG, SHANXI, TAIYUAN
from tests.services.issued_reports import issue
from tests.services.test_kinds_recomputed import on_same_basis
from tests.services.test_papers_recomputed import NUMERALS, PLACES, Papers, agrees
from tests.services.test_papers_recomputed import plan as plan
from tracker.documents.brief import BriefPage, build_brief
from tracker.models import Return
from tracker.queries.documents.bulletins import figures_of

NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?亿?")
NAMES = {TAIYUAN: "太原市", DATONG: "大同市"}
MARKS = {"I": "▲", "II": "◆", "III": "●"}
CASES = [(7, SHANXI), (8, SHANXI), (7, TAIYUAN), (8, TAIYUAN)]


class Brief(Papers):
    """What the sentences of a brief on a place count and print."""

    def __init__(self, plan, last: int, place: str) -> None:
        super().__init__(plan, last)
        self.place = place
        self.cities = [TAIYUAN, DATONG] if place == SHANXI else []

    def has_reported(self, place: str) -> bool:
        return all(("coal", one, self.months[-1]) in self.entries for one in PLACES[place])

    def final_level(self, code: str, place: str) -> str | None:
        """Return a level that rests on all returns."""
        return self.level(code, place) if self.has_reported(place) else None

    def counts(self, place: str) -> dict[str | None, int]:
        found = [self.final_level(code, place) for code in self.targets]
        return {level: found.count(level) for level in ("I", "II", "III", None)}

    def lags(self, place: str) -> list[str]:
        """Return the targets at level I or II that are behind, the furthest first."""
        behind = [code for code in self.targets if self.final_level(code, place) in ("I", "II")]
        gaps = {code: self.of(code, place)["gap"] for code in behind}
        return sorted((code for code in behind if gaps[code] < 0), key=lambda code: gaps[code])

    def ranked(self) -> list[tuple[int, str, int, int]]:
        """Return rank, place and targets at levels I and II: fewest at I, then at II, then the mean gap."""
        keys: dict[str, tuple[int, int, Fraction]] = {}
        for place in (TAIYUAN, DATONG):
            if self.has_reported(place):
                gaps = [self.of(code, place)["gap"] for code in self.targets if self.goal(code, place)]
                told = [gap for gap in gaps if gap is not None]
                mean = sum(told, Fraction(0)) / len(told)
                keys[place] = (self.counts(place)["I"], self.counts(place)["II"], -mean)
        return sorted((1 + sum(other < key for other in keys.values()), place, *key[:2]) for place, key in keys.items())

    def units(self, of: str) -> set[str]:
        """Return the names of the units that have not submitted for the month, or did so after its deadline."""
        period = self.plan.periods.get(code=self.months[-1])
        filed = {one.unit: one for one in Return.objects.filter(period=period).select_related("unit__region")}
        inside = {f"单位{place}" for place in PLACES[self.place]}
        if of == "missing":
            return inside - {unit.name for unit in filed}
        return inside & {unit.name for unit, one in filed.items() if one.submitted_at >= period.due_at}

    def headline(self) -> list[Fraction | int]:
        """Return the numbers of the first sentence, in their order."""
        code = next(iter(self.targets))
        found, there = self.of(code, self.place), sum(map(self.has_reported, self.cities or [self.place]))
        coverage = [there, len(PLACES[self.place])]
        if self.has_reported(self.place):
            schedule = self.share_due(code) * 100
            return [found["cumulative"], found["completion"], schedule, abs(found["gap"]), 2020, self.last, *coverage]
        return [found["cumulative"], 2020, self.last, *coverage, on_same_basis(self, code)[0]]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[1]}-{case[0]}")
def told(request, plan) -> tuple[BriefPage, Brief]:
    last, place = request.param
    report = issue(plan, f"2020-{last:02d}", place=place)
    return build_brief(figures_of(report), "zh-hans"), Brief(plan, last, place)


def numbers(sentence: str) -> list[str]:
    return NUMBER.findall(sentence)


def assert_numbers(sentence: str, expected: list[Fraction | int | None], slack: dict[int, Fraction] | None = None):
    """Compare all numbers of a sentence, in their order, with those calculated here."""
    found = numbers(sentence)
    assert len(found) == len(expected), (sentence, expected)
    for at, (printed, value) in enumerate(zip(found, expected, strict=True)):
        assert agrees(printed, Fraction(value), slack=(slack or {}).get(at, Fraction(0))), (sentence, printed, value)


def test_the_first_sentence(told):
    page, mine = told
    assert_numbers(page.findings[0], mine.headline())
    code = next(iter(mine.targets))
    level = mine.final_level(code, mine.place) or on_same_basis(mine, code)[1]
    assert [NUMERALS[one] for one in re.findall("[一二三]级", page.findings[0])] == [level]


def test_the_number_of_targets_by_level(told):
    page, mine = told
    counts = mine.counts(mine.place)
    expected = [counts[level] for level in ("I", "II", "III", None) if counts[level]]
    assert_numbers(page.findings[1], [sum(counts.values()), *expected])
    assert [one in page.findings[1] for one in MARKS.values()] == [bool(counts[level]) for level in MARKS]


def test_the_sentences_on_those_behind(told):
    page, mine = told
    lags = {place: mine.lags(place) for place in mine.cities or [mine.place]}
    if mine.cities:
        worst = {place: codes[0] for place, codes in lags.items() if codes}
        order = sorted(worst, key=lambda place: mine.of(worst[place], place)["gap"])
        expected = [(place, worst[place], len(lags[place]) - 1) for place in order]
    else:
        expected = [(mine.place, code, 0) for code in lags[mine.place]]
    assert len(page.lags) == len(expected) > 0
    for sentence, (place, code, more) in zip(page.lags, expected, strict=True):
        assert sentence.startswith(f"{NAMES[place]}：指标{code}")
        found = mine.of(code, place)
        over = found["excess"] if found["need"] is not None else None
        need = [] if found["need"] is None else [over or found["need"]]
        assert ("已超出" in sentence) is bool(over)
        values = [found["cumulative"], found["shortfall"], abs(found["gap"]), *need, *([more] if more else [])]
        assert_numbers(sentence, values, {3: Fraction(1)} if need and not mine.indicators[code].decimals else None)
        assert [NUMERALS[one] for one in re.findall("[一二三]级", sentence)] == [mine.final_level(code, place)]


def test_the_barometer_of_the_cities(told):
    page, mine = told
    counts = {place: mine.counts(place) for place in mine.cities}
    order = sorted(mine.cities, key=lambda place: (-counts[place]["I"], -counts[place]["II"], place))
    shown = [chip for chip in page.places if chip.name in NAMES.values()]
    assert [chip.name for chip in shown] == [NAMES[place] for place in order]
    for chip, place in zip(shown, order, strict=True):
        expected = [f"{mark}{counts[place][level]}" for level, mark in MARKS.items() if counts[place][level]]
        assert chip.words.split() == [*expected, *([f"–{counts[place][None]}"] if counts[place][None] else [])]
    assert {chip.words for chip in page.places if chip not in shown} <= {"—"}, "no target concerns them"


def test_the_overall_ranking(told):
    page, mine = told
    ranked = mine.ranked()
    if mine.cities:
        assert_numbers(page.ranking, [number for rank, _place, *levels in ranked for number in (rank, *levels)])
        without = {NAMES[place] for place in mine.cities if not mine.has_reported(place)}
        named = [NAMES[place] for _rank, place, *_levels in ranked]
        assert [name for name in re.findall("..市", page.ranking) if name not in without] == named
        assert set(re.findall("..市", page.ranking)) == {*named, *without}
    else:
        own = next(rank for rank, place, *_levels in ranked if place == mine.place)
        assert_numbers(page.ranking, [own, len(ranked)])


def test_who_has_not_reported_and_who_was_late(told):
    page, mine = told
    groups = {"missing": "未报", "late": "迟报"}
    for key, word in groups.items():
        found = re.search(rf"{word}：(.*?)[；。]", page.returns)
        names = set(found[1].split("、")) if found else set()
        assert names == mine.units(key), (page.returns, key)


def test_number_and_coverage(told):
    page, mine = told
    assert_numbers(page.number, [2020, mine.last])
    there = sum(map(mine.has_reported, mine.cities or [mine.place]))
    assert_numbers(page.foot[1], [there, len(PLACES[mine.place])])
    assert (page.targets_note, page.places_note, list(page.lists)) == ("", "", [])
