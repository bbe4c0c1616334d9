"""Reading what people type of a project for a period, on the page or in the template."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.quantities import QuantityError, Unit, read_quantity
from tracker.calculation.text import is_plain
from tracker.models import ProjectProblem, ProjectReport
from tracker.queries.plans.quantities import explain

MOST = Decimal(10) ** 9
#: What investment is counted in, and what may be typed behind it.
TEN_THOUSAND = Unit("万元", "money", Decimal(10_000))
MONEY = {
    one.symbol: one for one in (TEN_THOUSAND, Unit("元", "money", Decimal(1)), Unit("亿元", "money", Decimal(10**8)))
}
LENGTHS = {"progress": 500, "problem": 500, "demand": 300, "evidence": 300, "note": 500}


def read_report(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of what was typed, and what cannot be read, by field."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name in ProjectReport.FIELDS:
        if name not in typed:
            continue
        try:
            values[name] = _value(name, " ".join(typed[name].split()))
        except ValueError as error:
            wrong[name] = str(error)
    return values, wrong


def _value(name: str, text: str) -> Decimal | date | str | None:
    """Return a value from its text. Raise ValueError with what is wrong."""
    if name == "investment":
        return _amount(text)
    if name == "due_on":
        return _day(text)
    if name == "problem_kind":
        return _kind(text)
    most = LENGTHS[name]
    if len(text) > most:
        raise ValueError(_("At most %(number)s characters.") % {"number": most})
    if not is_plain(text):
        raise ValueError(_("This text holds a control character that cannot be seen."))
    return text


def _amount(text: str) -> Decimal | None:
    try:
        read = read_quantity(text, TEN_THOUSAND, MONEY)
    except QuantityError as error:
        raise ValueError(explain(error)) from None
    if read is None:
        return None
    if abs(read.value) >= MOST:
        raise ValueError(_("The amount must lie below 1,000,000,000."))
    return read.value.normalize()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-")[:10]) if text else None
    except ValueError:
        raise ValueError(_("“%(text)s” is not a day, such as 2020-05-01.") % {"text": text[:40]}) from None


def _kind(text: str) -> str:
    known = {str(kind.label): kind.value for kind in ProjectProblem.Kind}
    if not text or text in ProjectProblem.Kind.values:
        return text
    if text not in known:
        raise ValueError(_("Choose one of: %(names)s.") % {"names": "、".join(known)})
    return known[text]


def field_label(name: str) -> str:
    """Return what a field is called above its column."""
    return {
        "investment": _("Investment of this period (10,000 yuan)"),
        "progress": _("Physical progress"),
        "problem_kind": _("Kind of problem"),
        "problem": _("Problem"),
        "demand": _("Demand"),
        "due_on": _("To be settled by"),
        "evidence": _("Evidence"),
        "note": _("Note"),
    }[name]
