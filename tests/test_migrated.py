"""The template that test databases begin with is the one that migrating would give."""

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from tests import migrated
from tests.installation import Installation

TABLES = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"


def test_another_migration_gives_another_template(tmp_path, monkeypatch):
    (tmp_path / "migrations").mkdir()
    migration = tmp_path / "migrations" / "0001_initial.py"
    monkeypatch.setattr(apps, "get_app_configs", lambda: [SimpleNamespace(path=tmp_path, label="one")])
    states = set()
    for text in ("first", "second", "first"):
        migration.write_text(text)
        states.add(migrated.state_of_migrations.__wrapped__())
    migration.rename(migration.with_name("0002_initial.py"))
    states.add(migrated.state_of_migrations.__wrapped__())
    assert len(states) == 3


@pytest.mark.only_on("sqlite")
def test_a_copy_has_nothing_left_to_migrate(db, tmp_path):
    migrated.new_sqlite(tmp_path / "tracker.sqlite3")
    copied = Installation(tmp_path, "", {}).rows(TABLES)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        assert copied == cursor.fetchall()
    assert Installation(tmp_path, "", {}).rows("SELECT COUNT(*) FROM tracker_plan") == [(0,)]


@pytest.mark.only_on("sqlite")
def test_a_copy_is_installed_when_it_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(migrated, "KEPT", tmp_path)
    template = tmp_path / f"{migrated.state_of_migrations()}.sqlite3"
    with closing(sqlite3.connect(template)) as made, made:
        made.execute("CREATE TABLE django_migrations (applied)")
        made.execute("INSERT INTO django_migrations VALUES ('2020-01-01 00:00:00')")
    migrated.new_sqlite(tmp_path / "copy" / "tracker.sqlite3")
    rows = Installation(tmp_path / "copy", "", {}).rows("SELECT applied > '2021' FROM django_migrations")
    assert rows == [(1,)]
