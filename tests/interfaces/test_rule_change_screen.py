"""The set-up screen of changes of rules: what it asks before it saves, and what plans and targets say instead."""

from datetime import timedelta

import pytest
import time_machine

from tests import factories
from tests.factories import NOW, TAIYUAN
from tests.interfaces.admin_forms import address, errors_of
from tests.interfaces.test_admin_terms import filled
from tests.interfaces.test_pages import page
from tests.services.issued_kinds import issue
from tracker.models import Allocation, Plan, Role, RuleChange, Target, TargetVersion

GANGUE = "coal_gangue_utilised"


@pytest.fixture(autouse=True)
def a_day_later():
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def client(client, plan):
    """The plan manager's browser."""
    client.force_login(factories.make_user("manager", Role.PLAN_MANAGER))
    client.cookies["django_language"] = "en"
    return client


def added(client, plan, **fields):
    data = {"plan": plan.pk, "effective_from": "2020-08-01", "document_number": "〔2020〕9号", "points": ""} | fields
    return client.post(address("rulechange", "add"), data)


def test_a_change_is_added_and_listed_in_words(client, plan):
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    answer = added(client, plan, target=target.pk, pace="points", points="2020-06-30 40\n2020-08-31 60.5")
    assert answer.status_code == 302
    assert RuleChange.objects.get().points == [["2020-06-30", "40"], ["2020-08-31", "60.5"]]
    shown = client.get(address("rulechange")).content.decode()
    assert "Pace curve: Points set by the ministry (2020-06-30 40; 2020-08-31 60.5)" in shown


def test_a_change_without_document_or_rule_is_refused_at_its_fields(client, plan):
    errors = errors_of(added(client, plan, document_number=""))
    assert {"effective_from", "document_number", "no_document_reason"} <= set(errors)
    assert not RuleChange.objects.exists()


def test_a_change_dated_back_names_the_documents_that_it_touches_first(client, plan):
    for code in ("2020-07", "2020-08"):
        issue(plan, "compliance", code=code)
    answer = added(client, plan, level_one_below="-15")
    shown = answer.content.decode()
    assert "compliance report (August 2020), 2020, no. 8" in shown
    assert "compliance report (July 2020)" not in shown
    assert not RuleChange.objects.exists()
    assert added(client, plan, level_one_below="-15", documents_seen="on").status_code == 302
    assert RuleChange.objects.get().level_one_below == -15


def test_a_version_of_a_target_dated_back_names_them_too(client, plan):
    issue(plan, "compliance", code="2020-08")
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    screen = address("target", "change", target.pk)
    new = {
        "versions-1-value": "6400",
        "versions-1-effective_from": "2020-08-01",
        "versions-1-document_number": "〔2020〕1号",
        "totals_seen": "on",
    }
    answer = client.post(screen, filled(client, screen) | new)
    assert "compliance report (August 2020), 2020, no. 8" in answer.content.decode()
    assert TargetVersion.objects.filter(target=target).count() == 1
    assert client.post(screen, filled(client, screen) | new | {"documents_seen": "on"}).status_code == 302
    assert TargetVersion.objects.filter(target=target).count() == 2


def test_bounds_that_issued_documents_rest_on_are_refused_at_their_field(client, plan):
    issue(plan, "compliance", code="2020-08")
    screen = address("plan", "change", plan.pk)
    answer = client.post(screen, filled(client, screen) | {"level_one_below": "-15"})
    assert "Add a change of rules with the day it takes effect" in answer.content.decode()
    assert "level_one_below" in errors_of(answer)
    assert Plan.objects.get(pk=plan.pk).level_one_below == -10


def test_the_target_page_lists_changes_and_shows_the_curve_in_force(client, plan, taiyuan, leader):
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    share = Allocation(version=target.versions.get(), region=factories.region(TAIYUAN), value=1)
    share.save()
    added(client, plan, target=target.pk, pace="points", points="2020-08-31 60.5")
    added(client, plan, level_one_below="-12.5")
    august = page(leader, f"/targets/{target.pk}/?period=2020-08")
    assert "60.50% by 31 Aug 2020" in august
    assert "From 1 Aug 2020: Level I below a gap of: -12.5" in august
    july = page(leader, f"/targets/{target.pk}/?period=2020-07")
    assert "Even by day" in july.split("Changes of its rules")[0]
    assert "60.50% by" not in july
