"""Pages about a change against a base: goal, versions and trend in the unit that each of them has."""

from decimal import Decimal

import pytest

from tests import factories
from tests.factories import DATONG, TAIYUAN
from tests.interfaces.test_pages import page
from tests.queries.test_kinds_of_target import EVERYTHING
from tests.services.kinds_plan import Reported, document, load_kinds
from tracker.models import Plan, Role
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.trend import trend_of

#: A fall of 13.5 % from 0.5, which leads to 0.4325.
LINES = (
    'kind = "fall_percent"\nbound = "at_least"\nvalue = 13.5\nbase_value = 0.5\nbase_year = 2019\n'
    'base_source = "统计公报"\nnature = "binding"\nresponsible = "省发展改革委"\nsupporting = ["省统计局"]\n'
    "milestones = [{ day = 2020-06-30, value = 6 }]"
)


@pytest.fixture
def plan(db, tmp_path) -> Plan:
    plan = load_kinds(tmp_path, document(intensity=LINES))
    reported = Reported(plan)
    for place in (TAIYUAN, DATONG):
        reported.file(place, "2020-01", **EVERYTHING)
    return plan


@pytest.fixture
def target(plan):
    return plan.targets.with_indicator().get(indicator__code="intensity")


def text(plan, target, language: str, query: str = "") -> str:
    leader = factories.make_user("leader", Role.LEADER)
    return page(leader, f"/targets/{target.pk}/?period=2020-01{query}", language)


def test_a_version_of_a_change_is_a_change(plan, target):
    html = text(plan, target, "zh-hans")
    assert "第1版，自2020年1月1日起执行：下降13.50%" in html
    assert "13.50 吨标准煤/万元" not in html


def test_the_page_names_base_milestones_nature_and_bodies(plan, target):
    html = text(plan, target, "zh-hans")
    for words in ("2019年0.5吨标准煤/万元", "统计公报", "截至2020年6月30日达到下降6.00%", "约束性", "省发展改革委"):
        assert words in html
    assert "省统计局" in html


def test_a_place_without_a_base_is_told_so(plan, target):
    html = text(plan, target, "zh-hans", f"&region={TAIYUAN}")
    assert "本地区没有基数，无从计算变动幅度" in html
    assert "目标为零" not in html


def test_the_trend_draws_the_level_that_the_goal_leads_to(plan, target):
    chart = trend_of(Figures(factories.period(plan, "2020-01")), target, plan.region, [])
    assert chart.target == Decimal("0.4325")


def test_a_ratio_is_no_line_of_amounts_that_add_up(plan, target):
    figures = Figures(factories.period(plan, "2020-02"))
    assert not trend_of(figures, target, plan.region, []).adds_up
    waste = plan.targets.with_indicator().get(indicator__code="waste")
    assert trend_of(figures, waste, plan.region, []).adds_up
