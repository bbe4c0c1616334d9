"""Old files: those whose time is over go, those of issued reports stay, and nothing is left of killed workers."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.factories import NOW, period
from tracker.models import Event, IssuedReport, Job, Plan
from tracker.services.documents import remove_files, reports
from tracker.services.documents.store import unfinished_directory
from tracker.services.operations import jobs

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture
def report(plan: Plan) -> IssuedReport:
    return reports.issue_report(
        period=period(plan), region=plan.region, language="en", acting_user=None, now=NOW, clock=lambda: NOW
    )


def keep(report: IssuedReport, until) -> None:
    IssuedReport.objects.filter(pk=report.pk).update(keep_until=until)


def test_a_file_goes_when_its_time_is_over_with_one_event_and_the_row_stays(report):
    keep(report, LATER)
    path = Path(report.file.path)
    assert remove_files.remove_old_files(now=LATER - timedelta(seconds=1)) == 0
    assert path.exists()
    assert remove_files.remove_old_files(now=LATER) == 1
    assert not path.exists()
    assert remove_files.remove_old_files(now=LATER) == 0
    report.refresh_from_db()
    assert report.file_removed_at == LATER
    event = Event.objects.get(action=Event.Action.REPORT_FILE_REMOVED)
    assert (event.object_id, event.after["sha256"]) == (str(report.pk), report.sha256)


def test_an_issued_report_is_kept_for_ever(report):
    assert remove_files.remove_old_files(now=NOW + timedelta(days=36_500)) == 0
    assert Path(report.file.path).exists()


def test_files_go_in_small_batches(plan, report, monkeypatch):
    monkeypatch.setattr(remove_files, "BATCH", 2)
    for _number in range(2):
        reports.issue_report(
            period=period(plan), region=plan.region, language="en", acting_user=None, now=NOW, clock=lambda: NOW
        )
    IssuedReport.objects.update(keep_until=NOW)
    assert [remove_files.remove_old_files(now=NOW) for _tick in range(3)] == [2, 1, 0]


def test_a_file_that_is_gone_already_is_written_down_as_removed(report):
    keep(report, NOW)
    Path(report.file.path).unlink()
    assert remove_files.remove_old_files(now=NOW) == 1


def test_what_a_killed_worker_left_goes_when_its_job_has_ended(plan):
    job, _new = reports.request_report(
        period=period(plan), region=plan.region, language="en", acting_user=None, now=NOW
    )
    left = [unfinished_directory() / f"job-{job.pk}-abc.xlsx{end}" for end in ("", ".sheet1", ".sheet2")]
    for path in left:
        path.write_bytes(b"half")
    assert remove_files.remove_leftovers() == []
    Job.objects.update(state=Job.State.CANCELLED)
    assert sorted(remove_files.remove_leftovers()) == left
    assert not any(path.exists() for path in left)


def test_a_new_attempt_clears_up_what_the_last_one_left(plan):
    job, _new = reports.request_report(
        period=period(plan), region=plan.region, language="en", acting_user=None, now=NOW
    )
    (unfinished_directory() / f"job-{job.pk}-abc.xlsx.sheet1").write_bytes(b"half")
    reports.run_report_job(job.pk, clock=lambda: NOW)
    assert list(unfinished_directory().iterdir()) == []


def test_what_is_no_workers_is_left_alone():
    (unfinished_directory() / "notes.txt").write_text("mine")
    assert remove_files.remove_leftovers() == []
    assert jobs.sweep_jobs(now=NOW) == []
