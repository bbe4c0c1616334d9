"""Disks, clocks, servers and databases that give way."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import uuid
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from tests.factories import make_user
from tests.faults.scene import CannotHappen, Scene
from tests.services.past import GANGUE, make_past_plan
from tests.smtp_peer import free_port
from tracker.models import Job, Plan, ReportingUnit, Role, Upload, User, ValueRevision
from tracker.services.imports.past_values.decide import ask_acceptance
from tracker.services.imports.past_values.receive import ask_check, mapping_of, send_table
from tracker.services.imports.past_values.run_job import run_import_job
from tracker.tasks import publish_job


def disk_full(stage: Scene) -> None:
    """The disk on which a report is written is full: the job fails and says why; with room the next is issued."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        raise CannotHappen("a small disk can be mounted by root alone")
    place = Path(settings.MEDIA_ROOT) / "unfinished"
    place.mkdir(mode=0o700, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", place], capture_output=True, check=False)
    if mounted.returncode:
        raise CannotHappen("this machine mounts no small disk")
    try:
        stage.worker()
        job = stage.ask_report()
        assert stage.wait_ended(job) == Job.State.FAILED
        assert "disk is full" in job.failure
        stage.kill(stage.processes[-1])
    finally:
        subprocess.run(["umount", "-l", place], check=True)
    stage.worker()
    assert stage.wait_ended(stage.ask_report()) == Job.State.DONE


def clock_jumps(stage: Scene) -> None:
    """A scheduler's clock is two hours ahead: a job that is worked on is taken away and done once all the same."""
    if not shutil.which("faketime"):
        raise CannotHappen("faketime is not installed")
    first = stage.worker()
    job = stage.ask_report()
    stage.hold_while_writing(first, job)
    ahead = "from tracker import tasks; tasks.tick()"
    told = subprocess.run(
        ["faketime", "-f", "+2h", shutil.which("python3") or "python3", "manage.py", "shell", "-v0", "-c", ahead],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    stage.worker()
    stage.wait_for(lambda: stage.state(job) == Job.State.DONE)
    assert job.attempts == 2
    os.killpg(first.pid, signal.SIGCONT)
    os.kill(first.pid, signal.SIGTERM)
    first.wait(60)


def terminated_in_mid_upload(stage: Scene) -> None:
    """The web server is told to stop while half a table has come in: nothing of it stays."""
    port, before = free_port(), Upload.objects.count()
    gunicorn = ["-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "2"]
    web = stage.start(*gunicorn, "--graceful-timeout", "2", "--no-control-socket")
    stage.wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
    session, token = signed_in(), uuid.uuid4().hex
    boundary = uuid.uuid4().hex
    half = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="2019.csv"\r\n\r\n'
    ).encode() + b"1,2,3\r\n" * 200_000
    head = (
        f"POST /past/send HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}; csrftoken={token}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {2 * len(half)}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(head + half)
        web.terminate()
        assert web.wait(60) == 0
    assert Upload.objects.count() == before


def signed_in() -> str:
    """The session of somebody who may send in tables."""
    person = make_user(f"sender-{uuid.uuid4().hex[:8]}", Role.PLAN_MANAGER)
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def database_stopped(stage: Scene) -> None:
    """PostgreSQL dies while a table's values are being written: all or none of them, and then all."""
    if stage.cluster is None:
        raise CannotHappen("only --database postgresql has a server that may be stopped")
    upload, acceptor = checked_table()
    before = ValueRevision.objects.count()
    address = f"host=127.0.0.1 port={stage.cluster.port} user=postgres dbname=postgres"
    own, looking = psycopg.connect(address), psycopg.connect(address, autocommit=True)
    with closing(own) as holder, closing(looking) as watcher:  # neither commits: its server will be gone
        holder.execute("LOCK TABLE tracker_valuerevision IN SHARE MODE")
        job = ask_acceptance(upload, acting_user=acceptor, now=timezone.now(), seen_job=upload.job_id or 0)
        publish_job(job)
        stage.worker()
        waits = b"SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        stage.wait_for(lambda: watcher.execute(waits).fetchall())
        stage.cluster.control("-m", "immediate", "stop")
    connection.close()
    stage.cluster.control("start")
    stage.clear_up()
    stage.state(job)
    upload.refresh_from_db()
    written = ValueRevision.objects.count() - before
    both_kinds = 2 * 12  # each month's value once as reported, once as verified
    assert (job.state, written) in {(Job.State.DONE, both_kinds), (Job.State.FAILED, 0)}, (job.state, written)


def checked_table() -> tuple[Upload, User]:
    """A table of twelve months of a new unit that waits to be accepted, and who accepts it."""
    past = Plan.objects.filter(code="shanxi-2019").first() or make_past_plan()
    name = f"市局{uuid.uuid4().hex[:6]}"
    taiyuan = ReportingUnit.objects.filter(region__code="140100").earliest("pk").region
    ReportingUnit.objects.create(code=uuid.uuid4().hex[:12], name=name, region=taiyuan)
    sender = make_user(f"sender-{uuid.uuid4().hex[:8]}", Role.PLAN_MANAGER)
    acceptor = make_user(f"acceptor-{uuid.uuid4().hex[:8]}", Role.REVIEWER)
    lines = ["填报单位,报告期,指标,数值", *(f"{name},2019年{month}月,{GANGUE},{month}5.5" for month in range(1, 13))]
    content = ContentFile("\r\n".join(lines).encode("utf-8-sig"), "2019.csv")
    upload = send_table(content, past, acting_user=sender, now=timezone.now() - timedelta(seconds=1))
    job = ask_check(upload, mapping_of(upload), acting_user=sender, now=timezone.now())
    run_import_job(job.pk, clock=timezone.now)
    upload.refresh_from_db()
    assert upload.state == Upload.State.READY, (upload.state, upload.failure, upload.preview)
    return upload, acceptor
