"""Targets of every kind, from the plan's document to the figures that pages and documents print."""

import re
from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.factories import DATONG, TAIYUAN
from tests.services.kinds_plan import Reported, document, load_kinds
from tracker.calculation.levels import Level
from tracker.calculation.targets.kinds import Verdict
from tracker.models import Plan
from tracker.queries.errors import Refused
from tracker.queries.figures.figures import Figures

I, II, III = Level.I, Level.II, Level.III  # noqa: E741
EVERYTHING = {
    "coal": "100",
    "waste": "50",
    "pm25": "30",
    "share": "80",
    "output": "100",
    "land": "0.75",
    "energy": "0.004325",
    "bases": "0",
    "reserve": "6",
    "stations": "1",
}


@pytest.fixture
def plan(db, tmp_path) -> Plan:
    return load_kinds(tmp_path)


def progress(plan: Plan, code: str, month: str = "2020-01", place: str = ""):
    figures = Figures(factories.period(plan, month))
    target = plan.targets.with_indicator().get(indicator__code=code)
    return figures.standing_of(target, factories.region(place) if place else plan.region).standing


def both(plan: Plan, months: int, **values: str) -> Reported:
    """Two cities that report the same each month."""
    reported = Reported(plan)
    for month in range(1, months + 1):
        for place in (TAIYUAN, DATONG):
            reported.file(place, f"2020-{month:02d}", **{**EVERYTHING, **values})
    return reported


@pytest.mark.parametrize(
    ("code", "value", "verdict", "level"),
    [
        ("coal", "240", Verdict.REACHED, I),
        ("coal", "100", Verdict.REACHED, I),
        ("coal", "50", Verdict.REACHED, III),
        ("coal", "55", Verdict.REACHED, II),
        ("waste", "50", Verdict.NOT_REACHED, III),
        ("waste", "45", Verdict.NOT_REACHED, II),
        ("waste", "44.9", Verdict.NOT_REACHED, I),
        ("pm25", "78", Verdict.EXCEEDED, I),
        ("pm25", "35", Verdict.REACHED, III),
        ("share", "85", Verdict.REACHED, III),
        ("share", "60", Verdict.NOT_REACHED, I),
        ("accidents", "0", Verdict.REACHED, III),
        ("accidents", "4", Verdict.EXCEEDED, I),
        ("bases", "1", Verdict.NOT_REACHED, III),
        ("bases", "2", Verdict.EXCEEDED, I),
        ("reserve", "6", Verdict.REACHED, III),
        ("reserve", "8", Verdict.EXCEEDED, II),
        ("reserve", "3", Verdict.NOT_REACHED, I),
        ("stations", "1", Verdict.NOT_REACHED, III),
    ],
)
def test_each_kind_is_graded_by_its_own_rule(plan, code, value, verdict, level):
    both(plan, 1, **{code: value})
    found = progress(plan, code)
    assert (found.verdict, found.level) == (verdict, level)


def test_a_strict_bound_is_missed_by_the_goal_itself_at_the_end(plan):
    both(plan, 12, stations="1")
    found = progress(plan, "stations", "2020-12")
    assert (found.to_date.value, found.verdict, found.level) == (24, Verdict.NOT_REACHED, II)


def test_a_cap_counts_its_headroom_left(plan):
    both(plan, 8, coal="40")
    found = progress(plan, "coal", "2020-08")
    assert (found.to_date.value, found.due, round(found.gap, 2)) == (640, 800, Decimal("13.33"))
    target = plan.targets.with_indicator().get(indicator__code="coal")
    assert Figures(factories.period(plan, "2020-08")).monthly_need(target, plan.region) == 140


def test_the_city_that_burnt_least_ranks_first(plan):
    reported = Reported(plan)
    reported.file(TAIYUAN, "2020-01", coal="900")
    reported.file(DATONG, "2020-01", coal="120")
    target = plan.targets.with_indicator().get(indicator__code="coal")
    ranks = Figures(factories.period(plan, "2020-01")).ranking(target)
    assert (ranks[DATONG], ranks[TAIYUAN]) == (1, 2)


