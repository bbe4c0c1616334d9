"""A target's base value, taken from what was verified in another plan."""

from decimal import Decimal

import pytest

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.interfaces.admin_forms import address, errors_of
from tests.interfaces.test_admin_targets import version_rows
from tests.services.past import make_past_plan
from tracker.models import Allocation, Clause, Event, Indicator, Obligation, Plan, ReportingUnit, Return, Role, Target
from tracker.queries.figures.year_figures import load_year_figures
from tracker.queries.pages.setup_checklist import checklist
from tracker.services import returns
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

GANGUE = "coal_gangue_utilised"


def owes(plan: Plan, unit: ReportingUnit) -> None:
    Obligation.objects.create(plan=plan, unit=unit, indicator=Indicator.objects.get(code=GANGUE))
    update_expected(plan, now=None)


@pytest.fixture
def of_2019(plan) -> Plan:
    """Taiyuan reports 10 in each month of 2019, all verified; Datong leaves out December."""
    past = make_past_plan(2019)
    reviewer = factories.make_user("reviewer", Role.REVIEWER)
    for place, months in ((TAIYUAN, 12), (DATONG, 11)):
        unit = ReportingUnit.objects.create(code=f"unit-{place}", name=place, region=factories.region(place))
        owes(past, unit)
        reporter = factories.make_user(f"of-{place}", Role.REPORTER, place)
        for month in range(1, months + 1):
            period = factories.period(past, f"2019-{month:02d}")
            factories.file_return(unit, period, {GANGUE: "10"}, reporter=reporter, reviewer=reviewer)
    return past


@pytest.fixture
def next_plan(plan) -> Plan:
    """A plan of 2021 with a clause and without targets."""
    plan.pk, plan.code, plan.name = None, "shanxi-2021", "2021年行动计划"
    plan.starts_on, plan.ends_on = plan.starts_on.replace(year=2021), plan.ends_on.replace(year=2021)
    plan.save()
    Clause.objects.create(plan=plan, number="一", wording="资源综合利用")
    open_periods(plan, now=NOW)
    return plan


@pytest.fixture
def set_target(client, next_plan, of_2019):
    """Ask on the screen for a rise of 5 % against 2019, the base taken from the plan of that year."""
    client.force_login(factories.make_user("manager", Role.PLAN_MANAGER))
    client.cookies["django_language"] = "en"

    def ask(target: Target | None = None, **changed):
        data = {
            "plan": next_plan.pk,
            "indicator": Indicator.objects.get(code=GANGUE).pk,
            "clauses": [next_plan.clauses.first().pk],
            "kind": "rise_percent",
            "bound": "at_least",
            "pace": "even_by_month",
            "position": "0",
            "base_year": "2019",
            "base_plan": of_2019.pk,
            **changed,
        }
        where = address("target", "change", target.pk) if target else address("target", "add")
        rows = version_rows() if target else version_rows(("5", "2021-01-01"))
        if target:
            rows |= {"versions-TOTAL_FORMS": 0}
        return client.post(where, data | rows)

    return ask


def finish(of_2019: Plan) -> None:
    """Datong's December comes in after all."""
    factories.file_return(
        ReportingUnit.objects.get(code=f"unit-{DATONG}"),
        factories.period(of_2019, "2019-12"),
        {GANGUE: "12.5"},
        reporter=factories.User.objects.get(username=f"of-{DATONG}"),
        reviewer=factories.User.objects.get(username="reviewer"),
    )


def test_the_figure_of_the_year_becomes_the_base_with_its_source(set_target, next_plan, of_2019):
    finish(of_2019)
    response = set_target()
    assert response.status_code == 302, errors_of(response)
    target = Target.objects.get(plan=next_plan)
    assert target.base_value == Decimal("242.5")
    assert target.base_source == "2019年行动计划, verified figure of 2019"
    assert Event.objects.filter(object_type="target", after__has_key="base_source").exists()


def test_a_year_that_is_not_whole_is_refused_at_the_field(set_target, of_2019):
    response = set_target()
    assert "is verified in “2019年行动计划”" in errors_of(response)["base_plan"][0]
    assert not Target.objects.filter(base_year=2019).exists()


def test_a_year_without_figures_is_refused_at_the_field(set_target):
    assert "has no verified figure" in errors_of(set_target(base_year="2018"))["base_plan"][0]


def test_the_year_must_be_named(set_target):
    assert "Name the base year" in errors_of(set_target(base_year=""))["base_year"][0]


def test_a_typed_value_that_differs_is_told(set_target, of_2019):
    finish(of_2019)
    assert "has 242.50 10kt" in errors_of(set_target(base_value="240"))["base_value"][0]
    assert set_target(base_value="242.5").status_code == 302


def test_places_with_a_share_get_their_own_base(set_target, next_plan, of_2019):
    finish(of_2019)
    set_target()
    target = Target.objects.get(plan=next_plan)
    version = target.versions.get()
    for place in (TAIYUAN, DATONG, "140300"):
        Allocation.objects.create(version=version, region=factories.region(place), value=5)
    response = set_target(target)
    assert response.status_code == 302, errors_of(response)
    bases = dict(version.allocations.values_list("region__code", "base_value"))
    assert bases == {TAIYUAN: 120, DATONG: Decimal("122.5"), "140300": None}


def test_an_amount_is_that_of_the_year_alone(of_2019):
    finish(of_2019)
    indicator = Indicator.objects.get(code=GANGUE)
    found = load_year_figures(of_2019, indicator, 2019)
    assert (found.values[TAIYUAN], found.values["140000"]) == (120, Decimal("242.5"))
    assert load_year_figures(of_2019, indicator, 2020).values == {}


def told_on_the_checklist(plan: Plan) -> list[str]:
    return [point.text for point in checklist(plan, NOW.date()) if point.page == "admin:tracker_target_change"]


def test_a_later_correction_in_the_other_plan_is_told(set_target, next_plan, of_2019):
    finish(of_2019)
    set_target()
    assert told_on_the_checklist(next_plan) == []
    december = Return.objects.get(unit__code=f"unit-{DATONG}", period__code="2019-12")
    reporter, reviewer = (factories.User.objects.get(username=name) for name in (f"of-{DATONG}", "reviewer"))
    opened = factories.unlock(december, reporter=reporter, reviewer=reviewer)
    assert told_on_the_checklist(next_plan) == []
    common = {"now": NOW, "notes": {GANGUE: "核对"}}
    returns.save_draft(opened, {GANGUE: "22.5"}, acting_user=reporter, expected_version=opened.version, **common)
    returns.submit_return(opened, acting_user=reporter, now=NOW, expected_version=opened.version)
    returns.verify_return(opened, acting_user=reviewer, now=NOW, expected_version=opened.version)
    [text] = told_on_the_checklist(next_plan)
    assert all(word in text for word in ("242.50 万吨", "“2019年行动计划”", "252.50 万吨"))


def test_a_base_value_that_is_typed_over_is_nobody_elses(set_target, next_plan, of_2019):
    finish(of_2019)
    set_target()
    target = Target.objects.get(plan=next_plan)
    assert target.base_taken_from == of_2019
    response = set_target(target, base_plan="", base_value="240")
    assert response.status_code == 302, errors_of(response)
    target.refresh_from_db()
    assert (target.base_value, target.base_taken_from) == (240, None)
