"""An installation whose processes are killed, stopped and starved, and the hands that do it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.utils import timezone

from tests import migrated
from tests.faults.databases import Cluster
from tests.faults.forked import Forked
from tests.installation import Leader, kill_group, wait_for
from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker import tasks
from tracker.models import Job, Period, Plan
from tracker.queries.documents.kinds import COMPLIANCE
from tracker.services.documents import remove_files, reports
from tracker.services.mail import deliveries
from tracker.services.operations import jobs

#: After this every lease has run out.
LATER = timedelta(hours=5)
#: Seconds after which a job that still waits is published once more; a tick does so after a minute.
PUBLISHED_AGAIN = 30.0


class CannotHappen(Exception):
    """This fault needs something that this run does not have; its message says what."""


@dataclass
class Scene:
    """The installation, the processes that run, and the mail server that may misbehave."""

    directory: Path
    mailbox: Mailbox
    cluster: Cluster | None = None
    processes: list[Leader] = field(default_factory=list)
    started: int = 0

    @property
    def plan(self) -> Plan:
        """The plan that everything is about."""
        return Plan.objects.select_related("region").get(code="shanxi-2020")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start `python ...` in a process group of its own; what it prints goes to a log."""
        self.started += 1
        with (self.directory / f"process-{self.started}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=settings.BASE_DIR,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def run(self, *arguments: str, **environment: str) -> str:
        """Run `python ...` to its end; return what it printed, through a pipe: a file's end may be seen late."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        said = done.stdout.decode(errors="replace")
        assert done.returncode == 0, said
        return said

    def worker(self, **environment: str) -> Leader:
        """Start a Celery worker; one of an environment of its own as a command."""
        name = f"celery{self.started}@faults"
        options = ["--concurrency", "1", "--loglevel", "INFO", "--hostname", name, "--without-gossip"]
        if environment:
            return self.start("-m", "celery", "--app", "config", "worker", *options, **environment)
        self.started += 1
        worker = Forked(options, self.directory / f"process-{self.started}.log")
        self.processes.append(worker)
        return worker

    def log(self) -> str:
        """What the process started last printed."""
        return (self.directory / f"process-{self.started}.log").read_text(errors="replace")

    def last_logs(self) -> str:
        """The ends of the newest logs."""
        newest = range(max(1, self.started - 1), self.started + 1)
        logs = [self.directory / f"process-{number}.log" for number in newest]
        return "\n".join("\n".join(log.read_text(errors="replace").splitlines()[-25:]) for log in logs if log.exists())

    def ask_report(self, code: str = "2020-07") -> Job:
        "Generate report and publish it."
        period = Period.objects.get(plan=self.plan, code=code)
        job, is_new = reports.request_report(
            period=period, region=self.plan.region, language="zh-hans", acting_user=None, now=timezone.now()
        )
        assert is_new, "a report from before is still being worked on"
        tasks.publish_job(job)
        return job

    def hold_while_writing(self, worker: Leader, job: Job) -> None:
        """Stop the worker while half a file is there."""
        unfinished = Path(settings.MEDIA_ROOT) / "unfinished"
        self.wait_for(lambda: list(unfinished.glob(f"job-{job.pk}-*")))
        os.killpg(worker.pid, signal.SIGSTOP)
        assert self.state(job) == Job.State.RUNNING

    def state(self, job: Job) -> str:
        """The job's state now."""
        close_old_connections()
        job.refresh_from_db()
        return job.state

    def wait_ended(self, job: Job, seconds: float = 120) -> str:
        """Wait until the job has ended; how. The brief that follows a compliance report has ended then, too.

        What still waits after a while is published again, as each tick does: Redis hands a message to a worker that
        is just being killed, and it is gone with it.
        """
        published = time.monotonic()

        def has_ended() -> bool:
            nonlocal published
            state = self.state(job)
            if state == Job.State.QUEUED and time.monotonic() - published > PUBLISHED_AGAIN:
                published = time.monotonic()
                tasks.publish_job(job)
            return state not in Job.ACTIVE_STATES

        self.wait_for(has_ended, seconds)
        if job.state == Job.State.DONE and job.parameters.get("kind") == COMPLIANCE:
            briefs = Job.objects.filter(parameters__options__report=job.report.pk)
            self.wait_ended(self.wait_for(briefs.first, seconds), seconds)
        return job.state

    def wait_for(self, look: Callable[[], Any], seconds: float = 120) -> Any:
        """What `look` finds; looked for a few times a second."""

        def patiently() -> Any:
            found = look()
            if not found:
                time.sleep(0.05)
            return found

        return wait_for(patiently, seconds)

    def sweep(self, now: datetime | None = None) -> None:
        """What a tick does with jobs once every lease has run out."""
        now = now or timezone.now() + LATER
        for job in Job.objects.filter(pk__in=jobs.sweep_jobs(now=now)):
            tasks.publish(tasks.task_of(job), job.pk)

    def kill(self, process: Leader) -> None:
        """End a process and its children at once."""
        kill_group(process)
        self.processes.remove(process)

    def clear_up(self) -> None:
        """Stop what runs, and let a quiet worker do what the fault has left: as the next minutes would."""
        self.mailbox.fault = ""
        for process in list(self.processes):
            self.kill(process)
        for _time in range(jobs.MAX_ATTEMPTS + 1):
            now = timezone.now() + LATER
            for job in Job.objects.filter(pk__in=jobs.sweep_jobs(now=now)):
                tasks.WORK[Job.Kind(job.kind)](job.pk, clock=timezone.now)
        for round_ in range(len(deliveries.BACKOFF) + 1):
            later = timezone.now() + LATER * (round_ + 1)
            for delivery in deliveries.sweep_deliveries(now=later):
                deliveries.send_delivery(delivery, clock=lambda moment=later: moment)
        remove_files.remove_leftovers()
        self.purge()

    def purge(self) -> None:
        """Take what is left in the queues."""
        from config.celery import app

        with app.connection_for_write() as broker:
            for queue in settings.QUEUES:
                app.amqp.queues[queue].bind(broker.default_channel).declare()
                broker.default_channel.queue_purge(queue)


@contextmanager
def scene(cluster: Cluster | None) -> Iterator[Scene]:
    """The installation with the demonstration's months, and a mail server beside it."""
    port, mailbox = free_port(), Mailbox()
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = (
        True,
        "127.0.0.1",
        port,
        5,
    )
    if connection.vendor == "sqlite":
        migrated.new_sqlite(Path(settings.DATABASES["default"]["NAME"]))
    with (Path(settings.DATA_DIR) / "setting-up.log").open("w") as log:
        call_command("quickstart", "--no-serve", stdout=log)
    made = Scene(Path(settings.DATA_DIR), mailbox, cluster)
    made.purge()
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"  # for what is started from here on
    with mail_server(mailbox, port):
        try:
            yield made
        finally:
            for process in list(made.processes):
                made.kill(process)
            connection.close()
