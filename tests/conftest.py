"""What all tests share."""

import gc
from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.middleware import csrf
from django.test.utils import CaptureQueriesContext
from whitenoise.responders import StaticFile

from config.compression import CompressedStaticMiddleware
from tests import (
    depth,
    factories,
    migrated,
)
from tracker.migrations import _append_only
from tracker.models import Plan, ReportingUnit, Role, User
from tracker.services.imports.uploads import waiting

#: A token in a page's form is drawn at random: without this, a test that a page does not say 777 fails once in 4,000.
csrf.CSRF_ALLOWED_CHARS = "Qq"

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
#: Files whose tests go through a whole installation, the demonstration, every page, every kind of document or a year of
#: returns: a seventh of the tests and three quarters of the time. A quick run leaves them out, as well as tests marked
#: `whole`.
WHOLE = {
    "": """
        backup faults hardening moving upgrade_of_dated_rules upgrade_of_issues upgrade_of_kinds
        upgrade_of_obligations upgrade_of_project_reports upgrade_of_quantities upgrade_of_seals worker_killed
    """,
    "access": "every_address fuzz payloads search_scope writes_stay_within",
    "config": "deploy environment private_files",
    "demonstrated": "compliance_report demonstration pages removal report_kinds speed_of_pages two_plans",
    "documents": "brief long_sheets",
    "interfaces": """
        base_from_plan changes_in_documents demonstration_time
        exports links_of_each_role links_of_read_only_screens long_lists national_plan
        policy_workbook quarterly_plan queries_of_return_pages quickstart report_pages report_values
        setup_workbook_pages what_saving_says yearly_plan
    """,
    "models": "append_only",
    "services": """
        brief_recomputed building_mail concurrent_writers creating editions issued_again kinds_in_workbook
        kinds_recomputed mail_and_its_document mail_faults malformed_uploads names_carried_along
        overall_ranking papers_recomputed past_corpus people_in_documents plan_documents proof
        readers_agree rules_in_workbook
        mixed_periods report_contents saved_by_libreoffice setup_workbook snapshots_of_reports summed_periods
    """,
}


@pytest.hookimpl(wrapper=True, tryfirst=True)  # what is marked here is chosen by `-m`, and sorted by pytest-django
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """What holds on one database alone is no part of a run on another: such a test is not skipped, it is not there.

    The long ones come first, in whatever order: nobody then waits at the end for a worker that has just begun one, and
    those that take turns at the broker are one worker's, so that no other stands still meanwhile. The second worker
    begins with what needs no database, while the first makes the template. A quick run leaves out what goes through
    everything.
    """
    other = [item for item in items for mark in item.iter_markers("only_on") if mark.args[0] != connection.vendor]
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in other]
    for item in filter(touches_no_database, items):
        item.add_marker("pure")
    for item in items:
        if is_among(PAGES, item):
            item.add_marker("pages")
        if is_among(WHOLE, item):
            item.add_marker("whole")
    leave_out_whole(config, items)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    yield
    items[:] = begun_by_the_second(config, items)


def begun_by_the_second(config: pytest.Config, items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests with those that need no database where the second of several workers begins."""
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers == 1:
        return items
    pure = [item for item in items if item.get_closest_marker("pure") and not item.get_closest_marker("long")]
    chosen = set(pure)
    others = [item for item in items if item not in chosen]
    begins = len(items) // workers
    return [*others[:begins], *pure, *others[begins:]]


def pytest_collection_finish() -> None:
    """Look after memory more rarely: going through all of it again and again takes a fifth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000)


def touches_no_database(item: pytest.Item) -> bool:
    """Return whether a test gives the same on every database and broker."""
    asked = {"db", "transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ()))
    package = item.path.relative_to(Path(__file__).parent).parts[0]
    return package in PURE and not asked and item.get_closest_marker("django_db") is None


def is_among(files: Mapping[str, str], item: pytest.Item) -> bool:
    """Return whether a test's file is among these, by the package within tests and the name without test_."""
    package, *rest = item.path.relative_to(Path(__file__).parent).parts
    return item.path.stem.removeprefix("test_") in files.get(package if rest else "", "").split()


def leave_out_whole(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `whole` in a quick run, unless its file was named."""
    if not depth.IS_QUICK:
        return
    named = {Path(argument.partition("::")[0]).resolve() for argument in config.args}
    left = [item for item in items if item.get_closest_marker("whole") and item.path not in named]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


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
    "0063_append_only_reports",
    "0072_issued_forecasts",
    "0075_append_only_reviews",
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
