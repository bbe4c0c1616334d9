"""A long ledger as a workbook: `python -m tests.benchmarks.ledger_workbook [floor] [contenders] [memory]` (all three).

- floor: a million rows of twelve columns against a bare loop that formats the same XML and compresses it the same way;
- contenders: a hundred thousand rows out of the database of DATABASE_URL (SQLite by default), against openpyxl's
  write-only mode, django-import-export and django-tables2's export of the same columns;
- memory: the peak at a hundred thousand and at a million rows, out of the database.

Each runs in a process of its own. Times are of the processor, so that a busy machine does not matter much.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce
from pathlib import Path
from xml.sax.saxutils import escape

os.environ.setdefault("TRACKER_DATA_DIR", tempfile.mkdtemp(prefix="tracker-benchmark-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection

from tracker.documents.shape import Column, Kind, LongRows, Report, Sheet
from tracker.documents.workbook import write_workbook
from tracker.documents.workbook.package import LEVEL
from tracker.models import Entry, Plan, Region, ValueRevision
from tracker.queries.documents.document_names import load_names
from tracker.queries.documents.ledger_rows import LedgerLines, load_ledger_names

MANY, FEWER = 1_000_000, 100_000
COLUMNS = [
    Column("地区"),
    Column("填报单位"),
    Column("报告期"),
    Column("指标"),
    Column("计量单位"),
    Column("上报数", Kind.AMOUNT, is_exact=True),
    Column("核定数", Kind.AMOUNT, is_exact=True),
    Column("核减（增）原因"),
    Column("提交人"),
    Column("提交时间", Kind.MOMENT),
    Column("核定人"),
    Column("审核时间", Kind.MOMENT),
]
Rows = Callable[[], Iterator[tuple]]


def main(parts: list[str]) -> None:
    """Measure what is asked for."""
    if "floor" in parts:
        floor()
    if "contenders" in parts:
        with filled(FEWER):
            contenders()
    if "memory" in parts:
        memory()


def floor() -> None:
    """Ours against the bare loop."""
    bare, ours = child("bare_loop", MANY), child("streamed", MANY)
    print(f"\n{MANY:,} rows of {len(COLUMNS)} columns from a generator, processor seconds")
    print(f"  bare loop and zlib {LEVEL}: {bare['cpu']:.1f} ({bare['size'] / 1e6:.0f} MB)")
    print(
        f"  ours: {ours['cpu']:.1f} ({ours['size'] / 1e6:.0f} MB): {ours['cpu'] / bare['cpu']:.2f} times (bound: 1.5)"
    )


def contenders() -> None:
    """Ours against what one would else write, from the database."""
    ours = child("streamed_from_database", FEWER)
    print(f"\n{FEWER:,} rows from {connection.vendor}, processor seconds; ours: {ours['cpu']:.2f}")
    bounds = {"openpyxl_write_only": 6, "import_export": 12, "tables2": 25}
    for name, bound in bounds.items():
        other = child(name, FEWER)
        print(f"  {name}: {other['cpu']:.1f}, {other['cpu'] / ours['cpu']:.1f} times ours (bound: {bound})")


def memory() -> None:
    """The peak of the whole process, and what the writing added to Django."""
    peaks = {}
    for rows in (FEWER, MANY):
        with filled(rows):
            found = child("streamed_from_database", rows)
        peaks[rows] = found["peak"]
        print(f"\n{rows:,} rows from {connection.vendor}: {found['cpu']:.1f} s, {found['size'] / 1e6:.1f} MB")
        print(
            f"  peak {found['peak']:.0f} MB (bound: 100), of it {found['peak'] - found['before']:.0f} for the writing"
        )
    print(f"growth: {peaks[MANY] - peaks[FEWER]:.1f} MB (bound: 10)")


def child(contender: str, rows: int) -> dict[str, float]:
    """Run a contender in a process of its own: its processor seconds, memory in MB, and the file's size."""
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", __spec__.name, "--contender", contender, str(rows), name]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def run(contender: str, rows: int, database: str) -> None:
    """What the child does."""
    connection.settings_dict["NAME"] = database
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        before, started = memory_of_this("VmRSS"), time.process_time()
        CONTENDERS[contender](path, rows)
        cpu = time.process_time() - started
        found = {"cpu": cpu, "before": before, "peak": memory_of_this("VmHWM"), "size": path.stat().st_size}
        print(json.dumps(found))


