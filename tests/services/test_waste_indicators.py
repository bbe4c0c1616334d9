"""The utilisation rate with its prior-year stock term, reckoned from returns; the balance as a check."""

from decimal import Decimal

import pytest

from tests import factories
from tests.factories import FIXTURES, NOW
from tracker.models import Event, Indicator
from tracker.queries.figures.figures import Figures
from tracker.queries.returns.checks import check_return
from tracker.services.plans.loading import load_indicators

LIBRARY = FIXTURES / "indicators-solid-waste.toml"
TERMS = {
    "waste_generated": "100",
    "waste_utilised": "70",
    "waste_prior_stock_utilised": "20",
    "waste_stored": "30",
    "waste_disposed": "25",
    "waste_prior_stock_disposed": "5",
    "waste_discarded": "0",
}


@pytest.fixture
def library(plan):
    """The indicators of industrial solid waste, loaded."""
    return load_indicators(LIBRARY, acting_user=None, now=NOW)


def rate_of(plan, *places):
    figures = Figures(factories.period(plan))
    indicator = Indicator.objects.get(code="waste_utilisation_rate")
    return [figures.tally(indicator, factories.region(place), figures.periods).value for place in places]


def filed(plan, place, reporter, reviewer, values):
    unit = factories.make_unit(plan, place, tuple(values))
    return factories.file_return(unit, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


def test_the_library_is_loaded_once_and_recorded(plan, library):
    assert len(library) == 9
    assert Event.objects.filter(object_type="indicator").count() == 9
    assert load_indicators(LIBRARY, acting_user=None, now=NOW) == []


def test_rates_roll_up_by_numerator_and_denominator_never_by_averaging(plan, library, reviewer):
    province = factories.make_user("all", "reporter")
    filed(plan, factories.TAIYUAN, province, reviewer, TERMS)
    filed(plan, factories.DATONG, province, reviewer, {**TERMS, "waste_generated": "300", "waste_utilised": "90"})
    taiyuan, datong, shanxi = rate_of(plan, factories.TAIYUAN, factories.DATONG, factories.SHANXI)
    assert taiyuan == Decimal(70) / 120 * 100
    assert datong == Decimal(90) / 320 * 100
    assert shanxi == Decimal(160) / 440 * 100


def test_a_zero_denominator_gives_no_rate(plan, library, reviewer):
    province = factories.make_user("all", "reporter")
    filed(plan, factories.TAIYUAN, province, reviewer, dict.fromkeys(TERMS, "0"))
    assert rate_of(plan, factories.TAIYUAN) == [None]


@pytest.mark.parametrize(
    ("changed", "difference"),
    [({}, Decimal(0)), ({"waste_stored": "29"}, Decimal(1)), ({"waste_discarded": "2.5"}, Decimal("-2.5"))],
)
def test_the_material_balance_of_a_return(plan, library, reviewer, changed, difference):
    province = factories.make_user("all", "reporter")
    unit_return = filed(plan, factories.TAIYUAN, province, None, {**TERMS, **changed})
    flags = check_return(unit_return)
    assert [flag.figures["difference"] for flag in flags] == ([difference] if difference else [])


def test_a_return_without_all_terms_has_no_balance(plan, library, reviewer):
    province = factories.make_user("all", "reporter")
    unit_return = filed(plan, factories.TAIYUAN, province, None, {"waste_generated": "1", "waste_utilised": "1"})
    assert check_return(unit_return) == []


def test_who_enters_and_who_reviews_is_told_when_the_balance_does_not_hold(client, plan, library, reviewer):
    province = factories.make_user("all", "reporter")
    unit_return = filed(plan, factories.TAIYUAN, province, None, {**TERMS, "waste_stored": "29"})
    client.force_login(reviewer)
    client.cookies["django_language"] = "en"
    address = f"/admin/tracker/return/{unit_return.pk}/change/"
    assert "The material balance does not hold" in client.get(address).content.decode()
