"""Fill the expected returns from the obligations, which had no dates: each held for every period of its plan.

A unit that was inactive is closed on the day after the last period it submitted a return for. The counts kept so far
stay as they are; where the expected returns of a period now count otherwise, that is kept beside them.
"""

from datetime import timedelta

from django.db import migrations
from django.db.models import Max, Min
from django.utils import timezone

DUE = "CASE WHEN x.until > p.due_at THEN x.until ELSE p.due_at END"
LOCKS = "CASE WHEN x.until > p.locks_at THEN x.until ELSE p.locks_at END"
RETURNS = f"""
    INSERT INTO tracker_expectedreturn (unit_id, period_id, region_id, due_at, locks_at, unit_return_id)
    SELECT w.unit_id, w.period_id, u.region_id, {DUE}, {LOCKS}, r.id
      FROM (SELECT o.unit_id, p.id AS period_id
              FROM tracker_obligation o
              JOIN tracker_period p ON p.plan_id = o.plan_id AND p.kind = o.frequency
              JOIN tracker_reportingunit u ON u.id = o.unit_id
             WHERE u.closed_on IS NULL OR u.closed_on > p.ends_on
             UNION
            SELECT r.unit_id, r.period_id FROM tracker_return r WHERE r.state <> 'draft') w
      JOIN tracker_period p ON p.id = w.period_id
      JOIN tracker_reportingunit u ON u.id = w.unit_id
      LEFT JOIN tracker_extension x ON x.unit_id = u.id AND x.period_id = p.id AND x.withdrawn_at IS NULL
      LEFT JOIN tracker_return r ON r.unit_id = u.id AND r.period_id = p.id
"""  # noqa: S608 - made of constants, here and below
CELLS = """
    INSERT INTO tracker_expectedcell (expected_return_id, indicator_id)
    SELECT e.id, o.indicator_id
      FROM tracker_obligation o
      JOIN tracker_period p ON p.plan_id = o.plan_id AND p.kind = o.frequency
      JOIN tracker_reportingunit u ON u.id = o.unit_id
      JOIN tracker_expectedreturn e ON e.unit_id = o.unit_id AND e.period_id = p.id
     WHERE u.closed_on IS NULL OR u.closed_on > p.ends_on
"""
COUNTED = """
      FROM tracker_expectedcell c
      JOIN tracker_expectedreturn e ON e.id = c.expected_return_id
      JOIN tracker_period p ON p.id = e.period_id
"""
KEYS = {
    "tracker_regiontotal": {"period_id": "e.period_id", "indicator_id": "c.indicator_id", "region_id": "e.region_id"},
    "tracker_periodtotal": {"period_id": "e.period_id", "indicator_id": "c.indicator_id"},
    "tracker_plantotal": {
        "plan_id": "p.plan_id",
        "kind": "p.kind",
        "indicator_id": "c.indicator_id",
        "region_id": "e.region_id",
    },
}
SUMS = "verified_micro, verified_count, reported_micro, reported_count"


def fill(apps, schema_editor):
    _close_units(apps)
    for table in (RETURNS, CELLS):
        schema_editor.execute(table, params=None)
    for table, keys in KEYS.items():
        names, sources = ", ".join(keys), ", ".join(keys.values())
        schema_editor.execute(
            f"INSERT INTO {table} ({names}, {SUMS}, expected_count)"  # noqa: S608
            f" SELECT {sources}, 0, 0, 0, 0, COUNT(*) {COUNTED} WHERE TRUE GROUP BY {sources}"
            f" ON CONFLICT ({names}) DO UPDATE SET expected_count = excluded.expected_count",
            params=None,
        )
    for plan in apps.get_model("tracker", "Plan").objects.order_by("pk"):
        _keep_counts(apps, schema_editor, plan)


def _close_units(apps):
    unit, returns = apps.get_model("tracker", "ReportingUnit"), apps.get_model("tracker", "Return")
    obligations = apps.get_model("tracker", "Obligation")
    for one in unit.objects.filter(is_active=False):
        submitted = returns.objects.filter(unit=one).exclude(state="draft")
        last = submitted.aggregate(day=Max("period__ends_on"))["day"]
        first = obligations.objects.filter(unit=one).aggregate(day=Min("plan__starts_on"))["day"]
        one.closed_on = last + timedelta(days=1) if last else first or timezone.now().date()
        one.save(update_fields=["closed_on"])


def _keep_counts(apps, schema_editor, plan):
    """Keep what was counted while obligations had no dates, and beside it what now differs for a period."""
    change, count = apps.get_model("tracker", "ObligationCountChange"), apps.get_model("tracker", "ObligationCount")
    before = {
        (one.frequency, one.region_id, one.indicator_id): one.units for one in count.objects.filter(plan_id=plan.pk)
    }
    if not change.objects.filter(plan_id=plan.pk).exists():
        change.objects.bulk_create(
            change(plan_id=plan.pk, frequency=kind, region_id=region, indicator_id=indicator, units=units)
            for (kind, region, indicator), units in before.items()
        )
    now, rows = timezone.now(), []
    for period, kind in apps.get_model("tracker", "Period").objects.filter(plan_id=plan.pk).values_list("pk", "kind"):
        counted = _counted(schema_editor, period)
        kept = {(region, indicator): units for (of, region, indicator), units in before.items() if of == kind}
        rows += [
            change(
                plan_id=plan.pk,
                period_id=period,
                frequency=kind,
                region_id=region,
                indicator_id=indicator,
                units=counted.get((region, indicator), 0),
                recorded_at=now,
            )
            for region, indicator in sorted(counted.keys() | kept.keys(), key=str)
            if counted.get((region, indicator), 0) != kept.get((region, indicator), 0)
        ]
    change.objects.bulk_create(rows)


def _counted(schema_editor, period):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.region_id, c.indicator_id, COUNT(*) {COUNTED} WHERE e.period_id = %s"  # noqa: S608
            " GROUP BY e.region_id, c.indicator_id UNION ALL SELECT e.region_id, NULL, COUNT(*)"
            " FROM tracker_expectedreturn e WHERE e.period_id = %s GROUP BY e.region_id",
            [period, period],
        )
        return {(region, indicator): units for region, indicator, units in cursor.fetchall()}


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0026_expected_returns"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
