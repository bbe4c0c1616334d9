"""Returns that fill each other, submitted and verified in the same moment: nothing waits crosswise, nothing is lost."""

from datetime import date

import pytest

from tests import factories
from tests.city_plan import make_city_plan
from tests.factories import NOW, TAIYUAN
from tests.services.test_indicator_links import GANGUE, VALUES, proposal
from tests.services.test_two_reviewers_at_once import at_once
from tracker.models import Indicator, IndicatorLink, Obligation, ReportingUnit, Return, Role
from tracker.services import returns
from tracker.services.plans.indicator_links import agree_to_link, end_link, propose_link
from tracker.services.returns.expected import update_expected
from tracker.services.returns.totals import differing_totals

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def plans(plan, taiyuan, manager):
    """Both plans, with three units that report to both and their indicators linked."""
    for number in (1, 2):
        unit = ReportingUnit.objects.create(code=f"u{number}", name=f"单位{number}", region=factories.region(TAIYUAN))
        codes = Indicator.objects.filter(code__in=VALUES)
        Obligation.objects.bulk_create(Obligation(plan=plan, unit=unit, indicator=one) for one in codes)
    city = make_city_plan(taiyuan)
    for unit in ReportingUnit.objects.exclude(pk=taiyuan.pk):
        for owed in city.obligations.filter(unit=taiyuan):
            Obligation.objects.create(plan=city, unit=unit, indicator=owed.indicator)
    for one in (plan, city):
        update_expected(one, now=None)
    for code in VALUES:
        propose_link(proposal(plan, city, code), acting_user=manager, now=NOW)
    return plan, city


def opened(plans, reporter) -> list[Return]:
    """Each unit's return for August in both plans."""
    return [
        returns.open_return(unit, factories.period(plan), acting_user=reporter, now=NOW)
        for unit in ReportingUnit.objects.order_by("pk")
        for plan in plans
    ]


def submit(pk: int, values, reporter) -> None:
    found = Return.objects.select_related("unit__region", "period__plan__region").get(pk=pk)
    returns.save_and_submit(found, values, acting_user=reporter, now=NOW, expected_version=found.version)


def test_all_units_submit_for_both_plans_at_once(plans, reporter):
    found = opened(plans, reporter)
    told = at_once(*(lambda pk=one.pk: submit(pk, VALUES, reporter) for one in found))
    # Who typed before the other return filled theirs is told, as anybody is who saw an older version.
    assert set(told) <= {"done", "told"} and told.count("done") >= len(found) // 2
    assert differing_totals() == []
    for one in Return.objects.filter(pk__in=[one.pk for one in found]):
        assert {f"{value:.0f}" for value in one.entries.values_list("reported_value", flat=True)} == {"500", "20"}


def test_a_correction_and_the_verification_of_the_other_return(plans, reporter, reviewer):
    filed, there = opened(plans, reporter)[:2]
    submit(filed.pk, VALUES, reporter)
    submit(there.pk, {}, reporter)
    filed.refresh_from_db()
    returns.send_back_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version, comment="核对")

    def verify() -> None:
        seen = Return.objects.select_related("unit__region", "period__plan__region").get(pk=there.pk)
        returns.verify_return(seen, acting_user=reviewer, now=NOW, expected_version=seen.version)

    assert "done" in at_once(lambda: submit(filed.pk, {GANGUE: "600"}, reporter), verify)
    there.refresh_from_db()
    cell = factories.entry(there, GANGUE)
    if there.state == Return.State.VERIFIED:
        assert cell.verified_value == cell.reported_value
    else:
        assert cell.reported_value == 600
    assert differing_totals() == []


def test_one_return_is_opened_while_the_other_is_submitted(plans, taiyuan, reporter):
    filed = returns.open_return(taiyuan, factories.period(plans[0]), acting_user=reporter, now=NOW)

    def open_there() -> None:
        returns.open_return(taiyuan, factories.period(plans[1]), acting_user=reporter, now=NOW)

    assert at_once(lambda: submit(filed.pk, VALUES, reporter), open_there) == ["done", "done"]
    there = Return.objects.get(unit=taiyuan, period__plan=plans[1])
    assert factories.entry(there, GANGUE).reported_value == 500


def test_one_manager_agrees_and_another_declines(plan, taiyuan, manager):
    city = make_city_plan(taiyuan)
    link = proposal(plan, city)
    link.proposed_by, link.proposed_at = manager, NOW
    link.save()

    def agree() -> None:
        agree_to_link(IndicatorLink.objects.get(pk=link.pk), acting_user=manager, now=NOW)

    def decline() -> None:
        end_link(IndicatorLink.objects.get(pk=link.pk), until=date(2020, 8, 1), acting_user=manager, now=NOW)

    at_once(agree, decline)
    link.refresh_from_db()
    assert not link.holds_on(date(2020, 8, 31))  # ended in either order


def test_two_managers_propose_the_same(plan, taiyuan, manager):
    city = make_city_plan(taiyuan)
    told = []

    def propose(one, other) -> None:
        try:
            propose_link(proposal(one, other), acting_user=manager, now=NOW)
        except Exception as refusal:
            told.append(refusal)

    at_once(lambda: propose(plan, city), lambda: propose(city, plan))
    assert (IndicatorLink.objects.count(), len(told)) == (1, 1)
