"""The list of targets: how levels move, and what reported values would give, marked as provisional everywhere."""

import re

import pytest
import time_machine

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.interfaces.test_exports import body, workbook
from tests.interfaces.test_pages import page, queries_of, rows_of
from tracker.models import Role, Target
from tracker.queries.figures.figures import Figures

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
MARK, MARK_ZH = "From reported values, preliminary", "按上报数测算（初步数）"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def waiting(plan, taiyuan, reporter, reviewer):
    """Taiyuan: June and July verified, August reported alone."""
    for month in ("2020-06", "2020-07"):
        values = {GANGUE: "4000", ASH: "1"}
        factories.file_return(taiyuan, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer)
    factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "1"}, reporter=reporter)


def gangue(html: str) -> list[str]:
    return next(row for row in rows_of(html) if row[0] == "Coal gangue utilised")


def test_the_list_is_of_verified_values_unless_one_asks(waiting, leader):
    html = page(leader, "/targets/?period=2020-08")
    assert gangue(html)[7] == "8,000.00"
    assert "provisional" not in re.sub(r'<form class="filters".*?</form>', "", html, flags=re.DOTALL).lower()


@pytest.mark.parametrize("value", ["0", "x", "", "true"])
def test_nothing_else_turns_the_switch_on(waiting, leader, value):
    assert gangue(page(leader, f"/targets/?period=2020-08&provisional={value}"))[7] == "8,000.00"


def test_provisional_figures_are_those_of_reported_values(waiting, plan, leader):
    html = page(leader, "/targets/?period=2020-08&provisional=1")
    figures = Figures(factories.period(plan), provisional=True)
    target = next(target for target in figures.targets if target.indicator.code == GANGUE)
    assert figures.standing_of(target, plan.region).standing.to_date.value == 8500
    assert gangue(html)[7] == "8,500.00"
    assert "checked" in html


def test_the_page_its_table_and_every_level_are_marked_provisional(waiting, leader):
    html = page(leader, "/targets/?period=2020-08&provisional=1", "zh-hans")
    assert f"<caption>{MARK_ZH}</caption>" in html
    assert f"<strong>{MARK_ZH}</strong>" in html
    badges = re.findall(r'<span class="level [^>]*>([^<]*)</span>', html)
    assert len(badges) == 13
    assert all(badge.endswith("（初步数）") for badge in badges)


def test_the_workbook_says_provisional_in_title_and_rows(waiting, leader):
    sheet = workbook(leader, "/targets/?period=2020-08&provisional=1&_export=xlsx")
    words = [str(row[0]) for row in sheet.iter_rows(values_only=True)]
    assert any("(preliminary, from reported values)" in word for word in words)
    assert MARK in words
    assert {row[-1] for row in body(sheet, "Indicator")} == {MARK}


def test_the_workbook_of_verified_values_says_that_too(waiting, leader):
    sheet = workbook(leader, "/targets/?period=2020-08&_export=xlsx")
    assert {row[-1] for row in body(sheet, "Indicator")} == {"Verified values"}
    assert not any("rovisional" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


def test_a_level_says_for_how_long_it_has_stood(plan, taiyuan, reporter, reviewer, leader):
    for month in ("2020-01", "2020-02"):
        values = {GANGUE: "600", ASH: "1"}
        factories.file_return(taiyuan, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer)
    assert "unchanged for 2 months" in gangue(page(leader, "/targets/?period=2020-02"))[11]


def test_a_level_is_provisional_while_earlier_months_are_missing_and_none_without_the_month(waiting, leader):
    assert gangue(page(leader, "/targets/?period=2020-07"))[11] == "● Level III (provisional)"
    assert gangue(page(leader, "/targets/?period=2020-08"))[11] == "Not graded"


def test_a_level_that_fell_names_the_one_before(plan, taiyuan, reporter, reviewer, leader):
    for month, amount in (("2020-01", "600"), ("2020-02", "400")):
        values = {GANGUE: amount, ASH: "1"}
        factories.file_return(taiyuan, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer)
    assert gangue(page(leader, "/targets/?period=2020-02"))[11] == "◆ Level II worse, last month ● Level III"
    assert 'title="恶化，上月为● 三级">恶化，上期●' in page(leader, "/?period=2020-02", "zh-hans")
    exported = body(workbook(leader, f"/targets/?period=2020-02&indicator={GANGUE}&_export=xlsx"), "Indicator")[0]
    assert exported[-3:] == ("worse, last month ● Level III", 1, "Verified values")


@pytest.mark.parametrize("query", ["", "region=cities", f"region={TAIYUAN}", "region=cities&provisional=1"])
def test_the_number_of_queries_is_the_same_for_two_targets_and_thirteen(waiting, plan, leader, count_queries, query):
    everything = tuple(plan.targets.filter(indicator__kind="entered").values_list("indicator__code", flat=True))
    factories.make_unit(plan, DATONG, everything)
    factories.make_user("datong-official", Role.REPORTER, DATONG)
    address = f"/targets/?period=2020-07&{query}"
    many = queries_of(count_queries, leader, address)
    kept = Target.objects.filter(indicator__code__in=(GANGUE, ASH))
    Target.objects.exclude(pk__in=kept).delete()
    assert len({row[0] for row in rows_of(page(leader, address))}) == 2
    assert queries_of(count_queries, leader, address) == many
