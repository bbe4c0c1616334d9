"""While a job is worked on: saying how far it is, and keeping it ours while nothing can be said."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import OperationalError, connection

from tracker.models import Job
from tracker.services.operations import jobs

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
#: How often a page that follows a job asks; more often nobody needs to know, and each time costs a write.
EVERY = timedelta(seconds=1)
RENEW_EVERY = timedelta(seconds=20)
#: A worker that read for longer than this hangs, and the job is for another.
LONGEST_READING = timedelta(hours=1)


class Steps:
    """Counts the steps of a job as they are done, and says so once a second.

    Saying so renews the lease; a job that was cancelled, or given to another worker, stops there with ClaimLost.
    """

    def __init__(self, job: Job, total: int, clock: Clock) -> None:
        self.job = job
        self.total = total
        self.clock = clock
        self.done = 0
        self.said_at: datetime | None = None

    def report(self, text: str) -> None:
        """One step more; `text` says where we are."""
        self.done += 1
        now = self.clock()
        if self.said_at is None or now - self.said_at >= EVERY:
            self._say(text, now)

    def report_last(self, text: str) -> None:
        """Report what comes before the end, which is said whenever it comes."""
        self.done = self.total - 1
        self._say(text, self.clock())

    def _say(self, text: str, now: datetime) -> None:
        jobs.report_progress(self.job, min(self.done, self.total), self.total, text, now=now)
        self.said_at = now


@contextmanager
def kept_alive(job: Job, clock: Clock) -> Iterator[None]:
    """Renews the job's lease from a thread, while this one reads in one long transaction that can say nothing."""
    ended = threading.Event()
    thread = threading.Thread(target=_renew, args=(job, clock, ended), name=f"lease of job {job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _renew(job: Job, clock: Clock, ended: threading.Event) -> None:
    try:
        for _time in range(LONGEST_READING // RENEW_EVERY):
            if ended.wait(RENEW_EVERY.total_seconds()):
                return
            try:
                jobs.renew_lease(job, now=clock())
            except jobs.ClaimLost:
                return  # who reads hears of it with the next progress
            except OperationalError:
                logger.warning("The lease of job %s could not be renewed just now.", job.pk, exc_info=True)
    finally:
        connection.close()  # this thread's own
