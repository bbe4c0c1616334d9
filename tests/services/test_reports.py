"""Issuing the compliance report: one file for one job, nothing half done, and a download that is recorded."""

import errno
import hashlib
import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection
from django.utils.translation import gettext

from tests.factories import NOW, SHANXI, TAIYUAN, file_return, make_user, period, region
from tests.services.issued_reports import clock, issue
from tracker.documents.shape import Report
from tracker.models import Event, IssuedReport, Job, Role
from tracker.queries.documents.request import Edition, ReportData, ReportRequest
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.documents import reports, store
from tracker.services.operations import jobs

LATER = NOW + jobs.LEASE + timedelta(seconds=1)


def ticking():
    """A clock that goes a second further each time."""
    moments = (NOW + timedelta(seconds=number) for number in itertools.count())
    return lambda: next(moments)


def request(plan, acting_user, code="2020-08", place=SHANXI, language="zh-hans") -> Job:
    return reports.request_report(
        period=period(plan, code), region=region(place), language=language, acting_user=acting_user, now=NOW
    )[0]


def test_the_stored_file_has_the_size_and_hash_that_are_recorded(plan, reduced_august, leader):
    report = issue(plan, acting_user=leader)
    content = Path(report.file.path).read_bytes()
    assert (report.file_size, report.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert report.file.name.isascii()
    assert (report.issued_by, report.as_of, report.issue_number) == (leader, NOW, 8)
    actions = list(Event.objects.filter(actor=leader).order_by("pk").values_list("action", flat=True))
    assert actions == ["report_requested", "report_issued"]


def test_issuing_again_is_the_next_edition_of_the_same_number(plan):
    issued = [issue(plan) for _time in range(3)]
    assert [(one.issue_year, one.issue_number, one.edition) for one in issued] == [
        (2020, 8, 1),
        (2020, 8, 2),
        (2020, 8, 3),
    ]


@pytest.fixture
def meanwhile(plan, monkeypatch):
    """Issue August's report while, before its file is written, another person issues it in English."""
    original, covers = reports.write_document, []

    def issue_with(after_the_other=lambda: None):
        def write(report, path, *, progress):
            covers.append(dict(report.cover.lines))
            if len(covers) == 1:
                issue(plan, language="en")
                after_the_other()
            original(report, path, progress=progress)

        monkeypatch.setattr(reports, "write_document", write)
        return issue(plan), covers

    return issue_with


def test_of_two_languages_at_once_both_are_one_edition(meanwhile):
    report, covers = meanwhile()
    english = IssuedReport.objects.get(language="en")
    assert len(covers) == 3  # the one that was second is written again, as the other's edition
    assert [(one.edition, one.opens_edition) for one in (english, report)] == [(1, True), (1, False)]
    assert english.inputs_sha256 == report.inputs_sha256


def test_of_two_issues_at_once_with_other_inputs_the_later_is_the_next_edition(plan, meanwhile):
    def rename():
        type(plan.region).objects.filter(pk=plan.region_id).update(name="山西")

    report, covers = meanwhile(rename)
    english = IssuedReport.objects.get(language="en")
    assert [(one.edition, one.opens_edition) for one in (english, report)] == [(1, True), (2, True)]
    assert (report.previous_edition, report.is_correction) == (english, False)
    assert any("第2版" in str(value) for value in covers[-1].values())


def test_the_download_is_named_in_the_reports_language(plan):
    chinese, english = (reports.download_name(issue(plan, language=language)) for language in ("zh-hans", "en"))
    assert chinese == f"{plan.name}-2020年第8期-目标完成情况报告.xlsx"
    assert english == f"{plan.name_en}-2020, no. 8-Compliance report.xlsx"


def test_asking_twice_gives_one_job_and_one_event(plan, leader):
    assert request(plan, leader) == request(plan, leader)
    assert Event.objects.filter(action=Event.Action.REPORT_REQUESTED).count() == 1


@pytest.mark.parametrize(("role", "place"), [(Role.REPORTER, TAIYUAN), (Role.AUDITOR, SHANXI)])
def test_who_may_not_issue_here_is_refused_and_nothing_is_stored(plan, role, place):
    with pytest.raises(NotAllowed):
        request(plan, make_user("person", role, place))
    assert not Job.objects.exists()


def test_a_city_official_asks_for_the_own_citys_report(plan, reporter):
    assert request(plan, reporter, place=TAIYUAN).requested_by == reporter


def test_a_region_outside_the_plan_is_refused(plan):
    elsewhere = type(plan.region).objects.create(code="130000", name="河北省", level="province")
    with pytest.raises(Refused, match="河北省"):
        reports.request_report(period=period(plan), region=elsewhere, language="en", acting_user=None, now=NOW)


def test_a_language_there_is_not_is_refused(plan):
    with pytest.raises(Refused):
        request(plan, None, language="fr")


def test_a_scope_that_was_narrowed_meanwhile_fails_the_job(plan, leader):
    job = request(plan, leader)
    leader.memberships.all().delete()
    reports.run_report_job(job.pk, clock=clock)
    job.refresh_from_db()
    assert job.state == "failed"
    assert not IssuedReport.objects.exists()


def test_a_duplicate_message_issues_nothing_twice(plan, leader):
    job = request(plan, leader)
    reports.run_report_job(job.pk, clock=clock)
    reports.run_report_job(job.pk, clock=clock)
    assert IssuedReport.objects.count() == 1


def test_a_job_whose_worker_was_killed_yields_the_report_once(plan, reduced_august, leader):
    job = request(plan, leader)
    killed = jobs.claim_job(job.pk, now=NOW)
    left_behind = Path(default_storage.path(f"unfinished/job-{job.pk}-{killed.claim}.xlsx"))
    left_behind.parent.mkdir(parents=True)
    left_behind.write_bytes(b"half a report")
    reports.run_report_job(job.pk, clock=clock)
    assert not IssuedReport.objects.exists()  # it may still be alive
    assert jobs.sweep_jobs(now=LATER) == [job.pk]
    reports.run_report_job(job.pk, clock=lambda: LATER)
    assert IssuedReport.objects.get().job == job
    assert files() == [IssuedReport.objects.get().file.name]


def test_a_worker_that_comes_back_late_makes_no_second_report(plan, reduced_august, leader, monkeypatch):
    job = request(plan, leader)
    moments = iter([NOW, NOW])

    def late_clock():
        moment = next(moments, None)
        if moment is None and not IssuedReport.objects.exists():  # while it slept, another did the work
            jobs.sweep_jobs(now=LATER)
            reports.run_report_job(job.pk, clock=lambda: LATER)
        return moment or LATER

    reports.run_report_job(job.pk, clock=late_clock)
    report = IssuedReport.objects.get()
    assert report.issued_at == LATER
    assert hashlib.sha256(Path(report.file.path).read_bytes()).hexdigest() == report.sha256
    assert files() == [report.file.name]
    assert Job.objects.get().state == "done"


def test_a_late_worker_cannot_store_over_the_report_there_is(plan, leader):
    job = request(plan, leader)
    late = jobs.claim_job(job.pk, now=NOW)
    jobs.sweep_jobs(now=LATER)
    reports.run_report_job(job.pk, clock=lambda: LATER)
    with store.unfinished_file(late, ".xlsx") as path:
        path.write_bytes(b"late")
        asked = ReportRequest("compliance", period(plan), plan.region, "zh-hans", as_of=NOW)
        data = ReportData(
            Report("T", "T", "T", sheets=[]),
            book={},
            revisions=[],
            has_demonstration=False,
            inputs_sha256="",
            edition=Edition(2020, 8, 2),
        )
        with pytest.raises(jobs.ClaimLost):
            store.store_report(late, asked, data, path, keep_until=None, now=LATER)
    assert files() == [IssuedReport.objects.get().file.name]


def test_the_database_has_one_report_for_a_job(plan):
    report = issue(plan)
    report.pk, report.edition = None, 2
    with pytest.raises(IntegrityError):
        report.save(force_insert=True)


def test_a_cancelled_job_leaves_nothing(plan, leader):
    job = request(plan, leader)
    moments = iter([NOW, NOW, NOW])

    def cancelling_clock():
        if next(moments, None) is None and Job.objects.get().is_active:
            jobs.cancel_job(job, acting_user=leader, now=NOW)
        return NOW

    reports.run_report_job(job.pk, clock=cancelling_clock)
    assert Job.objects.get().state == "cancelled"
    assert not IssuedReport.objects.exists()
    assert files() == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘空间已满"),
        (PermissionError(errno.EACCES, "Permission denied"), "写入失败"),
        (ZeroDivisionError("a bug"), "系统故障"),
    ],
)
def test_a_fault_fails_the_job_in_words_and_leaves_no_file(plan, leader, monkeypatch, fault, words):
    def write(report, path, *, progress):
        path.write_bytes(b"half")
        raise fault

    monkeypatch.setattr(reports, "write_document", write)
    job = request(plan, leader)
    reports.run_report_job(job.pk, clock=clock)
    job.refresh_from_db()
    assert job.state == "failed"
    assert words in gettext(job.failure)
    assert type(fault).__name__ in job.failure_detail
    assert files() == []
    assert Event.objects.filter(action=Event.Action.REPORT_FAILED, object_id=str(job.pk)).count() == 1


