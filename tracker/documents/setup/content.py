"""Content of the set-up workbook: the rows of its sheets and the cells of its grids, as a person reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tracker.documents.setup.columns import GridColumn
from tracker.documents.setup.shape import Row

#: Marks the rows of a grid that are calculated and not read.
TOTAL_MARK = "∑"
#: The hidden sheet with the words of choices.
LISTS_SHEET = "_lists"


@dataclass(frozen=True)
class GridHead:
    """A column of a grid: its key, its heading, and the amount that its cells share out, where they do."""

    column: GridColumn
    heading: str
    whole: Decimal | None = None
    is_shared: bool = False


@dataclass(frozen=True)
class Grid:
    """A grid: its columns, the rows' own values, and the cells by row and column, both from 0."""

    heads: list[GridHead] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    cells: Mapping[tuple[int, int], Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SetupContent:
    """Everything that the workbook shows. `choices` has the words of each set of choices by code."""

    title: str
    rows: Mapping[str, list[Row]]
    grids: Mapping[str, Grid]
    choices: Mapping[str, Mapping[str, str]]
