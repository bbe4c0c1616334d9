"""A worker killed while it writes a report: after a restart the report is there, once."""

import hashlib
import os
import signal
from contextlib import nullcontext
from pathlib import Path

import openpyxl
import pytest

from tests.installation import BROKER_URL, Installation, alone_with_the_broker, installation, kill_group, wait_for

ASK = """
from django.utils import timezone
from tracker import tasks
from tracker.models import Period
from tracker.services.documents import reports
period = Period.objects.select_related("plan__region").get(code="2020-07")
job, _is_new = reports.request_report(
    period=period, region=period.plan.region, language="zh-hans", acting_user=None, now=timezone.now()
)
tasks.publish_job(job)
"""
BROKERS = [
    pytest.param("", id="the queue of files"),
    pytest.param(
        BROKER_URL,
        id="the broker",
        marks=pytest.mark.skipif(not BROKER_URL, reason="BROKER_URL names no broker"),
    ),
]


@pytest.fixture(params=BROKERS)
def installed(request: pytest.FixtureRequest, tmp_path: Path):
    """A tracker with nine months of data."""
    turn = alone_with_the_broker() if request.param else nullcontext()
    with turn, installation(tmp_path, is_migrated=True, BROKER_URL=request.param) as made:
        made.manage("quickstart", "--no-serve")
        if request.param:
            made.start("-m", "celery", "--app", "config", "purge", "--force").wait(60)
        yield made


def state_of_job(installed: Installation) -> tuple[str, int, int]:
    """The state of the newest job for a compliance report, how far it is, and how often it was begun.

    Its brief, which follows in a job of its own, is none.
    """
    of_report = (
        "SELECT state, progress_done, attempts FROM tracker_job WHERE substr(request_key, 1, 11) = 'compliance:'"
    )
    return installed.rows(f"{of_report} ORDER BY id DESC LIMIT 1")[0]


def workbooks(installed: Installation) -> set[Path]:
    """The files of reports; the brief may be there already or not."""
    return {path for path in installed.issued_files() if path.suffix == ".xlsx"}


@pytest.mark.long
def test_a_report_whose_worker_was_killed_is_issued_once(installed):
    files_before = workbooks(installed)
    worker = installed.start_worker()
    asking = installed.start("manage.py", "shell", "-v0", "-c", ASK)  # it may end later than the report is written
    stop_while_writing(installed, worker.pid)
    assert asking.wait(60) == 0
    kill_group(worker)

    installed.start_worker()
    let_the_lease_run_out(installed)
    wait_for(lambda: state_of_job(installed)[0] == "done", 120)

    assert state_of_job(installed)[2] == 2
    july = "SELECT r.file, r.sha256 FROM tracker_issuedreport r JOIN tracker_period p ON p.id = r.period_id"
    (name, sha256), *others = installed.rows(f"{july} WHERE p.code = '2020-07' AND r.kind = 'compliance'")
    path = installed.directory / "files" / name
    assert others == []
    assert workbooks(installed) - files_before == {path}
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert openpyxl.load_workbook(path).sheetnames


def stop_while_writing(installed: Installation, group: int) -> None:
    """Hold the worker still while half a file is there, before it can finish."""
    wait_for(lambda: list(installed.directory.glob("files/unfinished/*")), 120)
    os.killpg(group, signal.SIGSTOP)
    assert state_of_job(installed)[0] == "running"


def let_the_lease_run_out(installed: Installation) -> None:
    """What the scheduler's tick does once the lease of the killed worker has passed."""
    installed.manage(
        "shell",
        "-v0",
        "-c",
        "from datetime import timedelta\n"
        "from django.utils import timezone\n"
        "from tracker import tasks\n"
        "from tracker.services.operations import jobs\n"
        "now = timezone.now()\n"
        "assert jobs.sweep_jobs(now=now) == []\n"
        "for job_id in jobs.sweep_jobs(now=now + 2 * jobs.LEASE):\n"
        "    tasks.publish(tasks.run_job, job_id)\n",
    )
