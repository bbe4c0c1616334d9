"""People at a tracker behind gunicorn, in a database of its own on the server of DATABASE_URL (PostgreSQL).

Importing this module names that database and makes Django use it: a benchmark imports it before anything of Django.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
SERVER = urlsplit(os.environ["DATABASE_URL"])._replace(scheme="postgresql")
NAME = f"benchmark_{uuid.uuid4().hex[:12]}"
os.environ["DATABASE_URL"] = SERVER._replace(scheme="postgres", path=f"/{NAME}").geturl()
os.environ.pop("BROKER_URL", None)

import django
import psycopg

django.setup()

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

from tests import factories
from tests.benchmarks import scale
from tests.smtp_peer import free_port
from tracker.models import Entry, Indicator, Membership, Obligation, Period, Region, ReportingUnit, Role, User
from tracker.services import returns
from tracker.services.returns.expected import update_expected

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


@contextmanager
def own_database() -> Iterator[None]:
    """Migrate a database that is dropped at the end."""
    with psycopg.connect(SERVER._replace(path="/postgres").geturl(), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {NAME}".encode())
        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            django.db.connections.close_all()
            administrator.execute(f"DROP DATABASE {NAME} WITH (FORCE)".encode())


def vacuum() -> None:
    """Leave the database as an hour later on any server, not as filling left it."""
    with django.db.connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def gunicorn() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve with two workers of four threads; the port and the process."""
    port = free_port()
    web = start("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", *QUIET)
    try:
        wait_for_web(port)
        yield port, web
    finally:
        kill(web)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def officials(newest: Period, number_of: int) -> list[Official]:
    """People of one unit each, with a return that they have opened."""
    region = Region.objects.get(code=factories.TAIYUAN)
    owed = list(Indicator.objects.filter(code__in=CODES))
    made = []
    for number in range(number_of):
        unit = ReportingUnit.objects.create(code=f"hour-{number}", name=f"单位{number}", region=region)
        Obligation.objects.bulk_create(Obligation(plan=newest.plan, unit=unit, indicator=one) for one in owed)
        person = User.objects.create(username=f"official-{number}", is_active=True)
        Membership.objects.create(user=person, role=Role.REPORTER, region=region, unit=unit)
        made.append((unit, person))
    update_expected(newest.plan, now=scale.NOW)
    return [
        Official(number, session_of(person), returns.open_return(unit, newest, acting_user=person, now=scale.NOW).pk)
        for number, (unit, person) in enumerate(made)
    ]


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
