"""Independent recomputation: every cell of a compliance report for a plan with all kinds, straight from the tables.

Nothing of `tracker.calculation` is used. A city reports all months, another lacks the last one.
"""

from fractions import Fraction

import pytest

from tests.factories import DATONG, TAIYUAN
from tests.services.issued_reports import issue, sheet_of, table
from tests.services.kinds_plan import Reported, load_kinds
from tracker.models import Allocation, Entry, Indicator, Plan, Target, TargetVersion

CITIES = {"太原市": TAIYUAN, "大同市": DATONG}
#: What a quotient is multiplied by: 万元/亩 of 万元 and 亩, 吨标准煤/万元 of 万吨标准煤 and 万元.
FACTORS = {"productivity": 1, "intensity": 10_000}
#: Due in full at any time: levels without a base value.
LEVELS = ("pm25", "share", "productivity", "reserve")
MARKS = {"I": "▲ 一级", "II": "◆ 二级", "III": "● 三级"}
NOTHING = (None, "—", "/")


def filed(month: int, city: int) -> dict[str, str]:
    """Return figures that differ by month and city."""
    return {
        "coal": str(60 + 9 * month + 25 * city),
        "waste": str(48 + month - 3 * city),
        "pm25": str(31 + month % 4 + 3 * city),
        "share": str(76 + month - 2 * city),
        "output": str(90 + 7 * month + 10 * city),
        "land": str(2 + city),
        "energy": f"0.00{41 + month + city}",
        "accidents": str(int(month == 3 and city)),
        "bases": str(int(month in (2, 6) and not city)),
        "reserve": str(4 + month % 3 + city),
        "stations": str(1 + month % 2 * city),
    }


