"""The overview over many entries: `python -m tests.benchmarks.dashboard_at_scale [ENTRIES ...]` (1,000 and 10 million).

Fills a database of its own for each size on the server of DATABASE_URL (SQLite by default), with the same indicators
and targets, and prints the time of the whole page, the median of runs, and the growth from the first size to the
last. Bound: 1.3 times. The time is what this process used of a processor, and what it waited for the database. Each
of the eleven cities has values at every size; fewer than a month's entries have fewer units, more have more months.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

import config.wsgi  # noqa: F401 - its memory is looked after as in a web server
from tests import factories
from tests.benchmarks import scale
from tracker.models import Role
from tracker.services import totals

RUNS = 15
BOUND = 1.3
CITIES, INDICATORS = 11, 90


def main(sizes: list[int]) -> None:
    """Measure each size in a fresh database."""
    medians = []
    for size in sizes:
        created = setup_databases(verbosity=0, interactive=False)
        try:
            medians.append(measure(size))
        finally:
            teardown_databases(created, verbosity=0)
        print(f"overview at {size:,} entries: {medians[-1] * 1000:.0f} ms")
    growth = medians[-1] / medians[0]
    print(f"growth from {sizes[0]:,} to {sizes[-1]:,}: {growth:.2f} times (bound: {BOUND})")
    sys.exit(growth > BOUND)


def measure(size: int) -> float:
    """Seconds that the page takes, the median of runs."""
    units = max(CITIES, min(scale.UNITS, round(size / INDICATORS)))
    with mock.patch.multiple(scale, UNITS=units, INDICATORS=INDICATORS):
        period = scale.fill(size)
    totals.rebuild_totals()
    client = Client(headers={"host": "localhost"})
    client.force_login(factories.make_user("reader", Role.LEADER))
    times = []
    for _run in range(RUNS + 1):
        waited: list[float] = []
        with connection.execute_wrapper(partial(wait_for, waited)):
            started = time.process_time()
            answer = client.get(f"/?period={period.code}")
            times.append(time.process_time() - started + sum(waited))
        assert answer.status_code == 200
    return statistics.median(times[1:])


def wait_for(waited: list[float], execute: Callable[..., Any], *query: Any) -> Any:
    """Ask the database; note for how long this process had nothing to do but wait."""
    started, used = time.perf_counter(), time.process_time()
    try:
        return execute(*query)
    finally:
        waited.append(time.perf_counter() - started - (time.process_time() - used))


if __name__ == "__main__":
    main([int(text.replace("_", "")) for text in sys.argv[1:]] or [1_000, 10_000_000])