def memory_of_this(name: str) -> float:
    """Of this process in MB: VmRSS now, VmHWM at most (what getrusage tells is the parent's, when that is more)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def generated(number: int) -> Iterator[tuple]:
    """Rows as a province's enterprises make them; moments and amounts differ from row to row."""
    first = datetime(2020, 1, 1, tzinfo=UTC)
    for n in range(number):
        value = Decimal(n * 7919 % 10**9) / 1000
        seen, verified = first + timedelta(seconds=n * 29), first + timedelta(seconds=n * 29 + 86_399)
        unit = f"企业{n // 200 % 3000}"
        yield (
            "太原市", unit, "2020-08", f"指标{n % 200}", "万吨", value, value,
            "" if n % 50 else "口径有误", unit, seen, "审核人", verified, 2,
        )  # fmt: skip


def bare_loop(path: Path, number: int) -> None:
    """The least that must be done: the same XML by one f-string a row, compressed."""
    compress = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    origin = datetime(1899, 12, 30, tzinfo=UTC) - timedelta(hours=8)
    with path.open("wb") as file:
        lines: list[str] = []
        for r, row in enumerate(generated(number), 5):
            region, unit, period, name, measure, reported, verified, reason, who, at, whom, then, _places = row
            since, until = at - origin, then - origin
            lines.append(
                f'<row r="{r}"><c r="A{r}" s="7" t="inlineStr"><is><t>{escape(region)}</t></is></c>'
                f'<c r="B{r}" s="7" t="inlineStr"><is><t>{escape(unit)}</t></is></c>'
                f'<c r="C{r}" s="7" t="inlineStr"><is><t>{escape(period)}</t></is></c>'
                f'<c r="D{r}" s="7" t="inlineStr"><is><t>{escape(name)}</t></is></c>'
                f'<c r="E{r}" s="7" t="inlineStr"><is><t>{escape(measure)}</t></is></c>'
                f'<c r="F{r}" s="9"><v>{reported}</v></c><c r="G{r}" s="9"><v>{verified}</v></c>'
                + (
                    f'<c r="H{r}" s="7" t="inlineStr"><is><t>{escape(reason)}</t></is></c>'
                    if reason
                    else f'<c r="H{r}" s="8"/>'
                )
                + f'<c r="I{r}" s="7" t="inlineStr"><is><t>{escape(who)}</t></is></c>'
                f'<c r="J{r}" s="10"><v>{since.days + since.seconds / 86_400}</v></c>'
                f'<c r="K{r}" s="7" t="inlineStr"><is><t>{escape(whom)}</t></is></c>'
                f'<c r="L{r}" s="10"><v>{until.days + until.seconds / 86_400}</v></c></row>'
            )
            if len(lines) == 500:
                file.write(compress.compress("".join(lines).encode()))
                lines.clear()
        file.write(compress.compress("".join(lines).encode()) + compress.flush())


def streamed(path: Path, number: int) -> None:
    """Ours, from the same generator."""
    write(path, LongRows(number, lambda: generated(number)))


def streamed_from_database(path: Path, number: int) -> None:
    """Ours, as the compliance report does it."""
    numbers = array("q", standing().values_list("pk", flat=True).iterator(chunk_size=10_000))
    lines = LedgerLines(
        numbers, load_names(Plan.objects.filter(region=top())[0], top()), load_ledger_names(numbers, top())
    )
    assert len(lines) == number

    def rows() -> Iterator[tuple]:
        for line in lines:
            yield (*cells(line), line.decimals)

    write(path, LongRows(number, rows))


def write(path: Path, rows: LongRows) -> None:
    """The workbook with one sheet."""
    sheet = Sheet("台账", "核定数据台账", COLUMNS, rows, right="单位：见各行", has_filter=True, frozen_columns=2)
    write_workbook(Report("ledger", "台账", "发布机关", [sheet]), path)


