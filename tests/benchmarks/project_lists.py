"""A list of 5,000 projects reported for 36 months: `python -m tests.benchmarks.project_lists [PROJECTS MONTHS]`.

In a database of its own on the server of DATABASE_URL (SQLite by default):

- import: an annex's projects checked (codes, names, units, regions, days) and put on the list with their history and
  their counts, beside the very same rows of the same tables by the database's own bulk path. Bound: at most 2 times;
- the list page beside the same page of a list of 60, which shows as many rows: lists of the product cost what a page
  shows, whatever their length. Bound: at most 1.5 times;
- funnel, rates, balance and ranking: time in the database. Bound: at most 20 ms;
- for reading: the time of the whole pages, and of the lists as reports tell them.
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

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

from tests import factories, projects
from tracker.models import (
    CountChange,
    ListChange,
    ListMember,
    Period,
    Plan,
    Project,
    ProjectList,
    ProjectReport,
    Region,
    ReportingUnit,
    Return,
    Role,
    StepDecision,
    TakenStep,
    User,
)
from tracker.queries.documents.list_at_end import lists_at_end
from tracker.queries.pages.project_lists import load_funnel_page
from tracker.queries.projects.members import NewMember
from tracker.services.counts.standing import update_list
from tracker.services.projects.members import add_members
from tracker.services.returns.open_periods import open_periods
from tracker.services.storage.bulk_insert import columns_of, insert_rows

RUNS = 5
FIRST = date(2020, 1, 1)
NOW = datetime(2022, 12, 20, tzinfo=UTC)
IMPORT_BOUND, LIST_BOUND, FUNNEL_BOUND = 2.0, 1.5, 20.0
TABLES: tuple[type[Model], ...] = (Project, ListMember, ListChange)


def main(number: int, months: int) -> None:
    """Measure in a fresh database; fail if a bound is missed."""
    created = setup_databases(verbosity=0, interactive=False)
    try:
        print(f"== {connection.vendor}, {number:,} projects x {months} months ==", flush=True)
        plan = factories.load_plan()
        Plan.objects.filter(pk=plan.pk).update(ends_on=date(FIRST.year + (months - 1) // 12, 12, 31))
        plan.refresh_from_db()
        units = _units(plan)
        is_good = measure_import(plan, units, number)
        listed = _filled(plan, units, number, months)
        is_good &= measure_pages(plan, listed)
    finally:
        teardown_databases(created, verbosity=0)
    sys.exit(not is_good)


def measure_import(plan: Plan, units: list[ReportingUnit], number: int) -> bool:
    """Import into one list after another; the rows each leaves are taken back and written by the bulk path."""
    ours, floors = [], []
    for run in range(RUNS):
        listed = projects.make_list(plan, code=f"run-{run}")
        new = _new(units, number, f"R{run}")
        how: dict[str, Any] = {"document": projects.document(), "acting_user": None, "now": NOW}
        mine = timed(lambda listed=listed, new=new, how=how: add_members(listed, new, **how))
        floor = _floor(listed)
        print(f"  import {run}: ours {mine:.2f} s, floor {floor:.2f} s, ratio {mine / floor:.2f}", flush=True)
        ours.append(mine)
        floors.append(floor)
    ratio = statistics.median(mine / floor for mine, floor in zip(ours, floors, strict=True))
    print(f"import: {ratio:.2f} times the bulk insert of the same rows (bound: {IMPORT_BOUND:g})")
    return ratio <= IMPORT_BOUND


def _floor(listed: ProjectList) -> float:
    """Write the rows of this list's members into their tables once more, with other keys, and take that back."""
    ready = []
    for model in TABLES:
        rows = _rows_of(model, listed)
        ready.append((model, rows))
    shift = 10_000_000
    columns = {model: columns_of(model) for model in TABLES}
    prepared = [(model, [_moved(model, columns[model], row, shift) for row in rows]) for model, rows in ready]
    started = time.perf_counter()
    try:
        with transaction.atomic():
            for model, rows in prepared:
                insert_rows(model, rows)
            if connection.vendor == "postgresql":  # checks foreign keys at the end, as ours does when it commits
                connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
            taken = time.perf_counter() - started
            raise _Back
    except _Back:
        return taken


