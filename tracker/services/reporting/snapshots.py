"""Keeping a book as JSON with the report issued from it, and getting the same book back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.calculation.book import Book, Goal, Programme, Span, Terms
from tracker.calculation.cells import Coverage, Tally
from tracker.calculation.levels import Bounds
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import Cells, Rule
from tracker.calculation.rollup import Rollup


def book_as_json(book: Book) -> dict[str, Any]:
    """The book in JSON's own types; decimals and days as text, so that nothing is lost."""
    return {
        "starts_on": book.starts_on.isoformat(),
        "ends_on": book.ends_on.isoformat(),
        "top": book.top,
        "paths": dict(book.paths),
        "periods": [[span.code, span.starts_on.isoformat(), span.ends_on.isoformat()] for span in book.periods],
        "codes_in_plan": list(book.codes_in_plan),
        "bounds": [str(book.bounds.level_two_below), str(book.bounds.level_one_below)],
        "rules": {code: _rule_as_json(rule) for code, rule in book.cells.rules.items()},
        "cells": _leaves_as_json(book.cells),
        "last_year": _leaves_as_json(book.last_year),
        "goals": [
            [indicator, place, goal.effective_from.isoformat(), str(goal.value)]
            for (indicator, place), goals in book.goals.items()
            for goal in goals
        ],
        "units": {place: [there.present, there.expected] for place, there in book.units.items()},
        "terms": {code: _terms_as_json(terms) for code, terms in book.terms.items()},
    }


def book_from_json(kept: Mapping[str, Any]) -> Book:
    """The book that `book_as_json` kept."""
    rules = {code: Rule(**{**rule, **_rollups(rule)}) for code, rule in kept["rules"].items()}
    goals: dict[tuple[str, str], list[Goal]] = {}
    for indicator, place, day, value in kept["goals"]:
        goals.setdefault((indicator, place), []).append(Goal(date.fromisoformat(day), Decimal(value)))
    return Book(
        starts_on=date.fromisoformat(kept["starts_on"]),
        ends_on=date.fromisoformat(kept["ends_on"]),
        top=kept["top"],
        paths=kept["paths"],
        periods=tuple(Span(code, date.fromisoformat(a), date.fromisoformat(b)) for code, a, b in kept["periods"]),
        codes_in_plan=tuple(kept["codes_in_plan"]),
        bounds=Bounds(*map(Decimal, kept["bounds"])),
        cells=Cells(rules, _leaves_from_json(kept["cells"])),
        last_year=Cells(rules, _leaves_from_json(kept["last_year"])),
        goals=goals,
        terms={code: _terms_from_json(terms) for code, terms in kept["terms"].items()},
        units={place: Coverage(*there) for place, there in kept["units"].items()},
    )


def _rule_as_json(rule: Rule) -> dict[str, Any]:
    return {
        "over_periods": rule.over_periods.value,
        "over_places": rule.over_places.value,
        "parts": list(rule.parts),
        "numerator": rule.numerator,
        "denominator": rule.denominator,
    }


def _rollups(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "over_periods": Rollup(rule["over_periods"]),
        "over_places": Rollup(rule["over_places"]),
        "parts": tuple(rule["parts"]),
    }


def _leaves_as_json(cells: Cells) -> list[list[Any]]:
    return [
        [*key, None if tally.value is None else str(tally.value), tally.coverage.present, tally.coverage.expected]
        for key, tally in cells.leaves.items()
    ]


def _leaves_from_json(rows: list[list[Any]]) -> dict[tuple[str, str, str], Tally]:
    return {
        (indicator, place, period): Tally(None if value is None else Decimal(value), Coverage(present, expected))
        for indicator, place, period, value, present, expected in rows
    }


def _terms_as_json(terms: Terms) -> dict[str, Any]:
    programme = terms.programme
    return {
        "pace": terms.pace.value,
        "points": [[point.day.isoformat(), str(point.share)] for point in terms.points],
        "is_graded": terms.is_graded,
        "programme": programme
        and [
            programme.starts_on.isoformat(),
            programme.ends_on.isoformat(),
            str(programme.value),
            str(programme.before),
        ],
    }


def _terms_from_json(kept: Mapping[str, Any]) -> Terms:
    programme = kept["programme"]
    return Terms(
        pace=Pace(kept["pace"]),
        points=tuple(Point(date.fromisoformat(day), Decimal(share)) for day, share in kept["points"]),
        is_graded=kept["is_graded"],
        programme=programme
        and Programme(
            date.fromisoformat(programme[0]),
            date.fromisoformat(programme[1]),
            Decimal(programme[2]),
            Decimal(programme[3]),
        ),
    )