def test_a_ratio_is_converted_by_its_units(plan):
    both(plan, 1, output="1307520", land="5000")
    assert progress(plan, "productivity").to_date.value == Decimal("261.504")


def test_a_change_is_computed_from_two_amounts_and_the_base(plan):
    both(plan, 12)  # 86.5 t of 200 万元 in each month: 0.4325 against 0.5
    found = progress(plan, "intensity", "2020-12")
    assert (found.to_date.value, found.held, found.level) == (Decimal("0.4325"), Decimal("13.5"), III)


def test_rates_of_two_cities_are_never_added_up(plan):
    both(plan, 2, share="85")
    assert progress(plan, "share", "2020-02").to_date.value == 85


# --- incomplete coverage


def test_a_total_is_graded_on_the_places_that_have_reported(plan):
    Reported(plan).file(TAIYUAN, "2020-01", waste="50")
    found = progress(plan, "waste")
    assert (found.is_provisional, found.level, found.basis.places) == (True, III, (TAIYUAN,))
    assert (found.to_date.value, found.basis.goal) == (50, 600)


def test_without_shares_an_incomplete_total_is_not_graded(plan):
    Reported(plan).file(TAIYUAN, "2020-01", stations="9")
    found = progress(plan, "stations")
    assert (found.is_provisional, found.level, found.basis) == (True, None, None)


def test_the_provisional_level_is_the_final_one_once_all_have_reported(plan):
    reported = Reported(plan)
    reported.file(TAIYUAN, "2020-01", waste="45")
    provisional = progress(plan, "waste")
    reported.file(DATONG, "2020-01", waste="45")
    final = progress(plan, "waste")
    assert (provisional.is_provisional, final.is_provisional) == (True, False)
    assert (provisional.level, provisional.gap) == (final.level, final.gap) != (None, None)


def test_a_provisional_level_is_no_change_of_level(plan):
    reported = Reported(plan)
    for place in (TAIYUAN, DATONG):
        reported.file(place, "2020-01", waste="50")
    reported.file(TAIYUAN, "2020-02", waste="0")
    target = plan.targets.with_indicator().get(indicator__code="waste")
    figures = Figures(factories.period(plan, "2020-02"))
    history = figures.history(target, plan.region)
    assert progress(plan, "waste", "2020-02").level is I
    assert (history.now, history.change, history.is_provisional) == (None, 0, True)


# --- refused at set-up


@pytest.mark.parametrize(
    ("code", "lines", "place"),
    [
        ("coal", 'bound = "at_least"\nvalue = 1200', "bound"),
        ("waste", 'bound = "at_most"\nvalue = 1200', "bound"),
        ("share", 'kind = "amount"\nbound = "at_least"\nvalue = 80', "kind"),
        ("share", 'bound = "at_least"\nvalue = 80\nbase_value = 40', "base_year"),
        ("share", 'bound = "at_least"\nvalue = 80\nbase_year = 2019', "base_value"),
        ("reserve", 'bound = "between"\nvalue = 10', "upper_value"),
        ("reserve", 'bound = "between"\nvalue = 10\nupper_value = 9', "upper_value"),
        ("reserve", 'bound = "at_least"\nvalue = 10\nupper_value = 19', "upper_value"),
        ("coal", 'bound = "at_most"\nvalue = -1', "value"),
        ("waste", 'bound = "at_least"\nvalue = 9\nmilestones = [{ day = 2021-06-30, value = 5 }]', "milestones"),
        ("waste", 'bound = "at_least"\nvalue = 9\nmilestones = [{ day = 2020-06-30, value = 10 }]', "milestones"),
        ("waste", 'bound = "at_least"\nvalue = 9\nmilestones = [{ day = 2020-06-30 }]', "milestones.value"),
        ("waste", 'bound = "at_least"\nvalue = 9\ngoals = [{ place = "nowhere", value = 5 }]', "goals.place"),
        ("waste", 'bound = "at_least"\nvalue = 9\ngraded_by = "due"', "__all__"),
        ("waste", 'bound = "at_least"\nvalue = 9\nkind = "wish"', "kind"),
    ],
)
def test_a_target_that_contradicts_itself_is_refused_at_its_key(db, tmp_path, code, lines, place):
    text = document(**{code: lines})
    text = re.sub(r"(value = 9\ngoals = [^\n]*)\ngoals = [^\n]*", r"\1", text)
    with pytest.raises(Refused) as refused:
        load_kinds(tmp_path, text)
    assert any(key.endswith(f", {place}") for key in refused.value.fields), refused.value.fields
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('over_periods = "latest"\nover_places = "mean"', 'over_periods = "sum"\nover_places = "mean"', "over_periods"),
        ('over_periods = "latest"\nover_places = "mean"', 'over_periods = "latest"', "over_places"),
        ('unit = "10k-yuan-mu"', 'unit = "percent"', "unit"),
        ('unit = "10k-yuan-mu"', 'unit = "10kt"', "unit"),
        ('over_places = "mean"', 'over_places = "weighted"', "weight"),
        ('over_places = "mean"', 'over_places = "weighted"\nweight = "productivity"', "weight"),
        ('over_places = "mean"', 'over_places = "latest"', "over_places"),
    ],
)
def test_a_rollup_that_gives_no_figure_is_refused_at_its_key(db, tmp_path, right, wrong, place):
    head, at, tail = document().partition('code = "share"')
    text = (head + at + tail.replace(right, wrong, 1)) if right in tail else document().replace(right, wrong, 1)
    with pytest.raises(Refused) as refused:
        load_kinds(tmp_path, text)
    assert any(key.endswith(f", {place}") for key in refused.value.fields), refused.value.fields


