"""排名: each target's cities by completion rate, with the cells that the province's figures must add up to."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.cells import Aggregate
from tracker.calculation.progress import TargetProgress
from tracker.calculation.targets.kinds import Bound
from tracker.documents import expressions, progress_words, wording
from tracker.documents.compliance.figures import ComplianceFigures, PlaceFigures, TargetLine
from tracker.documents.compliance.ledger_sums import LedgerSums
from tracker.documents.compliance.summary import explain_levels
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet, Value

KEY = "ranking"
OWN = "own"


def row_key(target: str, place: str) -> str:
    """Return the row of a place under a target."""
    return f"{target}|{place}"


def ranking(figures: ComplianceFigures, sums: LedgerSums) -> Sheet:
    """Return the sheet: the ranked first, then those that have nothing verified for the period, which have no rank."""
    rows: list[Row] = []
    for line in figures.targets:
        rows += _block(line, figures, sums, len(rows))
    return Sheet(
        name=_("Ranking"),
        title=_("%(plan)s: ranking by completion rate") % {"plan": figures.plan},
        columns=_columns(figures),
        rows=rows,
        right=_("Unit: as in each row"),
        notes=[
            _(
                "Equal rates share a rank and the following rank is skipped. Regions without verified"
                " data are not ranked."
            ),
            *explain_levels(figures),
            *progress_words.rounding_note(
                place.standings.get(line.key) for line in figures.targets for place in figures.cities
            ),
            *_not_allocated(figures),
            *expressions.schedule_notes(figures.book),
        ],
        has_filter=True,
        frozen_columns=3,
        key=KEY,
        is_supporting=True,
    )


def _not_allocated(figures: ComplianceFigures) -> list[str]:
    """Return the note on targets whose shares of regions do not add up to them (未分解)."""
    found = []
    for line in figures.targets:
        standings = {place.code: place.standings[line.key] for place in figures.cities if line.key in place.standings}
        is_shared = any(one.target is not None for one in standings.values())
        rest = figures.book.unallocated(line.key, list(standings)) if is_shared else None
        if rest:
            words = {"name": line.name, "rest": wording.amount(rest, line.decimals), "unit": line.unit_beside_target}
            found.append(_("%(name)s %(rest)s %(unit)s") % words)
    if not found:
        return []
    words = {"targets": wording.listed(found)}
    return [
        _("Not allocated, target less the shares of the regions; below zero more is allocated: %(targets)s.") % words
    ]


def rows_of(line: TargetLine, figures: ComplianceFigures) -> list[str]:
    """Return the keys of a target's rows, in their order."""
    keys = placed_rows_of(line, figures)
    return keys if own_amount(line, figures).value is None else [*keys, row_key(line.key, OWN)]


def placed_rows_of(line: TargetLine, figures: ComplianceFigures) -> list[str]:
    """Return the keys of a target's rows that are about a place, in their order."""
    return [row_key(line.key, place.code) for place, _rank in _ordered(line, figures)]


def own_amount(line: TargetLine, figures: ComplianceFigures, *, to_date: bool = True) -> Aggregate:
    """Return what units of the plan's own region reported, which is no city's."""
    book = figures.book_of(line.key)
    codes = [span.code for span in book.periods] if to_date else book.codes_of_period
    return book.cells.tally(line.key, [book.top], codes)


def _columns(figures: ComplianceFigures) -> list[Column]:
    return [
        Column(_("No."), Kind.COUNT),
        Column(_("Indicator")),
        Column(_("Region"), key="region"),
        Column(_("Unit of measure")),
        Column(
            progress_words.target_label(is_one_year=figures.book.is_one_year),
            Kind.AMOUNT,
            is_unrounded=True,
            key="target",
        ),
        Column(
            wording.this_period(figures.kind, figures.book.periods[-1].code),
            Kind.AMOUNT,
            is_unrounded=True,
            key="month",
        ),
        Column(_("Cumulative"), Kind.AMOUNT, is_unrounded=True, key="cumulative"),
        Column(_("Completion rate"), Kind.RATE, key="completion"),
        Column(_("Schedule rate"), Kind.RATE, is_unrounded=True, key="schedule"),
        Column(_("Gap (points)"), Kind.POINTS, key="gap"),
        Column(pgettext("place in an order", "Rank"), Kind.COUNT, key="rank"),
        Column(_("Warning"), Kind.LEVEL, key="level"),
        Column(_("Coverage (verified / expected)"), Kind.COUNT),
    ]


