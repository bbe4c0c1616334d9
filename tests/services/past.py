"""A plan of a past year, and tables for it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from tests.factories import NOW, SHANXI, TAIYUAN, region
from tracker.models import Plan, ReportingUnit, Upload, User
from tracker.queries.imports.past_values.cells import PastValue, Problem, TableCell
from tracker.queries.imports.past_values.check import TableCheck
from tracker.services.imports.past_values.load import Batch, Loaded, load_values
from tracker.services.returns.open_periods import open_periods

GANGUE, ASH = "煤矸石综合利用量", "粉煤灰综合利用量"


def make_past_plan(year: int = 2019) -> Plan:
    """A plan of that year, with its months; `load_plan` has brought regions and indicators."""
    plan = Plan.objects.create(
        code=f"shanxi-{year}",
        name=f"{year}年行动计划",
        issuer="-",
        issued_on=date(year, 1, 1),
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        region=region(SHANXI),
    )
    open_periods(plan, now=NOW)
    return plan


def make_plain_unit(name: str = "太原局", place: str = TAIYUAN, code: str = "") -> ReportingUnit:
    """A unit that owes nothing yet."""
    return ReportingUnit.objects.create(code=code or f"code-{name}", name=name, region=region(place))


def cell(value: object, unit: object = "太原局", period: object = "2019年8月", indicator: object = GANGUE, **more):
    """One cell of a table, in D2 unless told."""
    return TableCell(
        more.get("row", 2), more.get("column", 4), unit, period, indicator, value, more.get("note"), more.get("measure")
    )


def understood(plan: Plan, cells: Iterable[TableCell], sender: User) -> tuple[list[PastValue], list[Problem]]:
    """What was understood of a table, and what is wrong with it."""
    found = list(TableCheck(plan, sender=sender, today=NOW.date()).check(cells))
    return (
        [value for value in found if isinstance(value, PastValue)],
        [value for value in found if isinstance(value, Problem)],
    )


def make_table_upload(plan: Plan, sender: User, **more) -> Upload:
    """A table that was sent in."""
    return Upload.objects.create(
        kind="table", plan=plan, file_name="2019.xlsx", size=1, sha256="-", uploaded_by=sender, uploaded_at=NOW, **more
    )


def load(plan: Plan, cells: Iterable[TableCell], sender: User, acceptor: User, now: datetime = NOW) -> Loaded:
    """Load a table that has nothing wrong."""
    values, wrong = understood(plan, cells, sender)
    assert wrong == []
    upload = make_table_upload(plan, sender, decided_by=acceptor)
    with transaction.atomic():
        return load_values(values, Batch(upload, "Sheet1", sender, acceptor, now))