class _Back(Exception):
    """Takes the floor's rows back."""


def _rows_of(model: type[Model], listed: ProjectList) -> list[tuple[Any, ...]]:
    column = {Project: "id", ListMember: "id", ListChange: "id"}[model]  # type: ignore[index]
    where = {
        Project: "id IN (SELECT project_id FROM tracker_listmember WHERE project_list_id = %s)",
        ListMember: "project_list_id = %s",
        ListChange: "member_id IN (SELECT id FROM tracker_listmember WHERE project_list_id = %s)",
    }[model]  # type: ignore[index]
    names = ", ".join(connection.ops.quote_name(name) for name in columns_of(model))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names} FROM {model._meta.db_table} WHERE {where} ORDER BY {column}",
            [listed.pk],
        )
        return [tuple(row) for row in cursor.fetchall()]


def _moved(model: type[Model], columns: list[str], row: tuple[Any, ...], shift: int) -> tuple[Any, ...]:
    """Return the row with other keys; what must be unique in a table gets another value."""
    values = dict(zip(columns, row, strict=True))
    values["id"] += shift
    if model is Project:
        values["code"] = f"F{values['code']}"
    elif model is ListMember:
        values["project_id"] += shift
        values["number"] += shift
        if isinstance(values["reached"], dict):
            values["reached"] = "{}"
    else:
        values["member_id"] += shift
    return tuple(values[name] for name in columns)


def measure_pages(plan: Plan, listed: ProjectList) -> bool:
    """Print each page's time and the database's; return True if the bounds are kept."""
    leader = factories.make_user("reads-lists", Role.LEADER)
    client = Client(headers={"host": "localhost"})
    client.force_login(leader)
    last = plan.periods.filter(kind="month").order_by("-starts_on")[0]
    asked = f"?plan={plan.code}&period={last.code}"
    timed_page("returns", client, f"/returns/{asked}")
    small = projects.make_list(plan, code="small")
    how: dict[str, Any] = {"document": projects.document(), "acting_user": None, "now": NOW}
    add_members(small, _new(list(ReportingUnit.objects.select_related("region"))[:11], 60, "S"), **how)
    others = timed_page("list of 60", client, f"/lists/{small.pk}/{asked}")
    mine = timed_page("list", client, f"/lists/{listed.pk}/{asked}")
    timed_page("list, by words", client, f"/lists/{listed.pk}/{asked}&words=12")
    timed_page("list, missing", client, f"/lists/{listed.pk}/{asked}&figure=missing")
    timed_page("lists", client, f"/lists/{asked}")
    timed_page("funnel", client, f"/lists/{listed.pk}/funnel{asked}")
    timed_page("timeline", client, f"/lists/{listed.pk}/timeline{asked}")
    timed_page("project", client, f"/lists/members/{listed.members.order_by('pk')[7].pk}/")
    spent = [_in_database(lambda: load_funnel_page(listed, leader, last.ends_on)) for _run in range(RUNS + 2)][2:]
    funnel = statistics.median(spent) * 1000
    told = [_in_database(lambda: lists_at_end(last, plan.region)) for _run in range(3)]
    print(f"lists as reports tell them: {statistics.median(told) * 1000:.1f} ms in the database")
    print(f"list / list of 60: {mine / others:.2f} (bound: {LIST_BOUND:g})")
    print(f"funnel and rates: {funnel:.1f} ms in the database (bound: {FUNNEL_BOUND:g})")
    return mine / others <= LIST_BOUND and funnel <= FUNNEL_BOUND


def timed_page(name: str, client: Client, address: str) -> float:
    """Print and return the median time of a page, the database's share, and the number of statements."""
    times, shares, statements = [], [], 0
    for _run in range(RUNS + 1):
        clock = Spent()
        started = time.perf_counter()
        with connection.execute_wrapper(clock):
            answer = client.get(address)
        times.append(time.perf_counter() - started)
        shares.append(clock.seconds)
        statements = clock.statements
        assert answer.status_code == 200, (address, answer.status_code)
    found = statistics.median(times[1:])
    words = f"{found * 1000:7.1f} ms, {statistics.median(shares[1:]) * 1000:6.1f} ms in {statements} statements"
    print(f"  {name:16} {words}", flush=True)
    return found


