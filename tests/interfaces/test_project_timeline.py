"""The timeline and the map of a list, and the ranking of places by what one chooses."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import DATONG
from tests.projects import make_list, members, project, take

PERIOD = "?period=2020-08"


@pytest.fixture
def listed(plan, reviewer):
    spring, autumn = date(2020, 3, 1), date(2020, 11, 1)
    found = make_list(
        plan,
        [
            project(
                1, planned_start=spring, planned_finish=autumn, longitude=Decimal("112.5"), latitude=Decimal("37.8")
            ),
            project(2, name='<b>"项目"</b>', planned_start=spring),
            project(3, place=DATONG, planned_start=date(2022, 1, 1)),
        ],
    )
    everybody = factories.make_user("all", "reporter")
    take(members(found)[:1], "started", date(2020, 3, 9), reporter=everybody, reviewer=reviewer)
    take(members(found)[2:], "producing", date(2019, 3, 9), reporter=everybody, reviewer=reviewer)
    return found


def read(client, user, name, listed, query=PERIOD):
    client.force_login(user)
    return client.get(reverse(name, args=[listed.pk]) + query).content.decode()


def test_the_timeline_draws_what_starts_or_finishes_in_the_year(client, leader, listed):
    page = read(client, leader, "project_list_timeline", listed)
    drawing = page[page.index('class="timeline"') :].partition("</svg>")[0]
    assert "项目1" in drawing
    assert "项目3" not in drawing
    assert drawing.count("timeline-late") == 1, "the second is due and has not started"
    assert "&lt;b&gt;" in drawing and "<b>" not in drawing


def test_the_map_shows_those_with_coordinates_and_asks_nobody_else(client, leader, listed):
    page = read(client, leader, "project_list_timeline", listed)
    drawing = page[page.index('class="map"') :].partition("</svg>")[0]
    assert drawing.count("map-point") == 1
    assert "map-started" in drawing
    assert "http" not in drawing


def test_a_list_without_days_and_coordinates_says_so(client, leader, plan):
    page = read(client, leader, "project_list_timeline", make_list(plan, [project(1)]))
    assert 'class="timeline"' not in page
    assert 'class="map"' not in page


def test_places_are_ranked_by_what_one_chooses(client, leader, listed):
    by_started = read(client, leader, "project_list_funnel", listed)
    by_producing = read(client, leader, "project_list_funnel", listed, f"{PERIOD}&by=producing")
    for page, first in ((by_started, "大同市"), (by_producing, "大同市")):
        ranking = page[page.index('id="places"') :]
        assert ranking.index(first) < ranking.index("太原市")
