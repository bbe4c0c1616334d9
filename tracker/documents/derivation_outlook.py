"""Derivations of the need of each period left and of the growth on the year before, with their numbers."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from tracker.calculation.progress import TargetProgress
from tracker.documents import need_words, wording


class Printed(NamedTuple):
    """A growth as it is printed; it is a quotient but for rates and counts, which differ."""

    change: str
    decimals: int
    is_quotient: bool


def need(standing: TargetProgress, found: Decimal | None, periods_left: int, decimals: int) -> list[str]:
    """Return the line on what is needed in each period left; none where nothing is."""
    if found is None or standing.target is None or standing.to_date.value is None or periods_left < 1:
        return []
    words = {
        "target": wording.amount(standing.target, decimals),
        "cumulative": wording.amount(standing.to_date.value, decimals),
        "left": periods_left,
        "need": wording.amount(found, decimals),
    }
    if not found and (over := need_words.excess(standing)) is not None:
        words["excess"] = wording.amount(over, decimals)
        return [_("Above the limit = %(cumulative)s − %(target)s = %(excess)s: nothing of it is left") % words]
    if not found and standing.to_date.value != standing.target:
        return [_("Needed per period left = 0: %(cumulative)s has reached %(target)s") % words]
    return [_("Needed per period left = (%(target)s − %(cumulative)s) ÷ %(left)s = %(need)s") % words]


def growth(name: str, this: Decimal | None, last: Decimal | None, found: Decimal | None, printed: Printed) -> list[str]:
    """Return the line on the growth on the year before, under its name; none where nothing is compared."""
    if this is None or last is None or found is None:
        return []
    words = {"name": name, "change": printed.change}
    words |= {"this": wording.amount(this, printed.decimals), "last": wording.amount(last, printed.decimals)}
    if printed.is_quotient:
        return [_("%(name)s = %(this)s ÷ %(last)s − 1 = %(change)s") % words]
    return [_("%(name)s = %(this)s − %(last)s = %(change)s") % words]
