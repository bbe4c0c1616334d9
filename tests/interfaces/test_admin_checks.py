"""The screens on which checks, capacities and "of which" are set up."""

import pytest
from django.db import connection

from tests import factories
from tests.interfaces.admin_forms import address, errors_of
from tracker.models import CheckRule, Event, Indicator, Role, UnitCapacity

GANGUE, ASH, TOTAL, SHARE = (
    "coal_gangue_utilised",
    "fly_ash_utilised",
    "bulk_waste_utilised",
    "building_materials_share",
)


@pytest.fixture
def manager(plan, client):
    """The plan manager of the province, logged in, reading English."""
    user = factories.make_user("manager", Role.PLAN_MANAGER)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def pk(code):
    return Indicator.objects.get(code=code).pk


def rule(**changed):
    return {"kind": "month_on_month", "indicator": "", "severity": "warning", "low": "-50", "high": "100"} | changed


def test_a_rule_is_set_and_recorded(client, manager):
    assert client.post(address("checkrule", "add"), rule()).status_code == 302
    event = Event.objects.get(object_type="checkrule")
    assert (event.actor, event.after["kind"], event.after["severity"]) == (manager, "month_on_month", "warning")


def test_a_changed_bound_is_recorded_with_before_and_after(client, manager):
    row = CheckRule.objects.create(kind="month_on_month", low=-50, high=100)
    assert client.post(address("checkrule", "change", row.pk), rule(high="80")).status_code == 302
    event = Event.objects.get(object_type="checkrule")
    assert (event.before, event.after) == ({"high": "100.00"}, {"high": "80.00"})


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"low": "", "high": ""}, "high"),
        ({"low": "5"}, "low"),
        ({"low": "x"}, "low"),
        ({"kind": "missing"}, "low"),
        ({"severity": "loud"}, "severity"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(client, manager, changed, field):
    response = client.post(address("checkrule", "add"), rule(**changed))
    assert field in errors_of(response)
    assert not CheckRule.objects.exists()


def test_bounds_the_wrong_way_round_are_refused_in_words(client, manager):
    response = client.post(address("checkrule", "add"), rule(kind="rate", low="100", high="0"))
    assert "lower bound must not lie above" in response.content.decode()
    assert not CheckRule.objects.exists()


@pytest.mark.parametrize("indicator", ["", GANGUE])
def test_a_second_rule_for_the_same_is_refused(client, manager, indicator):
    wanted = rule(indicator=pk(indicator) if indicator else "")
    client.post(address("checkrule", "add"), wanted)
    assert errors_of(client.post(address("checkrule", "add"), wanted))["__all__"]
    assert CheckRule.objects.count() == 1


def test_a_rule_for_a_rate_that_is_reckoned_is_refused_at_the_indicator(client, manager):
    assert "indicator" in errors_of(client.post(address("checkrule", "add"), rule(indicator=pk(SHARE))))


def test_the_list_says_what_each_rule_holds_for_and_what_is_usual(client, manager):
    factories.load_checks()
    content = client.get(address("checkrule")).content.decode()
    assert "All that have no rule of their own" in content and "-50% to 100%" in content


def test_a_city_manager_sets_capacities_of_the_citys_units_and_no_rules(client, plan, taiyuan):
    datong = factories.make_unit(plan, factories.DATONG)
    client.force_login(factories.make_user("city", Role.PLAN_MANAGER, factories.TAIYUAN))
    assert client.post(address("checkrule", "add"), rule()).status_code == 403
    data = {"indicator": pk(GANGUE), "per_month": "700", "basis": "晋环函〔2020〕1号"}
    assert client.post(address("unitcapacity", "add"), data | {"unit": taiyuan.pk}).status_code == 302
    refused = client.post(address("unitcapacity", "add"), data | {"unit": datong.pk})
    assert "unit" in errors_of(refused)
    assert UnitCapacity.objects.get().unit == taiyuan


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"per_month": "-1"}, "__all__"), ({"per_month": "x"}, "per_month"), ({"indicator": TOTAL}, "indicator")],
)
def test_a_capacity_that_could_not_be_used_is_refused(client, manager, taiyuan, changed, field):
    data = {"unit": taiyuan.pk, "indicator": GANGUE, "per_month": "700", "basis": ""} | changed
    data["indicator"] = pk(data["indicator"])
    assert field in errors_of(client.post(address("unitcapacity", "add"), data))
    assert not UnitCapacity.objects.exists()


@pytest.mark.parametrize("model", ["checkrule", "unitcapacity"])
def test_a_lists_queries_do_not_grow_with_its_rows(client, manager, plan, count_queries, model):
    counted = []
    codes = Indicator.objects.filter(kind="entered").values_list("code", flat=True)
    for places, some in (((factories.TAIYUAN,), codes[:2]), (("140200", "140300", "140400", "140500"), codes[2:8])):
        for place in places:
            unit = factories.make_unit(plan, place)
            UnitCapacity.objects.create(unit=unit, indicator_id=pk(GANGUE), per_month=1)
        for code in some:
            CheckRule.objects.create(kind="month_on_month", indicator_id=pk(code), high=1)
        client.get(address(model))
        with count_queries(connection) as queries:
            client.get(address(model))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def indicator_form(code, **changed):
    row = Indicator.objects.get(code=code)
    fields = ("name", "name_en", "code", "decimals", "kind", "direction", "over_periods", "over_places", "definition")
    empty = {"part_links-TOTAL_FORMS": 0, "part_links-INITIAL_FORMS": 0}
    return {name: getattr(row, name) for name in fields} | {"unit": row.unit_id} | empty | changed


def include(client, part, whole):
    data = indicator_form(part, included_in=pk(whole))
    return client.post(address("indicator", "change", pk(part)), data)


def test_an_indicator_is_said_to_be_contained_in_another(client, manager):
    assert include(client, ASH, GANGUE).status_code == 302
    assert Indicator.objects.get(code=ASH).included_in.code == GANGUE


@pytest.mark.parametrize("whole", ["base_stations", ASH, SHARE])
def test_what_cannot_contain_it_is_refused_at_the_field(client, manager, whole):
    response = include(client, ASH, whole)
    assert list(errors_of(response)) == ["included_in"]
    assert Indicator.objects.get(code=ASH).included_in is None


def test_a_circle_is_refused(client, manager):
    slag = "smelting_slag_utilised"
    include(client, ASH, GANGUE)
    include(client, GANGUE, slag)
    assert list(errors_of(include(client, slag, ASH))) == ["included_in"]


def test_the_indicators_page_leads_to_its_own_rules(client, manager):
    CheckRule.objects.create(kind="month_on_month", indicator_id=pk(GANGUE), high=1)
    content = client.get(address("indicator", "change", pk(GANGUE))).content.decode()
    assert f"{address('checkrule')}?indicator__id__exact={pk(GANGUE)}" in content
    assert "1 rule of its own" in content
    offered = client.get(address("checkrule", "add"), {"indicator": pk(GANGUE)})
    assert offered.context["adminform"].form["indicator"].value() == str(pk(GANGUE))
