"""Obligations without dates: the upgrade makes a row of each return they expected, and no figure of before changes."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.depth import amount
from tests.installation import Installation, installation

LAST_BEFORE = import_module("tracker.migrations.0026_expected_returns").Migration.dependencies[0][1]
MAKE = "from tests import factories; factories.load_demonstration()"
#: The version before counted what was expected for the whole plan, and marked a closed unit as inactive.
AS_BEFORE = """
from django.db import connection
with connection.cursor() as cursor:
    for indicator, group in (("o.indicator_id", ", o.indicator_id"), ("NULL", "")):
        cursor.execute(
            "INSERT INTO tracker_obligationcount (plan_id, frequency, region_id, indicator_id, units)"
            f" SELECT o.plan_id, o.frequency, u.region_id, {indicator}, COUNT(DISTINCT o.unit_id)"
            " FROM tracker_obligation o JOIN tracker_reportingunit u ON u.id = o.unit_id"
            f" GROUP BY o.plan_id, o.frequency, u.region_id{group}")
    cursor.execute("UPDATE tracker_reportingunit SET is_active = %s WHERE code = 'demo-140900'", [False])
"""
FIGURES = """
import hashlib, json
from datetime import UTC, datetime
from tests import factories
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.snapshots import book_as_json
plan = factories.the_plan()
month = factories.period(plan, "2020-09")
book = book_as_json(load_figure_inputs(month, as_of=datetime(2020, 12, 1, tzinfo=UTC)))
listed = {"projects_advanced", "enterprises_diagnosed", "enterprises_supervised"}  # the way back drops their lists
cells = [cell for cell in book["cells"] if not listed.intersection(map(str, cell))]
then = json.dumps([sorted(cells, key=str), book["units"]], sort_keys=True)
print(hashlib.sha256(then.encode()).hexdigest(), *(
    Figures(factories.period(plan, code)).units_reported_in(plan.region) for code in ("2020-08", "2020-09")))
"""


def figures(made: Installation) -> list[str]:
    """Of September as it was known in December the digest, and the returns verified of those expected."""
    return made.manage("shell", "-v0", "-c", FIGURES).split()


@pytest.mark.long
def test_the_demonstration_is_upgraded_with_its_figures(tmp_path: Path):
    with installation(tmp_path, is_migrated=True) as made:
        made.manage("shell", "-v0", "-c", MAKE)
        before, *coverage = figures(made)
        assert coverage == ["11/11", "8/11"]
        made.manage("migrate", "-v0", "tracker", LAST_BEFORE)
        made.manage("shell", "-v0", "-c", AS_BEFORE)
        made.manage("migrate", "-v0")
        assert figures(made) == [before, "11/11", "8/10"]
        ((closed_on,),) = made.rows("SELECT closed_on FROM tracker_reportingunit WHERE code = 'demo-140900'")
        assert str(closed_on) == "2020-09-01"
        made.manage("check_totals")
        assert made.rows("SELECT COUNT(*) FROM tracker_expectedreturn") == [(11 * 12 - 4,)]


#: So many units with twelve verified returns each: 10,008 returns in a thorough run.
UNITS = amount(834, quick=25)
FILL = f"""
from datetime import UTC, date, datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
state = MigrationExecutor(connection).loader.project_state([("tracker", "{LAST_BEFORE}")])
model = lambda name: state.apps.get_model("tracker", name)
now = datetime(2020, 12, 30, tzinfo=UTC)
person, reviewer = (model("User").objects.create(username=name) for name in ("person", "reviewer"))
region = model("Region").objects.create(code="140000", name="山西省", level="province", path="140000/")
plan = model("Plan").objects.create(
    code="p", name="p", issuer="i", region=region, issued_on=date(2020, 1, 1),
    starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
measure = model("MeasureUnit").objects.create(code="u", symbol="u", dimension="mass", factor=1)
indicator = model("Indicator").objects.create(code="i", name="i", unit=measure, over_periods="sum", over_places="sum")
months = model("Period").objects.bulk_create(
    model("Period")(
        plan=plan, kind="month", code=f"2020-{{month:02d}}", starts_on=date(2020, month, 1),
        ends_on=date(2020, month, 28), due_at=datetime(2020, month, 28, tzinfo=UTC))
    for month in range(1, 13))
units = model("ReportingUnit").objects.bulk_create(
    model("ReportingUnit")(code=f"unit-{{number}}", name="x", region=region) for number in range({UNITS}))
model("Obligation").objects.bulk_create(
    model("Obligation")(plan=plan, unit=unit, indicator=indicator) for unit in units)
returns = model("Return").objects.bulk_create(
    [model("Return")(
        unit=unit, period=month, state="verified", first_submitted_at=now, submitted_at=now, submitted_by=person,
        verified_at=now, verified_by=reviewer)
     for unit in units for month in months], batch_size=1000)
entries = model("Entry").objects.bulk_create(
    [model("Entry")(unit_return=one, indicator=indicator) for one in returns], batch_size=1000)
revision = model("ValueRevision")
def revised(number, kind, saw):
    return revision.objects.bulk_create(
        [revision(entry=one, number=number, kind=kind, value=5, source="form", actor=person, recorded_at=now, saw=seen)
         for one, seen in zip(entries, saw)], batch_size=1000)
reported = revised(1, "reported", [None] * len(entries))
for one, first, second in zip(entries, reported, revised(2, "verified", reported)):
    one.reported_revision, one.verified_revision, one.reported_value, one.verified_value = first, second, 5, 5
values = ["reported_revision", "verified_revision", "reported_value", "verified_value"]
model("Entry").objects.bulk_update(entries, values, batch_size=200)
def total(months):
    number = {UNITS} * months
    return dict(verified_micro=5_000_000 * number, verified_count=number,
                reported_micro=5_000_000 * number, reported_count=number)
for month in months:
    model("RegionTotal").objects.create(period=month, indicator=indicator, region=region, **total(1))
    model("PeriodTotal").objects.create(period=month, indicator=indicator, **total(1))
model("PlanTotal").objects.create(plan=plan, kind="month", indicator=indicator, region=region, **total(12))
for one in (indicator, None):
    model("ObligationCount").objects.create(
        plan=plan, frequency="month", region=region, indicator=one, units={UNITS})
"""
AFTER = """
from tests import factories
from tracker.models import Plan, ReportingUnit
from tracker.queries.figures.figures import Figures
plan = Plan.objects.select_related("region").get()
print(Figures(factories.period(plan, "2020-12")).units_reported_in(plan.region))
"""


@pytest.mark.long
def test_a_database_of_many_returns_is_upgraded_with_a_row_for_each(tmp_path: Path):
    with installation(tmp_path) as made:
        made.manage("migrate", "-v0", "tracker", LAST_BEFORE)
        made.manage("shell", "-v0", "-c", FILL)
        made.manage("migrate", "-v0")
        number = UNITS * 12
        counted = "SELECT COUNT(*) FROM tracker_expectedreturn WHERE unit_return_id IS NOT NULL"
        assert made.rows(counted) == [(number,)]
        assert made.rows("SELECT COUNT(*) FROM tracker_expectedcell") == [(number,)]
        made.manage("check_totals")
        assert made.manage("shell", "-v0", "-c", AFTER).split() == [f"{UNITS}/{UNITS}"]
