"""The overview: a row for each target, the barometer of cities beside it, one trend with its table and data."""

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
from tracker.queries.pages import dashboard

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


def rows(html):
    """The targets' rows by name."""
    found = re.findall(r'<tr class="row .*?</tr>', html, re.S)
    return {text_of(re.search(r"<th.*?</th>", row, re.S)[0]): row for row in found}


def barometer(html):
    """The places in their order, as headings of their columns."""
    return [text_of(cell) for cell in re.findall(r'<th scope="col" class="place-name">.*?</th>', html, re.S)]


def test_each_target_has_a_row_with_its_figure_and_a_way_to_its_derivation(two_cities, plan, leader):
    row = rows(page(leader))["Coal gangue utilised"]
    assert "501.00 / ≥ 6,500.00" in text_of(row)
    target = plan.targets.get(indicator__code=GANGUE)
    assert f"/targets/{target.pk}/" in row


def test_each_mark_of_a_place_tells_level_and_gap_and_leads_to_its_reason(two_cities, plan, leader):
    target = plan.targets.get(indicator__code=GANGUE)
    row = rows(page(leader))["Coal gangue utilised"]
    marks = re.findall(r'<td class="place" data-place="([^"]+)"><a [^>]*href="([^"]+)" title="([^"]+)"', row)
    assert [name for name, _href, _title in marks] == ["Datong", "Taiyuan"]
    _name, href, title = marks[0]
    assert unescape(href) == f"/targets/{target.pk}/?period=2020-08&region={factories.DATONG}"
    assert title == "Datong: ▲ Level I (provisional), -66.50 points to schedule"


def test_printed_rates_of_a_provisional_row_subtract_to_its_gap(two_cities, leader):
    """Both cities report for August alone: the level rests on their shares, and so do the rates beside it."""
    cells = [text_of(cell) for cell in re.findall(r"<td.*?</td>", rows(page(leader))["Coal gangue utilised"], re.S)]
    done, due, gap = (float(cells[at].strip("%")) for at in (3, 4, 5))
    assert gap == pytest.approx(done - due, abs=0.005)


def test_what_got_worse_stands_first(plan, taiyuan, reporter, reviewer, leader):
    for month, gangue, ash in (("2020-01", "600", "400"), ("2020-02", "1", "400")):
        values = {GANGUE: gangue, "fly_ash_utilised": ash}
        factories.file_return(taiyuan, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer)
    html = signed_in(leader).get("/?period=2020-02").content.decode()
    names = list(rows(html))
    assert names.index("Coal gangue utilised") < names.index("Fly ash utilised")
    assert "row-worse" in rows(html)["Coal gangue utilised"]
    assert "row-worse" not in rows(html)["Fly ash utilised"]


def test_the_city_furthest_behind_stands_first_in_the_barometer(two_cities, leader):
    assert barometer(page(leader))[0] == "Datong"


def test_a_target_sorts_the_places_by_its_gap(two_cities, leader):
    html = page(leader, f"&sort={GANGUE}")
    assert barometer(html)[:2] == ["Datong", "Taiyuan"]
    assert re.findall(r'sort=(\w+)[^>]*aria-current="true"', html) == [GANGUE]


def test_many_places_stand_below_in_blocks_that_fit_the_page(two_cities, leader, monkeypatch):
    monkeypatch.setattr(dashboard, "MOST_BESIDE", 4)
    monkeypatch.setattr(dashboard, "MOST_IN_BLOCK", 6)
    html = page(leader)
    blocks = re.findall(r'<table class="rows places">.*?</table>', html, re.S)
    assert [block.count('class="place-name"') for block in blocks] == [6, 5]
    assert 'class="place' not in rows(html)["Coal gangue utilised"]
    assert "Sort the places by Coal gangue utilised" in blocks[1]


def test_many_targets_stand_in_groups_by_level(two_cities, leader, monkeypatch):
    monkeypatch.setattr(dashboard, "MOST_UNGROUPED", 5)
    headings = re.findall(r'<tr class="rows-group">(.*?)</tr>', page(leader), re.S)
    assert [text_of(one).rsplit(" ", 1)[0] for one in headings][-1] == "Not graded"
    assert len(headings) > 1


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
    assert "2 units are late as of now" in page(leader)
    html = page(leader, "&late=1")
    late = text_of(html[html.index('aria-labelledby="late"') :].split("</section>")[0])
    assert "太原市单位" in late
    assert "January 2020, February 2020" in late
    assert "August 2020" not in late  # handed in


def test_who_reads_one_city_reads_of_its_late_units_alone(two_cities, plan):
    mayor = factories.make_user("mayor", Role.LEADER, factories.TAIYUAN)
    late = page(mayor, "&late=1").split('id="late"')[1].split("</section>")[0]
    assert "太原市单位" in late
    assert "大同市单位" not in late


def test_a_red_city_leads_to_the_page_that_says_why(two_cities, leader):
    assert f"/regions/{factories.DATONG}/?plan=shanxi-2020&amp;period=2020-08" in page(leader)


def test_the_view_has_an_address_that_names_plan_period_and_region(two_cities, leader):
    assert (
        f"?plan=shanxi-2020&amp;period=2020-08&amp;region={factories.SHANXI}"
        in signed_in(leader).get("/?period=2020-08").content.decode()
    )
