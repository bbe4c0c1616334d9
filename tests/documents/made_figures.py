"""Figures made up for reports, without a database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Bounds
from tracker.calculation.place_figures import Span
from tracker.calculation.progress import AggregationRule, Cells
from tracker.calculation.targets.terms import Goal
from tracker.documents.compliance import ComplianceFigures, LedgerLine, PlaceFigures, TargetLine

TOP = "140000"
MONTHS = (Span("2020-01", date(2020, 1, 1), date(2020, 1, 31)), Span("2020-02", date(2020, 2, 1), date(2020, 2, 29)))
MOMENT = datetime(2020, 3, 4, 1, 2, tzinfo=UTC)


def made_figures(
    names: Sequence[str],
    *,
    cities: Sequence[str] = ("太原市", "大同市"),
    amounts: dict[tuple[str, str, str], str] | None = None,
    rules: dict[str, AggregationRule] | None = None,
    without_share: Sequence[str] = (),
    **more: Any,
) -> ComplianceFigures:
    """A plan of 2020 up to February: each indicator's target is 12 in all, shared evenly by the cities.

    Indicators are called i0, i1 ...; places p0, p1 ... within the top. `amounts` by indicator, place and month.
    """
    codes = [f"i{number}" for number in range(len(names))]
    places = {f"p{number}": city for number, city in enumerate(cities)}
    leaves = {key: Aggregate(Decimal(value), Coverage(1, 1)) for key, value in (amounts or {}).items()}
    book = FigureInputs(
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        top=TOP,
        paths={TOP: f"{TOP}/", **{code: f"{TOP}/{code}/" for code in places}},
        periods=MONTHS,
        codes_in_plan=tuple(f"2020-{month:02d}" for month in range(1, 13)),
        bounds=Bounds(),
        cells=Cells({code: (rules or {}).get(code, AggregationRule()) for code in codes}, leaves),
        last_year=Cells({code: AggregationRule() for code in codes}),
        goals=_goals(codes, [place for place in places if place not in without_share]),
    )
    return ComplianceFigures(
        plan="计划",
        issuer="主管部门",
        period="2020年2月",
        number=1,
        as_of=MOMENT,
        book=book,
        bounds=book.bounds,
        coverage=Coverage(1, 2),
        targets=[_line(code, name, book) for code, name in zip(codes, names, strict=True)],
        place=_place(TOP, "山西省", codes, book, is_whole=True, is_reported_on=True),
        cities=[_place(code, city, codes, book) for code, city in places.items()],
        ledger=[_entry(number, key, names, places, tally) for number, (key, tally) in enumerate(leaves.items(), 1)],
        revisions=list(range(1, len(leaves) + 1)),
        indicators=dict(zip(codes, names, strict=True)),
        **more,
    )


def _goals(codes: Sequence[str], places: Sequence[str]) -> dict[tuple[str, str], Sequence[Goal]]:
    whole = [Goal(date(2020, 1, 1), Decimal(12))]
    share = [Goal(date(2020, 1, 1), Decimal(12) / max(len(places), 1))]
    return {(code, TOP): whole for code in codes} | {(code, place): share for code in codes for place in places}


def _line(code: str, name: str, book: FigureInputs) -> TargetLine:
    return TargetLine(
        key=code,
        name=name,
        unit="万吨",
        decimals=2,
        bound="不少于",
        clauses="二",
        pace="按日均衡",
        standing=book.standing(code, TOP),
        is_derived=bool(book.cells.rules[code].parts),
    )


def _place(code: str, name: str, codes: Sequence[str], book: FigureInputs, **more: bool) -> PlaceFigures:
    return PlaceFigures(code, name, Coverage(1, 1), {one: book.standing(one, code) for one in codes}, **more)


def _entry(
    number: int, key: tuple[str, str, str], names: Sequence[str], places: dict[str, str], tally: Aggregate
) -> LedgerLine:
    indicator, place, period = key
    city = places.get(place, "山西省")
    return LedgerLine(
        city=city,
        region=city,
        unit=f"{city}单位",
        period=period,
        indicator=names[int(indicator[1:])],
        indicator_code=indicator,
        measure_unit="万吨",
        decimals=2,
        reported=tally.value,
        verified=tally.value or Decimal(0),
        reason="",
        submitted_by="甲",
        submitted_at=MOMENT,
        verified_by="乙",
        verified_at=MOMENT,
        revision_id=number,
    )