def test_when_recording_fails_the_stored_file_goes_too(plan, leader, monkeypatch):
    original = default_storage.save

    def save_then_fail(name, content):
        original(name, content)
        raise OSError(errno.EIO, "the disk is going")

    monkeypatch.setattr(default_storage, "save", save_then_fail)
    job = request(plan, leader)
    reports.run_report_job(job.pk, clock=clock)
    assert Job.objects.get().state == "failed"
    assert not IssuedReport.objects.exists()
    assert files() == []


def test_by_hand_a_failure_is_told_in_words(plan, monkeypatch):
    def write(report, path, *, progress):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(reports, "write_document", write)
    with pytest.raises(Refused, match="磁盘"):
        issue(plan)


def test_by_hand_a_report_that_another_worker_writes_is_not_written_twice(plan, leader):
    jobs.claim_job(request(plan, leader).pk, now=NOW)
    with pytest.raises(Refused):
        issue(plan)


def test_progress_runs_to_its_end_by_sheet(plan, leader, monkeypatch):
    heard: list[tuple[int, int, str]] = []
    original = jobs.report_progress
    monkeypatch.setattr(
        jobs,
        "report_progress",
        lambda job, done, total, text, *, now: (
            heard.append((done, total, text)),
            original(job, done, total, text, now=now),
        ),
    )
    reports.run_report_job(request(plan, leader).pk, clock=ticking())
    texts = [text for _done, _total, text in heard]
    assert texts[0] == "正在读取数据"
    assert [text for text in texts if text in ("指标汇总", "晴雨表", "台账")] == ["指标汇总", "晴雨表", "台账"]
    assert heard[-1][2] == "正在保存文件"
    assert [done for done, _total, _text in heard] == list(range(len(heard)))
    job = Job.objects.get()
    assert job.progress_done == job.progress_total == heard[-1][1]


def test_a_download_is_recorded_with_its_address(plan, reduced_august, leader):
    report = issue(plan)
    with reports.open_report(report, acting_user=leader, now=NOW, address="192.0.2.7") as file:
        assert file.read(2) == b"PK"
    event = Event.objects.get(action=Event.Action.DOWNLOADED)
    assert (event.actor, event.address, event.object_id) == (leader, "192.0.2.7", str(report.pk))


def test_a_download_outside_ones_scope_is_refused(plan, reporter):
    with pytest.raises(NotAllowed):
        reports.open_report(issue(plan), acting_user=reporter, now=NOW, address=None)
    assert not Event.objects.filter(action=Event.Action.DOWNLOADED).exists()


def test_a_report_whose_file_is_gone_says_so(plan, leader):
    report = issue(plan)
    Path(report.file.path).unlink()
    with pytest.raises(Refused):
        reports.open_report(report, acting_user=leader, now=NOW)


def test_queries_do_not_grow_with_the_ledger(plan, reduced_august, reporter, reviewer, taiyuan, count_queries):
    def number_of_queries() -> int:
        with count_queries(connection) as queries:
            issue(plan)
        return len(queries)

    def verify(month: str) -> None:
        values = {"coal_gangue_utilised": "1", "fly_ash_utilised": "2"}
        file_return(taiyuan, period(plan, month), values, reporter=reporter, reviewer=reviewer)

    issue(plan)
    verify("2020-06")
    verify("2020-07")  # three months: from now on there are forecasts to keep
    issue(plan)
    few = number_of_queries()  # with values that changed since an edition before
    for month in ("2020-01", "2020-02", "2020-03", "2020-04", "2020-05"):
        verify(month)
    issue(plan)
    assert number_of_queries() == few


def files() -> list[str]:
    """All that lies in the store."""
    root = Path(default_storage.path("."))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
