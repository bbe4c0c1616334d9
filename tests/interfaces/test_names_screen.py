"""Other names of units and of indicators have a screen: to see, add, correct and remove them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import SHANXI, TAIYUAN
from tracker.models import Indicator, NameAlias, Plan, Role

LIST, ADD = reverse("admin:tracker_namealias_changelist"), reverse("admin:tracker_namealias_add")


@pytest.fixture
def plan(db: None) -> Plan:
    return factories.load_plan()


@pytest.fixture
def gangue(plan: Plan) -> NameAlias:
    """A name that a person matched for a table."""
    return NameAlias.objects.create(name="矸石用量", indicator=Indicator.objects.get(code="coal_gangue_utilised"))


def signed_in(client: Client, place: str) -> Client:
    client.force_login(factories.make_user(f"manager-{place}", Role.PLAN_MANAGER, place))
    return client


def test_names_of_indicators_are_listed_and_removed(client: Client, gangue: NameAlias) -> None:
    signed_in(client, SHANXI)
    assert "矸石用量" in client.get(LIST).content.decode()
    assert "矸石用量" in client.get(LIST, {"q": "煤矸石"}).content.decode()
    address = reverse("admin:tracker_namealias_delete", args=[gangue.pk])
    assert client.post(address, {"post": "yes"}).status_code == 302
    assert not NameAlias.objects.exists()


def test_a_name_is_of_a_unit_or_of_an_indicator(client: Client, plan: Plan) -> None:
    signed_in(client, SHANXI)
    unit, indicator = factories.make_unit(plan, TAIYUAN), Indicator.objects.get(code="coal_gangue_utilised")
    for chosen in ({}, {"unit": unit.pk, "indicator": indicator.pk}):
        answer = client.post(ADD, {"name": "别名", **chosen})
        assert answer.status_code == 200
        assert "填报单位" in answer.content.decode()
    assert client.post(ADD, {"name": "矸 石 量", "indicator": indicator.pk}).status_code == 302
    assert NameAlias.objects.get().name == "矸石量"


def test_a_part_of_the_province_reads_names_of_indicators_and_sets_none(client: Client, gangue: NameAlias) -> None:
    signed_in(client, TAIYUAN)
    assert "矸石用量" in client.get(LIST).content.decode()
    answer = client.post(ADD, {"name": "别名", "indicator": gangue.indicator_id})
    assert answer.status_code == 200
    assert NameAlias.objects.count() == 1
    change = reverse("admin:tracker_namealias_change", args=[gangue.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": "x", "indicator": gangue.indicator_id}).status_code == 403
    assert client.post(reverse("admin:tracker_namealias_delete", args=[gangue.pk]), {"post": "yes"}).status_code == 403
