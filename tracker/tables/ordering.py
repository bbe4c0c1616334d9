"""Sorting rows so that what is missing comes last, whichever way, and equal rows keep their order."""

from collections.abc import Iterable, Sequence
from typing import Any

from django_tables2.data import TableListData, TableQuerysetData
from django_tables2.utils import Accessor, OrderBy

from tracker.tables.keyset import Key, with_tie_break


class ListRows(TableListData):
    """Rows in memory."""

    data: list[Any]

    def order_by(self, aliases: Iterable[str]) -> None:
        """Sort by the columns asked for, the first of them weighing most."""
        for key in reversed(_keys(self, aliases)):
            accessor = Accessor(key.bare)
            rows = [(accessor.resolve(row, quiet=True), row) for row in self.data]
            present = sorted((pair for pair in rows if pair[0] is not None), key=_value, reverse=key.is_descending)
            self.data = [row for _first, row in present] + [row for value, row in rows if value is None]


class QuerysetRows(TableQuerysetData):
    """Rows in the database."""

    data: Any
    keys: Sequence[Key] = tuple(with_tie_break(()))

    def order_by(self, aliases: Iterable[str]) -> None:
        """Sort by the columns asked for, else as the table does, and in the end by what no two rows share."""
        chosen = _keys(self, aliases) or _keys(self, self.table._meta.order_by or ())
        self.keys = with_tie_break(
            [Key.of(self.data.model, key.bare, is_descending=key.is_descending) for key in chosen]
        )
        self.data = self.data.order_by(*(key.order() for key in self.keys))


def _keys(data: ListRows | QuerysetRows, aliases: Iterable[str]) -> list[OrderBy]:
    """Return what to sort by, with its direction."""
    keys: list[OrderBy] = []
    for alias in aliases:
        column = data.table.columns[OrderBy(alias).bare]
        is_same = OrderBy(alias).is_descending == column.order_by_alias.is_descending
        keys += column.order_by if is_same else column.order_by.opposite
    return keys


def _value(pair: tuple[Any, Any]) -> Any:
    return pair[0]
