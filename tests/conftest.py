"""What all tests share."""

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test.utils import CaptureQueriesContext
from whitenoise.responders import StaticFile

from config.compression import CompressedStaticMiddleware
from tests import (
    depth,  # noqa: F401 - chooses how many examples a property tries
    factories,
    migrated,
)
from tracker.migrations import _append_only
from tracker.models import Plan, ReportingUnit, Role, User
from tracker.services.imports.uploads import waiting

FAST_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # no secret is at stake


#: Packages of tests whose subjects know no database; what a test of theirs asks of one is told by its fixtures.
PURE = {"calculation", "documents", "uploads"}
#: Files whose tests read pages. What those pages query and change is tested where it lives, on every database, and
#: access/test_payloads.py opens every page on every database. A file that tests a query, a lock, a constraint or a
#: transaction of the pages' own (filters, long lists, exports, two people at once) is none of these.
PAGES = {
    "access": "every_address writes_stay_within",
    "demonstrated": "pages speed_of_pages",
    "interfaces": """
        adjustment_screens as_of_pages bulletin_pages dashboard demonstration_time entry_grid help languages mail_pages
        mixed_frequencies no_plan operations_page other_plans pace_points pages provisional_targets quarterly_plan
        read_policy_command reading_pages report_kinds_pages report_pages return_checks setup_pages stock_words stopping
        table_bodies target_page workbook_pages yearly_plan
    """,
}


@pytest.hookimpl(tryfirst=True)  # what is marked here is chosen by `-m` afterwards
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What holds on one database alone is no part of a run on another: such a test is not skipped, it is not there.

    The long ones come first, in whatever order: nobody then waits at the end for a worker that has just begun one, and
    those that take turns at the broker are one worker's, so that no other stands still meanwhile.
    """
    other = [item for item in items for mark in item.iter_markers("only_on") if mark.args[0] != connection.vendor]
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in other]
    for item in filter(touches_no_database, items):
        item.add_marker("pure")
    for item in filter(reads_pages, items):
        item.add_marker("pages")
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def touches_no_database(item: pytest.Item) -> bool:
    """Return whether a test gives the same on every database and broker."""
    asked = {"db", "transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ()))
    package = item.path.relative_to(Path(__file__).parent).parts[0]
    return package in PURE and not asked and item.get_closest_marker("django_db") is None


def reads_pages(item: pytest.Item) -> bool:
    """Return whether a test is about what pages say and who may open them, over what other tests ask the database."""
    package = item.path.relative_to(Path(__file__).parent).parts[0]
    return item.path.stem.removeprefix("test_") in PAGES.get(package, "").split()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Let the test database begin as a copy of the migrated template."""
    with migrated.begun_with_template():
        yield


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path: Path) -> None:
    """Each test writes its files in a place of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PASSWORD_HASHERS = FAST_HASHERS
    default_storage.__dict__.pop("location", None)
    default_storage.__dict__.pop("base_location", None)


@pytest.fixture(autouse=True)
def clocks_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock follows the time that a test sets."""
    monkeypatch.setattr("tracker.queries.operations.clock.database_offset", lambda now: timedelta())


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a workbook's check take its time on a busy machine; a test of what takes too long sets a time of its own."""
    monkeypatch.setattr(waiting, "WAITED", None)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """Messages that would be published, instead of a queue; tests of the queue itself undo this."""
    published: list[tuple] = []
    from celery import Task

    monkeypatch.setattr(Task, "delay", lambda task, *arguments: published.append((task.name, *arguments)))
    return published


@pytest.fixture
def plan(db: None) -> Plan:
    """The real plan of 2020."""
    return factories.load_plan()


@pytest.fixture
def taiyuan(plan: Plan) -> ReportingUnit:
    """A reporting unit in Taiyuan that owes coal gangue and fly ash."""
    return factories.make_unit(plan, factories.TAIYUAN)


@pytest.fixture
def reporter(plan: Plan) -> User:
    """An official of Taiyuan."""
    return factories.make_user("taiyuan-official", Role.REPORTER, factories.TAIYUAN)


@pytest.fixture
def reviewer(plan: Plan) -> User:
    """A reviewer of the province."""
    return factories.make_user("reviewer", Role.REVIEWER)


@pytest.fixture
def leader(plan: Plan) -> User:
    """A leader of the province."""
    return factories.make_user("leader", Role.LEADER)


@pytest.fixture
def count_queries() -> type[CaptureQueriesContext]:
    """`with count_queries(connection) as queries: ...; len(queries)`."""
    return CaptureQueriesContext


@pytest.fixture(scope="session", autouse=True)
def static_files_listed_once() -> Iterator[None]:
    """Let every test client take the static files that the first one listed: listing costs more than a page.

    A test that keeps compressed copies of its own lists them for itself.
    """
    list_files, copies = CompressedStaticMiddleware.add_files_from_finders, settings.COMPRESSED_DIR
    listed: dict[str, StaticFile] = {}

    def listed_once(middleware: CompressedStaticMiddleware) -> None:
        if not listed or copies != settings.COMPRESSED_DIR:
            list_files(middleware)
        if copies == settings.COMPRESSED_DIR:
            listed.update({**middleware.files, **listed})
            middleware.files.update(listed)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(CompressedStaticMiddleware, "add_files_from_finders", listed_once)
        yield


#: The migrations whose TABLES refuse to change or remove rows.
APPEND_ONLY = [
    "0002_append_only",
    "0005_what_figures_were_judged_by",
    "0012_events",
    "0041_issued_levels",
    "0044_append_only_lists",
]


def append_only_tables() -> list[str]:
    """The tables whose rows are never changed or removed."""
    return [table for name in APPEND_ONLY for table in import_module(f"tracker.migrations.{name}").TABLES]


def _append_only_triggers(enable: bool) -> None:
    """Emptying the test database between transactional tests is the one deletion there is."""
    with connection.schema_editor() as editor:
        (_append_only.install if enable else _append_only.remove)(editor, append_only_tables())
        papers = import_module("tracker.migrations.0049_papers")
        (papers.install if enable else papers.remove)(None, editor)


def _delete_rows(
    operations: BaseDatabaseOperations,
    _style: object,
    tables: list[str],
    *,
    reset_sequences: bool = False,
    **_more: bool,
) -> list[str]:
    """PostgreSQL's TRUNCATE makes new files for every table and index: ten times the work of deleting so few rows."""
    assert not reset_sequences, "only TRUNCATE does that"
    return [f"DELETE FROM {operations.quote_name(table)}" for table in tables]


@pytest.fixture(scope="session", autouse=True)
def flushable() -> Iterator[None]:
    """Let Django empty the append-only tables when a transactional test ends: after the test's own fixtures do."""
    original = BaseDatabaseOperations.execute_sql_flush

    def flush(operations: BaseDatabaseOperations, sql_list: list[str]) -> None:
        _append_only_triggers(False)
        original(operations, sql_list)
        _append_only_triggers(True)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        if connection.vendor == "postgresql":
            patched.setattr(type(connection.ops), "sql_flush", _delete_rows)
        yield