class Recomputed:
    """The figures of a plan at the end of a month, by the words of the specification."""

    def __init__(self, plan: Plan, last: int) -> None:
        self.plan, self.last = plan, last
        self.months = [f"2020-{month:02d}" for month in range(1, last + 1)]
        verified = Entry.objects.filter(unit_return__state="verified", verified_value__isnull=False)
        keys = ("indicator__code", "unit_return__unit__region__code", "unit_return__period__code")
        self.entries = {tuple(row[:3]): Fraction(row[3]) for row in verified.values_list(*keys, "verified_value")}
        self.indicators = {one.code: one for one in Indicator.objects.select_related("numerator", "denominator")}
        self.targets = {one.indicator.code: one for one in plan.targets.select_related("indicator")}

    def figure(self, code: str, places: list[str], months: list[str]) -> Fraction | None:
        one = self.indicators[code]
        if one.numerator:
            terms = [one.numerator.code, one.denominator.code]
            both = [place for place in places if all(self.figure(term, [place], months) is not None for term in terms)]
            above, below = (self.figure(term, both, months) for term in terms)
            return None if above is None or not below else above / below * FACTORS[code]
        counted = months[-1:] if one.over_periods == "latest" else months
        values = [
            self.entries[code, place, month]
            for place in places
            for month in counted
            if (code, place, month) in self.entries
        ]
        if not values:
            return None
        return sum(values) / (len(values) if one.over_places == "mean" else 1)

    def goal(self, code: str, place: str | None) -> tuple[Fraction, Fraction] | None:
        """Return the lower and the upper end of what a place is held to; None is the whole."""
        version = TargetVersion.objects.get(target=self.targets[code])
        share = Allocation.objects.filter(version=version, region__code=place).first()
        one = self.indicators[code]
        is_split = not (one.numerator or one.over_places == "mean" or self.targets[code].kind == "fall_percent")
        if place and share is None and is_split:
            return None
        source = share or version
        return Fraction(source.value), Fraction(version.upper_value or source.value)

    def excess(self, code: str, figure: Fraction | None, goal: Fraction | None) -> Fraction | None:
        """Return by how much what must not be exceeded is; None where it is kept."""
        target = self.targets[code]
        if figure is None or goal is None or target.bound not in ("at_most", "exactly", "between"):
            return None
        upper = TargetVersion.objects.get(target=target).upper_value
        over = figure - (goal if upper is None else Fraction(upper))
        return over if over > 0 else None

    def held(self, code: str, place: str | None, figure: Fraction | None) -> Fraction | None:
        target: Target = self.targets[code]
        if figure is None or target.kind != "fall_percent":
            return figure
        base = Fraction(target.base_value) if place is None else None  # no city has one
        return None if base is None else (base - figure) / base * 100

    def share_due(self, code: str) -> Fraction:
        return Fraction(1) if code in LEVELS else Fraction(self.last, 12)

    def due(self, code: str, goal: Fraction) -> Fraction:
        exact = goal * self.share_due(code)
        if self.indicators[code].decimals or self.share_due(code) == 1:
            return exact
        return Fraction(-(-exact // 1)) if self.targets[code].bound == "at_most" else Fraction(exact // 1)

    def judged(self, code: str, held: Fraction | None, ends: tuple[Fraction, Fraction]):
        """Return gap in points and level."""
        if held is None:
            return None, None
        (goal, upper), bound = ends, self.targets[code].bound
        due = measure = self.due(code, goal)
        by = goal
        if bound == "at_most":
            margin = due - held
        elif bound in ("exactly", "between") and held > max(due, upper):
            margin, measure, by = upper - held, max(due, upper), upper
        elif bound == "exactly":
            margin = min(held - due, upper - held) if held > upper else held - due
        else:
            margin = held - due
        gap = margin / by * 100 if by else None
        if not measure:
            return gap, "III" if margin >= 0 else "I"
        short = margin / measure * 100
        level = "III" if short >= 0 else "II" if short >= -10 else "I"
        if bound == "more_than" and self.share_due(code) == 1 and not margin:
            level = "II"
        return gap, level


@pytest.fixture
def plan(db, tmp_path) -> Plan:
    plan = load_kinds(tmp_path)
    Plan.objects.filter(pk=plan.pk).update(level_band=0)  # a level follows from its own period alone
    plan.refresh_from_db()
    reported = Reported(plan)
    for month in range(1, 9):
        for city, place in enumerate(CITIES.values()):
            if month < 8 or place == TAIYUAN:
                reported.file(place, f"2020-{month:02d}", **filed(month, city))
    return plan


def same(cell: object, expected: Fraction | None, digits: int = 9) -> bool:
    if expected is None:
        return cell in NOTHING
    return isinstance(cell, int | float) and abs(Fraction(cell) - expected) <= Fraction(1, 10**digits)


def codes(row: dict[str, object]) -> str:
    return str(row["指标"]).removeprefix("指标")


def plain(level: object) -> str:
    return str(level).replace("\u00a0", " ")


@pytest.mark.parametrize("last", [7, 8])
def test_every_cell_of_the_tables_is_what_the_tables_of_the_database_give(plan, last):
    report = issue(plan, f"2020-{last:02d}")
    mine = Recomputed(plan, last)
    everywhere = list(CITIES.values())
    rows = {codes(row): row for row in table(sheet_of(report, "指标汇总"))}
    assert rows.keys() == mine.targets.keys()
    for code, row in rows.items():
        (goal, upper), figure = mine.goal(code, None), mine.figure(code, everywhere, mine.months)
        held = mine.held(code, None, figure)
        assert same(row["年度目标"], goal), code
        assert same(row["本月"], mine.figure(code, everywhere, mine.months[-1:])), code
        assert same(row["累计"], figure), code
        digits = 4 if mine.targets[code].kind == "fall_percent" else 9  # no quotient of two cells: as it is printed
        assert same(row["完成率"], None if held is None or not goal else held / goal, digits), code
        gap, level = mine.judged(code, held, (goal, upper))
        if last == 8:
            gap, level = on_same_basis(mine, code)
        assert same(row["进度差\n（百分点）"], gap, 2), code
        said = plain(row["预警"])
        assert said.removesuffix("（暂定）") == (MARKS[level] if level else "报表未齐，暂不评级"), code
        assert ("暂定" in said) == (last == 8 and level is not None)
    check_cities(report, mine)


def on_same_basis(mine: Recomputed, code: str):
    """Return gap and level of the one city that has reported all, against its own share."""
    ends = mine.goal(code, TAIYUAN)
    figure = mine.figure(code, [TAIYUAN], mine.months)
    held = mine.held(code, TAIYUAN, figure)
    return (None, None) if ends is None else mine.judged(code, held, ends)


def check_cities(report, mine: Recomputed) -> None:
    """Compare ranking, barometer, outlook and months."""
    barometer: dict[str, dict[str, object]] = {}
    for name in ("晴雨表", "晴雨表 2"):  # more targets than one page holds
        for row in table(sheet_of(report, name)):
            barometer.setdefault(str(row["地区"]), {}).update(row)
    for row in table(sheet_of(report, "排名")):
        code, name = codes(row), str(row["地区"])
        place = CITIES[name]
        ends, figure = mine.goal(code, place), mine.figure(code, [place], mine.months)
        held = mine.held(code, place, figure)
        month = mine.figure(code, [place], mine.months[-1:])
        assert same(row["年度目标"], ends and ends[0]), (code, name)
        assert same(row["本月"], month), (code, name)
        assert same(row["累计"], figure), (code, name)
        completion = None if ends is None or held is None or not ends[0] else held / ends[0]
        assert same(row["完成率"], completion), (code, name)
        gap, level = mine.judged(code, held, ends) if ends and month is not None else (None, None)
        assert same(row["进度差\n（百分点）"], gap, 2), (code, name)
        assert plain(row["预警"]) == (MARKS[level] if level else "未评级"), (code, name)
        assert same(barometer[name][f"指标{code}·完成率"], completion), (code, name)
        shown = plain(barometer[name][f"指标{code}·预警"])
        assert shown.removesuffix(" 好转").removesuffix(" 恶化") == (MARKS[level] if level else "未评级")
    for row in table(sheet_of(report, "月度趋势")):
        for month in mine.months:
            assert same(row[month], mine.figure(codes(row), list(CITIES.values()), [month])), (codes(row), month)
    for row in table(sheet_of(report, "剩余任务与期末预测")):
        code = codes(row)
        target, one = mine.targets[code], mine.indicators[code]
        if target.kind != "amount" or one.over_periods != "sum" or one.numerator:
            assert row["剩余月份月均需完成"] in NOTHING, code
            continue
        goal, figure = mine.goal(code, None)[0], mine.figure(code, list(CITIES.values()), mine.months)
        left = max(goal - figure, Fraction(0))
        if over := mine.excess(code, figure, goal):
            assert row["尚需完成"] in NOTHING, code
            assert row["剩余月份月均需完成"] == f"已超出\n{float(over):,.{one.decimals}f}", code
            continue
        assert same(row["尚需完成"], left, 2), code
        each = left / (12 - mine.last)
        assert abs(Fraction(row["剩余月份月均需完成"]) - each) < (1 if not one.decimals else Fraction(1, 100)), code


def test_the_ledger_holds_every_verified_entry_once(plan):
    lines = table(sheet_of(issue(plan, "2020-07"), "台账"))
    listed = sorted((codes(one), str(one["地区"]), str(one["报告期"]), Fraction(str(one["核定数"]))) for one in lines)
    names = {code: name for name, code in CITIES.items()}
    mine = Recomputed(plan, 7)
    stored = sorted(
        (code, names[place], month, value) for (code, place, month), value in mine.entries.items() if month <= "2020-07"
    )
    assert listed == stored
