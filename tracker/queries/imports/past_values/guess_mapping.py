"""Guessing the columns of a table from its headings and the rows around them. A person looks at the guess."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.queries.imports.past_values.above import Above, read_above
from tracker.queries.imports.past_values.cells import Scalar, as_text
from tracker.queries.imports.past_values.headings import COMPARED, Heading, read_heading, read_two
from tracker.queries.imports.past_values.mapping import Mapping
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.queries.imports.past_values.roles import (
    QUESTION,
    UNIT_QUESTION,
    ColumnRole,
    ValueRole,
    role_of_values,
    value_role,
)
from tracker.uploads.table import SheetHead

HEADING_ROWS = 20
LOOKED_AT = 5
#: So many columns headed 1, 2, 3 are months; fewer are numbers of a row of data.
MONTHS_IN_A_ROW = 3


def guess_mapping(heads: Sequence[SheetHead], words: Vocabulary, sheet: str = "", heading_row: int = 0) -> Mapping:
    """Return the likeliest sheet, row of headings and roles; `sheet` and `heading_row` where a person named them."""
    best: tuple[tuple[int, int], Mapping] | None = None
    for head in heads:
        if sheet and head.name != sheet:
            continue
        rows = [heading_row] if heading_row else range(1, min(len(head.head), HEADING_ROWS) + 1)
        for number in rows:
            for depth in (1, 2) if number > 1 else (1,):
                mapping = _mapping(head, number, depth, words, is_chosen=bool(heading_row))
                used = [column for column, role in mapping.used if value_role(role)]
                score = (len(mapping.used), sum(1 for column in used if mapping.measure_of(column)))
                if best is None or score > best[0]:
                    best = (score, mapping)
    return best[1] if best else Mapping(heads[0].name, heading_row or 1, ("",) * heads[0].columns)


def heading_texts(head: SheetHead, number: int, depth: int) -> list[tuple[Scalar, Scalar]]:
    """Return the headings of the columns: the upper row's, "" where there is one row, and the lower row's.

    An upper heading stands over the columns that it is merged over, or over the empty cells to its right.
    """
    lower = list(head.head[number - 1]) if 0 < number <= len(head.head) else []
    lower += [None] * (head.columns - len(lower))
    if depth == 1 or number < 2:
        return [("", one) for one in lower]
    upper = list(head.head[number - 2])
    upper += [None] * (len(lower) - len(upper))
    return list(zip(_spread(upper, lower, head, number - 1), lower, strict=True))


def _spread(upper: Sequence[Scalar], lower: Sequence[Scalar], head: SheetHead, row: int) -> list[Scalar]:
    merged = {
        column: (left, right)
        for top, bottom, left, right in head.merged
        if top <= row <= bottom
        for column in range(left, right + 1)
    }
    found: list[Scalar] = []
    for column, text in enumerate(upper, start=1):
        left, _right = merged.get(column, (column, column))
        if left < column:
            text = found[left - 1]
        elif not as_text(text) and not merged and column > 1 and as_text(lower[column - 1]):
            text = found[-1]
        found.append(text)
    return found


def _mapping(head: SheetHead, number: int, depth: int, words: Vocabulary, *, is_chosen: bool) -> Mapping:
    if not is_chosen and _is_data(head, number, words):
        return Mapping(head.name, number, ("",) * head.columns)
    above = read_above(head.head[: max(number - depth, 0)], words)
    headings = _headings(head, number, depth, words, above)
    below = head.head[number : number + LOOKED_AT]
    roles = [_role(one, [row[at] for row in below if at < len(row)], words) for at, one in enumerate(headings)]
    roles = _settled(_first_of_each(roles), words)
    texts = [as_text(lower) or as_text(upper) for upper, lower in heading_texts(head, number, depth)]
    roles = _beside_units(roles, texts, below, words, above.year)
    has_measures = ColumnRole.MEASURE in roles
    measures = [_measure(one, role, words, above, has_measures) for one, role in zip(headings, roles, strict=True)]
    mapping = Mapping(head.name, number, tuple(roles), tuple(measures), heading_rows=depth, year=above.year)
    return _with_fixed(mapping, above)


def _headings(head: SheetHead, number: int, depth: int, words: Vocabulary, above: Above) -> list[Heading]:
    texts = heading_texts(head, number, depth)
    bare = [text for _upper, text in texts if isinstance(text, int | float) or as_text(text).isdecimal()]
    months = [as_text(text) for text in bare if len(as_text(text)) < 3]
    are_months = len(months) >= MONTHS_IN_A_ROW and months == [str(number) for number in range(1, len(months) + 1)]
    found = []
    for upper, lower in texts:
        if as_text(lower) in months and not are_months:
            found.append(Heading())
            continue
        lower = f"{as_text(lower)}月" if as_text(lower) in months else lower
        found.append(
            read_two(upper, lower, words, above.year) if depth == 2 else read_heading(lower, words, above.year)
        )
    return found


def _is_data(head: SheetHead, number: int, words: Vocabulary) -> bool:
    """Return True for a row that names a unit beside a number: it is one of the table's, not its headings."""
    row = head.head[number - 1] if number <= len(head.head) else ()
    return any(words.finds_unit(cell) for cell in row if as_text(cell)) and any(
        isinstance(cell, int | float) for cell in row
    )


def _role(heading: Heading, samples: Sequence[Scalar], words: Vocabulary) -> str:
    if heading.question:
        return f"{QUESTION}{heading.question}"
    there = [as_text(sample) for sample in samples if as_text(sample)]
    if heading.role == ColumnRole.UNIT and there and all(words.measure(text) for text in there):
        return ColumnRole.MEASURE.value  # 单位 is both: who reports, and the unit of measure
    if heading.is_value:
        return _role_of_values(heading)
    return heading.role


