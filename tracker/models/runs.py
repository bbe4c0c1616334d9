"""Long lists of numbers, most of which follow one another, kept short."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models


class NumbersField(models.JSONField):
    """Whole numbers in their order. A run of three or more, each one more than the last, is kept as [first, last]."""

    def deconstruct(self) -> Any:
        """To migrations it is a plain JSON field, so that they need no code of ours."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As it is kept."""
        kept = list(as_runs(value)) if isinstance(value, list) else value
        return super().get_db_prep_value(kept, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """As it was given."""
        found = super().from_db_value(value, expression, connection)
        return list(from_runs(found)) if isinstance(found, list) else found


def as_runs(numbers: Iterable[int]) -> Iterator[int | list[int]]:
    """Yield the numbers with their runs as [first, last]."""
    first = last = None
    for number in numbers:
        if last is not None and number == last + 1:
            last = number
            continue
        yield from _run(first, last)
        first = last = number
    yield from _run(first, last)


def from_runs(kept: Iterable[int | list[int]]) -> Iterator[int]:
    """Yield the numbers that `as_runs` stored; a plain list of numbers is valid input, too."""
    for item in kept:
        if isinstance(item, list):
            yield from range(item[0], item[1] + 1)
        else:
            yield item


def _run(first: int | None, last: int | None) -> Iterator[int | list[int]]:
    if first is None or last is None:
        return
    if last - first < 2:
        yield from range(first, last + 1)
    else:
        yield [first, last]
