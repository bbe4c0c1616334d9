"""Plan with a target of every kind, for tests: two cities of Shanxi, monthly returns of one year."""

from pathlib import Path

from tests import factories
from tests.factories import DATONG, FIXTURES, NOW, TAIYUAN
from tracker.models import Obligation, Plan, Region, ReportingUnit, User
from tracker.models.indicator import Indicator
from tracker.services.plans import loading
from tracker.services.returns.expected import update_expected

UNITS = """
unit = [
  { code = "mu", symbol = "亩", symbol_en = "mu", dimension = "area", factor = 666.666667 },
  { code = "ug-m3", symbol = "μg/m³", symbol_en = "μg/m³", dimension = "concentration", factor = 1 },
  { code = "10k-yuan-mu", symbol = "万元/亩", symbol_en = "CNY 10k/mu", dimension = "output intensity", factor = 1 },
  { code = "tce-10k", symbol = "吨标准煤/万元", symbol_en = "tce/CNY 10k", dimension = "intensity", factor = 1 },
]
"""
PLAN = """
[plan]
code = "kinds"
name = "各类目标"
issuer = "某厅"
issued_on = 2020-01-01
starts_on = 2020-01-01
ends_on = 2020-12-31
region = "140000"
[[clause]]
number = "一"
name = "目标"
"""
TARGETS = {
    "coal": ('unit = "10kt"\ndirection = "less"', 'bound = "at_most"\nvalue = 1200', "600"),
    "waste": ('unit = "10kt"', 'bound = "at_least"\nvalue = 1200', "600"),
    "pm25": (
        'unit = "ug-m3"\ndirection = "less"\nover_periods = "latest"\nover_places = "mean"',
        'bound = "at_most"\nvalue = 35',
        "",
    ),
    "share": (
        'unit = "percent"\nover_periods = "latest"\nover_places = "mean"',
        'bound = "at_least"\nvalue = 80',
        "",
    ),
    "output": ('unit = "10k-yuan"', "", ""),
    "land": ('unit = "mu"\nover_periods = "latest"', "", ""),
    "productivity": (
        'unit = "10k-yuan-mu"\nnumerator = "output"\ndenominator = "land"',
        'bound = "at_least"\nvalue = 260',
        "",
    ),
    "energy": ('unit = "10ktce"\ndirection = "less"', "", ""),
    "intensity": (
        'unit = "tce-10k"\ndirection = "less"\nnumerator = "energy"\ndenominator = "output"',
        'kind = "fall_percent"\nbound = "at_least"\nvalue = 13.5\nbase_value = 0.5\nbase_year = 2019',
        "",
    ),
    "accidents": ('unit = "item"\ndirection = "less"\ndecimals = 0', 'bound = "at_most"\nvalue = 0', ""),
    "bases": ('unit = "item"\ndecimals = 0', 'bound = "exactly"\nvalue = 3', ""),
    "reserve": ('unit = "10kt"\nover_periods = "latest"', 'bound = "between"\nvalue = 10\nupper_value = 15', ""),
    "stations": ('unit = "item"\ndecimals = 0', 'bound = "more_than"\nvalue = 24', ""),
}


def document(**changed: str) -> str:
    """Return the plan's document. `changed` gives other lines of a target by its indicator's code."""
    text = PLAN
    for code, (indicator, _target, _share) in TARGETS.items():
        text += f'[[indicator]]\ncode = "{code}"\nname = "指标{code}"\n{indicator}\n'
    for code, (_indicator, target, share) in TARGETS.items():
        goals = f'goals = [{{ place = "140100", value = {share} }}, {{ place = "140200", value = {share} }}]'
        if lines := changed.get(code, target):
            text += f'[[target]]\nindicator = "{code}"\nclauses = ["一"]\n{lines}\n{goals if share else ""}\n'
    return text


def load_kinds(folder: Path, text: str = "") -> Plan:
    """Load the plan with its units and regions."""
    units, plan = folder / "units.toml", folder / "kinds.toml"
    units.write_text(UNITS, encoding="utf-8")
    plan.write_text(text or document(), encoding="utf-8")
    loading.load_reference(FIXTURES / "units.toml", FIXTURES / "regions.toml")
    loading.load_reference(units, FIXTURES / "regions.toml")
    return loading.load_plan(plan, acting_user=None, now=NOW)


class Reported:
    """Verified returns of two cities' units that owe everything entered."""

    def __init__(self, plan: Plan, places: tuple[str, ...] = (TAIYUAN, DATONG)) -> None:
        self.plan = plan
        self.units = {place: self._unit(place) for place in places}
        update_expected(plan, now=None)
        self.reviewer: User = factories.make_user("kinds-reviewer", "reviewer")

    def _unit(self, place: str) -> ReportingUnit:
        unit = ReportingUnit.objects.create(
            code=f"u{place}", name=f"单位{place}", region=Region.objects.get(code=place)
        )
        entered = Indicator.objects.filter(kind="entered", code__in=TARGETS)
        Obligation.objects.bulk_create(Obligation(plan=self.plan, unit=unit, indicator=one) for one in entered)
        return unit

    def file(self, place: str, month: str, **values: str) -> None:
        """File and verify a month's return of a place; what is not given is zero."""
        reporter = User.objects.filter(username=f"r{place}").first() or factories.make_user(
            f"r{place}", "reporter", place, self.units[place]
        )
        entered = Indicator.objects.filter(kind="entered", code__in=TARGETS).values_list("code", flat=True)
        filled = {**dict.fromkeys(entered, "0"), **values}
        period = factories.period(self.plan, month)
        factories.file_return(
            self.units[place], period, filled, reporter=reporter, reviewer=self.reviewer, note="核对无误，属实"
        )
