"""Storage of quantities, and their sums in the database.

A sum is kept as two whole numbers: the whole millions (`mega`) and what is left in millionths (`micro`), from 0 to
below 10^12. One number of 64 bits holds twelve digits before the point beside the six after it, a binary fraction
fifteen in all; two numbers hold any sum of any values, and both databases add whole numbers exactly, also when amounts
are added and taken away again for years. PostgreSQL's `numeric` would be exact too, but SQLite has no such type, and
the statements of the totals are written once for both.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Func, TextField
from django.db.models.functions import Cast

from tracker.migrations._quantity import LOWEST, QuantityField, read, stored

__all__ = [
    "MEGA",
    "MICRO",
    "MicroPart",
    "QuantityField",
    "as_kept",
    "joined",
    "kept_reader",
    "mega_sql",
    "micro_sql",
    "normal_sql",
    "stored",
]

MEGA = 1_000_000
#: Millionths in a unit.
MICRO = 1_000_000
#: Millionths in a million units.
WHOLE = MEGA * MICRO


def as_kept(quantity: Any) -> Cast:
    """Return a quantity as the text that the database keeps, for thousands of rows: Django's way of reading each number
    takes as long as the query. What `kept_reader` returns reads it."""
    return Cast(quantity, TextField())


def kept_reader() -> Callable[[str], Decimal]:
    """Return what reads the numbers that the database gives as texts."""
    return read if connection.vendor == "sqlite" else Decimal


def mega_sql(column: str, vendor: str = "") -> str:
    """Return SQL for the whole millions of a quantity's column; with `micro_sql` they make up the value exactly.

    Example: 1250000000.5 is 1250 millions and 500000 millionths, -0.5 is -1 million and 999999500000 millionths on
    SQLite, and 0 and -500000 on PostgreSQL; sums are made alike by `normal_sql`.
    """
    if (vendor or connection.vendor) == "sqlite":
        return f"(CAST(SUBSTR({column}, -22, 9) AS INTEGER) - (SUBSTR({column}, 1, 1) = '-') * {LOWEST // MEGA})"
    return f"CAST(DIV({column}, {MEGA}) AS BIGINT)"


def micro_sql(column: str, vendor: str = "") -> str:
    """Return SQL for the millionths of a quantity's column that `mega_sql` leaves."""
    if (vendor or connection.vendor) == "sqlite":
        return f"CAST(SUBSTR({column}, -13, 6) || SUBSTR({column}, -6, 6) AS INTEGER)"
    return f"CAST(MOD({column}, {MEGA}) * {MICRO} AS BIGINT)"


def normal_sql(mega: str, micro: str) -> tuple[str, str]:
    """Return SQL for the same sum with its millionths from 0 to below 10^12, as it is kept.

    Whole-number division drops the rest towards zero on both databases; below zero one more million is taken.
    """
    over = f"({micro}) / {WHOLE} - CASE WHEN ({micro}) < ({micro}) / {WHOLE} * {WHOLE} THEN 1 ELSE 0 END"
    return f"({mega}) + {over}", f"({micro}) - ({over}) * {WHOLE}"


def joined(mega: int, micro: int) -> Decimal:
    """Return the sum that is kept as two whole numbers: (1250, 500000) is 1250000000.5."""
    return Decimal(mega * WHOLE + micro).scaleb(-6)


class MegaPart(Func):
    """The whole millions of a quantity, for the ORM."""

    output_field = BigIntegerField()
    make = staticmethod(mega_sql)

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return the SQL of one column, which stands in it as often as needed."""
        column, parameters = compiler.compile(self.source_expressions[0])
        sql = self.make(column, connection.vendor)
        return sql, list(parameters) * sql.count(column)


class MicroPart(MegaPart):
    """The millionths that `MegaPart` leaves."""

    make = staticmethod(micro_sql)
