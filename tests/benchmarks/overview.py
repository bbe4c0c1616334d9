"""The overview against the same page from ready rows: `python -m tests.benchmarks.overview [RUNS]` (20).

Loads the demonstration, asks for the overview of August 2020 as a leader, and then for the same page with all that is
read and calculated taken from the first one: session, frame and HTML are the same. In turn, by CPU time of this
process, the medians. Prints both, the number of queries, and the ratio against its bound of 3. Beside other work
both times grow alike, so that the ratio tells more than the milliseconds.
"""

import os
import statistics
import sys
import tempfile
import time
from unittest import mock

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

import config.wsgi  # noqa: F401 - its memory is looked after as in a web server
from tests import factories
from tests.factories import NOW
from tracker.models import Role
from tracker.views import home

BOUND = 3.0
ADDRESS = "/?period=2020-08"


def main(runs: int) -> None:
    """Print both times and the ratio."""
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        factories.load_demonstration()
        with time_machine.travel(NOW):
            ratio = measure(runs)
    finally:
        teardown_databases(databases, verbosity=0)
    sys.exit(ratio > BOUND)


def measure(runs: int) -> float:
    """Return how many times longer the page takes than the same one from ready rows."""
    client = Client(headers={"host": "localhost"})
    client.force_login(factories.make_user("reader", Role.LEADER))
    kept = {}
    original = home._dashboard

    def keep(*arguments: object) -> dict[str, object]:
        kept["context"] = original(*arguments)  # type: ignore[arg-type]
        return kept["context"]

    with mock.patch.object(home, "_dashboard", keep):
        client.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        client.get(ADDRESS)
    number = len(queries)  # the log is emptied by the next request
    whole, ready = [], []
    for _run in range(runs):
        whole.append(seconds(client))
        with mock.patch.object(home, "_dashboard", lambda *_arguments: kept["context"]):
            ready.append(seconds(client))
    page, rows = statistics.median(whole), statistics.median(ready)
    print(f"overview: {page * 1000:.0f} ms of CPU, {number} queries; from ready rows: {rows * 1000:.0f} ms")
    print(f"ratio: {page / rows:.2f} (bound: {BOUND:.0f})")
    return page / rows


def seconds(client: Client) -> float:
    """Return the CPU time of one view."""
    started = time.process_time()
    assert client.get(ADDRESS).status_code == 200
    return time.process_time() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
