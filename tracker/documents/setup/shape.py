"""Tables of a plan document: their keys, which of them are required, and what an absent key means."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

#: A row by its keys; a table as rows in the order of the document; all tables by name.
Row = dict[str, Any]
Tables = Mapping[str, list[Row]]

#: table -> (required keys, optional keys with their defaults)
SHAPE: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "plan": (
        ("code", "name", "issuer", "issued_on", "starts_on", "ends_on", "region"),
        {
            "name_en": "",
            "issuer_en": "",
            "document_number": "",
            "deadline_day": 5,
            "deadline_on_working_day": True,
            "lock_after_days": None,
            "issue_after_days": None,
            "remind_days_before": 3,
            "remind_every_days": 3,
            "reminds_before": True,
            "reminds_after": True,
            "graded_by": "due",
            "level_two_below": 0,
            "level_one_below": -10,
            "level_band": 1,
            "overall_ranking": "levels",
            "pace": "even_by_month",
            "checking_levels": [],
            "fiscal_year_starts": 1,
            "joins_january_february": False,
            "time_zone": "Asia/Shanghai",
            "calendar": "CN",
            "deadlines": {},
        },
    ),
    "level": (("code", "name"), {"name_en": ""}),
    "region": (
        ("code", "level", "name"),
        {"name_en": "", "part_of": "", "closed_on": None, "merged_into": ""},
    ),
    "unit": (("code", "symbol", "symbol_en", "dimension", "factor"), {"is_countable": False}),
    "reporting_unit": (("code", "name", "region"), {"name_en": "", "contact_phone": "", "closed_on": None}),
    "earlier": (("until", "name"), {"region": "", "unit": "", "name_en": "", "level": "", "part_of": ""}),
    "alias": (("name",), {"region": "", "unit": "", "indicator": ""}),
    "person": (("username",), {"display_name": "", "email": "", "phone": "", "language": "zh-hans"}),
    "role": (("username", "role", "region"), {"unit": "", "only_plan": False}),
    "body": (("name",), {"name_en": ""}),
    "clause": (("number", "name"), {"name_en": "", "wording": ""}),
    "indicator": (
        ("code", "name", "unit"),
        {
            "name_en": "",
            "decimals": 2,
            "direction": "more",
            "over_periods": "sum",
            "over_places": "sum",
            "parts": [],
            "numerator": "",
            "denominator": "",
            "included_in": "",
            "weight": "",
            "allows_negative": False,
            "definition": "",
            "source": "",
            "revision_note": "",
        },
    ),
    "target": (
        ("indicator", "clauses", "bound"),
        {
            "kind": "",
            "value": None,
            "upper_value": None,
            "base_value": None,
            "base_year": None,
            "base_source": "",
            "season": "",
            "pace": "",
            "milestones": [],
            "points": [],
            "programme": [],
            "goals": [],
            "versions": [],
            "graded_by": "",
            "level_two_below": None,
            "level_one_below": None,
            "nature": "",
            "responsible": "",
            "supporting": [],
            "is_approximate": False,
            "is_key": False,
            "places": [],
            "effective_from": None,
            "document_number": "",
            "stretch_note": "",
        },
    ),
    "rule_change": (
        ("effective_from",),
        {
            "target": "",
            "indicator": "",
            "document_number": "",
            "no_document_reason": "",
            "graded_by": "",
            "level_two_below": None,
            "level_one_below": None,
            "level_band": None,
            "pace": "",
            "curve": "",
            "over_periods": "",
            "over_places": "",
            "weight": "",
        },
    ),
    "commitment": (
        ("clause", "kind"),
        {"part_of": "", "places": [], "bodies": [], "status": "not_started", "status_note": ""},
    ),
    "obligation": (("unit", "indicator"), {"frequency": "month", "begins": None, "ends": None}),
    "link": (
        ("indicator", "other_plan", "begins"),
        {"other_indicator": "", "frequency": "month", "until": None},
    ),
    "check": (("kind", "severity"), {"indicator": "", "low": None, "high": None}),
    "range": (("unit", "indicator", "low", "high"), {"basis": ""}),
    "capacity": (("unit", "indicator", "per_month"), {"basis": ""}),
    "schedule": (("name", "when"), {"number": 8, "time_of_day": "08:30", "is_active": True}),
    "subscription": (
        ("schedule", "audience"),
        {
            "user": "",
            "role": "",
            "region": "",
            "address": "",
            "about": "plan",
            "place": "",
            "indicators": [],
            "language": "",
            "attached": "workbook",
            "hold_number": None,
            "hold_counts": "returns",
            "hold_days": None,
            "copies_to": [],
            "thresholds": [],
            "is_active": True,
        },
    ),
}
GOAL: tuple[tuple[str, ...], dict[str, Any]] = (
    ("place", "value"),
    {"unit": "", "upper_value": None, "base_value": None},
)
#: rows within a row: key -> (required keys, optional keys with their defaults)
NESTED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "milestones": (("day", "value"), {}),
    "points": (("day", "share"), {}),
    "programme": (("starts_on", "ends_on", "value", "done_before"), {}),
    "goals": GOAL,
    "versions": (
        ("effective_from", "value", "document_number"),
        {"upper_value": None, "stretch_note": "", "goals": []},
    ),
}
NUMBER = (int, Decimal, type(None))
TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("day", "issued_on", "starts_on", "ends_on", "until"), date),
    **dict.fromkeys(("closed_on", "begins", "ends", "effective_from"), (date, type(None))),
    **dict.fromkeys(
        ("value", "upper_value", "base_value", "level_two_below", "level_one_below", "low", "high"), NUMBER
    ),
    **dict.fromkeys(("factor", "share", "done_before", "per_month", "level_band"), (int, Decimal)),
    **dict.fromkeys(
        ("base_year", "lock_after_days", "issue_after_days", "hold_number", "hold_days"), (int, type(None))
    ),
    **dict.fromkeys(("decimals", "deadline_day", "fiscal_year_starts"), int),
    **dict.fromkeys(("remind_days_before", "remind_every_days"), (int, type(None))),
    **dict.fromkeys(
        ("is_countable", "deadline_on_working_day", "is_approximate", "is_key", "allows_negative", "is_active"), bool
    ),
    **dict.fromkeys(("reminds_before", "reminds_after", "only_plan", "joins_january_february"), bool),
    "deadlines": dict,
    **dict.fromkeys(("parts", "clauses", "places", "bodies", "supporting", "indicators", "checking_levels"), list),
    **dict.fromkeys(("copies_to", "thresholds"), list),
    **dict.fromkeys(("milestones", "points", "programme", "goals", "versions"), list),
}


def type_of(table: str, key: str) -> type | tuple[type, ...]:
    """Return the type, or the types, of a key's values. The number of a clause is text, that of a schedule is not."""
    if (table, key) == ("schedule", "number"):
        return int
    if (table, key) == ("rule_change", "level_band"):
        return NUMBER
    if table == "link" and key in ("begins", "until"):
        return date if key == "begins" else (date, type(None))
    return TYPES.get(key, str)
