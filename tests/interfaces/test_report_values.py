"""The values behind an issued report: each with its revision and who verified it."""

import re
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.interfaces.test_pages import page, signed_in
from tracker.models import Event, Role
from tracker.services.documents.reports import issue_report

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mayor(plan):
    return factories.make_user("mayor", Role.LEADER, TAIYUAN)


@pytest.fixture
def august(plan, taiyuan, reviewer):
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    filed = {}
    for unit, place, value in ((taiyuan, TAIYUAN, "100"), (factories.make_unit(plan, DATONG), DATONG, "90.125")):
        values = {GANGUE: value, ASH: "0"}
        month = factories.period(plan)
        filed[place] = factories.file_return(unit, month, values, reporter=everywhere, reviewer=reviewer)
    return filed


@pytest.fixture
def report(august, plan, leader):
    return issue_report(
        period=factories.period(plan), region=plan.region, language="zh-hans", acting_user=leader, now=NOW
    )


def test_a_report_leads_to_each_value_with_its_revision_and_who_verified_it(report, august, leader, reviewer):
    assert reverse("report_values", args=[report.pk]) in page(leader, reverse("report", args=[report.pk]))
    html = page(leader, f"/reports/{report.pk}/values?indicator={GANGUE}&region={DATONG}")
    (row,) = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", html, re.DOTALL)
    revision = august[DATONG].entries.get(indicator__code=GANGUE).verified_revision
    assert "90.125" in row
    assert f'<td class="number">{revision.number}</td>' in row
    assert f"<td>{reviewer}</td>" in row


def test_a_value_verified_after_the_issue_is_not_behind_it(report, august, plan, taiyuan, reviewer, leader):
    reporter = factories.make_user("another", Role.REPORTER)
    month = factories.period(plan, "2020-07")
    factories.file_return(taiyuan, month, {GANGUE: "777", ASH: "1"}, reporter=reporter, reviewer=reviewer)
    html = page(leader, f"/reports/{report.pk}/values")
    assert "777" not in html
    assert html.count('<th scope="row">') == len(report.revisions) == 4


def test_values_go_on_where_the_last_page_ended(report, leader, monkeypatch):
    monkeypatch.setattr("tracker.views.report_values.ROWS", 3)
    html = page(leader, f"/reports/{report.pk}/values")
    assert html.count('<th scope="row">') == 3
    following = re.search(r'rel="next" href="([^"]+)"', html)[1]
    html = page(leader, f"/reports/{report.pk}/values{following}")
    assert html.count('<th scope="row">') == 1
    assert 'rel="next"' not in html


def test_the_values_of_a_report_elsewhere_do_not_exist(report, mayor):
    assert signed_in(mayor).get(f"/reports/{report.pk}/values").status_code == 404


@pytest.mark.parametrize("query", ["indicator=x", "region=x", "period=x", "after=x", "after=-1"])
def test_nonsense_in_the_address_of_the_values_is_no_fault(report, leader, query):
    assert signed_in(leader).get(f"/reports/{report.pk}/values?{query}").status_code == 200


def test_the_values_of_one_indicator_have_their_total(report, leader):
    address = reverse("report_values", args=[report.pk])
    assert "In all 2 values, together 190.13" in " ".join(page(leader, f"{address}?indicator={GANGUE}").split())
    assert "A sum is given for one indicator whose values add up." in page(leader, address)


def test_the_values_of_a_report_leave_as_a_file_with_their_total(report, leader):
    client = signed_in(leader)
    address = reverse("report_values", args=[report.pk])
    answer = client.get(f"{address}?indicator={GANGUE}&_export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert 190.13 in values
    csv = b"".join(client.get(f"{address}?_export=csv").streaming_content).decode()
    assert len(csv.strip().splitlines()) == 1 + len(report.revisions)
    event = Event.objects.filter(action=Event.Action.EXPORTED).latest("pk")
    assert (event.after["list"], event.after["filters"]["report"]) == ("report_values", str(report.pk))
