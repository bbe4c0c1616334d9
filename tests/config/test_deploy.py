"""The deployment files name only what exists: settings, queues, commands, and hold no secret."""

import re
from pathlib import Path

import pytest
from django.conf import settings

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
