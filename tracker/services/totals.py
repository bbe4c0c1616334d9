"""Keeping the maintained summaries, rebuilding them, and proving them equal to the leaves.

The statements are written once in SQL that SQLite and PostgreSQL both speak: one statement a return moves its
values into or out of the totals, whatever the number of indicators.
"""

from django.db import connection, transaction

from tracker.models import ObligationCount, Plan, RegionTotal, Return
from tracker.models.totals import MICRO

#: The leaves as whole millionths; entries of open returns are drafts and do not count as reported.
LEAVES = f"""
    SELECT r.period_id, e.indicator_id, u.region_id,
           CAST(ROUND(COALESCE(e.verified_value, 0) * {MICRO}) AS BIGINT) AS verified_micro,
           CASE WHEN e.verified_value IS NULL THEN 0 ELSE 1 END AS verified_count,
           CASE WHEN r.state IN ('submitted', 'verified')
                THEN CAST(ROUND(COALESCE(e.reported_value, 0) * {MICRO}) AS BIGINT) ELSE 0 END AS reported_micro,
           CASE WHEN r.state IN ('submitted', 'verified') AND e.reported_value IS NOT NULL
                THEN 1 ELSE 0 END AS reported_count
      FROM tracker_entry e
      JOIN tracker_return r ON r.id = e.unit_return_id
      JOIN tracker_reportingunit u ON u.id = r.unit_id
"""  # noqa: S608 - made of constants, here and below
SUMS = ("verified_micro", "verified_count", "reported_micro", "reported_count")
COLUMNS = ("period_id", "indicator_id", "region_id", *SUMS)
MOVE = f"""
    INSERT INTO tracker_regiontotal ({", ".join(COLUMNS)})
    SELECT period_id, indicator_id, region_id, {", ".join(f"%s * {column}" for column in SUMS)}
      FROM ({LEAVES} WHERE r.id = %s) leaves
     WHERE verified_count + reported_count > 0
     ORDER BY indicator_id
        ON CONFLICT (period_id, indicator_id, region_id) DO UPDATE
       SET {", ".join(f"{column} = tracker_regiontotal.{column} + excluded.{column}" for column in SUMS)}
"""  # noqa: S608 - the order keeps two writers from waiting for each other crosswise
GROUPED = f"""
    SELECT period_id, indicator_id, region_id, {", ".join(f"SUM({column}) AS {column}" for column in SUMS)}
      FROM ({LEAVES}) leaves GROUP BY period_id, indicator_id, region_id
"""  # noqa: S608
#: A row of zeros says as much as no row: that nothing is there.
HOLDS = " OR ".join(f"{column} <> 0" for column in SUMS)
MADE = f"SELECT {', '.join(COLUMNS)} FROM ({GROUPED}) g WHERE {HOLDS}"  # noqa: S608
RECOUNT = """
    INSERT INTO tracker_obligationcount (plan_id, frequency, region_id, indicator_id, units)
    SELECT o.plan_id, o.frequency, u.region_id, o.indicator_id, COUNT(*)
      FROM tracker_obligation o JOIN tracker_reportingunit u ON u.id = o.unit_id
     WHERE o.plan_id = %s GROUP BY o.plan_id, o.frequency, u.region_id, o.indicator_id
     UNION ALL
    SELECT o.plan_id, o.frequency, u.region_id, NULL, COUNT(DISTINCT o.unit_id)
      FROM tracker_obligation o JOIN tracker_reportingunit u ON u.id = o.unit_id
     WHERE o.plan_id = %s GROUP BY o.plan_id, o.frequency, u.region_id
"""


def take_out(unit_return: Return) -> None:
    """Take the return's values, as they stand, out of the totals: before its state or its values change."""
    _move(unit_return, -1)


def put_in(unit_return: Return) -> None:
    """Put the return's values, as they stand, into the totals: after its state or its values changed."""
    _move(unit_return, 1)


def _move(unit_return: Return, sign: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [sign, sign, sign, sign, unit_return.pk])


def recount_obligations(plan: Plan) -> None:
    """Count anew who owes what in a plan: after its obligations changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        ObligationCount.objects.filter(plan=plan).delete()
        cursor.execute(RECOUNT, [plan.pk, plan.pk])


@transaction.atomic
def rebuild_totals() -> int:
    """Make every summary anew from the leaves; the number of totals made."""
    RegionTotal.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO tracker_regiontotal ({', '.join(COLUMNS)}) {MADE}")
    for plan in Plan.objects.all():
        recount_obligations(plan)
    return RegionTotal.objects.count()


def differing_totals() -> list[tuple[int, ...]]:
    """Rows of (period, indicator, region, ...) where a total and its leaves differ; empty proves them equal."""
    columns = ", ".join(COLUMNS)
    kept = f"SELECT {columns} FROM tracker_regiontotal WHERE {HOLDS}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({kept} EXCEPT {MADE}) x UNION ALL SELECT * FROM ({MADE} EXCEPT {kept}) y")  # noqa: S608
        return cursor.fetchall()
