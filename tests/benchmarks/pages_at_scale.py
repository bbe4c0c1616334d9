"""Target, region and city pages of a province: `python -m tests.benchmarks.pages_at_scale [UNITS INDICATORS]`
(3,000 and 200).

Fills a database of its own on the server of DATABASE_URL (SQLite by default) with twelve months, and asks for the page
of one target and of one city as a leader, beside the overview, which has to read every target. Prints the median time
of each, the number of queries with their time, and the ratio of the target's page to the overview (bound: 1).
"""

import os
import statistics
import sys
import tempfile
import time

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

from tests import factories
from tests.benchmarks import scale
from tracker.models import Period, Role, Target

RUNS = 7
MONTHS = 12
BOUND = 1.0


def main(units: int, indicators: int) -> None:
    """Measure in a fresh database."""
    scale.UNITS, scale.INDICATORS = units, indicators
    created = setup_databases(verbosity=0, interactive=False)
    try:
        period = scale.fill(units * indicators * MONTHS)
        print(f"== {connection.vendor}, {units:,} units x {indicators:,} indicators x {MONTHS} months ==")
        ratio = measure(period)
        print(f"target page / overview: {ratio:.2f} (bound: {BOUND:g})")
    finally:
        teardown_databases(created, verbosity=0)


def measure(period: Period) -> float:
    """Print each page's time; return the ratio of the target's page to the overview."""
    client, asked = Client(), f"plan={period.plan.code}&period={period.code}"
    client.force_login(factories.make_user("leader", Role.LEADER))
    target = Target.objects.filter(plan=period.plan).order_by("position").first()
    assert target is not None
    times = {}
    for name, path in {
        "overview": f"/?{asked}",
        "target": f"/targets/{target.pk}/?{asked}",
        "city": f"/regions/{factories.TAIYUAN}/?{asked}",
        "region": f"/regions/{factories.SHANXI}/?{asked}",
    }.items():
        times[name], queries, in_database = timed(client, path)
        print(f"  {times[name] * 1000:8.0f} ms  {queries:3} queries, {in_database * 1000:6.0f} ms in them  {name}")
    return times["target"] / times["overview"]


def timed(client: Client, path: str) -> tuple[float, int, float]:
    """Return the median time of a page, the number of its queries and the time that they took."""
    times, number, in_database = [], 0, 0.0
    for _run in range(RUNS):
        with CaptureQueriesContext(connection) as captured:
            started = time.perf_counter()
            answer = client.get(path, headers={"host": "localhost"})
            times.append(time.perf_counter() - started)
        assert answer.status_code == 200, (path, answer.status_code)
        number = len(captured)
        in_database = sum(float(query["time"]) for query in captured.captured_queries)
    return statistics.median(times), number, in_database


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]] or [3_000, 200]
    main(*numbers)
