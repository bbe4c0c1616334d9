"""Sorting rows so that what is missing comes last, whichever way, and equal rows keep their order."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django_tables2.data import TableListData, TableQuerysetData
from django_tables2.utils import Accessor, OrderBy


class ListRows(TableListData):
    """Rows in memory."""

    def order_by(self, aliases: Iterable[str]) -> None:
        """Sort by the columns asked for, the first of them weighing most."""
        for key in reversed(_keys(self, aliases)):
            accessor = Accessor(key.bare)
            rows = [(accessor.resolve(row, quiet=True), row) for row in self.data]
            present = sorted((pair for pair in rows if pair[0] is not None), key=_value, reverse=key.is_descending)
            self.data = [row for _first, row in present] + [row for value, row in rows if value is None]


class QuerysetRows(TableQuerysetData):
    """Rows in the database."""

    def order_by(self, aliases: Iterable[str]) -> None:
        """Sort by the columns asked for, and by the key in the end, so that pages never overlap."""
        expressions = [
            F(key.bare).desc(nulls_last=True) if key.is_descending else F(key.bare).asc(nulls_last=True)
            for key in _keys(self, aliases)
        ]
        if expressions:
            self.data: QuerySet = self.data.order_by(*expressions, "pk")


def _keys(data: ListRows | QuerysetRows, aliases: Iterable[str]) -> list[OrderBy]:
    """What to sort by, with its direction."""
    keys: list[OrderBy] = []
    for alias in aliases:
        column = data.table.columns[OrderBy(alias).bare]
        is_same = OrderBy(alias).is_descending == column.order_by_alias.is_descending
        keys += column.order_by if is_same else column.order_by.opposite
    return keys


def _value(pair: tuple[Any, Any]) -> Any:
    return pair[0]
