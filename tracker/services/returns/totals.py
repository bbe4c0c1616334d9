"""Keeping the maintained summaries, rebuilding them, and proving them equal to the leaves.

The statements are written once in SQL that SQLite and PostgreSQL both speak: one statement for each kind of total
moves the values of a return, or of many, into or out of them, whatever the number of indicators.
"""

from collections.abc import Collection, Iterable

from django.db import connection, transaction

from tracker.models import Plan, RegionTotal, Return
from tracker.models.quantity import mega_sql, micro_sql, normal_sql

EXPECTED = """
    SELECT x.period_id, p.plan_id, p.kind, c.indicator_id, x.region_id, 0, 0, 0, 0, 0, 0, 1 AS expected_count
      FROM tracker_expectedcell c
      JOIN tracker_expectedreturn x ON x.id = c.expected_return_id
      JOIN tracker_period p ON p.id = x.period_id
"""
#: Sums of two whole numbers, and counts.
SUMS = (
    *("verified_mega", "verified_micro", "verified_count"),
    *("reported_mega", "reported_micro", "reported_count"),
    "expected_count",
)
#: A row of zeros says as much as no row: that nothing is there.
HOLDS = " OR ".join(f"{column} <> 0" for column in SUMS)
#: Each kind of total and what it is kept by, the finest first: the others are made from it.
KEYS = {
    "tracker_regiontotal": ("period_id", "indicator_id", "region_id"),
    "tracker_periodtotal": ("period_id", "indicator_id"),
    "tracker_plantotal": ("plan_id", "kind", "indicator_id", "region_id"),
}
FINEST = "tracker_regiontotal"
#: The finest totals with the plan and the kind of their periods.
FINEST_ROWS = f"SELECT t.*, p.plan_id, p.kind FROM {FINEST} t JOIN tracker_period p ON p.id = t.period_id"  # noqa: S608
#: So many returns move in one statement: databases bound the number of parameters.
AT_ONCE = 500


def values() -> str:
    """Return SQL for all values in two whole numbers each; entries of open returns are drafts and do not count."""
    is_reported = "r.state IN ('submitted', 'verified') AND e.reported_value IS NOT NULL"
    return f"""
        SELECT r.period_id, p.plan_id, p.kind, e.indicator_id, u.region_id,
               COALESCE({mega_sql("e.verified_value")}, 0) AS verified_mega,
               COALESCE({micro_sql("e.verified_value")}, 0) AS verified_micro,
               CASE WHEN e.verified_value IS NULL THEN 0 ELSE 1 END AS verified_count,
               CASE WHEN {is_reported} THEN {mega_sql("e.reported_value")} ELSE 0 END AS reported_mega,
               CASE WHEN {is_reported} THEN {micro_sql("e.reported_value")} ELSE 0 END AS reported_micro,
               CASE WHEN {is_reported} THEN 1 ELSE 0 END AS reported_count,
               0 AS expected_count
          FROM tracker_entry e
          JOIN tracker_return r ON r.id = e.unit_return_id
          JOIN tracker_reportingunit u ON u.id = r.unit_id
          JOIN tracker_period p ON p.id = r.period_id
    """  # noqa: S608


def leaves() -> str:
    """Return SQL for all that totals are made of: the values, and the cells that are expected."""
    return f"{values()} UNION ALL {EXPECTED}"


def added(keys: str, rows: str) -> str:
    """Return SQL for the sums of rows by their keys, each as it is kept."""
    sums = ", ".join(f"CAST(SUM({column}) AS BIGINT) AS {column}" for column in SUMS)
    return f"SELECT {keys}, {', '.join(_normal('summed'))} FROM (SELECT {keys}, {sums} FROM ({rows}) r GROUP BY {keys}) summed"  # noqa: S608, E501


def _normal(*tables: str) -> list[str]:
    """Return each sum over these tables as it is kept, with its name."""
    plain = {column: " + ".join(f"{table}.{column}" for table in tables) for column in SUMS}
    for word in ("verified", "reported"):
        mega, micro = f"{word}_mega", f"{word}_micro"
        plain[mega], plain[micro] = normal_sql(plain[mega], plain[micro])
    return [f"{sql} AS {column}" for column, sql in plain.items()]


def subtract_return(*returns: Return | int) -> None:
    """Take the returns' values, as they stand, out of the totals: before their state or their values change."""
    _move(returns, -1)


def add_return(*returns: Return | int) -> None:
    """Put the returns' values, as they stand, into the totals: after their state or their values changed."""
    _move(returns, 1)


