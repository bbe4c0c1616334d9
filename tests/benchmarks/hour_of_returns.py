"""The last hour: `DATABASE_URL=... python -m tests.benchmarks.hour_of_returns [ROWS SECONDS]` (1,000,000 and 120).

200 officials save their returns through gunicorn on this machine, at a steady pace over so many seconds, while a worker
writes the ledger of about so many rows: each opens the sheet and saves it three times. What is measured is a save,
from its first byte sent to the last byte of its answer; the answers before the worker began are the yardstick. Ends
with an error when a save was not stored, was answered with anything but a redirect, or p95 is not below 500 ms.
"""

import os
import sys
import threading
import time
from statistics import quantiles

from tests.benchmarks.served import Official, gunicorn, kill, officials, own_database, save, start, vacuum

# What follows uses Django, which the line above sets up.
# isort: split
from django.utils import timezone

from tests.benchmarks import scale
from tests.benchmarks.ledger_workbook import revise
from tracker import tasks
from tracker.models import Entry, Job
from tracker.services.documents import reports

OFFICIALS, SAVES, LIMIT = 200, 3, 0.5
WARMING_UP = 20
MONTHS = 8  # January to August: what the ledger covers


def main(rows: int, seconds: float) -> None:
    """Fill, serve, save, look."""
    with own_database():
        measure(rows, seconds)


def measure(rows: int, seconds: float) -> None:
    """The saves alone for a short time, then beside the report."""
    scale.UNITS = max(10, rows // (scale.INDICATORS * MONTHS))
    newest = scale.fill(rows)
    revise(scale._copy)
    vacuum()
    people = officials(newest, OFFICIALS)
    print(f"{Entry.objects.count():,} entries; {len(people)} officials; {os.cpu_count()} processors", flush=True)
    with gunicorn() as (port, _web):
        save_all(people[:WARMING_UP], port, WARMING_UP / 4, saves=1)  # what a web process imports with its first page
        save_all(people, port, seconds / SAVES, saves=1)
        tell("alone", people)
        worker = start("celery", "--app", "config", "worker", "--concurrency", "1", "--loglevel", "WARNING")
        try:
            job, _is_new = reports.request_report(
                kind="ledger",
                period=newest,
                region=newest.plan.region,
                language="zh-hans",
                acting_user=None,
                now=timezone.now(),
            )
            tasks.publish_job(job)
            while job.state == Job.State.QUEUED:
                time.sleep(0.1)
                job.refresh_from_db()
            done_before = job.progress_done
            save_all(people, port, seconds, saves=SAVES)
            job.refresh_from_db()
        finally:
            kill(worker)
    assert job.state in (Job.State.RUNNING, Job.State.DONE), job.failure_detail
    print(f"the report: {job.state}, from step {done_before} to {job.progress_done} of {job.progress_total}")
    p95 = tell("beside the report", people)
    assert p95 < LIMIT, f"p95 of a save is {p95 * 1000:.0f} ms"


def save_all(people: list[Official], port: int, seconds: float, saves: int) -> None:
    """Everybody saves so often, spread evenly over the time."""
    for person in people:
        person.seconds.clear()
    gap, began = seconds / (len(people) * saves), time.monotonic()
    threads = []
    for turn in range(len(people) * saves):
        time.sleep(max(0.0, began + turn * gap - time.monotonic()))
        person = people[turn % len(people)]
        threads.append(threading.Thread(target=save, args=(person, port, f"{turn + 1}.5")))
        threads[-1].start()
    for thread in threads:
        thread.join()


def tell(when: str, people: list[Official]) -> float:
    """Print how long saves took; the 95th percentile in seconds. Ends with an error when one was wrong."""
    wrong = [text for person in people for text in person.wrong]
    assert not wrong, (len(wrong), wrong[:3])
    seconds = [one for person in people for one in person.seconds]
    cuts = quantiles(seconds, n=100)
    print(
        f"{when}: {len(seconds)} saves, p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, no error",
        flush=True,
    )
    return cuts[94]


if __name__ == "__main__":
    given = [float(text) for text in sys.argv[1:3]]
    main(*((int(given[0]), given[1]) if len(given) == 2 else (1_000_000, 120.0)))