def _role_of_values(heading: Heading) -> str:
    """Return the role of a heading of values; the word of a total fills in what the heading does not name."""
    of_periods = heading.total if heading.unit and not heading.period else ""
    of_units = "" if heading.unit else heading.total
    period, unit = heading.period or of_periods, heading.unit or of_units
    return role_of_values(heading.indicator, period, unit, is_cumulative=heading.is_cumulative)


def _first_of_each(roles: Sequence[str]) -> list[str]:
    """Words stand in one column each; values that stand in two are left for a person to choose from."""
    return ["" if role in roles[:at] and not value_role(role) else role for at, role in enumerate(roles)]


def _settled(roles: list[str], words: Vocabulary) -> list[str]:
    """One layout of value columns: where indicators or periods have columns of their own, no other values are meant.

    Totals do not say which layout it is; they are of whatever the others are.
    """
    found = {role: value for role in roles if (value := value_role(role))}
    plain_ones = [value for role in roles if (value := found.get(role)) and not value.is_cumulative]
    layouts = [value.layout for value in plain_ones if not words.is_total_heading(value.unit)]
    kept = max(sorted(set(layouts), reverse=True), key=layouts.count) if layouts else (False, False, False)
    if ColumnRole.INDICATOR in roles and ColumnRole.VALUE in roles and kept == (True, False, False):
        kept = (False, False, False)
    last = max((value.period for value in plain_ones if value.layout == kept and value.period), default="")
    return [_fitted(found[role], kept, last, words) if role in found else role for role in roles]


def _fitted(value: ValueRole, kept: tuple[bool, bool, bool], last: str, words: Vocabulary) -> str:
    """Return the role of a column of values beside those of the layout kept, "" if it does not fit.

    Totals beside periods are totals of them; a cumulative value beside periods is up to the last one.
    """
    _indicators, of_periods, of_units = kept
    if value.is_cumulative:
        return value._replace(period=value.period or last).role if of_periods else value.role
    is_of_periods = of_periods and not of_units and not value.period and words.is_total_of_periods(value.unit)
    if is_of_periods:
        value = value._replace(period=value.unit, unit="")
    return value.role if value.layout == kept else ""


def _beside_units(
    roles: list[str], headings: Sequence[str], below: Sequence[Sequence[Scalar]], words: Vocabulary, year: int | None
) -> list[str]:
    """Return the roles of a table with a column for each unit: those of its first columns, and those of unknown units.

    The corner over such a table gives little: "地区" over months, or nothing.
    """
    values = [value for role in roles if (value := value_role(role))]
    if not any(value.unit for value in values):
        return roles
    found = list(roles)
    first = next(at for at, role in enumerate(roles) if value_role(role))
    for at in range(len(roles)):
        there = [text for row in below if at < len(row) and (text := as_text(row[at]))]
        if at < first and found[at] in (ColumnRole.IGNORE, ColumnRole.UNIT) and there:
            found[at] = _role_of_samples(there, words, year)
        elif at > first and not found[at] and _may_name_unit(headings[at]) and all(map(_is_number, there)) and there:
            found[at] = f"{UNIT_QUESTION}{headings[at]}"
    return found


def _may_name_unit(heading: str) -> bool:
    return bool(heading) and not _is_number(heading) and not COMPARED.search(heading)


def _role_of_samples(texts: Sequence[str], words: Vocabulary, year: int | None) -> str:
    """Return the role of a column whose heading does not say it."""
    if all(words.names_period(text, year) for text in texts):
        return ColumnRole.PERIOD.value
    if any(words.names_indicator(text) for text in texts):
        return ColumnRole.INDICATOR.value
    return ColumnRole.MEASURE.value if all(words.measure(text) for text in texts) else ColumnRole.IGNORE.value


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").removeprefix("-").isdecimal()


def _measure(heading: Heading, role: str, words: Vocabulary, above: Above, has_measures: bool) -> str:
    """Return the unit of measure of a column of values: its heading's, or the one above the table.

    A unit of measure that is not known, or one of several that fit, is a question. A column without a role yet has one
    too: a user may choose that it holds values.
    """
    value = value_role(role)
    if value is None and role and not role.startswith(QUESTION):
        return ""
    if heading.unknown:
        return f"{QUESTION}{heading.unknown[0]}"
    if heading.measures:
        return heading.measures[0] if len(set(heading.measures)) == 1 else f"{QUESTION}{'、'.join(heading.measures)}"
    if has_measures:
        return ""
    if above.unknown:
        return f"{QUESTION}{above.unknown}"
    symbols = above.indicator_measures or above.measures
    if len(symbols) < 2:
        return symbols[0] if symbols else ""
    indicator = words.find_indicator((value.indicator if value else "") or above.indicator)
    fitting = [one for one in symbols if indicator and _dimension(one, words) == indicator.unit.dimension]
    return fitting[0] if len(fitting) == 1 else f"{QUESTION}{'、'.join(symbols)}"


def _dimension(symbol: str, words: Vocabulary) -> str:
    measure = words.measure(symbol)
    return measure.dimension if measure else ""


def _with_fixed(mapping: Mapping, above: Above) -> Mapping:
    """Return what the rows above say, for what no column says."""
    roles = set(mapping.roles)
    layouts = [value.layout for _column, value in mapping.value_columns]
    of_indicators, of_periods, of_units = (any(layout[at] for layout in layouts) for at in (0, 1, 2))
    return replace(
        mapping,
        unit="" if of_units or ColumnRole.UNIT in roles else above.unit,
        indicator="" if of_indicators or ColumnRole.INDICATOR in roles else above.indicator,
        period="" if of_periods or {ColumnRole.PERIOD, ColumnRole.YEAR} & roles else above.period,
    )