class Spent:
    """Adds up the time that statements take."""

    def __init__(self) -> None:
        self.seconds, self.statements = 0.0, 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """Run a statement and count its time."""
        started = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - started
            self.statements += 1


def _in_database(work: Callable[[], object]) -> float:
    clock = Spent()
    with connection.execute_wrapper(clock):
        work()
    return clock.seconds


def timed(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes, committed."""
    started = time.perf_counter()
    with transaction.atomic():
        work()
    return time.perf_counter() - started


def _units(plan: Plan) -> list[ReportingUnit]:
    cities = list(Region.objects.filter(parent=plan.region).order_by("path"))
    return [
        ReportingUnit.objects.create(code=f"zone-{city.code}", name=f"{city.name}开发区", region=city)
        for city in cities
    ]


def _new(units: list[ReportingUnit], number: int, mark: str) -> list[NewMember]:
    return [
        NewMember(
            Project(
                name=f"{units[one % len(units)].region.name}第{one}号项目（{mark}）",
                code=f"{mark}-2020-{one:06d}",
                builder=f"建设单位{one}",
                region=units[one % len(units)].region,
                unit=units[one % len(units)],
                content="年产十万吨新材料生产线及配套设施",
                total_investment=Decimal(1000 + one % 900 * 10),
                planned_start=FIRST + timedelta(days=one % 700),
                planned_finish=FIRST + timedelta(days=one % 700 + 360),
            ),
            "carried" if one % 3 == 0 else "new",
            Decimal(300),
            place=f"A{one + 2}",
        )
        for one in range(number)
    ]


def _filled(plan: Plan, units: list[ReportingUnit], number: int, months: int) -> ProjectList:
    """Return a list whose projects took steps and were reported every month."""
    listed = projects.make_list(plan, code="full")
    how: dict[str, Any] = {"document": projects.document(), "acting_user": None, "now": NOW}
    members = add_members(listed, _new(units, number, "P"), **how)
    projects.count_from(listed, "projects_advanced", now=NOW)
    people = [factories.make_user(name) for name in ("reports", "verifies")]
    _steps(listed, members, people)
    open_periods(plan, now=NOW)
    periods = list(plan.periods.filter(kind="month", starts_on__gte=FIRST).order_by("starts_on")[:months])
    _reports(units, members, periods, people)
    update_list(listed, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(
        f"  {ListMember.objects.count():,} members, {TakenStep.objects.count():,} steps, "
        f"{ProjectReport.objects.count():,} reports, {CountChange.objects.count():,} changes of counts",
        flush=True,
    )
    return listed


def _steps(listed: ProjectList, members: list[ListMember], people: list[User]) -> None:
    steps = {step.code: step for step in listed.steps.all()}
    rows = [
        TakenStep(
            member=member,
            step=steps[code],
            day=FIRST + timedelta(days=30 + place * 100 + index % 300),
            evidence="文件",
            reported_by=people[0],
            recorded_at=NOW,
        )
        for index, member in enumerate(members)
        for place, code in enumerate(("signed", "started", "building", "producing")[: index % 5])
    ]
    taken = TakenStep.objects.bulk_create(rows, batch_size=500)
    StepDecision.objects.bulk_create(
        [StepDecision(taken=one, verdict="verified", decided_by=people[1], decided_at=NOW) for one in taken],
        batch_size=500,
    )


def _reports(units: list[ReportingUnit], members: list[ListMember], periods: list[Period], people: list[User]) -> None:
    by_unit: dict[int, list[ListMember]] = {}
    for member in members:
        by_unit.setdefault(member.project.unit_id or 0, []).append(member)
    for period in periods:
        returns = Return.objects.bulk_create(
            Return(
                unit=unit,
                period=period,
                state=Return.State.VERIFIED,
                submitted_at=NOW,
                submitted_by=people[0],
                verified_at=NOW,
                verified_by=people[1],
            )
            for unit in units
        )
        ProjectReport.objects.bulk_create(
            [
                ProjectReport(unit_return=one, member=member, investment=Decimal(10), progress="主体施工")
                for one in returns
                for member in by_unit.get(one.unit_id, ())
            ],
            batch_size=500,
        )


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    main(*(given or [5000, 36]))
