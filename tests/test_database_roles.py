"""On PostgreSQL the service's role owns no table: it cannot lift what protects values and the event log."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

from tests.installation import Installation, installation

pytestmark = pytest.mark.only_on("postgresql")
SCRIPT = Path(settings.BASE_DIR) / "config" / "deploy" / "roles.sql"
ATTACKS = [
    "ALTER TABLE tracker_valuerevision DISABLE TRIGGER ALL",
    "DROP TRIGGER valuerevision_no_upd ON tracker_valuerevision",
    "UPDATE tracker_valuerevision SET value = 1",
    "DELETE FROM tracker_event",
    "TRUNCATE tracker_eventseal",
    "CREATE OR REPLACE FUNCTION tracker_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "CREATE TABLE other (id int)",
    "SET session_replication_role = replica",
]


@pytest.fixture
def made(tmp_path) -> Iterator[tuple[Installation, str]]:
    """An installation of two roles, and the service's address of its database."""
    with installation(tmp_path, is_migrated=True) as made:
        owner, service = (f"tracker_{word}_{uuid.uuid4().hex[:8]}" for word in ("owner", "service"))
        address = urlsplit(made.database_url)
        execute(made.database_url, f"CREATE ROLE {owner} LOGIN", f"CREATE ROLE {service} LOGIN PASSWORD 'x'")
        try:
            for _time in range(2):
                run_script(made, owner, service)
            place = f"{service}:x@{address.hostname}:{address.port or 5432}"
            yield made, urlunsplit(address._replace(netloc=place))
        finally:
            for role in (service, owner):
                given_up = f"REASSIGN OWNED BY {role} TO CURRENT_USER", f"DROP OWNED BY {role}"
                execute(made.database_url, *given_up, f"DROP ROLE {role}")


def execute(url: str, *statements: str) -> None:
    """Run statements, each by itself."""
    with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as database:
        for statement in statements:
            database.execute(statement.encode())


def run_script(made: Installation, owner: str, service: str) -> None:
    """Run the script as the deployment page says."""
    url = made.database_url.replace("postgres://", "postgresql://")
    command = ["psql", "-q", "-v", f"owner={owner}", "-v", f"service={service}", "-f", str(SCRIPT), url]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_services_role_works_and_lifts_nothing(made):
    tracker, service = made
    assert "tracker.W006" in checked(tracker)
    assert "tracker.W006" not in checked(tracker, DATABASE_URL=service)
    tracker.manage("quickstart", "--no-serve", DATABASE_URL=service)
    tracker.manage("prove", DATABASE_URL=service)
    for attack in ATTACKS:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            execute(service, attack)
    told = run(tracker, "remove_demonstration", "shanxi-2020", DATABASE_URL=service)
    assert told.returncode == 1
    assert "remove_demonstration" in told.stderr
    tracker.manage("remove_demonstration", "shanxi-2020")
    tracker.manage("prove", DATABASE_URL=service)


def checked(tracker: Installation, **environment: str) -> str:
    """Return what `check --deploy` says."""
    done = run(tracker, "check", "--deploy", **environment)
    return done.stdout + done.stderr


def run(tracker: Installation, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command, whatever its status."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**tracker.environment, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
