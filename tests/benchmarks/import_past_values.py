"""Loading 100,000 past values: `python -m tests.benchmarks.import_past_values [ROWS] [RUNS]`.

In a database of its own on the server of DATABASE_URL (SQLite by default), in turn and in the same run:

- ours: a table's rows checked (names, periods, numbers, units, rights, duplicates), compared with what stands,
  loaded as returns, cells and revisions, and added to the totals, committed;
- the floor: the very same rows of the same three tables, made beforehand, by the database's own bulk path alone
  (COPY on PostgreSQL, executemany on SQLite), with the same indexes, constraints, triggers and foreign keys, committed.

And for reading: the guarded, bounded reading of a 100,000 x 12 workbook beside bare python-calamine.
"""

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases
from openpyxl import Workbook

from tests import factories
from tracker.models import (
    Entry,
    Indicator,
    MeasureUnit,
    Plan,
    Region,
    ReportingUnit,
    Return,
    Role,
    Upload,
    User,
    ValueRevision,
)
from tracker.queries.imports.past_values.cells import PastValue, Problem, TableCell
from tracker.queries.imports.past_values.check import TableCheck
from tracker.services.imports.past_values.load import Batch, entry_rows, load_values, return_rows, revision_rows
from tracker.services.plans import loading
from tracker.services.returns import totals
from tracker.services.returns.open_periods import open_periods
from tracker.services.storage.bulk_insert import insert_rows, reserve_keys
from tracker.uploads.table import read_table

INDICATORS, MONTHS = 10, 12
NOW = datetime(2025, 9, 1, tzinfo=UTC)
BOUND = 2.0


def main(rows: int, runs: int) -> None:
    """Measure in a database of its own."""
    measure_reading(rows, runs)
    created = setup_databases(verbosity=0, interactive=False)
    try:
        measure_loading(rows, runs)
    finally:
        teardown_databases(created, verbosity=0)


def measure_reading(rows: int, runs: int) -> None:
    """Our reading, guard and process and all, of all twelve columns into this process, beside bare python-calamine."""
    with tempfile.TemporaryDirectory() as folder:
        path = _workbook(Path(folder) / "table.xlsx", rows)
        ours, bare = [], []
        for run in range(runs + 1):
            mine, theirs = timed(lambda: _read(path)), timed(lambda: _read_bare(path))
            print(f"  run {run}: ours {_words(mine, rows)}; bare {_words(theirs, rows)}", flush=True)
            if run:
                ours.append(mine)
                bare.append(theirs)
    for name, index in (("wall clock", 0), ("CPU", 1)):
        ratio = statistics.median(mine[index] / theirs[index] for mine, theirs in zip(ours, bare, strict=True))
        print(f"reading {rows:,} x 12 takes {ratio:.2f} times bare python-calamine ({name}); bound: {BOUND}")


def _read(path: Path) -> None:
    table = read_table(path, path.name, "Sheet", 2, list(range(1, 13)))
    assert sum(1 for _row in table.rows) == table.total - 1


