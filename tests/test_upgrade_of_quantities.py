"""Values stored as reals: the upgrade keeps each digit, the sums and the checks; going back does too."""

import sqlite3
from pathlib import Path

import psycopg
import pytest

from tests.installation import installation

DATABASE_ERRORS = (sqlite3.IntegrityError, psycopg.errors.IntegrityConstraintViolation)
BEFORE = "0034_permits"
#: The version before wrote these rows.
FILL = """
from django.db.migrations.executor import MigrationExecutor
from django.db import connection
from django.utils import timezone
models = MigrationExecutor(connection).loader.project_state([("tracker", "0034_permits")]).apps.get_model
def add(model, /, **fields): return models("tracker", model).objects.create(**fields)
place = add("Region", code="14", level="province", name="x", path="14/")
ton = add("MeasureUnit", code="t", symbol="t", symbol_en="t", dimension="mass", factor=1)
days = {"issued_on": "2020-01-01", "starts_on": "2020-01-01", "ends_on": "2020-12-31"}
plan = add("Plan", code="p", name="p", issuer="x", region=place, **days)
unit = add("ReportingUnit", code="u", name="u", region=place)
now = timezone.now()
period = add("Period", plan=plan, code="2020-01", kind="month", starts_on="2020-01-01", ends_on="2020-01-31",
    due_at=now, locks_at=now)
actor = add("User", username="x")
filed = add("Return", unit=unit, period=period, state="verified", submitted_at=now, submitted_by=actor,
    verified_at=now, verified_by=add("User", username="y"))
sums = {}
for number, value in enumerate(VALUES):
    of = add("Indicator", code=f"i{number}", name=f"i{number}", unit=ton)
    cell = add("Entry", unit_return=filed, indicator=of, reported_value=value)
    seen = add("ValueRevision", entry=cell, number=1, kind="reported", value=value, source="form", actor=actor,
        recorded_at=now)
    kept = add("ValueRevision", entry=cell, number=2, kind="verified", value=value, saw=seen, source="form",
        actor=actor, recorded_at=now)
    models("tracker", "Entry").objects.filter(pk=cell.pk).update(verified_value=value, verified_revision=kept)
    from decimal import Decimal
    whole = int(Decimal(value) * 1000000)
    for model, key in (("RegionTotal", {"period": period, "region": place}), ("PeriodTotal", {"period": period}),
            ("PlanTotal", {"plan": plan, "kind": "month", "region": place})):
        add(model, indicator=of, verified_micro=whole, verified_count=1, reported_micro=whole, reported_count=1, **key)
    target = add("Target", plan=plan, indicator=of, bound="at_least", base_value=value, base_year=2019)
    if not value.startswith("-"):
        add("TargetVersion", target=target, value=value, upper_value="999999999.999999" if number < 3 else None,
            effective_from="2020-01-01")
"""
VALUES = ["0", "0.000001", "15.3", "999999999.999999", "-0.5", "-3", "-999999999.999999", "123456789.123457"]
READ = """
from tracker.models import *
print([[f"{v.normalize():f}" for v in rows] for rows in (
    *Entry.objects.order_by("indicator__pk").values_list("reported_value", "verified_value"),
    *ValueRevision.objects.order_by("entry__indicator__pk", "number").values_list("value"),
    *Target.objects.order_by("indicator__pk").values_list("base_value"),
    *TargetVersion.objects.order_by("target__indicator__pk").values_list("value"))])
"""


def test_every_digit_and_every_sum_is_kept(tmp_path: Path):
    with installation(tmp_path, state=BEFORE) as made:
        made.manage("shell", "-v0", "-c", f"VALUES = {VALUES}\n{FILL}")
        made.manage("migrate", "-v0")
        found = made.manage("shell", "-v0", "-c", READ).strip()
        kept = [v for v in VALUES if not v.startswith("-")]
        expected = [[v, v] for v in VALUES] + [[v] for v in VALUES for _ in range(2)]
        assert found == str(expected + [[v] for v in VALUES] + [[v] for v in kept])
        made.manage("check_totals")
        sums = made.rows("SELECT verified_mega, verified_micro FROM tracker_regiontotal ORDER BY indicator_id")
        assert sums[3:6] == [(999, 999999999999), (-1, 999999500000), (-1, 999997000000)]
        with pytest.raises(DATABASE_ERRORS, match="never changed"):
            made.rows("UPDATE tracker_valuerevision SET number = 9")
        made.manage("migrate", "-v0", "tracker", BEFORE)
        whole = [round(float(v) * 1_000_000) for v in VALUES]
        assert [
            round(float(row[0]))
            for row in made.rows("SELECT reported_value * 1000000 FROM tracker_entry ORDER BY indicator_id")
        ] == whole
        assert [
            row[0] for row in made.rows("SELECT verified_micro FROM tracker_plantotal ORDER BY indicator_id")
        ] == whole
        with pytest.raises(DATABASE_ERRORS, match="never changed"):
            made.rows("UPDATE tracker_valuerevision SET number = 9")
