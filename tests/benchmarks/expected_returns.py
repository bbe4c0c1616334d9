"""Expected returns of a province: `python -m tests.benchmarks.expected_returns [UNITS INDICATORS]` (3,000 and 200).

Fills a database of its own on the server of DATABASE_URL (SQLite by default). Prints the time of opening a period
beside the database's own bulk insert of the same cells, and the database time of the worklist, the late list, the
coverage and the completeness over a year.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

from tests import factories
from tests.benchmarks import scale
from tracker.models import ExpectedCell, ExpectedReturn, Obligation, Period, Plan, Role
from tracker.queries.pages.overview import outstanding
from tracker.queries.pages.worklist import Worklist
from tracker.queries.returns.late_units import late_within
from tracker.queries.returns.timeliness import Filings
from tracker.services.plans import loading
from tracker.services.returns.expected import differing_cells, update_expected
from tracker.services.returns.totals import differing_totals

RUNS = 7
#: Every unit is to report all indicators for this month, and one for the others.
MONTH = "2020-09"
AFTER = datetime(2020, 12, 20, tzinfo=UTC)


def main(units: int, indicators: int) -> None:
    """Measure in a fresh database."""
    scale.UNITS, scale.INDICATORS = units, indicators
    created = setup_databases(verbosity=0, interactive=False)
    try:
        loading.load_reference(factories.FIXTURES / "units.toml", factories.FIXTURES / "regions.toml")
        plan = loading.load_plan(factories.FIXTURES / "plan-shanxi-2020.toml", acting_user=None, now=scale.NOW)
        oblige(plan)
        print(f"== {connection.vendor}, {units:,} units x {indicators:,} indicators ==")
        opening(plan)
        update_expected(plan, now=scale.NOW)
        analyze()
        readers(plan)
        assert differing_cells() == differing_totals() == []
    finally:
        teardown_databases(created, verbosity=0)


def oblige(plan: Plan) -> None:
    """Let every unit report the first indicator all year, and the others for one month."""
    units, indicators = scale._units(), scale._indicators(plan)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracker_obligation (plan_id, unit_id, indicator_id, frequency, is_demonstration)"
            " SELECT %s, u.id, i.id, 'month', %s FROM tracker_reportingunit u CROSS JOIN tracker_indicator i"
            " WHERE u.id >= %s AND i.id BETWEEN %s AND %s",
            [plan.pk, False, units[0].pk, indicators[0].pk, indicators[-1].pk],
        )
    day = factories.period(plan, MONTH).starts_on
    Obligation.objects.exclude(indicator=indicators[0]).update(begins=day, ends=day)
    analyze()


def opening(plan: Plan) -> None:
    """Open the month, then insert the same cells from a copy."""
    month = factories.period(plan, MONTH)
    opened = min(timed(lambda: update_expected(plan, periods=[month.pk], now=scale.NOW)) for _run in opened_anew())
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE cells_copied AS SELECT expected_return_id, indicator_id FROM tracker_expectedcell")
    own = min(timed(insert) for _run in emptied())
    print(f"opening: {opened:.2f} s for {ExpectedCell.objects.count():,} cells")
    print(f"the database's own insert of them: {own:.2f} s; ratio {opened / own:.2f} (bound: 2)")


def opened_anew() -> Iterator[int]:
    """Withdraw the month's returns before each run."""
    for run in range(3):
        for model in (ExpectedCell, ExpectedReturn):
            model.objects.all()._raw_delete("default")
        yield run


def emptied() -> Iterator[int]:
    """Delete the cells before each run."""
    for run in range(3):
        ExpectedCell.objects.all()._raw_delete("default")
        yield run


def insert() -> None:
    """Insert the copied cells."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracker_expectedcell (expected_return_id, indicator_id)"
            " SELECT expected_return_id, indicator_id FROM cells_copied"
        )


def readers(plan: Plan) -> None:
    """Print the database time of each reader over the year, and the bound."""
    month: Period = factories.period(plan, MONTH)
    manager, reporter = factories.make_user("manager", Role.PLAN_MANAGER), factories.make_user("all", Role.REPORTER)
    for name, read in {
        "late list of the province": lambda: late_within(plan, plan.region, reader=manager, now=AFTER, at_most=12),
        "worklist of a manager": lambda: Worklist(fresh(manager), AFTER).late,
        "worklist of a reporter": lambda: Worklist(fresh(reporter), AFTER).to_do,
        "not verified of a month": lambda: outstanding(month, plan.region),
        "timeliness by period": lambda: Filings(plan, plan.region, month, now=AFTER).by_period(),
    }.items():
        print(f"  {database_time(read):7.1f} ms  {name}")
    print("  (bound: 20 ms)")


def fresh(user):  # type: ignore[no-untyped-def]
    """The same person, without what was read of them."""
    return type(user).objects.get(pk=user.pk)


def database_time(read: Callable[[], object]) -> float:
    """Return the median of the time that the database takes, in milliseconds."""
    times = []
    for _run in range(RUNS):
        with CaptureQueriesContext(connection) as captured:
            read()
        times.append(sum(float(query["time"]) for query in captured.captured_queries) * 1000)
    return statistics.median(times)


def analyze() -> None:
    """What PostgreSQL does by itself where a server has been running for a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that it takes."""
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main(*([int(argument) for argument in sys.argv[1:3]] or [scale.UNITS, scale.INDICATORS]))
