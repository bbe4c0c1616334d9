"""The set-up screens of targets: allocations within the target, versions that adjust it, goals of cities."""

from decimal import Decimal

import pytest
from django.utils import timezone

from tests import factories
from tests.factories import NOW
from tests.interfaces.admin_forms import address, errors_of
from tracker.models import (
    Allocation,
    Event,
    Indicator,
    IssuedReport,
    Role,
    Target,
    TargetVersion,
)

GANGUE = "coal_gangue_utilised"


@pytest.fixture
def manager(plan):
    """The plan manager of the province."""
    return factories.make_user("manager", Role.PLAN_MANAGER)


def allocate(client, plan, value, place=factories.TAIYUAN, indicator=GANGUE):
    version = TargetVersion.objects.get(target__plan=plan, target__indicator__code=indicator)
    data = {"version": version.pk, "region": factories.region(place).pk, "unit": "", "value": value}
    return client.post(address("allocation", "add"), data)


def version_rows(*rows):
    data = {"versions-TOTAL_FORMS": len(rows), "versions-INITIAL_FORMS": 0}
    for empty in ("milestones", "pace_points", "programme"):
        data |= {f"{empty}-TOTAL_FORMS": 0, f"{empty}-INITIAL_FORMS": 0}
    for number, (value, day) in enumerate(rows):
        data |= {f"versions-{number}-value": value, f"versions-{number}-effective_from": day}
    return data


def test_an_allocation_within_the_target_is_kept_and_recorded(client, manager, plan):
    client.force_login(manager)
    assert allocate(client, plan, "6000").status_code == 302
    assert Allocation.objects.get().value == 6000
    assert Event.objects.get(object_type="allocation").after["value"].startswith("6000")


def test_more_than_is_left_of_the_target_is_refused_at_the_value(client, manager, plan):
    client.force_login(manager)
    allocate(client, plan, "6000")
    client.cookies["django_language"] = "en"
    response = allocate(client, plan, "500.01", factories.DATONG)
    assert "Only 500.00 10kt are left" in response.content.decode()
    assert "value" in errors_of(response)
    assert allocate(client, plan, "500", factories.DATONG).status_code == 302


def test_the_province_itself_takes_no_allocation(client, manager, plan):
    client.force_login(manager)
    assert "region" in errors_of(allocate(client, plan, "1", factories.SHANXI))
    assert not Allocation.objects.exists()


def test_a_city_may_have_a_goal_of_its_own_for_a_rate_whatever_the_province_has(client, manager, plan):
    client.force_login(manager)
    rate = Target.objects.filter(plan=plan, indicator__kind=Indicator.Kind.RATIO).first()
    assert allocate(client, plan, "95", indicator=rate.indicator.code).status_code == 302
    assert Allocation.objects.get().value == 95


def test_a_derived_target_takes_no_version(client, manager, plan):
    client.force_login(manager)
    target = Target.objects.get(plan=plan, indicator__kind=Indicator.Kind.DERIVED)
    data = {
        "plan": plan.pk,
        "indicator": target.indicator_id,
        "clauses": [plan.clauses.first().pk],
        "kind": "amount",
        "bound": "at_least",
        "pace": "even_by_day",
        "position": "0",
    }
    client.cookies["django_language"] = "en"
    response = client.post(address("target", "change", target.pk), data | version_rows(("10000", "2020-01-01")))
    assert response.status_code == 200
    assert "sum of its parts" in response.content.decode()
    assert not target.versions.exists()


def test_a_target_is_adjusted_by_a_new_version_and_the_first_stays(client, manager, plan, taiyuan, reporter):
    factories.file_return(taiyuan, factories.period(plan), {GANGUE: "1", "fly_ash_utilised": "1"}, reporter=reporter)
    client.force_login(manager)
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    data = {
        "clauses": [clause.pk for clause in target.clauses.all()],
        "kind": "amount",
        "bound": "at_least",
        "pace": "even_by_day",
        "position": target.position,
    }
    adjusted = {"versions-0-document_number": "〔2020〕1号", "totals_seen": "on"}
    rows = version_rows(("7000", "2020-07-01")) | adjusted
    response = client.post(address("target", "change", target.pk), data | rows)
    assert response.status_code == 302
    versions = target.versions.order_by("number").values_list("number", "value")
    assert list(versions) == [(1, Decimal(6500)), (2, Decimal(7000))]


def test_the_unallocated_rest_is_shown(client, manager, plan):
    client.force_login(manager)
    allocate(client, plan, "6000")
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    assert "500.00 万吨" in client.get(address("target", "change", target.pk)).content.decode()


def test_a_figure_that_issued_reports_rest_on_is_not_corrected(client, manager, plan, taiyuan):
    IssuedReport.objects.create(
        kind="compliance",
        plan=plan,
        period=factories.period(plan),
        region=plan.region,
        issue_year=2020,
        issue_number=8,
        title="x",
        language="en",
        as_of=NOW,
        file="x",
        file_size=1,
        issued_at=timezone.now(),
    )
    client.force_login(manager)
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    version = target.versions.get()
    data = {
        "plan": plan.pk,
        "indicator": target.indicator_id,
        "clauses": [clause.pk for clause in target.clauses.all()],
        "kind": "amount",
        "bound": "at_least",
        "pace": "even_by_day",
        "position": target.position,
        **version_rows(("9000", "2020-01-01")),
        "versions-INITIAL_FORMS": 1,
        "versions-0-id": version.pk,
        "versions-0-target": target.pk,
    }
    assert client.post(address("target", "change", target.pk), data).status_code == 200
    version.refresh_from_db()
    assert version.value == 6500


@pytest.mark.parametrize("places", ["-9223372036854775809", "9223372036854775808", "x", "0"])
def test_a_place_that_no_key_can_be_is_refused_at_its_field(client, manager, plan, places):
    client.force_login(manager)
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    response = client.post(address("target", "change", target.pk), {"places": [places]})
    assert response.status_code == 200
    assert "places" in errors_of(response)
