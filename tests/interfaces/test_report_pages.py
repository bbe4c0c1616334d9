"""Asking for a report on the page, following its job, and downloading it."""

import re

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN
from tests.interfaces.test_pages import signed_in
from tracker.models import Event, IssuedReport, Job, Period, Role
from tracker.queries.documents.summed_periods import summed_periods
from tracker.services.documents import job_failures, remove_files, reports
from tracker.services.documents.reports import issue_report, request_report
from tracker.services.operations import jobs

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(plan) -> dict[str, str]:
    return {"plan": plan.code, "period": "2020-08", "region": SHANXI, "language": "zh-hans"}


@pytest.fixture
def job(plan, leader) -> Job:
    return request_report(
        period=factories.period(plan), region=plan.region, language="zh-hans", acting_user=leader, now=NOW
    )[0]


@pytest.fixture
def issued(plan, taiyuan, reporter, reviewer, leader) -> IssuedReport:
    august = factories.period(plan)
    factories.file_return(taiyuan, august, {GANGUE: "5", ASH: "1"}, reporter=reporter, reviewer=reviewer)
    return issue_report(period=august, region=plan.region, language="zh-hans", acting_user=leader, now=NOW)


# Asking


def test_asking_makes_a_job_publishes_it_and_leads_to_it(asked, leader, no_broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(leader).post("/reports/request", asked)
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert no_broker == [("tracker.tasks.run_job", job.pk)]


def test_asking_twice_shows_the_job_that_runs_and_says_so(asked, leader):
    client = signed_in(leader)
    first = client.post("/reports/request", asked)
    answer = client.post("/reports/request", asked, follow=True)
    assert Job.objects.count() == 1
    assert answer.redirect_chain[-1][0] == first.headers["Location"]
    assert "being written already" in answer.content.decode()


def test_another_person_who_asks_for_the_same_is_shown_the_same_job(asked, leader, reviewer):
    signed_in(leader).post("/reports/request", asked)
    answer = signed_in(reviewer).post("/reports/request", asked, follow=True)
    assert answer.status_code == 200
    assert "being written already" in answer.content.decode()


def test_a_period_that_has_not_begun_is_no_reason_to_propose_the_first(asked, leader):
    """The bug: the list began with January, which the browser then took without a word."""
    html = signed_in(leader).get("/reports/", {**asked, "period": "2020-12"}).content.decode()
    assert re.search(r'<option value="(\S+)" selected>', html[html.index('name="period"') :])[1] == "2020-09"


def test_a_quarter_is_asked_for_where_units_report_by_the_month(asked, leader):
    client = signed_in(leader)
    html = client.get("/reports/", {**asked, "period": ""}).content.decode()
    assert '<option value="2020-Q3"' in html
    assert '<option value="2020-Q4"' not in html  # it has not begun
    answer = client.post("/reports/request", asked | {"period": "2020-Q3"})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert Period.objects.get(pk=job.parameters["period"]).code == "2020-Q3"


def test_the_page_of_a_quarters_report_leads_to_the_overview_of_its_last_month(plan, leader):
    quarter = next(one for one in summed_periods(plan, ["month"]) if one.code == "2020-Q3")
    issued = issue_report(period=quarter, region=plan.region, language="zh-hans", acting_user=leader, now=NOW)
    html = signed_in(leader).get(f"/reports/{issued.pk}/").content.decode()
    assert "period=2020-09" in html
    assert signed_in(leader).get(f"/reports/{issued.pk}/values").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("region", DATONG, "Choose a region that you may read."),
        ("period", "2021-01", "lies outside the plan"),
        ("period", "2020-11", "lies outside the plan"),
        ("language", "fr", "Select a valid choice"),
        ("plan", "none", "There is no such plan."),
    ],
)
def test_what_cannot_be_asked_for_is_an_error_at_its_field(asked, reporter, field, value, message):
    answer = signed_in(reporter).post("/reports/request", asked | {"region": TAIYUAN} | {field: value})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Job.objects.exists()


def test_who_may_not_issue_reports_gets_no_form(plan):
    auditor = factories.make_user("auditor", Role.AUDITOR)
    assert "Write the report" not in signed_in(auditor).get("/reports/").content.decode()


def test_asking_by_following_a_link_does_nothing(asked, leader):
    assert signed_in(leader).get("/reports/request").status_code == 405


# The job


