"""The overview over many entries: `python -m tests.benchmarks.dashboard_at_scale [ENTRIES ...]` (1,000 and 10 million).

Fills a database of its own for each size on the server of DATABASE_URL (SQLite by default), with the same indicators
and targets, and prints the time of the whole page, the median of runs in turn, and the growth from the first size to
the last. Bound: 1.3 times. The time is what this process used of a processor, and what it waited for the database. Each
of the eleven cities has values at every size; fewer than a month's entries have fewer units, more have more months.
The page is asked for in September 2020, when the month it shows was the last that was due.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any
from unittest import mock

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

import config.wsgi  # noqa: F401 - its memory is looked after as in a web server
from tests import factories
from tests.benchmarks import scale
from tracker.models import Role
from tracker.services.returns import totals

RUNS = 15
SEPTEMBER = scale.NOW + timedelta(days=20)
BOUND = 1.3
CITIES, INDICATORS = 11, 90

#: Of this process: its browser, and the databases made for it.
client = Client(headers={"host": "localhost"})
databases: list[Any] = []


def main(sizes: list[int]) -> None:
    """A process of its own for each size, with its database; one view of each in turn, so that all see one machine."""
    processes = [ProcessPoolExecutor(1, mp_context=get_context("spawn")) for _size in sizes]
    try:
        addresses = list(submitted(zip(processes, sizes, strict=True), prepare))
        times = [list(submitted(zip(processes, addresses, strict=True), view)) for _run in range(RUNS + 1)]
    finally:
        list(submitted(((process, None) for process in processes), tear_down))
    medians = [statistics.median(of_size) for of_size in zip(*times[1:], strict=True)]
    for size, seconds in zip(sizes, medians, strict=True):
        print(f"overview at {size:,} entries: {seconds * 1000:.0f} ms")
    growth = medians[-1] / medians[0]
    print(f"growth from {sizes[0]:,} to {sizes[-1]:,}: {growth:.2f} times (bound: {BOUND})")
    sys.exit(growth > BOUND)


def submitted(calls: Iterable[tuple[ProcessPoolExecutor, Any]], call: Callable[[Any], Any]) -> Iterator[Any]:
    """What the call gives in each process, one after the other."""
    return (process.submit(call, argument).result() for process, argument in calls)


def prepare(size: int) -> str:
    """Fill this process's database; the address to look at."""
    connection.settings_dict["TEST"]["NAME"] = None if connection.vendor == "sqlite" else f"test_overview_{size}"
    databases.extend(setup_databases(verbosity=0, interactive=False))
    units = max(CITIES, min(scale.UNITS, round(size / INDICATORS)))
    with time_machine.travel(SEPTEMBER), mock.patch.multiple(scale, UNITS=units, INDICATORS=INDICATORS):
        period = scale.fill(size)
        totals.rebuild_totals()
        client.force_login(factories.make_user("reader", Role.LEADER))
    return f"/?period={period.code}"


def view(address: str) -> float:
    """Seconds that the page takes."""
    waited: list[float] = []
    with time_machine.travel(SEPTEMBER), connection.execute_wrapper(partial(wait_for, waited)):
        started = time.process_time()
        answer = client.get(address)
        seconds = time.process_time() - started + sum(waited)
    assert answer.status_code == 200
    return seconds


def tear_down(_nothing: None) -> None:
    """Drop this process's database, where it came to be."""
    teardown_databases(databases, verbosity=0)


def wait_for(waited: list[float], execute: Callable[..., Any], *query: Any) -> Any:
    """Ask the database; note for how long this process had nothing to do but wait."""
    started, used = time.perf_counter(), time.process_time()
    try:
        return execute(*query)
    finally:
        waited.append(time.perf_counter() - started - (time.process_time() - used))


if __name__ == "__main__":
    main([int(text.replace("_", "")) for text in sys.argv[1:]] or [1_000, 10_000_000])
