"""Places of any depth: everyone sees the part of the tree that they have a role for."""

import pytest
import time_machine
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN
from tests.interfaces.test_pages import page, signed_in
from tracker.models import Region, Role

GANGUE = "coal_gangue_utilised"
COUNTY, PARK = "140105", "140105-P1"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def park(plan, reporter, reviewer) -> Region:
    """A park in a county of Taiyuan, whose unit reported for August."""
    county = Region.objects.create(
        code=COUNTY, name="小店区", name_en="Xiaodian", level="county", parent=factories.region(TAIYUAN)
    )
    park = Region.objects.create(code=PARK, name="固废园区", name_en="Waste park", level="park", parent=county)
    unit = factories.make_unit(plan, PARK)
    values = {GANGUE: "123.45", "fly_ash_utilised": "1"}
    factories.file_return(unit, factories.period(plan), values, reporter=reporter, reviewer=reviewer)
    return park


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER])
def test_people_of_a_county_see_it_and_what_lies_below(park, role):
    official = factories.make_user("county", role, COUNTY)
    html = page(official, "/")
    assert "Xiaodian" in html and "123.45" in html
    assert "Waste park" in html, "the barometer compares what lies below"
    assert page(official, f"/regions/{COUNTY}/") and page(official, f"/regions/{PARK}/")
    assert "123.45" in page(official, "/targets/")


def test_people_of_a_county_see_nothing_above_or_beside_it(park):
    official = factories.make_user("county", Role.LEADER, COUNTY)
    for code in (SHANXI, TAIYUAN, DATONG):
        assert signed_in(official).get(f"/regions/{code}/").status_code == 404
        target = park.units.get().obligations.first().indicator.targets.first()
        assert signed_in(official).get(f"/targets/{target.pk}/?region={code}").status_code == 404
    html = page(official, "/")
    assert "Taiyuan" not in html and "Datong" not in html


def test_a_reviewer_of_the_province_drills_down_to_the_park_and_back(park, reviewer):
    html = page(reviewer, f"/regions/{COUNTY}/")
    assert f"/regions/{TAIYUAN}/" in html and f"/regions/{SHANXI}/" in html, "breadcrumbs lead back"
    assert f"/regions/{PARK}/" in html, "and on"
    html = page(reviewer, f"/?region={PARK}")
    assert "123.45" in html
    assert all(f"region={code}" in html for code in (SHANXI, TAIYUAN, COUNTY))


def test_the_overview_of_a_city_compares_its_counties(park, reviewer):
    html = page(reviewer, f"/?region={TAIYUAN}")
    assert "Barometer of regions" in html and "Xiaodian" in html


def test_the_target_page_of_a_city_ranks_its_counties(park, reviewer, plan):
    target = plan.targets.get(indicator__code=GANGUE)
    html = page(reviewer, f"/targets/{target.pk}/?region={TAIYUAN}")
    assert "Region by region" in html and "Xiaodian" in html
    assert "City by city" in page(reviewer, f"/targets/{target.pk}/")


def test_a_county_of_two_beside_each_other_is_shown_with_both(park, plan):
    other = Region.objects.create(
        code="140106", name="迎泽区", name_en="Yingze", level="county", parent=factories.region(TAIYUAN)
    )
    official = factories.make_user("two", Role.LEADER, COUNTY)
    official.memberships.create(role=Role.LEADER, region=other)
    html = page(official, f"/regions/{other.code}/")
    assert "Yingze" in html
    assert page(official, f"/regions/{COUNTY}/")


def test_a_level_that_is_not_known_is_refused_at_its_field_and_a_new_one_can_be_added(client, plan):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    client.force_login(manager)
    data = {"code": "140199", "name": "x", "level": "district", "parent": factories.region(TAIYUAN).pk}
    answer = client.post(reverse("admin:tracker_region_add"), data)
    assert list(answer.context["adminform"].form.errors) == ["level"]
    assert (
        client.post(
            reverse("admin:tracker_regionlevel_add"), {"code": "district", "name": "管理区", "position": "9"}
        ).status_code
        == 302
    )
    assert client.post(reverse("admin:tracker_region_add"), data).status_code == 302
    assert Region.objects.get(code="140199").level == "district"


def test_a_move_that_would_cut_a_tree_is_refused_at_the_field(client, plan):
    client.force_login(factories.make_user("manager", Role.PLAN_MANAGER))
    city = factories.region(TAIYUAN)
    data = {"name": city.name, "name_en": city.name_en, "level": city.level, "parent": ""}
    answer = client.post(reverse("admin:tracker_region_change", args=[city.pk]), data)
    assert list(answer.context["adminform"].form.errors) == ["parent"]
    assert factories.region(TAIYUAN).path == "140000/140100/"
