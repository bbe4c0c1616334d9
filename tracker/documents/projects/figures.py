"""Data of the project ledger: the lists as a document keeps them, and the frame around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from tracker.documents import wording


@dataclass(frozen=True)
class ProjectFigures:
    """The lists of a plan in a region at the end of a period, as of a moment."""

    plan: str
    issuer: str
    period: str
    as_of: datetime
    lists: Sequence[Mapping[str, Any]]
    prepared_by: str = ""
    is_demonstration: bool = False


def named(pair: Sequence[str]) -> str:
    """Return the name in the active language; the Chinese one where there is no English one."""
    chinese, english = pair
    return english if english and not (get_language() or "").startswith("zh") else chinese


def amount(text: str | None) -> Decimal | None:
    """Return a kept amount."""
    return None if text is None else Decimal(text)


def day(text: str | None) -> str:
    """Return a kept day as documents print it; empty for none."""
    return wording.day(date.fromisoformat(text)) if text else ""
