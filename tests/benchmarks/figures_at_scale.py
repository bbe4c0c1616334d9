"""Figures over ten million entries: `python -m tests.benchmarks.figures_at_scale [ENTRIES ...]` (1 and 10 million).

Fills a database of its own on the server of DATABASE_URL (SQLite by default), and prints for each size: the
database time of each query behind a dashboard (50 runs, median and 95th percentile), the same figures by GROUP BY
over the leaves, the cost of keeping the totals while returns are verified, and whether totals equal leaves.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from unittest import mock

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

from tests import factories
from tests.benchmarks import scale
from tracker.models import Period, Return, Role, User
from tracker.queries.figures.figures import Figures
from tracker.services import returns
from tracker.services.returns import totals

RUNS = 50
BATCH = 10


def main(sizes: list[int]) -> None:
    """Measure each size in a fresh database."""
    medians: dict[int, float] = {}
    for size in sizes:
        created = setup_databases(verbosity=0, interactive=False)
        try:
            medians[size] = measure(size)
        finally:
            teardown_databases(created, verbosity=0)
    if len(sizes) > 1:
        growth = medians[sizes[-1]] / medians[sizes[0]]
        print(f"growth of the slowest query's p95 from {sizes[0]:,} to {sizes[-1]:,}: {growth:.2f} times")


def measure(size: int) -> float:
    """Print the figures of one size; the slowest dashboard query's 95th percentile in ms."""
    period = scale.fill(size)
    print(f"\n== {connection.vendor}, about {size:,} entries ==")
    print(f"rebuild of all totals: {timed(totals.rebuild_totals):.1f} s")
    print(f"proof against the leaves: {timed(lambda: check_equal()):.1f} s")
    slowest = dashboard(period)
    print(f"GROUP BY over the leaves instead: {timed(lambda: group_by(period)) * 1000:.0f} ms")
    upkeep(period)
    check_equal()
    return slowest


def dashboard(period: Period) -> float:
    """The database time of each query of a dashboard's figures."""
    with CaptureQueriesContext(connection) as captured:
        read_dashboard(period)
    queries = [query["sql"] for query in captured.captured_queries]
    slowest = 0.0
    for sql in queries:
        times = sorted(timed(lambda sql=sql: fetch(sql)) * 1000 for _run in range(RUNS))
        p95 = times[int(RUNS * 0.95) - 1]
        if p95 > 1:
            print(f"  {statistics.median(times):6.1f} ms median {p95:6.1f} ms p95  {sql[:90]}")
        slowest = max(slowest, p95)
    print(f"dashboard: {len(queries)} queries, the slowest {slowest:.1f} ms p95 (bound: 20)")
    print(f"dashboard with reckoning: {timed(lambda: read_dashboard(period)):.2f} s")
    return slowest


def read_dashboard(period: Period) -> None:
    """What a dashboard reads: every target in the province and in each city."""
    period = Period.objects.of(period.plan, period.code)
    figures = Figures(period)
    figures.standings([figures.plan.region, *figures.cities])
    str(figures.series)
    str(figures.units_reported_in(figures.plan.region))


def group_by(period: Period) -> None:
    """The same sums without totals."""
    fetch(totals.made(totals.FINEST))


def upkeep(period: Period) -> None:
    """Verify batches of returns with and without keeping the totals, in turn; print the ratio."""
    ratios = []
    people = reporter_and_reviewer()
    for _pair in range(3):
        with_totals = timed(lambda: correct_batch(period, people))
        with mock.patch.object(totals, "_move"):
            plain = timed(lambda: correct_batch(period, people))
        ratios.append(with_totals / plain)
    totals.rebuild_totals()
    print(
        f"upkeep: verifying {BATCH} returns of {scale.INDICATORS} entries takes "
        f"{statistics.median(ratios):.2f} times the plain batch (bound: 2.5)"
    )


def correct_batch(period: Period, people: tuple[User, User]) -> None:
    """Unlock, submit again and verify some returns."""
    reporter, reviewer = people
    for filed in Return.objects.filter(period=period).select_related("unit__region")[:BATCH]:
        steps = [
            lambda r: factories.unlock(r, reporter=reporter, reviewer=reviewer, reason="-", now=scale.NOW),
            lambda r: returns.submit_return(r, acting_user=reporter, now=scale.NOW, expected_version=r.version),
            lambda r: returns.verify_return(r, acting_user=reviewer, now=scale.NOW, expected_version=r.version),
        ]
        for step in steps:
            step(filed)


def reporter_and_reviewer() -> tuple[User, User]:
    """Two people for the whole province."""
    return tuple(
        factories.make_user(f"scale-{role}", role, factories.SHANXI) for role in (Role.REPORTER, Role.REVIEWER)
    )


def check_equal() -> None:
    """Stop if totals and leaves differ."""
    assert totals.differing_totals() == []


def fetch(sql: str) -> None:
    """Run one statement and fetch all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%"), [])
        cursor.fetchall()


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    started = time.perf_counter()
    work()
    reset_queries()
    return time.perf_counter() - started


if __name__ == "__main__":
    main([int(text.replace("_", "")) for text in sys.argv[1:]] or [1_000_000, 10_000_000])
