"""What an indicator must be so that figures can be reckoned from it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.ratio_units import is_percent, ratio_scale
from tracker.calculation.rollup import OVER_PERIODS, OVER_PLACES, SUMS, Rollup
from tracker.models import Indicator, IndicatorPart
from tracker.queries.errors import Refused
from tracker.queries.figures.evaluation_rules import known_units, unit_of


def check_rules(values: Mapping[str, Any]) -> None:
    """Entered and derived indicators roll up by a rule that gives a value; only a ratio rolls up by ratio."""
    kind = values.get("kind")
    wrong: dict[str, str] = {}
    for field in ("over_periods", "over_places"):
        if kind and (values.get(field) == Rollup.RATIO) != (kind == Indicator.Kind.RATIO):
            wrong[field] = _("Only a ratio rolls up by “ratio”, and it rolls up by nothing else.")
    over_periods, over_places = values.get("over_periods"), values.get("over_places")
    if over_periods and over_periods not in {*OVER_PERIODS, Rollup.RATIO}:
        wrong["over_periods"] = _("This is a rule for places only.")
    if over_places and over_places not in {*OVER_PLACES, Rollup.RATIO}:
        wrong["over_places"] = _("This is a rule for periods only.")
    unit = values.get("unit")
    if unit is not None and is_percent(unit.symbol):
        wrong |= _percent_problems(over_periods, over_places)
    if (over_places == Rollup.WEIGHTED) != (values.get("weight") is not None):
        wrong.setdefault("weight", _("A weighted mean, and nothing else, needs the indicator it is weighted by."))
    if wrong:
        raise Refused(_("These roll-up rules give no figure."), wrong)


def _percent_problems(over_periods: Any, over_places: Any) -> dict[str, str]:
    """Rates of different periods and places are never added up."""
    message = _("Values in % are not added up. Choose the mean, the latest value, or another rule.")
    wrong = {}
    if over_periods in SUMS:
        wrong["over_periods"] = message
    if over_places == Rollup.SUM:
        wrong["over_places"] = message
    return wrong


def check_weight(indicator: Indicator) -> None:
    """Raise Refused if an indicator is weighted by itself, or by one that has no amounts to weigh by."""
    weight = indicator.weight
    if weight is None:
        return
    if weight.code == indicator.code:
        message = _("An indicator is not weighted by itself.")
    elif weight.kind != Indicator.Kind.ENTERED or weight.over_places != Rollup.SUM:
        message = _("Choose an entered indicator whose places add up.")
    else:
        return
    raise Refused(message, {"weight": message})


def check_ratio_units(ratio: Indicator) -> None:
    """Raise Refused if a ratio's unit does not follow from those of its terms."""
    if ratio.numerator is None or ratio.denominator is None:
        return
    numerator, denominator = unit_of(ratio.numerator.unit), unit_of(ratio.denominator.unit)
    if ratio_scale(numerator, denominator, unit_of(ratio.unit), known_units()) is None:
        message = _(
            "%(numerator)s divided by %(denominator)s cannot be given in %(unit)s. Choose a unit made of two known "
            "ones, such as %(numerator)s/%(denominator)s, or %% where both are of one kind."
        ) % {"numerator": ratio.numerator.unit, "denominator": ratio.denominator.unit, "unit": ratio.unit}
        raise Refused(message, {"unit": message})


def check_parts(whole: Indicator, parts: Iterable[Indicator]) -> None:
    """Require that a summed indicator has parts in its own unit, none of which contains it, and other kinds have none.

    Raise Refused otherwise.
    """
    parts = list(parts)
    if whole.kind != Indicator.Kind.DERIVED:
        if parts:
            raise Refused(_("Only a summed indicator has parts."))
        return
    if not parts:
        raise Refused(_("A summed indicator needs parts."))
    for part in parts:
        if part.unit_id != whole.unit_id:
            raise Refused(_("“%(part)s” is counted in another unit.") % {"part": part})
        if whole.pk in _all_below(part.pk):
            raise Refused(_("“%(part)s” contains this indicator itself.") % {"part": part})


def check_included(indicator: Indicator) -> None:
    """Refuse what contains an indicator ("of which") unless it is an amount of the same dimension, and no circle."""
    whole = indicator.included_in
    if whole is None:
        return
    if Indicator.Kind.RATIO in (indicator.kind, whole.kind):
        raise _included(_("A rate is no part of another indicator, and contains none."))
    if whole.unit.dimension != indicator.unit.dimension:
        raise _included(_("“%(whole)s” is counted in a unit of another kind.") % {"whole": whole})
    above: Indicator | None = whole
    while above is not None:  # the chain ends: each link was checked like this one
        if indicator.pk is not None and above.pk == indicator.pk:
            raise _included(_("“%(whole)s” is itself contained in this indicator.") % {"whole": whole})
        above = above.included_in


def _included(message: str) -> Refused:
    return Refused(message, {"included_in": message})


def _all_below(indicator_id: int) -> set[int]:
    """Return an indicator and everything it adds up, at any depth."""
    found, level = {indicator_id}, {indicator_id}
    while level:
        below = IndicatorPart.objects.filter(whole_id__in=level).values_list("part_id", flat=True)
        level = set(below) - found
        found |= level
    return found
