"""Columns by the kind of their values: printed on the page in words, handed to the workbook as values."""

from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

import django_tables2 as tables
from django.utils.html import format_html

from tracker.calculation.level_history import LevelHistory
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.calculation.targets.kinds import Bound
from tracker.documents import progress_words, trends, wording
from tracker.documents.shape import Kind
from tracker.models import Period


class LightColumn(tables.Column):
    """A column whose copies share what nobody changes: a table copies all its columns each time it is made."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a separate column with the same attributes and keys."""
        return copy(self)


class TextColumn(LightColumn):
    """Text."""

    kind = Kind.TEXT

    def value(self, value: Any) -> str:
        """As printed."""
        return str(value)


class PeriodColumn(TextColumn):
    """A period in words, "2020年8月"; files keep its code, which sorts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}, "th": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)

    def render(self, value: Period) -> str:
        """As pages say it."""
        return wording.period_in_words(value.code)


class ValueColumn(LightColumn):
    """Something that the workbook keeps as a value."""

    kind = Kind.TEXT

    def value(self, value: Any) -> Any:
        """Return the value itself."""
        return value


class NumberColumn(ValueColumn):
    """A number: to the right, in figures of one width."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "number"}, "th": {"class": "number"}})
        super().__init__(*args, **kwargs)


class AmountColumn(NumberColumn):
    """An amount in its row's unit, with the decimals that `Table.decimals_of` gives its row."""

    kind = Kind.AMOUNT

    def render(self, value: Decimal, record: Any, table: Any) -> str:
        """ "6,611.79"."""
        return wording.amount(value, table.decimals_of(record))


class RateColumn(NumberColumn):
    """A rate in %."""

    kind = Kind.RATE

    def render(self, value: Decimal) -> str:
        """ "66.12%"."""
        return wording.rate(value)


class PointsColumn(NumberColumn):
    """A difference in percentage points."""

    kind = Kind.POINTS

    def render(self, value: Decimal) -> str:
        """ "-0.55"."""
        return wording.points(value)


class LevelColumn(ValueColumn):
    """A warning level, by mark, word and colour."""

    kind = Kind.LEVEL

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_values=(), **kwargs)

    def render(self, value: Level | None) -> str:
        """ "▲ 一级"; what has no level is not graded."""
        return level_badge(value)


class CountColumn(NumberColumn):
    """A whole number."""

    kind = Kind.COUNT


class MomentColumn(ValueColumn):
    """A moment, in Beijing time."""

    kind = Kind.MOMENT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)

    def render(self, value: datetime) -> str:
        """ "2020-09-03 10:00"."""
        return wording.moment(value)


def level_badge(level: Level | None, *, is_provisional: bool = False) -> str:
    """Return a level as a badge: its mark and word give what its colour gives, and that it is provisional if it is."""
    words = wording.marked_level(level)
    if not is_provisional:
        return format_html('<span class="level level-{}">{}</span>', level or 0, words)
    badge = '<span class="level level-{} provisional">{}</span>'
    return format_html(badge, level or 0, trends.provisional_level(words))


def standing_badge(standing: TargetProgress) -> str:
    """Return the badge of a progress's level; one under incomplete coverage is marked as provisional."""
    if standing.bound is Bound.REFERENCE:
        return format_html('<span class="level level-0">{}</span>', progress_words.level(standing))
    if not standing.is_provisional:
        return level_badge(standing.level)
    words = wording.provisional_level(standing.level)
    badge = '<span class="level level-{} provisional" title="{}">{}</span>'
    return format_html(badge, standing.level or 0, progress_words.basis(standing), words)


def trend(history: LevelHistory, kind: str = trends.MONTH) -> str:
    """Below a badge: how the level moved since the period before, and for how long it has stood.

    Nothing without a level. `kind` is the periods' kind.
    """
    if history.now is None:
        return ""
    way = trends.direction(history) or "none"
    return format_html('<span class="trend trend-{}">{}</span>', way, trends.change_and_months(history, kind))