def openpyxl_write_only(path: Path, number: int) -> None:
    """Openpyxl's write-only mode, the queryset's rows one after the other, without any style."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append([column.heading for column in COLUMNS])
    for revision in standing().with_names().iterator(chunk_size=2_000):
        values = (reduce(getattr, name.split("__"), revision) for name in LOOKUPS)
        sheet.append([value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in values])
    book.save(path)


def import_export(path: Path, number: int) -> None:
    """django-import-export's resource of the same columns."""
    from import_export import fields, resources
    from import_export.formats.base_formats import XLSX

    class Ledger(resources.ModelResource):
        class Meta:
            model = ValueRevision
            fields: tuple = ()

    resource = Ledger()
    for name in LOOKUPS:
        resource.fields[name] = fields.Field(attribute=name, column_name=name)
    path.write_bytes(XLSX().export_data(resource.export(standing().with_names())))


def tables2(path: Path, number: int) -> None:
    """django-tables2's export of the same columns."""
    import django_tables2 as tables
    from django_tables2.export import TableExport

    class Moment(tables.Column):
        def value(self, value: datetime) -> datetime:
            return value.replace(tzinfo=None)

    kinds = {name: Moment if name.endswith("_at") else tables.Column for name in LOOKUPS}
    columns = {name: kind(accessor=name) for name, kind in kinds.items()}
    table = type("Ledger", (tables.Table,), columns)(standing().with_names())
    path.write_bytes(TableExport("xlsx", table).export())


LOOKUPS = (
    "entry__unit_return__unit__region__name",
    "entry__unit_return__unit__name",
    "entry__unit_return__period__code",
    "entry__indicator__name",
    "entry__indicator__unit__symbol",
    "saw__value",
    "value",
    "reason",
    "entry__unit_return__submitted_by__username",
    "entry__unit_return__submitted_at",
    "actor__username",
    "recorded_at",
)
CONTENDERS = {
    one.__name__: one
    for one in (bare_loop, streamed, streamed_from_database, openpyxl_write_only, import_export, tables2)
}


def cells(line) -> tuple:
    """The twelve values of a line."""
    return (
        line.region, line.unit, line.period, line.indicator, line.measure_unit, line.reported, line.verified,
        line.reason, line.submitted_by, line.submitted_at, line.verified_by, line.verified_at,
    )  # fmt: skip


def top() -> Region:
    """The plan's region."""
    return Region.objects.get(parent=None)


def standing():
    """The verified revisions in the ledger's order."""
    return ValueRevision.objects.standing().order_by(
        "entry__unit_return__period__starts_on",
        "entry__unit_return__unit__region__path",
        "entry__unit_return__unit__code",
        "entry__indicator_id",
    )


@contextmanager
def filled(entries: int) -> Iterator[None]:
    """A database with so many verified entries, each with its two revisions."""
    from unittest import mock

    from django.test.utils import setup_databases, teardown_databases

    from tests.benchmarks import scale  # here, so that the children's memory is theirs

    if connection.vendor == "sqlite":  # in a file, for the children to see
        connection.settings_dict["TEST"]["NAME"] = f"{tempfile.mkdtemp(prefix='tracker-benchmark-')}/db.sqlite3"
    created = setup_databases(verbosity=0, interactive=False)
    try:
        with mock.patch.multiple(scale, UNITS=250):
            scale.fill(entries)
        revise(scale._copy)
        yield
    finally:
        teardown_databases(created, verbosity=0)


def revise(copy: Callable[..., None]) -> None:
    """Give every entry a reported and a verified revision of its own, by the database itself."""
    reported, verified = ValueRevision.objects.order_by("number")
    copy(reported, {"entry_id": "e.id", "value": "e.verified_value"}, "tracker_entry e WHERE e.id <> c.entry_id")
    copy(
        verified,
        {"entry_id": "s.entry_id", "value": "s.value", "saw_id": "s.id"},
        "tracker_valuerevision s WHERE s.number = 1 AND s.entry_id <> c.entry_id",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tracker_entry SET"
            " reported_revision_id = (SELECT r.id FROM tracker_valuerevision r"
            " WHERE r.entry_id = tracker_entry.id AND r.number = 1),"
            " verified_revision_id = (SELECT r.id FROM tracker_valuerevision r"
            " WHERE r.entry_id = tracker_entry.id AND r.number = 2)"
        )
        cursor.execute("ANALYZE")
    assert Entry.objects.count() == ValueRevision.objects.standing().count()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--contender"]:
        run(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        main(sys.argv[1:] or ["floor", "contenders", "memory"])
