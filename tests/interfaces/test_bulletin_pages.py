"""Papers of a report on its page: the brief, and a bulletin from its draft to its file."""

import re

import pytest
import time_machine

from tests import factories
from tests.factories import NOW, SHANXI
from tests.interfaces.test_pages import signed_in
from tracker import tasks
from tracker.models import Bulletin, IssuedReport, Job, Role
from tracker.services.documents import bulletins
from tracker.services.documents.reports import issue_report, request_report, run_report_job


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def issued(plan, taiyuan, reporter, reviewer, leader) -> IssuedReport:
    august = factories.period(plan)
    values = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}
    factories.file_return(taiyuan, august, values, reporter=reporter, reviewer=reviewer)
    return issue_report(period=august, region=plan.region, language="zh-hans", acting_user=leader, now=NOW)


@pytest.fixture
def second(plan):
    return factories.make_user("second", Role.REVIEWER, SHANXI)


def act(client, bulletin, what: str, **data):
    bulletin.refresh_from_db()
    return client.post(f"/bulletins/{bulletin.pk}/act", {"act": what, "version": bulletin.version, **data}, follow=True)


def page_of(client, bulletin) -> str:
    return client.get(f"/bulletins/{bulletin.pk}/").content.decode()


def test_the_brief_is_issued_with_the_report_once(plan, issued, leader):
    options = {"period": factories.period(plan), "region": plan.region, "language": "en", "now": NOW}
    job, _is_new = request_report(**options, acting_user=leader)
    for _time in range(2):
        tasks.run_job(job.pk)
    brief = IssuedReport.objects.get(kind="brief")
    assert brief.parameters == {"report": job.report.pk}
    assert (brief.language, brief.as_of, brief.revisions) == ("en", job.report.as_of, job.report.revisions)


def test_the_brief_of_a_report_has_its_figures_and_is_downloaded_as_pdf(issued, leader):
    client = signed_in(leader, "zh-hans")
    answer = client.post(f"/reports/{issued.pk}/brief")
    job = Job.objects.get(parameters__kind="brief")
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    run_report_job(job.pk, clock=lambda: NOW)
    ready = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "下载（PDF）" in ready
    assert "下载工作簿" not in ready
    brief = IssuedReport.objects.get(kind="brief")
    assert brief.revisions == issued.revisions
    assert brief.as_of == issued.as_of
    assert "简报" in client.get(f"/reports/{issued.pk}/").content.decode()
    page = client.get(f"/reports/{brief.pk}/").content.decode()
    assert "下载（PDF）" in page
    file = client.get(f"/reports/{brief.pk}/file")
    assert file.headers["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF-")


def test_a_bulletin_is_drafted_written_reviewed_and_issued_on_its_pages(issued, leader, second):
    writer, reader = signed_in(leader, "zh-hans"), signed_in(second, "zh-hans")
    answer = writer.post(f"/reports/{issued.pk}/bulletin")
    bulletin = Bulletin.objects.get()
    assert answer.headers["Location"] == f"/bulletins/{bulletin.pk}/"
    page = page_of(writer, bulletin)
    assert '<span class="locked" title="coal_gangue_utilised@140000:cumulative">5万吨</span>' in page
    act(writer, bulletin, "submit", title="关于八月的通报", **{"text-opening": "自己写的开头。"})
    assert "审核通过并出具" not in page_of(writer, bulletin)
    page = page_of(reader, bulletin)
    assert "审核通过并出具" in page
    assert "自己写的开头。" in page
    act(reader, bulletin, "issue")
    bulletin.refresh_from_db()
    assert bulletin.state == "issued"
    page = page_of(writer, bulletin)
    assert bulletin.sha256 in page
    assert "<textarea" not in page
    file = writer.get(f"/bulletins/{bulletin.pk}/file")
    assert file.content.startswith(b"PK")
    assert "utf-8''" in file.headers["Content-Disposition"]


def test_what_was_written_stays_on_the_page_when_another_person_saved_first(issued, leader, second):
    bulletin = bulletins.draft_bulletin(issued, acting_user=leader, now=NOW)
    act(signed_in(second, "zh-hans"), bulletin, "save", title="标题", **{"text-opening": "别人的"})
    data = {"act": "save", "version": 1, "title": "标题", "text-opening": "我写的长长一段"}
    answer = signed_in(leader, "zh-hans").post(f"/bulletins/{bulletin.pk}/act", data)
    assert answer.status_code == 409
    assert "我写的长长一段" in answer.content.decode()
    assert "其他人员已修改该通报" in answer.content.decode()
    bulletin.refresh_from_db()
    assert bulletin.texts["opening"] == "别人的"


def test_what_is_wrong_is_named_with_its_field(issued, leader):
    bulletin = bulletins.draft_bulletin(issued, acting_user=leader, now=NOW)
    answer = act(signed_in(leader, "zh-hans"), bulletin, "save", title="x", **{"text-opening": "长" * 4001})
    assert answer.status_code == 422
    assert re.search(r'href="#text-opening">开头语</a>：?:? ?最多4000个字符', answer.content.decode())


def test_a_newer_report_is_named_on_the_draft_and_its_sentences_are_taken(
    issued, plan, taiyuan, leader, reporter, reviewer
):
    bulletin = bulletins.draft_bulletin(issued, acting_user=leader, now=NOW)
    july = factories.period(plan, "2020-07")
    factories.file_return(
        taiyuan, july, {"coal_gangue_utilised": "3", "fly_ash_utilised": "0"}, reporter=reporter, reviewer=reviewer
    )
    newer = issue_report(period=issued.period, region=plan.region, language="zh-hans", acting_user=leader, now=NOW)
    client = signed_in(leader, "zh-hans")
    page = page_of(client, bulletin)
    assert f"/reports/{newer.pk}/" in page
    assert "5万吨 → 8万吨" in page
    act(client, bulletin, "refresh", title="标题", **{"text-opening": "留着"})
    bulletin.refresh_from_db()
    assert (bulletin.report, bulletin.texts["opening"]) == (newer, "留着")


def test_a_report_names_the_sentences_of_an_issued_bulletin_that_no_longer_agree(
    issued, plan, taiyuan, leader, second, reporter, reviewer
):
    bulletin = bulletins.draft_bulletin(issued, acting_user=leader, now=NOW)
    bulletins.submit_bulletin(bulletin, expected_version=1, acting_user=leader, now=NOW)
    bulletins.issue_bulletin(bulletin, expected_version=2, acting_user=second, now=NOW)
    july = factories.period(plan, "2020-07")
    factories.file_return(
        taiyuan, july, {"coal_gangue_utilised": "3", "fly_ash_utilised": "0"}, reporter=reporter, reviewer=reviewer
    )
    newer = issue_report(period=issued.period, region=plan.region, language="zh-hans", acting_user=leader, now=NOW)
    page = signed_in(leader, "zh-hans").get(f"/reports/{newer.pk}/").content.decode()
    assert "句与本报告不符" in page
    assert "5万吨 → 8万吨" in page


def test_open_bulletins_stand_on_the_page_of_reports(issued, leader):
    bulletin = bulletins.draft_bulletin(issued, acting_user=leader, now=NOW)
    assert f"/bulletins/{bulletin.pk}/" in signed_in(leader, "zh-hans").get("/reports/").content.decode()


def test_an_unknown_button_changes_nothing(issued, leader):
    bulletin = bulletins.draft_bulletin(issued, acting_user=leader, now=NOW)
    answer = act(signed_in(leader, "zh-hans"), bulletin, "explode")
    assert "请使用页面上的按钮操作" in answer.content.decode()
    assert Bulletin.objects.get().version == 1
