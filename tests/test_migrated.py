"""The template that test databases begin with is the one that migrating would give."""

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