def test_the_page_of_a_job_shows_how_far_it_is(job, leader):
    held = jobs.claim_job(job.pk, now=NOW)
    assert held
    jobs.report_progress(held, 3, 7, "晴雨表", now=NOW)
    html = signed_in(leader).get(f"/jobs/{job.pk}/").content.decode()
    assert 'max="7" value="3"' in html
    assert "晴雨表" in html


def test_without_scripts_the_page_of_a_job_reloads_itself(job, leader):
    html = signed_in(leader).get(f"/jobs/{job.pk}/").content.decode()
    assert '<noscript><meta http-equiv="refresh"' in html


def test_the_state_of_a_job_is_told_to_the_script(job, leader):
    answer = signed_in(leader).get(f"/jobs/{job.pk}/state")
    assert answer.json() | {"text": ""} == {
        "state": "queued",
        "state_text": "Queued",
        "is_active": True,
        "done": 0,
        "total": 0,
        "text": "",
        "report": None,
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_finished_job_leads_to_its_report(issued, leader):
    client = signed_in(leader)
    assert client.get(f"/jobs/{issued.job_id}/state").json()["report"] == f"/reports/{issued.pk}/"
    assert f"/reports/{issued.pk}/file" in client.get(f"/jobs/{issued.job_id}/").content.decode()


def test_a_job_on_another_region_is_not_there(job, reporter):
    client = signed_in(reporter)
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert client.get(f"/jobs/{job.pk}/state").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel").status_code == 404
    job.refresh_from_db()
    assert job.is_active


def test_a_job_is_cancelled_by_who_asked_for_it(job, leader):
    signed_in(leader).post(f"/jobs/{job.pk}/cancel")
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_job_is_not_cancelled_by_who_only_looks_on(job, reviewer):
    client = signed_in(reviewer)
    assert "Cancel</button>" not in client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Only the person who asked" in client.post(f"/jobs/{job.pk}/cancel", follow=True).content.decode()
    job.refresh_from_db()
    assert job.is_active


@pytest.fixture
def failed(job) -> Job:
    held = jobs.claim_job(job.pk, now=NOW)
    assert held
    jobs.fail_job(held, job_failures.NO_ROOM, "OSError: [Errno 28]", now=NOW)
    job.refresh_from_db()
    return job


def test_a_failed_job_says_why_in_the_readers_language_and_for_what(failed, leader):
    client = signed_in(leader)
    assert "because the disk is full" in client.get(f"/jobs/{failed.pk}/").content.decode()
    client.cookies["django_language"] = "zh-hans"
    html = client.get(f"/jobs/{failed.pk}/").content.decode()
    assert "磁盘空间已满" in html
    assert "2020年8月" in html
    assert "Errno 28" not in html


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_a_job_that_met_its_limit_of_time_says_so_and_what_helps(job, leader, monkeypatch, is_wrapped):
    def too_long(*_arguments):
        try:
            raise SoftTimeLimitExceeded
        except SoftTimeLimitExceeded as limit:
            if is_wrapped:  # it struck where another error is made of it
                raise OSError("interrupted") from limit
            raise

    monkeypatch.setattr(reports, "_issue", too_long)
    reports.run_report_job(job.pk, clock=lambda: NOW)
    client = signed_in(leader)
    english = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "took too long and was stopped" in english and "TASK_SECONDS" in english
    client.cookies["django_language"] = "zh-hans"
    assert "报告生成超时" in client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_table_that_met_the_limit_is_told_how_to_be_split():
    words = job_failures.failure_words(SoftTimeLimitExceeded(), Job.Kind.IMPORT)
    assert "Split it" in words


def test_a_failed_job_is_asked_for_again_with_one_button(failed, leader, no_broker, django_capture_on_commit_callbacks):
    assert f'action="/jobs/{failed.pk}/again"' in signed_in(leader).get(f"/jobs/{failed.pk}/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(leader).post(f"/jobs/{failed.pk}/again")
    again = Job.objects.active().get()
    assert answer.headers["Location"] == f"/jobs/{again.pk}/"
    assert (again.parameters, again.request_key) == (failed.parameters, failed.request_key)
    assert no_broker == [("tracker.tasks.run_job", again.pk)]
    assert signed_in(leader).post(f"/jobs/{failed.pk}/again").headers["Location"] == f"/jobs/{again.pk}/"
    assert Event.objects.filter(action=Event.Action.REPORT_REQUESTED).count() == 2


def test_a_job_that_goes_on_is_not_asked_for_again(job, leader):
    html = signed_in(leader).post(f"/jobs/{job.pk}/again", follow=True).content.decode()
    assert "has not ended yet" in html
    assert Job.objects.count() == 1


def test_who_may_not_issue_asks_for_nothing_again(failed):
    auditor = factories.make_user("auditor", Role.AUDITOR, SHANXI)
    assert "may not issue" in signed_in(auditor).post(f"/jobs/{failed.pk}/again", follow=True).content.decode()
    assert Job.objects.count() == 1


def test_a_job_on_another_region_is_not_asked_for_again(failed, reporter):
    assert signed_in(reporter).post(f"/jobs/{failed.pk}/again").status_code == 404


def test_in_the_admin_failed_jobs_are_asked_for_again(failed, leader):
    client = signed_in(leader)
    assert "disk is full" in client.get(f"/admin/tracker/job/{failed.pk}/change/").content.decode()
    chosen = {"action": "ask_again", "_selected_action": [failed.pk]}
    answer = client.post("/admin/tracker/job/", chosen, follow=True).content.decode()
    assert "was asked for" in answer
    assert Job.objects.active().get().parameters == failed.parameters


def test_in_the_admin_a_running_job_is_cancelled(job, leader):
    chosen = {"action": "cancel", "_selected_action": [job.pk]}
    assert "was cancelled" in signed_in(leader).post("/admin/tracker/job/", chosen, follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == "cancelled"


# The report


def test_issued_reports_are_listed(issued, leader):
    html = signed_in(leader).get("/reports/").content.decode()
    assert issued.title in html
    assert f"/reports/{issued.pk}/file" in html


def test_the_page_of_a_report_says_what_it_is(issued, leader):
    html = signed_in(leader).get(f"/reports/{issued.pk}/").content.decode()
    for fact in (issued.title, issued.sha256, "2020, no. 8", "August 2020", "3 Sep 2020, 10:00"):
        assert fact in html


def test_the_download_is_the_issued_file_under_its_chinese_name(issued, leader):
    answer = signed_in(leader).get(f"/reports/{issued.pk}/file")
    with issued.file.open("rb") as file:
        assert answer.getvalue() == file.read()
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_download_is_recorded(issued, leader):
    signed_in(leader).get(f"/reports/{issued.pk}/file")
    event = Event.objects.get(action=Event.Action.DOWNLOADED)
    assert (event.actor, event.address) == (leader, "127.0.0.1")


def test_a_report_on_another_region_is_not_there(issued, reporter):
    client = signed_in(reporter)
    assert client.get(f"/reports/{issued.pk}/").status_code == 404
    assert client.get(f"/reports/{issued.pk}/file").status_code == 404
    assert issued.title not in client.get("/reports/").content.decode()
    assert not Event.objects.filter(action=Event.Action.DOWNLOADED).exists()


def test_a_stranger_downloads_nothing(issued, client):
    answer = client.get(reverse("report_file", args=[issued.pk]), headers={"host": "localhost"})
    assert "/admin/login/" in answer.headers["Location"]


def test_a_file_that_is_gone_is_not_a_server_error(issued, leader):
    issued.file.delete(save=False)
    IssuedReport.objects.filter(pk=issued.pk).update(file="reports/gone.xlsx")
    assert signed_in(leader).get(f"/reports/{issued.pk}/file").status_code == 404


def test_a_removed_file_is_said_and_can_be_asked_for_again(issued, leader):
    IssuedReport.objects.filter(pk=issued.pk).update(keep_until=NOW)
    assert remove_files.remove_old_files(now=NOW) == 1
    client = signed_in(leader)
    html = client.get(f"/reports/{issued.pk}/").content.decode()
    assert "was removed on 3 Sep 2020, 10:00" in html
    assert f'action="/jobs/{issued.job_id}/again"' in html
    assert f"/reports/{issued.pk}/file" not in html + client.get("/reports/").content.decode()
    assert client.get(f"/reports/{issued.pk}/file").status_code == 404


def test_a_file_that_is_kept_for_a_time_says_until_when(issued, leader):
    assert "is kept until" not in signed_in(leader).get(f"/reports/{issued.pk}/").content.decode()
    IssuedReport.objects.filter(pk=issued.pk).update(keep_until=NOW)
    assert "is kept until 3 Sep 2020, 10:00" in signed_in(leader).get(f"/reports/{issued.pk}/").content.decode()
