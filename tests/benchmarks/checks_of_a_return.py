"""The checks of one return with many indicators and years of history: `python -m tests.benchmarks.checks_of_a_return`.

A return of 200 indicators, with 36 months before it, is checked a number of times in one process. Bound: 30 ms of
processor time for one check, the median of all.
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
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

from tests.factories import NOW, TAIYUAN, load_checks, load_plan, make_user, region
from tracker.models import Entry, Indicator, MeasureUnit, Plan, ReportingUnit, Return, Role
from tracker.queries.returns.checks import check_return
from tracker.services.returns.open_periods import open_periods

INDICATORS, YEARS, ROUNDS = 200, 3, 30
BOUND = 0.030


def make_return() -> Return:
    """A unit's return with all indicators, the last of its months, each with a value."""
    plan = load_plan()
    load_checks()
    unit = ReportingUnit.objects.create(code="large", name="large", region=region(TAIYUAN))
    amounts = list(MeasureUnit.objects.filter(symbol__in=("万吨", "%", "户")))
    indicators = Indicator.objects.bulk_create(
        Indicator(
            code=f"large_{number}",
            name=f"指标{number}",
            unit=amounts[number % len(amounts)],
            over_periods="sum" if number % 3 else "latest",
            over_places="sum",
        )
        for number in range(INDICATORS)
    )
    plans = [
        Plan.objects.create(
            code=f"before-{year}",
            name=str(year),
            issuer="-",
            issued_on=plan.issued_on.replace(year=year),
            starts_on=plan.starts_on.replace(year=year),
            ends_on=plan.ends_on.replace(year=year),
            region=plan.region,
        )
        for year in range(plan.starts_on.year - YEARS, plan.starts_on.year)
    ]
    newest = None
    reporter = make_user("reporter", Role.REPORTER)
    for one in (*plans, plan):
        if one is not plan:
            open_periods(one, now=NOW)
        for period in one.periods.filter(kind="month").order_by("starts_on"):
            newest = Return.objects.create(
                unit=unit,
                period=period,
                state=Return.State.SUBMITTED,
                submitted_at=NOW,
                submitted_by=reporter,
            )
            Entry.objects.bulk_create(
                Entry(
                    unit_return=newest,
                    indicator=indicator,
                    reported_value=10 + at % 7 + period.starts_on.month % 4,
                )
                for at, indicator in enumerate(indicators)
            )
    assert newest is not None
    return Return.objects.get(pk=newest.pk)


def main() -> int:
    """Print the median, the fastest and the number of queries; 1 where the median is above the bound."""
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        checked = make_return()
        with CaptureQueriesContext(connection) as queries:
            check_return(checked)
        taken = []
        for _round in range(ROUNDS):
            start = time.process_time()
            check_return(checked)
            taken.append(time.process_time() - start)
    finally:
        teardown_databases(databases, verbosity=0)
    median = statistics.median(taken)
    print(
        f"{INDICATORS} indicators, {YEARS} years: median {median * 1000:.1f} ms, fastest {min(taken) * 1000:.1f} ms, "
        f"{len(queries)} queries"
    )
    return int(median > BOUND)


if __name__ == "__main__":
    sys.exit(main())
