"""The deployment files name only what exists: settings, queues, commands, and hold no secret."""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from socket import gethostname

import pytest
from celery.bin.beat import beat
from celery.bin.celery import celery
from celery.bin.worker import worker
from django.conf import settings
from gunicorn.app.wsgiapp import WSGIApplication

from config import gunicorn_settings
from tests.smtp_peer import free_port

PLACE = Path(settings.BASE_DIR) / "config" / "deploy"
SOURCES = [(PLACE.parent / name).read_text() for name in ("settings.py", "identity.py")]
READ = {name for source in SOURCES for name in re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)}
#: Read by the programs that run us and by what the page has of its own, not by us.
OTHERS = {"PROMETHEUS_MULTIPROC_DIR", "TRACKER_ENV", "TRACKER_RELEASE", "UV_DEFAULT_INDEX", "SSL_CERT_FILE"}


def assigned(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^(?:Environment=)?([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("path", [*PLACE.glob("*.service"), PLACE / "tracker.env.example"], ids=lambda path: path.name)
def test_every_setting_given_is_one_that_is_read(path):
    names = {name for name, _value in assigned(path.read_text())}
    assert names <= READ | OTHERS, names - READ - OTHERS


def test_every_setting_the_page_names_is_one_that_is_read():
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", (PLACE / "README.md").read_text()))
    assert named
    assert named <= READ | OTHERS, named - READ - OTHERS


def test_the_example_names_every_setting_that_is_read():
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", (PLACE / "tracker.env.example").read_text()))
    assert named >= READ, READ - named


def test_every_setting_is_explained_where_it_is_read_and_no_other():
    explained = {
        name for source in SOURCES for name in re.findall(r"^([A-Z_]{4,}) ", source.split('"""')[1], re.MULTILINE)
    }
    assert explained == READ


def test_the_example_holds_no_secret():
    values = dict(assigned((PLACE / "tracker.env.example").read_text()))
    assert values["SECRET_KEY"] == ""
    assert all("tracker:PASSWORD@" in values[name] for name in ("DATABASE_URL", "BROKER_URL", "EMAIL_URL"))


def test_there_is_a_worker_for_every_queue_that_tasks_go_to():
    page = (PLACE / "README.md").read_text()
    started = set(re.search(r"tracker-worker@\{([a-z,]+)\}", page)[1].split(","))
    assert started == set(settings.QUEUES)
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} <= set(settings.QUEUES)


def test_the_page_names_every_file_and_no_other():
    page = (PLACE / "README.md").read_text()
    there = {path.name for path in PLACE.iterdir()} - {"README.md", "CONTROLS.md"}
    first_column = re.findall(r"^\| (`.+?`) \|", page, re.MULTILINE)
    assert set(re.findall(r"`([\w@.-]+)`", " ".join(first_column))) == there


def test_metrics_do_not_leave_through_the_proxy():
    assert re.search(r"location = /metrics \{\s*return 404;", (PLACE / "nginx.conf").read_text())


# The real programs take what the files tell them


def commands() -> list[tuple[str, list[str]]]:
    """Each command line of the units and of the page's containers, with the name of where it stands."""
    units = [
        (path.name, re.search(r"^ExecStart=\S+/bin/(.+)$", path.read_text(), re.MULTILINE)[1])
        for path in sorted(PLACE.glob("*.service"))
    ]
    page = (PLACE / "README.md").read_text()
    units += [
        ("README.md", line) for line in re.findall(r"^ +(celery .+)$", page.replace("$queue", "mail"), re.MULTILINE)
    ]
    image = re.search(r"^CMD (\[.+\])$", (PLACE / "Containerfile").read_text(), re.MULTILINE)[1]
    units.append(("Containerfile", " ".join(json.loads(image))))
    return [(name, line.replace("%i", "reports").replace("%%", "%").split()) for name, line in units]


@pytest.mark.parametrize(("place", "command"), [c for c in commands() if c[1][0] == "celery"])
def test_celery_takes_the_command_line(monkeypatch, place, command):
    taken = {}
    for part in (worker, beat):
        monkeypatch.setattr(part, "callback", lambda *_given, **options: taken.update(options))
    celery.main(command[1:], prog_name="celery", standalone_mode=False)
    if "worker" in command:
        assert set(taken["queues"]) <= set(settings.QUEUES)
        assert taken["hostname"] == f"{taken['queues'][0]}@{gethostname()}"
    else:
        assert taken["schedule"] and not taken["pidfile"]


@pytest.mark.parametrize(("place", "command"), [c for c in commands() if c[1][0] == "gunicorn"])
def test_gunicorn_takes_the_command_line(monkeypatch, place, command):
    monkeypatch.setattr(sys, "argv", command)
    taken = WSGIApplication(
        "%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn"
    ).cfg  # ends with an error where it is not
    assert (taken.on_starting, taken.logconfig_dict) == (
        gunicorn_settings.on_starting,
        gunicorn_settings.logconfig_dict,
    )
    assert "PROMETHEUS_MULTIPROC_DIR" in taken.env or "PROMETHEUS_MULTIPROC_DIR=" in (PLACE / place).read_text()


def test_counts_of_an_earlier_start_are_not_added(monkeypatch, tmp_path):
    left, other = tmp_path / "of" / "counter_7.db", tmp_path / "of" / "words.txt"
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "of"))
    gunicorn_settings.on_starting(None)
    left.write_text("")
    other.write_text("")
    gunicorn_settings.on_starting(None)
    assert (left.exists(), other.exists()) == (False, True)


def test_the_example_filled_in_is_clean_for_deployment(tmp_path):
    given = dict(assigned((PLACE / "tracker.env.example").read_text()))
    given |= {"SECRET_KEY": secrets.token_urlsafe(50), "TRACKER_DATA_DIR": str(tmp_path)}
    own = {name: value for name, value in os.environ.items() if name not in READ}
    check = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        check,
        cwd=settings.BASE_DIR,
        env=own | given | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr


def test_nginx_takes_its_settings(tmp_path):
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tracker.example.com"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    text = (PLACE / "nginx.conf").read_text().replace("/etc/tracker/tls", str(tmp_path))
    # The test opens what it is told to listen to: ports that anybody may, and no IPv6, which a machine may lack.
    text = re.sub(r"^ +listen \[.+\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"listen (80|443)\b", lambda found: f"listen 127.0.0.1:{free_port()}", text)
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {text} }}\n")
    done = subprocess.run([program, "-t", "-c", whole, "-p", tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