def _ordered(line: TargetLine, figures: ComplianceFigures) -> list[tuple[PlaceFigures, int | None]]:
    places = {place.code: place for place in figures.cities if line.key in place.standings}
    ranks = figures.book_of(line.key).ranking(line.key, list(places), "completion")
    order = sorted(places, key=lambda code: (ranks[code] is None, ranks[code] or 0, code))
    return [(places[code], ranks[code]) for code in order]


def _block(line: TargetLine, figures: ComplianceFigures, sums: LedgerSums, before: int) -> Iterator[Row]:
    ordered = _ordered(line, figures)
    ranked = [row_key(line.key, place.code) for place, rank in ordered if rank is not None]
    run = f"{{completion@{ranked[0]}:{ranked[-1]}}}" if ranked else ""
    standings = [place.standings[line.key] for place, rank in ordered if rank is not None]
    by_cells = all(_is_ranked_by_completion(standing) for standing in standings)
    order = ",1" if line.standing.bound.is_cap else ""
    number = before
    for number, (place, rank) in enumerate(ordered, before + 1):
        formula = f"RANK({{completion}},{run}{order})" if by_cells else ""
        row = _row(number, line, place, figures, sums, Formula(formula, rank) if rank else None)
        yield replace(row, begins_block=number == before + 1)
    if own_amount(line, figures).value is not None:
        yield _own_row(number + 1, line, figures, sums)


def _is_ranked_by_completion(standing: TargetProgress) -> bool:
    """Return True if the rank follows from the completion rate in the sheet."""
    bound = standing.bound
    is_by_rate = bound.is_cap or bound.is_floor or bound is Bound.REFERENCE
    return is_by_rate and not standing.is_provisional and standing.completion is not None


def _row(
    number: int, line: TargetLine, place: PlaceFigures, figures: ComplianceFigures, sums: LedgerSums, rank: Value
) -> Row:
    standing, last = place.standings[line.key], figures.book_of(line.key).codes_of_period
    values: list[Value] = [
        number,
        line.name,
        place.name,
        line.unit_beside_target,
        _target(line, place, figures),
        _amount(standing.this_period.value, sums.amount(line.key, place=place.name, periods=last)),
        _amount(standing.to_date.value, sums.amount(line.key, place=place.name)),
        expressions.completion(standing),
        expressions.schedule(figures.book_of(line.key), line.key, standing.schedule_rate),
        expressions.gap(standing),
        rank,
        expressions.level(standing) if line.is_graded else pgettext("warning level", "Reference"),
        str(standing.to_date.coverage) if standing.to_date.coverage.expected else wording.MISSING,
    ]
    return Row(values, decimals=line.decimals, key=row_key(line.key, place.code))


def _own_row(number: int, line: TargetLine, figures: ComplianceFigures, sums: LedgerSums) -> Row:
    """Return what no city reported: it takes part in the sum and in nothing else."""
    month, to_date = own_amount(line, figures, to_date=False), own_amount(line, figures)
    name, last = figures.place.name, figures.book_of(line.key).codes_of_period
    values: list[Value] = [
        number,
        line.name,
        _("%(place)s's own units") % {"place": name},
        line.unit_beside_target,
        None,
        _amount(month.value, sums.amount(line.key, place=name, periods=last)),
        _amount(to_date.value, sums.amount(line.key, place=name)),
        *[None] * 4,
        wording.MISSING,
        str(to_date.coverage),
    ]
    return Row(values, decimals=line.decimals, key=row_key(line.key, OWN))


def _target(line: TargetLine, place: PlaceFigures, figures: ComplianceFigures) -> Value:
    """Return a derived target as the sum of its parts' cells, where the place has all of them."""
    value, parts = place.standings[line.key].target, figures.book.cells.rules[line.key].parts
    if value is None or not parts or not {part.key for part in figures.targets}.issuperset(parts):
        return value
    if not set(place.standings).issuperset(parts):
        return value
    return Formula(f"SUM({','.join(f'{{target@{row_key(part, place.code)}}}' for part in parts)})", value)


def _amount(value: Decimal | None, formula: str) -> Value:
    return Formula(formula, value) if formula and value is not None else value
