"""What figures are judged by, as JSON and back: decimals and days as text, so that nothing is lost."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.calculation.figure_inputs import Programme, Terms
from tracker.calculation.pace import Pace, Point
from tracker.calculation.progress import Rule
from tracker.calculation.rollup import Rollup


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """How an indicator is reckoned."""
    return {
        "over_periods": rule.over_periods.value,
        "over_places": rule.over_places.value,
        "parts": list(rule.parts),
        "numerator": rule.numerator,
        "denominator": rule.denominator,
    }


def rule_from_json(kept: Mapping[str, Any]) -> Rule:
    """The rule that `rule_as_json` kept."""
    return Rule(
        over_periods=Rollup(kept["over_periods"]),
        over_places=Rollup(kept["over_places"]),
        parts=tuple(kept["parts"]),
        numerator=kept["numerator"],
        denominator=kept["denominator"],
    )


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """How a target is judged."""
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


def terms_from_json(kept: Mapping[str, Any]) -> Terms:
    """The terms that `terms_as_json` kept."""
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