# --- the line to a level, milestones, goals of places


def test_a_level_is_due_along_its_line_and_by_its_milestones(db, tmp_path):
    lines = (
        'bound = "at_least"\nvalue = 80\nbase_value = 40\nbase_year = 2019\nbase_source = "统计公报"\n'
        "milestones = [{ day = 2020-06-30, value = 50 }]"
    )
    plan = load_kinds(tmp_path, document(share=lines))
    both(plan, 6, share="50")
    assert [progress(plan, "share", month).due for month in ("2020-06",)] == [50]
    assert progress(plan, "share", "2020-06").level is III


def test_a_city_is_held_to_its_own_goal_of_a_rate(db, tmp_path):
    lines = 'bound = "at_least"\nvalue = 80\ngoals = [{ place = "140100", value = 90 }]'
    plan = load_kinds(tmp_path, document(share=lines))
    both(plan, 1, share="85")
    assert [progress(plan, "share", place=place).level for place in (TAIYUAN, DATONG)] == [II, III]


def test_a_target_may_have_bounds_of_its_own(db, tmp_path):
    lines = 'bound = "at_least"\nvalue = 1200\ngraded_by = "points"\nlevel_two_below = 0\nlevel_one_below = -3'
    plan = load_kinds(tmp_path, document(waste=lines))
    both(plan, 1, waste="40")
    assert progress(plan, "waste").level is II  # 1.67 points; by the national rule 20 % short


def test_a_second_plan_cannot_give_an_indicator_another_meaning(plan, tmp_path):
    text = document().replace('code = "kinds"', 'code = "other"', 1)
    text = text.replace(
        'name = "指标waste"\nunit = "10kt"', 'name = "另一个"\nunit = "10kt"\nover_periods = "latest"', 1
    )
    with pytest.raises(Refused) as refused:
        load_kinds(tmp_path, text)
    assert {key.rpartition(", ")[2] for key in refused.value.fields} == {"name", "over_periods"}


def test_responsible_bodies_and_the_nature_of_a_target_are_kept(db, tmp_path):
    lines = 'bound = "at_least"\nvalue = 1200\nresponsible = "工信厅"\nsupporting = ["发改委"]\nnature = "binding"'
    target = load_kinds(tmp_path, document(waste=lines)).targets.get(indicator__code="waste")
    assert (str(target.responsible), [str(one) for one in target.supporting.all()]) == ("工信厅", ["发改委"])
    assert (target.nature, target.pace, target.plan.graded_by) == ("binding", "even_by_month", "due")
    assert target.versions.get().effective_from == date(2020, 1, 1)
