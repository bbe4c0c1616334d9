"""The pages on which a region or a unit changes from a day on, and the pages of earlier periods."""

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN
from tests.interfaces.test_pages import page, signed_in
from tracker.models import EarlierRegion, Region, Role


@pytest.fixture(autouse=True)
def in_september(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER, SHANXI)


def change(person, code: str, kind: str, **words):
    place = factories.region(code)
    sent = {"change": kind} | {f"{kind}-{field}": value for field, value in words.items()}
    return signed_in(person).post(reverse("region_changes", args=[place.pk]), sent)


def test_a_region_is_renamed_and_its_earlier_page_keeps_the_name(plan, taiyuan, manager):
    words = {"name": "并州市", "name_en": "Bingzhou", "level": "city", "since": "2020-08-01"}
    assert change(manager, TAIYUAN, "rename", **words).status_code == 302
    shown = [page(manager, f"/regions/{TAIYUAN}/?period=2020-{month}", "zh-hans") for month in ("07", "08")]
    assert ["<h1>太原市" in html for html in shown] == [True, False]
    assert ["<h1>并州市" in html for html in shown] == [False, True]
    asked = page(manager, reverse("region_changes", args=[factories.region(TAIYUAN).pk]), "zh-hans")
    assert "曾用名称" in asked and "太原市" in asked


def test_a_merged_region_leaves_the_overview_from_its_period_on(plan, taiyuan, manager):
    into = str(factories.region(DATONG).pk)
    assert change(manager, TAIYUAN, "merge", into=into, since="2020-08-01").status_code == 302
    codes = [
        [one.code for one in signed_in(manager).get(f"/?period=2020-{month}").context["form"].ground.regions]
        for month in ("07", "08")
    ]
    assert [TAIYUAN in found for found in codes] == [True, False]
    assert "并入大同市" in page(manager, f"/regions/{TAIYUAN}/?period=2020-08", "zh-hans")


@pytest.mark.parametrize(
    ("name", "words", "field"),
    [
        ("merge", {"into": TAIYUAN, "since": "2020-08-01"}, "into"),
        ("move", {"parent": SHANXI, "since": "2020-08-01"}, "parent"),
        ("close", {"since": "2020-12-01"}, "since"),
        ("rename", {"name": "", "level": "city", "since": "2020-08-01"}, "name"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_stored(plan, taiyuan, manager, name, words, field):
    sent = {key: str(factories.region(text).pk) if key in ("into", "parent") else text for key, text in words.items()}
    answer = change(manager, TAIYUAN, name, **sent)
    assert answer.status_code == 422
    assert list(answer.context[name].errors) == [field]
    assert not EarlierRegion.objects.exists()


def test_a_manager_of_a_city_moves_it_nowhere_else(plan, taiyuan):
    person = factories.make_user("city-manager", Role.PLAN_MANAGER, TAIYUAN)
    answer = change(person, TAIYUAN, "merge", into=str(factories.region(DATONG).pk), since="2020-08-01")
    assert list(answer.context["merge"].errors) == ["into"]
    other = factories.region(DATONG)
    assert signed_in(person).get(reverse("region_changes", args=[other.pk])).status_code == 404


def test_a_unit_is_renamed_from_a_day_on(plan, taiyuan, manager):
    path = reverse("unit_names", args=[taiyuan.pk])
    sent = {"rename-name": "新工信局", "rename-name_en": "", "rename-since": "2020-08-01"}
    former = taiyuan.name
    assert signed_in(manager).post(path, sent).status_code == 302
    assert former in page(manager, path, "zh-hans")
    assert Region.objects.filter(units__name="新工信局").exists()
    shown = [page(manager, f"/regions/{TAIYUAN}/?period=2020-{month}", "zh-hans") for month in ("07", "08")]
    assert [former in html for html in shown] == [True, False]
