"""The last hour: `DATABASE_URL=... python -m tests.benchmarks.hour_of_returns [ROWS SECONDS]` (1,000,000 and 120).

200 officials save their returns through gunicorn on this machine, at a steady pace over so many seconds, while a worker
writes the ledger of about so many rows: each opens the sheet and saves it three times. What is measured is a save,
from its first byte sent to the last byte of its answer; the answers before the worker began are the yardstick. Ends
with an error when a save was not stored, was answered with anything but a redirect, or p95 is not below 500 ms.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
SERVER = urlsplit(os.environ["DATABASE_URL"])._replace(scheme="postgresql")
NAME = f"hour_{uuid.uuid4().hex[:12]}"
os.environ["DATABASE_URL"] = SERVER._replace(scheme="postgres", path=f"/{NAME}").geturl()
os.environ.pop("BROKER_URL", None)

import django
import psycopg

django.setup()

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone

from tests import factories
from tests.benchmarks import scale
from tests.benchmarks.ledger_workbook import revise
from tests.smtp_peer import free_port
from tracker import tasks
from tracker.models import Entry, Indicator, Job, Membership, Obligation, Period, Region, ReportingUnit, Role, User
from tracker.services import returns
from tracker.services.documents import reports
from tracker.services.returns.expected import update_expected

OFFICIALS, SAVES, LIMIT = 200, 3, 0.5
WARMING_UP = 20
MONTHS = 8  # January to August: what the ledger covers
QUIET = ("--no-control-socket", "--log-level", "warning")
CODES = ("coal_gangue_utilised", "fly_ash_utilised")


@dataclass
class Official:
    """Who saves: the session, the return, and what was answered."""

    number: int
    session: str
    draft: int
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def main(rows: int, seconds: float) -> None:
    """Fill, serve, save, look."""
    with psycopg.connect(SERVER._replace(path="/postgres").geturl(), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {NAME}".encode())
        try:
            measure(rows, seconds)
        finally:
            django.db.connections.close_all()
            administrator.execute(f"DROP DATABASE {NAME} WITH (FORCE)".encode())


def measure(rows: int, seconds: float) -> None:
    """The saves alone for a short time, then beside the report."""
    call_command("migrate", verbosity=0)
    scale.UNITS = max(10, rows // (scale.INDICATORS * MONTHS))
    newest = scale.fill(rows)
    revise(scale._copy)
    with django.db.connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as an hour later on any server, not as filling left it
    people = officials(newest)
    print(f"{Entry.objects.count():,} entries; {len(people)} officials; {os.cpu_count()} processors", flush=True)
    port = free_port()
    web = start("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", *QUIET)
    worker = None
    try:
        wait_for_web(port)
        save_all(people[:WARMING_UP], port, WARMING_UP / 4, saves=1)  # what a web process imports with its first page
        save_all(people, port, seconds / SAVES, saves=1)
        tell("alone", people)
        worker = start("celery", "--app", "config", "worker", "--concurrency", "1", "--loglevel", "WARNING")
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
        assert job.state in (Job.State.RUNNING, Job.State.DONE), job.failure_detail
        print(f"the report: {job.state}, from step {done_before} to {job.progress_done} of {job.progress_total}")
        p95 = tell("beside the report", people)
        assert p95 < LIMIT, f"p95 of a save is {p95 * 1000:.0f} ms"
    finally:
        for process in filter(None, (web, worker)):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def officials(newest: Period) -> list[Official]:
    """People of one unit each, with a return that they have opened."""
    region = Region.objects.get(code=factories.TAIYUAN)
    owed = list(Indicator.objects.filter(code__in=CODES))
    made = []
    for number in range(OFFICIALS):
        unit = ReportingUnit.objects.create(code=f"hour-{number}", name=f"单位{number}", region=region)
        Obligation.objects.bulk_create(Obligation(plan=newest.plan, unit=unit, indicator=one) for one in owed)
        person = User.objects.create(username=f"official-{number}", is_active=True)
        Membership.objects.create(user=person, role=Role.REPORTER, region=region, unit=unit)
        draft = returns.open_return(unit, newest, acting_user=person, now=scale.NOW)
        made.append(Official(number, session_of(person), draft.pk))
    update_expected(newest.plan, now=scale.NOW)
    return made


def session_of(person: User) -> str:
    """A session as login makes it."""
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def start(*command: str) -> subprocess.Popen[bytes]:
    """`python -m ...`, its words in a log."""
    log = (Path(os.environ["TRACKER_DATA_DIR"]) / f"{command[0]}.log").open("wb")
    return subprocess.Popen(
        [sys.executable, "-m", *command], cwd=settings.BASE_DIR, stdout=log, stderr=log, start_new_session=True
    )


def wait_for_web(port: int) -> None:
    """Until it answers."""
    for _time in range(600):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the web server does not answer")


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


def save(person: Official, port: int, value: str) -> None:
    """Open the sheet, then save it with another value."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    page, token = f"/admin/tracker/return/{person.draft}/change/", uuid.uuid4().hex
    headers = {"Host": "localhost", "Cookie": f"sessionid={person.session}; csrftoken={token}"}
    try:
        connection.request("GET", page, headers=headers)
        html = connection.getresponse().read().decode()
        hidden = dict(re.findall(r'name="(version|seen-[^"]+)" value="([^"]*)"', html))
        typed = {f"value-{code}": value for code in CODES}
        body = urlencode({**hidden, **typed, "csrfmiddlewaretoken": token, "_save": "1"})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        connection.request("POST", page, body, {**headers, **kind})
        answer = connection.getresponse()
        answer.read()
        person.seconds.append(time.perf_counter() - began)
        if answer.status != 302:
            person.wrong.append(f"answered {answer.status}")
        stored = Entry.objects.filter(unit_return=person.draft).values_list("reported_value", flat=True)
        if {f"{one:f}".rstrip("0") for one in stored if one is not None} != {value}:
            person.wrong.append(f"{value} was not stored")
    except (OSError, http.client.HTTPException) as error:
        person.wrong.append(repr(error))
    finally:
        connection.close()
        django.db.connection.close()


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