def _move(returns: Iterable[Return | int], sign: int) -> None:
    ids = sorted(one.pk if isinstance(one, Return) else one for one in returns)
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            chunk = ids[start : start + AT_ONCE]
            for table in KEYS:
                cursor.execute(_moving(table, len(chunk)), [*[sign] * len(SUMS), *chunk])


def _moving(table: str, number: int) -> str:
    """Add the sums of so many returns to a kind of total; the order keeps two writers from waiting crosswise."""
    keys, sums = ", ".join(KEYS[table]), ", ".join(SUMS)
    these = f"{values()} WHERE r.id IN ({', '.join(['%s'] * number)})"
    joint = [sql.rpartition(" AS ") for sql in _normal(table, "excluded")]
    return f"""
        INSERT INTO {table} ({keys}, {sums})
        SELECT {keys}, {", ".join(f"%s * {column}" for column in SUMS)}
          FROM ({added(keys, these)}) added
         WHERE verified_count + reported_count > 0
         ORDER BY {keys}
            ON CONFLICT ({keys}) DO UPDATE
           SET {", ".join(f"{column} = {sql}" for sql, _as, column in joint)}
    """  # noqa: S608


def made(table: str) -> str:
    """Return what a kind of total should hold: the finest from the leaves, the others from the finest."""
    keys, source = ", ".join(KEYS[table]), leaves() if table == FINEST else FINEST_ROWS
    return f"SELECT {keys}, {', '.join(SUMS)} FROM ({added(keys, source)}) made WHERE {HOLDS}"  # noqa: S608


def count_expected(plan: Plan, periods: Collection[int], regions: Collection[int] | None) -> None:
    """Count the expected cells of some periods, in some regions or all, in every total they belong to.

    The caller holds the plan (`lock_plan`), so that no cell comes or goes between the counts.
    """
    in_periods = f"t.period_id IN ({_places(periods)})"
    in_regions = "TRUE" if regions is None else f"t.region_id IN ({_places(regions)})"
    cells = f"""
        SELECT t.period_id, t.indicator_id, t.region_id, t.expected_count FROM ({EXPECTED}) t
         WHERE {in_periods} AND {in_regions}
         UNION ALL
        SELECT t.period_id, t.indicator_id, t.region_id, 0 FROM {FINEST} t WHERE {in_periods} AND {in_regions}
    """  # noqa: S608
    of_periods, where = f"{FINEST_ROWS} WHERE {in_periods}", [*periods, *(regions or ())]
    of_plan = f"{FINEST_ROWS} WHERE p.plan_id = %s AND {in_regions}"
    with connection.cursor() as cursor:
        cursor.execute(_counting(FINEST, cells), where * 2)
        cursor.execute(_counting("tracker_periodtotal", of_periods), [*periods])
        cursor.execute(_counting("tracker_plantotal", of_plan), [plan.pk, *(regions or ())])


def _counting(table: str, rows: str) -> str:
    """Set the expected counts of a kind of total to those of these rows."""
    keys, others = ", ".join(KEYS[table]), [column for column in SUMS if column != "expected_count"]
    return f"""
        INSERT INTO {table} ({keys}, {", ".join(others)}, expected_count)
        SELECT {keys}, {", ".join("0" for _column in others)}, CAST(SUM(expected_count) AS INTEGER)
          FROM ({rows}) counted WHERE TRUE GROUP BY {keys} ORDER BY {keys}
            ON CONFLICT ({keys}) DO UPDATE SET expected_count = excluded.expected_count
    """  # noqa: S608


def _places(values: Collection[int]) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


@transaction.atomic
def rebuild_totals() -> int:
    """Make every summary anew from the leaves; the number of totals by region and period made."""
    with connection.cursor() as cursor:
        for table, keys in KEYS.items():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            cursor.execute(f"INSERT INTO {table} ({', '.join([*keys, *SUMS])}) {made(table)}")
    return RegionTotal.objects.count()


def differing_totals() -> list[tuple[object, ...]]:
    """Rows of (key ..., sums ...) where a total and what it is made of differ; empty proves all equal to the leaves."""
    differing: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for table, keys in KEYS.items():
            kept = f"SELECT {', '.join([*keys, *SUMS])} FROM {table} WHERE {HOLDS}"  # noqa: S608
            should = made(table)
            cursor.execute(
                f"SELECT * FROM ({kept} EXCEPT {should}) x UNION ALL SELECT * FROM ({should} EXCEPT {kept}) y"  # noqa: S608
            )
            differing += cursor.fetchall()
    return differing
