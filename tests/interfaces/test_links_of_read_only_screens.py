"""Screens that only show lead nobody to a page that refuses them."""

import re

import pytest

from tests import factories
from tests.factories import NOW, SHANXI
from tests.interfaces.test_pages import signed_in
from tracker.models import Event, IssuedReport, Role
from tracker.services.documents.reports import issue_report

LINK = re.compile(r'<a [^>]*href="(/[^"#?]+)')


@pytest.fixture
def issued(plan, leader) -> IssuedReport:
    options = {"region": plan.region, "language": "zh-hans", "acting_user": leader, "now": NOW}
    issue_report(period=factories.period(plan, "2020-07"), **options)
    return issue_report(period=factories.period(plan), **options)


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.REVIEWER, Role.PLAN_MANAGER])
def test_every_link_of_an_issued_report_a_job_and_an_event_opens(issued, role):
    person = factories.make_user(f"reader-{role}", role, SHANXI)
    client = signed_in(person)
    screens = {
        f"/admin/tracker/issuedreport/{issued.pk}/change/",
        f"/admin/tracker/job/{issued.job_id}/change/",
        f"/admin/tracker/event/{Event.objects.filter(action=Event.Action.REPORT_REQUESTED).last().pk}/change/",
    }
    opened = 0
    for screen in screens:
        answer = client.get(screen)
        if answer.status_code != 200:
            continue  # not theirs to read
        opened += 1
        html = answer.content.decode()
        links = set(LINK.findall(html[html.index("<main") :]))
        refused = {link for link in links if client.get(link).status_code in (403, 404)}
        assert refused == set(), screen
    assert opened


def test_what_a_person_may_open_is_linked_still(issued):
    admin = factories.make_user("plan-manager", Role.PLAN_MANAGER, SHANXI)
    html = signed_in(admin).get(f"/admin/tracker/issuedreport/{issued.pk}/change/").content.decode()
    assert f"/admin/tracker/plan/{issued.plan_id}/change/" in html


def test_what_a_person_may_not_open_is_named_without_a_link(issued):
    auditor = factories.make_user("auditor", Role.AUDITOR, SHANXI)
    html = signed_in(auditor).get(f"/admin/tracker/issuedreport/{issued.pk}/change/").content.decode()
    assert str(issued.plan) in html
