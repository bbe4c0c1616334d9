"""How a quantity is stored."""

from typing import Any

from django.db import models

MAX_DIGITS = 15
DECIMAL_PLACES = 6


class QuantityField(models.DecimalField):
    """An amount in its indicator's unit.

    Fifteen digits, six of them after the point: what SQLite, which keeps decimals as 8-byte reals, still gives
    back digit for digit.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", MAX_DIGITS)
        kwargs.setdefault("decimal_places", DECIMAL_PLACES)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """To migrations it is a plain decimal field, so that they need no code of ours."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs
