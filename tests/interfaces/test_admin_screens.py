"""Every screen of the administration: the administrator opens them all, a reporter none of the set-up."""

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from tests import factories
from tests.interfaces.admin_forms import address
from tracker.models import (
    Allocation,
    Role,
    TargetVersion,
)

GANGUE = "coal_gangue_utilised"


SCREENS = sorted(model._meta.model_name for model in admin.site._registry)


def test_the_screens_are_those_that_the_tracker_needs():
    assert (
        sorted(
            [
                *(
                    "allocation",
                    "body",
                    "checkrule",
                    "clause",
                    "commitment",
                    "delivery",
                    "event",
                    "expectedrange",
                    "extension",
                    "indicator",
                    "indicatorlink",
                    "issuedreport",
                    "job",
                ),
                *(
                    "measureunit",
                    "membership",
                    "namealias",
                    "obligation",
                    "pausedaddress",
                    "period",
                    "plan",
                    "region",
                    "regionlevel",
                    "reportingunit",
                    "return",
                ),
                *("rulechange", "schedule", "seriesbreak", "subscription", "target", "unitcapacity", "unlockrequest"),
                "user",
            ]
        )
        == SCREENS
    )


@pytest.mark.parametrize("model", SCREENS)
def test_the_administrator_opens_every_list_and_searches_it(client, superuser, plan, taiyuan, model):
    client.force_login(superuser)
    assert client.get(address(model), follow=True).status_code == 200  # the event log's leads to the page of events
    assert client.get(address(model), {"q": "太原"}, follow=True).status_code == 200


@pytest.mark.parametrize(
    "model",
    sorted(set(SCREENS) - {"return", "delivery", "event", "issuedreport", "job", "pausedaddress", "unlockrequest"}),
)
def test_the_administrator_opens_every_form_to_add(client, superuser, plan, taiyuan, model):
    client.force_login(superuser)
    assert client.get(address(model, "add")).status_code == 200


@pytest.mark.parametrize(
    "model", ["plan", "clause", "indicator", "target", "commitment", "region", "reportingunit", "period", "obligation"]
)
def test_the_administrator_opens_every_row_and_its_history(client, superuser, plan, taiyuan, model):
    client.force_login(superuser)
    row = next(
        registered for registered in admin.site._registry if registered._meta.model_name == model
    ).objects.first()
    assert client.get(address(model, "change", row.pk)).status_code == 200
    assert client.get(address(model, "history", row.pk)).status_code == 200


@pytest.mark.parametrize("screen", ["change", "delete"])
def test_an_address_that_names_the_field_to_look_a_row_up_by_is_answered(client, superuser, plan, screen):
    client.force_login(superuser)
    screen = address("clause", screen, plan.clauses.first().pk)
    usual = client.get(screen).status_code
    assert usual < 500
    assert [client.get(screen, {"_to_field": given}).status_code for given in ("", "id", "no_such")] == [
        usual,
        usual,
        400,
    ]


@pytest.mark.parametrize("model", sorted(set(SCREENS) - {"return", "issuedreport", "job", "unlockrequest"}))
def test_a_reporter_meets_no_set_up_screen(client, reporter, taiyuan, model):
    client.force_login(reporter)
    assert client.get(address(model)).status_code == 403
    assert address(model) not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("model", ["obligation", "reportingunit", "allocation", "membership", "user"])
def test_a_lists_queries_do_not_grow_with_its_rows(client, superuser, plan, count_queries, model):
    client.force_login(superuser)
    counted = []
    for places in ((factories.TAIYUAN,), (factories.DATONG, factories.SHUOZHOU, "140300", "140400")):
        for place in places:
            unit = factories.make_unit(plan, place)
            factories.make_user(f"person-{place}", Role.REPORTER, place, unit=unit)
            for version in TargetVersion.objects.filter(target__indicator__code=GANGUE):
                Allocation.objects.create(version=version, region=unit.region, value=1)
        client.get(address(model))
        with count_queries(connection) as queries:
            client.get(address(model))
        counted.append(len(queries))
    assert counted[0] == counted[1]