def _read_bare(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def _workbook(path: Path, rows: int) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    sheet.append(["地区", "报告期", "指标", "数值", "备注", *(f"列{n}" for n in range(7))])
    for n in range(rows):
        words = [f"企业{n % 834}", f"2019年{n % 12 + 1}月", f"指标{n % 10}"]
        sheet.append([*words, (n * 7919 % 99_991) / 100, "核对无误", n, n * 2, "文字", n / 3, "字", n % 7, "备注文字"])
    book.save(path)
    return path


def measure_loading(rows: int, runs: int) -> None:
    """Each run loads one year by our path and another by the floor; the first pair warms up and does not count."""
    sender, acceptor = _people(rows)
    ours, floors = [], []
    for run in range(runs + 1):
        plan = _year(2000 + 2 * run)
        cells = list(_table(plan, rows))
        mine = timed(lambda plan=plan, cells=cells: load(cells, _batch(plan, sender, acceptor)))
        plan = _year(2001 + 2 * run)
        ready = _understood(plan, list(_table(plan, rows)), sender)
        floor = timed(lambda plan=plan, ready=ready: write_alone(ready, _batch(plan, sender, acceptor)))
        print(f"  run {run}: ours {_words(mine, rows)}; floor {_words(floor, rows)}", flush=True)
        if run:
            ours.append(mine)
            floors.append(floor)
    totals_hold = _remove_what_the_floor_wrote_without_totals()
    for name, index in (("wall clock", 0), ("own and database's CPU", 1)):
        pairs = [mine[index] / floor[index] for mine, floor in zip(ours, floors, strict=True) if floor[index]]
        if pairs:
            print(f"{connection.vendor}: validating and loading takes {statistics.median(pairs):.2f} times ({name})")
    print(f"bound: {BOUND}; totals equal the entries: {totals_hold}")


def load(cells: list[TableCell], batch: Batch) -> None:
    """Our path, from a table's rows to the committed values."""
    values = _understood(batch.upload.plan, cells, batch.sender)
    with transaction.atomic():
        load_values(values, batch)


def write_alone(values: list[PastValue], batch: Batch) -> None:
    """The floor: rows that are ready, written and committed."""
    with transaction.atomic():
        started = time.perf_counter(), _cpu()
        keys = sorted({(value.unit, value.period) for value in values})
        returns = dict(zip(keys, reserve_keys(Return, len(keys)), strict=True))
        entries, revisions = reserve_keys(Entry, len(values)), reserve_keys(ValueRevision, 2 * len(values))
        rows = [
            (Return, list(return_rows(returns, batch))),
            (Entry, list(entry_rows(values, entries, revisions, returns))),
            (
                ValueRevision,
                list(revision_rows(iter(zip(values, entries, strict=True)), revisions, {}, batch)),
            ),
        ]
        skip(started)
        for model, ready in rows:
            insert_rows(model, ready)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of CPU in this process and its database's, less what `skip` took out."""
    _skipped[:] = [0.0, 0.0]
    started, cpu = time.perf_counter(), _cpu()
    work()
    return time.perf_counter() - started - _skipped[0], _cpu() - cpu - _skipped[1]


_skipped = [0.0, 0.0]


def skip(started: tuple[float, float]) -> None:
    """Do not count the time since then: making rows ready is no part of the floor."""
    _skipped[0] += time.perf_counter() - started[0]
    _skipped[1] += _cpu() - started[1]


def _cpu() -> float:
    """CPU seconds of this process, of those it ran, and of the PostgreSQL process on this machine that serves it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(one.ru_utime + one.ru_stime for one in used)
    if connection.connection is None:
        return seconds
    if connection.vendor == "postgresql":
        stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
        if stat.exists():
            fields = stat.read_text().rsplit(")", 1)[1].split()
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def _words(times: tuple[float, float], rows: int) -> str:
    return f"{times[0]:.2f} s, CPU {times[1]:.2f} s ({times[1] / rows * 1e6:.0f} microseconds a row)"


def _people(rows: int) -> tuple[User, User]:
    loading.load_reference(factories.FIXTURES / "units.toml", factories.FIXTURES / "regions.toml")
    tonnes = MeasureUnit.objects.get(code="10kt")
    Indicator.objects.bulk_create(
        Indicator(code=f"benchmark-{n}", name=f"指标{n}", unit=tonnes, over_periods="sum", over_places="sum")
        for n in range(INDICATORS)
    )
    cities = list(Region.objects.filter(level="city"))
    number = -(-rows // (INDICATORS * MONTHS))
    ReportingUnit.objects.bulk_create(
        ReportingUnit(code=f"enterprise-{n}", name=f"企业{n}", region=cities[n % len(cities)]) for n in range(number)
    )
    return (
        factories.make_user("sender", Role.PLAN_MANAGER, factories.SHANXI),
        factories.make_user("acceptor", Role.REVIEWER, factories.SHANXI),
    )


def _year(year: int) -> Plan:
    plan = Plan.objects.create(
        code=f"benchmark-{year}",
        name=f"{year}年",
        issuer="-",
        issued_on=date(year, 1, 1),
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        region=Region.objects.get(code=factories.SHANXI),
    )
    open_periods(plan, now=NOW)
    return plan


def _table(plan: Plan, rows: int) -> list[TableCell]:
    """A long table: names, months as text, numbers as Excel holds them, every tenth with a note."""
    year = plan.starts_on.year
    found = [
        (f"企业{unit}", f"{year}年{month}月", f"指标{indicator}")
        for unit in range(-(-rows // (INDICATORS * MONTHS)))
        for month in range(1, MONTHS + 1)
        for indicator in range(INDICATORS)
    ][:rows]
    return [
        TableCell(row, 4, *names, (row * 7919 % 99_991) / 100, "核对无误" if row % 10 == 0 else None)
        for row, names in enumerate(found, start=2)
    ]


def _understood(plan: Plan, cells: list[TableCell], sender: User) -> list[PastValue]:
    values = list(TableCheck(plan, sender=sender, today=NOW.date()).check(cells))
    wrong = [value for value in values if isinstance(value, Problem)]
    assert not wrong, wrong[:3]
    return [value for value in values if isinstance(value, PastValue)]


def _batch(plan: Plan, sender: User, acceptor: User) -> Batch:
    upload = Upload.objects.create(
        kind="table", plan=plan, file_name="past-values.xlsx", size=1, sha256="-", uploaded_by=sender, uploaded_at=NOW
    )
    return Batch(upload, "Sheet1", sender, acceptor, NOW)


def _remove_what_the_floor_wrote_without_totals() -> bool:
    """The floor keeps no totals: bring its returns in afterwards, and prove them all."""
    floors = Plan.objects.filter(code__startswith="benchmark-")
    plain = [pk for plan in floors if plan.starts_on.year % 2 for pk in _returns_of(plan)]
    with transaction.atomic():
        totals.add_return(*plain)
    return totals.differing_totals() == []


def _returns_of(plan: Plan) -> list[int]:
    return list(Return.objects.filter(period__plan=plan).values_list("pk", flat=True))


if __name__ == "__main__":
    main(*[int(text.replace("_", "")) for text in [*sys.argv[1:], "100000", "3"][:2]])
