"""Every screen on which a plan's terms are set keeps them."""

import pytest

from tests import factories
from tests.factories import NOW
from tests.interfaces.admin_forms import address
from tracker.models import Allocation, Event, ExpectedReturn, Indicator, Plan, PlanTerms, Role, Target
from tracker.services.audit.keep_rules import keep_terms

GANGUE = "coal_gangue_utilised"


@pytest.fixture
def client(client, plan):
    """The plan manager's browser."""
    client.force_login(factories.make_user("manager", Role.PLAN_MANAGER))
    return client


@pytest.fixture
def kept(plan):
    """How many terms were kept since the test began; the newest are those that hold."""
    before = PlanTerms.objects.count()

    def number() -> int:
        number = PlanTerms.objects.count() - before
        keep_terms(Plan.objects.get(pk=plan.pk), acting_user=None, now=NOW)  # adds nothing where all is kept already
        assert PlanTerms.objects.count() == before + number
        return number

    return number


def filled(client, page):
    """What a form would send unchanged: its own fields and those of its inlines."""
    shown = client.get(page).context
    forms = [shown["adminform"].form, *(form for one in shown["inline_admin_formsets"] for form in one.formset.forms)]
    data = {}
    for one in shown["inline_admin_formsets"]:
        forms.append(one.formset.management_form)
    for form in forms:
        for bound in form:
            value = bound.value()
            data[bound.html_name] = "" if value is None or value is False else value
    return data


def save(client, page, **changed):
    response = client.post(page, filled(client, page) | changed)
    assert response.status_code == 302, response.context and response.context["errors"]


def test_the_bounds_of_a_plan(client, plan, kept):
    page = address("plan", "change", plan.pk)
    save(client, page, deadline_day=6)
    assert kept() == 0, "deadlines judge no figure"
    save(client, page, level_one_below="-12.5")
    assert kept() == 1
    assert PlanTerms.objects.last().content["bounds"][1] == "-12.50"
    assert PlanTerms.objects.last().actor.username == "manager"


def test_a_target_with_its_version_its_curve_and_its_programme_at_once(client, plan, kept):
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    page = address("target", "change", target.pk)
    save(
        client,
        page,
        **{
            "pace": "points",
            "versions-1-value": "6400",
            "versions-1-document_number": "〔2020〕1号",
            "totals_seen": "on",
            "versions-1-effective_from": "2020-07-01",
            "pace_points-TOTAL_FORMS": 1,
            "pace_points-0-day": "2020-06-30",
            "pace_points-0-share": "40",
            "programme-TOTAL_FORMS": 1,
            "programme-0-starts_on": "2016-01-01",
            "programme-0-ends_on": "2020-12-31",
            "programme-0-value": "30000",
            "programme-0-done_before": "20000",
        },
    )
    assert kept() >= 1
    terms = PlanTerms.objects.last().content["terms"][GANGUE]
    assert (terms["pace"], terms["points"], terms["programme"][2]) == (
        "points",
        [["2020-06-30", "0.4000"]],
        "30000.000000",
    )
    number = kept()
    save(client, page)
    assert kept() == number


def test_a_split_that_is_allocated_and_deleted(client, plan, kept):
    version = Target.objects.get(plan=plan, indicator__code=GANGUE).versions.get()
    data = {"version": version.pk, "region": factories.region(factories.TAIYUAN).pk, "unit": "", "value": "6000"}
    assert client.post(address("allocation", "add"), data).status_code == 302
    assert kept() == 1
    client.post(address("allocation", "delete", Allocation.objects.get().pk), {"post": "yes"})
    assert kept() == 2


def test_a_target_that_is_deleted(client, plan, kept):
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    assert client.post(address("target", "delete", target.pk), {"post": "yes"}).status_code == 302
    assert kept() == 1


def test_the_parts_of_a_derived_indicator(client, plan, kept):
    whole = Indicator.objects.get(code="bulk_waste_utilised")
    save(client, address("indicator", "change", whole.pk), **{"part_links-0-DELETE": "on"})
    assert kept() == 1


def test_many_that_are_deleted_from_the_list(client, plan, taiyuan, kept):
    """Each with its event, and with what follows from it: the counts of who owes what."""
    version = Target.objects.get(plan=plan, indicator__code=GANGUE).versions.get()
    shares = [
        Allocation.objects.create(version=version, region=factories.region(place), value=1)
        for place in (factories.TAIYUAN, factories.DATONG)
    ]
    for model, rows in (("allocation", shares), ("obligation", taiyuan.obligations.all())):
        chosen = [row.pk for row in rows]
        data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
        assert client.post(address(model, "changelist"), data).status_code == 302
        assert Event.objects.filter(object_type=model, after={}).count() == 2
    kept()
    assert not ExpectedReturn.objects.exists()
