"""Choosing a kind of report, on the page and at the command line."""

from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.core.management import CommandError, call_command

from tests.factories import NOW, SHANXI
from tests.interfaces.test_pages import signed_in
from tracker.models import Indicator, IssuedReport, Job, Obligation

GANGUE = "coal_gangue_utilised"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(plan) -> dict[str, object]:
    return {"plan": plan.code, "period": "2020-08", "region": SHANXI, "language": "en"}


def test_the_page_offers_every_kind(plan, leader):
    html = signed_in(leader).get("/reports/").content.decode()
    for kind in ("compliance", "dispatch", "timeliness", "ledger"):
        assert f'value="{kind}"' in html


def test_without_a_kind_it_is_the_compliance_report(asked, leader):
    signed_in(leader).post("/reports/request", asked)
    assert Job.objects.get().parameters["kind"] == "compliance"


def test_a_ledger_is_asked_for_with_its_selection(asked, leader, taiyuan):
    choice = {"kind": "ledger", "first_period": "2020-06", "indicators": [GANGUE]}
    signed_in(leader).post("/reports/request", asked | choice)
    parameters = Job.objects.get().parameters
    assert parameters["kind"] == "ledger"
    assert parameters["options"] == {"first_period": "2020-06", "indicators": [GANGUE]}


def test_a_selection_that_another_kind_does_not_know_is_left_out(asked, leader, taiyuan):
    signed_in(leader).post("/reports/request", asked | {"kind": "dispatch", "indicators": [GANGUE]})
    assert Job.objects.get().parameters["options"] == {}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("first_period", "2020-09", "Choose a month that is not after the period."),
        ("first_period", "2019-12", "lies outside the plan"),
        ("indicators", "unheard_of", "Select a valid choice"),
        ("kind", "novel", "Select a valid choice"),
    ],
)
def test_what_there_is_not_is_an_error_at_its_field(asked, leader, taiyuan, field, value, message):
    answer = signed_in(leader).post("/reports/request", asked | {"kind": "ledger"} | {field: value})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Job.objects.exists()


def run(output: Path, *more: str) -> None:
    call_command("issue_report", "--period", "2020-08", "--output", str(output), "--language", "en", *more)


def test_the_command_issues_any_kind(plan, tmp_path):
    run(tmp_path / "table.xlsx", "--kind", "dispatch")
    assert openpyxl.load_workbook(tmp_path / "table.xlsx").sheetnames[0] == "Dispatch table"
    assert IssuedReport.objects.get().kind == "dispatch"


def test_the_command_narrows_a_ledger(plan, tmp_path):
    run(tmp_path / "ledger.xlsx", "--kind", "ledger", "--first-period", "2020-06", "--indicator", GANGUE)
    assert IssuedReport.objects.get().parameters == {"first_period": "2020-06", "indicators": [GANGUE]}


@pytest.mark.parametrize("more", [["--indicator", GANGUE], ["--kind", "ledger", "--indicator", "unheard_of"]])
def test_a_choice_that_makes_no_sense_is_refused_before_any_work(plan, tmp_path, more):
    with pytest.raises(CommandError):
        run(tmp_path / "report.xlsx", *more)
    assert not Job.objects.exists()


def test_the_page_of_a_list_says_its_kind_and_lists_no_changes(plan, leader, tmp_path):
    run(tmp_path / "list.xlsx", "--kind", "timeliness")
    html = signed_in(leader).get(f"/reports/{IssuedReport.objects.get().pk}/").content.decode()
    assert "Completeness and timeliness" in html
    assert "Changes of data since" not in html


def test_the_list_names_each_reports_kind_and_is_narrowed_to_one(plan, leader, tmp_path):
    run(tmp_path / "list.xlsx", "--kind", "timeliness")
    run(tmp_path / "table.xlsx", "--kind", "dispatch")
    client = signed_in(leader)
    html = client.get("/reports/").content.decode()
    assert '<td class="nowrap">Monthly progress table</td>' in html
    assert '<td class="nowrap">Completeness and timeliness</td>' in html
    narrowed = client.get("/reports/?issued-kind=dispatch").content.decode()
    assert '<td class="nowrap">Monthly progress table</td>' in narrowed
    assert '<td class="nowrap">Completeness and timeliness</td>' not in narrowed
    assert "No report fits these choices." in client.get("/reports/?issued-kind=ledger").content.decode()


def test_a_job_says_which_kind_it_writes(asked, leader):
    client = signed_in(leader)
    answer = client.post("/reports/request", asked | {"kind": "dispatch"}, follow=True)
    assert "Monthly progress table ·" in answer.content.decode()
    assert "Monthly progress table ·" in client.get("/reports/").content.decode()


def test_indicators_are_boxes_with_labels_and_found_without_a_script(asked, leader, taiyuan):
    client = signed_in(leader)
    html = client.get("/reports/").content.decode()
    assert 'type="checkbox" name="indicators"' in html
    assert "Coal gangue utilised" in html
    choice = {"kind": "ledger", "find": "fly ASH", "indicators": [GANGUE], "first_period": "2020-06", "narrow": "1"}
    answer = client.post("/reports/request", asked | choice)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert not Job.objects.exists()
    assert f'value="{GANGUE}" id="id_indicators_0" checked' in html  # what was chosen stays
    assert "Fly ash utilised" in html
    assert "FGD gypsum utilised" not in html
    assert '<option value="2020-06" selected>' in html


def test_of_very_many_indicators_a_part_is_offered_and_the_rest_found(asked, leader, taiyuan):
    unit, entered = Indicator.objects.get(code=GANGUE).unit, []
    for number in range(300):
        name = f"odd one {number}"
        entered.append(Indicator(code=f"odd_{number}", name=name, unit=unit, over_periods="sum", over_places="sum"))
    made = Indicator.objects.bulk_create(entered)
    plan = Obligation.objects.first().plan
    Obligation.objects.bulk_create(
        [Obligation(plan=plan, unit=taiyuan, indicator=one) for one in made],
    )
    client = signed_in(leader)
    html = client.get("/reports/").content.decode()
    assert html.count('name="indicators"') == 200
    assert "more are not shown" in html
    assert "odd_299" not in html
    found = client.post("/reports/request", asked | {"kind": "ledger", "find": "odd one 299", "narrow": "1"})
    assert "odd_299" in found.content.decode()
    client.post("/reports/request", asked | {"kind": "ledger", "indicators": ["odd_299"]})
    assert Job.objects.get().parameters["options"] == {"indicators": ["odd_299"]}
    too_many = client.post("/reports/request", asked | {"kind": "ledger", "indicators": [one.code for one in made]})
    assert too_many.status_code == 422
    assert "Choose at most 200 indicators" in too_many.content.decode()
