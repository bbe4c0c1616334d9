"""The dashboard: a card for each target, the barometer of cities, one trend with its table and data."""

import json
import re
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from tests import factories
from tests.interfaces.test_pages import signed_in
from tracker.models import Event, Role

GANGUE = "coal_gangue_utilised"


@pytest.fixture
def leader(plan):
    return factories.make_user("leader", Role.LEADER)


@pytest.fixture
def two_cities(plan, reviewer):
    """Taiyuan reported much, Datong little, each with a share of the target."""
    from tracker.models import Allocation, TargetVersion

    version = TargetVersion.objects.get(target__indicator__code=GANGUE)
    for place, value in ((factories.TAIYUAN, "500"), (factories.DATONG, "1")):
        Allocation.objects.create(version=version, region=factories.region(place), value=600)
        reporter = factories.make_user(f"reporter-{place}", Role.REPORTER, place)
        unit = factories.make_unit(plan, place, (GANGUE,))
        factories.file_return(unit, factories.period(plan), {GANGUE: value}, reporter=reporter, reviewer=reviewer)


def page(user, query=""):
    return signed_in(user).get(f"/?period=2020-08{query}").content.decode()


def text_of(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def barometer(html):
    body = re.search(r'<table class="list barometer">.*?<tbody>(.*?)</tbody>', html, re.S)[1]
    return [text_of(row) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)]


def test_each_target_has_a_card_with_its_figure_and_a_way_to_its_derivation(two_cities, plan, leader):
    card = next(
        one for one in page(leader).split('<li class="card')[1:] if "煤矸石综合利用量" in one or "gangue" in one
    )
    assert "501.00" in text_of(card)
    target = plan.targets.get(indicator__code=GANGUE)
    assert f"/targets/{target.pk}/" in card


def test_the_city_furthest_behind_stands_first_in_the_barometer(two_cities, leader):
    rows = barometer(page(leader))
    assert rows[0].startswith(factories.region(factories.DATONG).name) or rows[0].startswith("Datong")


def test_a_heading_sorts_the_barometer_by_its_gap(two_cities, leader):
    rows = barometer(page(leader, f"&sort={GANGUE}"))
    assert [row.split()[0] for row in rows[:2]] == [row.split()[0] for row in barometer(page(leader))[:2]]
    assert 'aria-sort="ascending"' in page(leader, f"&sort={GANGUE}")


def test_an_unknown_heading_leaves_the_order_alone(two_cities, leader):
    assert barometer(page(leader, "&sort=%27%3B--")) == barometer(page(leader))


def test_who_reads_one_city_sees_no_barometer_of_others(two_cities, plan):
    mayor = factories.make_user("mayor", Role.LEADER, factories.TAIYUAN)
    html = page(mayor)
    assert "barometer" not in html.split("<main")[1]
    assert factories.region(factories.DATONG).name not in html


def test_the_trend_of_a_target_can_be_asked_for_and_tells_the_same_as_its_table(two_cities, leader):
    html = page(leader, f"&trend={GANGUE}")
    data = json.loads(unescape(re.search(r'data-chart="([^"]+)"', html)[1]))
    assert '<svg class="trend-plot"' in html
    august = data["periods"][7]
    assert (august["label"], august["coverage"]) == ("August 2020", "2/16")
    assert august["told"][0] == ["Verified cumulative", "501.00"]
    table = text_of(re.search(r'<details class="trend-table">.*?</details>', html, re.S)[0])
    assert "501.00" in table


def test_the_data_of_the_trend_is_let_out_as_a_workbook_and_that_is_recorded(two_cities, plan, leader):
    target = plan.targets.get(indicator__code=GANGUE)
    answer = signed_in(leader).get(reverse("target_trend", args=[target.pk]), {"period": "2020-08"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert 501 in [cell.value for row in sheet.iter_rows() for cell in row]
    assert Event.objects.filter(action=Event.Action.EXPORTED, actor=leader).count() == 1


def test_the_trend_of_a_region_one_may_not_read_does_not_exist(two_cities, plan):
    mayor = factories.make_user("mayor", Role.LEADER, factories.TAIYUAN)
    target = plan.targets.get(indicator__code=GANGUE)
    address = reverse("target_trend", args=[target.pk])
    asked = {"period": "2020-08", "region": factories.DATONG}
    assert signed_in(mayor).get(address, asked).status_code == 404
    assert not Event.objects.filter(action=Event.Action.EXPORTED).exists()


def test_without_verified_returns_there_is_nothing_to_draw(plan, leader):
    html = page(leader)
    assert "data-chart=" not in html
    assert "No figures yet" in text_of(html)


def test_a_leader_reads_who_is_late_with_what_since_when(two_cities, plan, leader):
    html = page(leader)
    late = text_of(html[html.index('aria-labelledby="late"') :].split("</section>")[0])
    assert "太原市单位" in late
    assert "January 2020, February 2020" in late
    assert "August 2020" not in late  # handed in


def test_who_reads_one_city_reads_of_its_late_units_alone(two_cities, plan):
    mayor = factories.make_user("mayor", Role.LEADER, factories.TAIYUAN)
    late = page(mayor).split('id="late"')[1].split("</section>")[0]
    assert "太原市单位" in late
    assert "大同市单位" not in late


def test_a_red_city_leads_to_the_page_that_says_why(two_cities, leader):
    assert f"/regions/{factories.DATONG}/?plan=shanxi-2020&amp;period=2020-08" in page(leader)


def test_the_view_has_an_address_that_names_plan_period_and_region(two_cities, leader):
    assert (
        f"?plan=shanxi-2020&amp;period=2020-08&amp;region={factories.SHANXI}"
        in signed_in(leader).get("/?period=2020-08").content.decode()
    )
