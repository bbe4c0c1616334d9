"""The column of a quantity: fifteen digits before the point and six after it, exact on every database.

PostgreSQL keeps `numeric(21, 6)`. SQLite knows no decimals: it would keep a binary fraction, which holds fifteen digits
in all. There the column is text of a fixed width that sorts as the numbers do, so that the database compares, orders
and constrains without converting:

    1250000000.5  is  "000001250000000.500000"
    -0.5          is  "-999999999999999.500000": the whole number at or below it, counted from -10^15, and the rest

The class stands beside the migrations because they must make this column whenever they make a table again.
"""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.utils import format_number

WHOLE_DIGITS = 15
FRACTION_DIGITS = 6
#: Negative numbers are counted from here.
LOWEST = 10**WHOLE_DIGITS


class QuantityField(models.DecimalField):
    """An amount in its indicator's unit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", WHOLE_DIGITS + FRACTION_DIGITS)
        kwargs.setdefault("decimal_places", FRACTION_DIGITS)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the field without the digits that all share."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        """Return a name of its own: by "DecimalField" Django would read and cast numbers on SQLite."""
        return "QuantityField"

    def db_type(self, connection: Any) -> str:
        """Return the type of the column."""
        return "text" if connection.vendor == "sqlite" else f"numeric({self.max_digits}, {self.decimal_places})"

    def rel_db_type(self, connection: Any) -> str:
        """Return the type of a column that refers to this one."""
        return self.db_type(connection)

    def cast_db_type(self, connection: Any) -> str:
        """Return the type that a value is cast to."""
        return self.db_type(connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Return what the database takes. Raise decimal.InvalidOperation where the whole digits do not suffice."""
        if not prepared:
            value = self.get_prep_value(value)
        if value is None or hasattr(value, "as_sql"):
            return value
        return stored(self.to_python(value), connection)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Return the number."""
        return read(value) if type(value) is str else value


def stored(value: Decimal | None, connection: Any) -> Decimal | str | None:
    """Return a number, or None, as the database takes it. Raise decimal.InvalidOperation where it is too large."""
    if value is None:
        return None
    digits = str(format_number(value, WHOLE_DIGITS + FRACTION_DIGITS, FRACTION_DIGITS))
    return spell(digits) if connection.vendor == "sqlite" else Decimal(digits)


def spell(digits: str) -> str:
    """Return the text that SQLite keeps, of digits with six places: "-0.500000" is "-999999999999999.500000"."""
    if digits[0] != "-":
        return digits.zfill(WHOLE_DIGITS + 1 + FRACTION_DIGITS)
    whole, fraction = digits[1:].split(".")
    millionths = 10 ** (WHOLE_DIGITS + FRACTION_DIGITS) - int(whole + fraction)
    if millionths == 10 ** (WHOLE_DIGITS + FRACTION_DIGITS):  # "-0.000000"
        return "0".zfill(WHOLE_DIGITS) + "." + "0" * FRACTION_DIGITS
    text = str(millionths).zfill(WHOLE_DIGITS + FRACTION_DIGITS)
    return f"-{text[:WHOLE_DIGITS]}.{text[WHOLE_DIGITS:]}"


def read(text: str) -> Decimal:
    """Return the number that SQLite keeps as this text."""
    return Decimal(text) if text[0] != "-" else Decimal(text[1:]) - LOWEST
