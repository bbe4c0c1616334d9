"""Word what remains of a target: the need of each period left; under a limit, the amount still free.

A used-up limit has nothing free. "At most 0 a month" would mislead, so the text states by how much it is exceeded.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.progress import TargetProgress
from tracker.calculation.targets.kinds import Bound
from tracker.documents import wording
from tracker.documents.official import in_full

#: A template in the active language, and its words by name.
Clause = tuple[str, dict[str, str]]


def label(bound: Bound, kind: str = "month") -> str:
    """Return the heading of what is left for each period of a kind: needed, or under a limit still free."""
    if kind != "month":
        return _("headroom in each period left") if bound.is_cap else _("needed in each period left")
    return _("headroom in each month left") if bound.is_cap else _("needed per remaining month")


def heading(kind: str) -> str:
    """Return the heading of what is needed in each period left, or under a limit still free, by the periods' kind."""
    headings = {
        "month": _("Needed a month"),
        "quarter": _("Needed a quarter"),
        "year": _("Needed a year"),
    }
    return headings.get(kind) or _("Needed a period")


def excess(standing: TargetProgress) -> Decimal | None:
    """Return by how much a limit is exceeded, 0 where it is used up exactly; None where it is kept.

    A limit of nothing, of which nothing is used, is kept. What is to be exactly so much, or between two ends, has its
    limit, too, but meets it with what reaches it.
    """
    reached, bound = standing.to_date.value, standing.bound
    limit = standing.upper if bound is Bound.BETWEEN else standing.target
    if limit is None or reached is None or reached < limit:
        return None
    if bound.is_cap:
        return reached - limit if reached else None
    is_limited = bound in (Bound.EXACTLY, Bound.BETWEEN, Bound.ALL_OF)
    return reached - limit if is_limited and reached > limit else None


def in_cell(standing: TargetProgress, need: Decimal | None, decimals: int) -> str:
    """Return the need for a narrow cell: "3.00", "reached"; of a limit "free 3.00" or what `used_up` returns."""
    if need is None:
        return wording.MISSING
    amount = wording.amount(need, decimals)
    if need:
        return _("free %(amount)s") % {"amount": amount} if standing.bound.is_cap else amount
    if over := used_up(standing, decimals):
        return over
    return _("reached") if _is_reached(standing) else amount


def used_up(standing: TargetProgress, decimals: int) -> str:
    """Return "used up" or "exceeded by 3.00" of a limit of which nothing is free; else nothing."""
    over = excess(standing)
    if over is None:
        return ""
    return _("exceeded by %(amount)s") % {"amount": wording.amount(over, decimals)} if over else _("used up")


def in_two_lines(words: str) -> str:
    """Return words with their amount below them, for a column that is as wide as its figures."""
    return re.sub(r"\s*(?=\d)", "\n", words, count=1)


def _is_reached(standing: TargetProgress) -> bool:
    """Return True unless more than the goal is wanted, and just that is there."""
    return standing.bound is not Bound.MORE_THAN or standing.to_date.value != standing.target


def clause(standing: TargetProgress, need: Decimal | None, kind: str, unit: str, decimals: int) -> list[Clause]:
    """Return what is needed in each period left, as the end of a clause; nothing where nothing can be said."""
    if need is None:
        return []
    if not need:
        return _nothing_left(standing, unit, decimals)
    words = {"need": in_full(need, unit, decimals)}
    if standing.bound.is_cap:
        monthly, other = _(", at most %(need)s in each month left"), _(", at most %(need)s in each period left")
    else:
        monthly, other = _(", %(need)s needed in each month left"), _(", %(need)s needed in each period left")
    return [(monthly if kind == "month" else other, words)]


def _nothing_left(standing: TargetProgress, unit: str, decimals: int) -> list[Clause]:
    over = excess(standing)
    if over:
        said = (
            _(", the limit is exceeded by %(excess)s") if standing.bound.is_cap else _(", %(excess)s above the target")
        )
        return [(said, {"excess": in_full(over, unit, decimals)})]
    if over is not None:
        return [(_(", the limit is used up"), {})]
    return [(_(", the target is reached"), {})] if _is_reached(standing) else []
