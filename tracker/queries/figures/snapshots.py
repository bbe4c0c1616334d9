"""Keeping a book as JSON with the report issued from it, and getting the same book back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.place_figures import Span
from tracker.calculation.progress import Cells
from tracker.calculation.rule_sets import RuleSet
from tracker.calculation.same_units import SameUnits
from tracker.calculation.targets.terms import Goal
from tracker.queries.figures.rules_json import (
    bounds_as_json,
    bounds_from_json,
    earlier_as_json,
    earlier_from_json,
    goal_as_json,
    goal_from_json,
    rule_as_json,
    rule_from_json,
    terms_as_json,
    terms_from_json,
)


def book_as_json(book: FigureInputs) -> dict[str, Any]:
    """Return the inputs in JSON's own types; decimals and days as text, so that nothing is lost."""
    return {
        "starts_on": book.starts_on.isoformat(),
        "ends_on": book.ends_on.isoformat(),
        "top": book.top,
        "paths": dict(book.paths),
        "periods": [[span.code, span.starts_on.isoformat(), span.ends_on.isoformat()] for span in book.periods],
        "codes_in_plan": list(book.codes_in_plan),
        "bounds": bounds_as_json(book.bounds),
        "rules": {code: rule_as_json(rule) for code, rule in book.cells.rules.items()},
        "cells": _leaves_as_json(book.cells),
        "last_year": _leaves_as_json(book.last_year),
        "goals": [
            [indicator, place, *goal_as_json(goal)]
            for (indicator, place), goals in book.goals.items()
            for goal in goals
        ],
        "units": {place: [there.present, there.expected] for place, there in book.units.items()},
        "terms": {code: terms_as_json(terms) for code, terms in book.terms.items()},
        **({"is_same_basis": True} if book.is_same_basis else {}),
        **({"years": dict(book.cells.years)} if book.cells.years else {}),
        **({"listed": list(book.listed)} if book.listed else {}),
        **({"width": book.width} if book.width > 1 else {}),
        **({"earlier": earlier_as_json(book.earlier, _present(book))} if book.earlier else {}),
        **({"same_units": _pairs_as_json(book.same_units)} if book.same_units.pairs else {}),
    }


def _present(book: FigureInputs) -> RuleSet:
    return RuleSet(book.bounds, book.terms, book.cells.rules)


def book_from_json(kept: Mapping[str, Any]) -> FigureInputs:
    """Return the inputs that `book_as_json` stored."""
    rules = {code: rule_from_json(rule) for code, rule in kept["rules"].items()}
    goals: dict[tuple[str, str], list[Goal]] = {}
    for indicator, place, *goal in kept["goals"]:
        goals.setdefault((indicator, place), []).append(goal_from_json(goal))
    years = kept.get("years", {})
    bounds = bounds_from_json(kept["bounds"])
    terms = {code: terms_from_json(terms) for code, terms in kept["terms"].items()}
    return FigureInputs(
        starts_on=date.fromisoformat(kept["starts_on"]),
        ends_on=date.fromisoformat(kept["ends_on"]),
        top=kept["top"],
        paths=kept["paths"],
        periods=tuple(Span(code, date.fromisoformat(a), date.fromisoformat(b)) for code, a, b in kept["periods"]),
        codes_in_plan=tuple(kept["codes_in_plan"]),
        bounds=bounds,
        cells=Cells(rules, _leaves_from_json(kept["cells"]), years),
        last_year=Cells(rules, _leaves_from_json(kept["last_year"]), years),
        goals=goals,
        terms=terms,
        units={place: Coverage(*there) for place, there in kept["units"].items()},
        is_same_basis=kept.get("is_same_basis", False),
        listed=tuple(kept.get("listed", ())),
        width=kept.get("width", 1),
        earlier=earlier_from_json(kept.get("earlier", ()), RuleSet(bounds, terms, rules)),
        same_units=_pairs_from_json(kept.get("same_units", [])),
    )


def _pairs_as_json(same: SameUnits) -> list[list[Any]]:
    return [[*key, str(this), str(last), number] for key, (this, last, number) in same.pairs.items()]


def _pairs_from_json(rows: list[list[Any]]) -> SameUnits:
    return SameUnits(
        {
            (indicator, place, period): (Decimal(this), Decimal(last), number)
            for indicator, place, period, this, last, number in rows
        }
    )


def _leaves_as_json(cells: Cells) -> list[list[Any]]:
    return [
        [*key, None if tally.value is None else str(tally.value), tally.coverage.present, tally.coverage.expected]
        for key, tally in cells.leaves.items()
    ]


def _leaves_from_json(rows: list[list[Any]]) -> dict[tuple[str, str, str], Aggregate]:
    return {
        (indicator, place, period): Aggregate(None if value is None else Decimal(value), Coverage(present, expected))
        for indicator, place, period, value, present, expected in rows
    }
