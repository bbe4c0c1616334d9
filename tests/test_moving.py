"""An installation moves from one kind of database to the other and back, and its event log is proved on each."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests import migrated
from tests.installation import installation
from tests.test_backup import FILL, refused

#: One event for each thing that databases spell in their own ways, and a person with what other packages keep.
SPELL = """
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.services.event_chain.test_spelling import HARD
from tracker.models import Event, User
from tracker.services.audit.events import record_event
for address in ("192.0.2.17", "2001:db8::1", "::ffff:192.0.2.17", None):
    about = {"before": {}, "after": HARD, "reason": "因为", "address": address}
    record_event(Event.Action.CONFIGURED, acting_user=None, now=timezone.now(), **about)
TOTPDevice.objects.create(user=User.objects.order_by("pk").first(), name="app")
User.objects.create(username="deleted").delete()
from tracker import tasks
tasks.tick()
"""
#: The number of the person who was deleted is not given again.
NUMBERED = """
from django.db import connection
from tracker.models import User
from tracker.services.operations.backup.sequences import last_number
assert last_number(connection, User) == User.objects.latest("pk").pk + 1
"""


def sqlite(directory: Path, name: str) -> str:
    return f"sqlite:///{directory / name}"


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """A tracker on SQLite, moved to the database that the tests were given, and from there to another file."""
    directory = tmp_path_factory.mktemp("moved")
    with installation(directory) as made:
        urls = [
            sqlite(directory, "first"),
            made.database_url or sqlite(directory, "second"),
            sqlite(directory, "third"),
        ]
        migrated.new_sqlite(directory / "first")
        made.manage("shell", "-v0", "-c", FILL + SPELL, DATABASE_URL=urls[0])
        made.manage("verify_events", "--write-head", str(directory / "head.json"), DATABASE_URL=urls[0])
        for old, new in pairwise(urls):
            assert "操作日志已核对" in made.manage("move_database", OLD_DATABASE_URL=old, DATABASE_URL=new)
        yield made, urls, directory / "head.json"


@pytest.mark.parametrize("number", [1, 2])
def test_the_log_is_proved_against_a_head_of_before_and_goes_on_where_it_was(moved, number):
    made, urls, head = moved
    write = SPELL.replace("TOTPDevice.objects.create", "TOTPDevice.objects.get_or_create")
    made.manage("shell", "-v0", "-c", NUMBERED + write, DATABASE_URL=urls[number])
    made.manage("verify_events", "--head", str(head), DATABASE_URL=urls[number])


def test_a_database_with_anything_in_it_is_not_moved_to(moved):
    made, urls, _head = moved
    made.environment |= {"OLD_DATABASE_URL": urls[0], "DATABASE_URL": urls[2]}
    assert "已有数据库" in refused(made, "move_database")


@pytest.mark.parametrize("url", ["", "sqlite:////nowhere/at/all"])
def test_where_nothing_is_nothing_is_moved_from(moved, url):
    made, _urls, _head = moved
    made.environment |= {"OLD_DATABASE_URL": url, "DATABASE_URL": sqlite(made.directory, "fourth")}
    refused(made, "move_database")
    assert not (made.directory / "fourth").exists()


HOSTILE = """
from axes.models import AccessAttempt
AccessAttempt.objects.create(
    username="a\\x00b" + "x" * 100_000, ip_address="192.0.2.1", failures_since_start=1, get_data="", post_data="\\x00"
)
"""
POISON = """
from django.db import connection
from tracker.models import Plan
Plan.objects.update(issuer="a\\x00b")
"""


@pytest.mark.only_on("postgresql")
def test_what_sqlite_took_at_a_sign_in_moves_and_a_row_that_cannot_move_is_named_and_leaves_nothing(tmp_path):
    with installation(tmp_path) as made:
        old = sqlite(tmp_path, "old")
        migrated.new_sqlite(tmp_path / "old")
        made.manage("shell", "-v0", "-c", FILL + HOSTILE + POISON, DATABASE_URL=old)
        made.environment |= {"OLD_DATABASE_URL": old}
        told = refused(made, "move_database")
        assert "tracker_plan" in told
        assert made.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
        made.manage("shell", "-v0", "-c", POISON.replace("\\x00", ""), DATABASE_URL=old)
        assert "操作日志已核对" in made.manage("move_database")
