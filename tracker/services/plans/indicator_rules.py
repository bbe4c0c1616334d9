"""What an indicator must be so that figures can be reckoned from it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.rollup import Rollup
from tracker.models import Indicator, IndicatorPart
from tracker.queries.errors import Refused


def check_rules(values: Mapping[str, Any]) -> None:
    """Entered and derived indicators roll up by a rule that gives a value; only a ratio rolls up by ratio."""
    kind = values.get("kind")
    wrong: dict[str, str] = {}
    for field in ("over_periods", "over_places"):
        if kind and (values.get(field) == Rollup.RATIO) != (kind == Indicator.Kind.RATIO):
            wrong[field] = _("Only a ratio rolls up by “ratio”, and it rolls up by nothing else.")
    if values.get("over_periods") == Rollup.NONE:
        wrong["over_periods"] = _("Over periods a value is added up or the latest one holds.")
    if values.get("over_places") == Rollup.LATEST:
        wrong["over_places"] = _("“Latest” is a rule for periods alone.")
    if wrong:
        raise Refused(_("These roll-up rules give no figure."), wrong)


def check_parts(whole: Indicator, parts: Iterable[Indicator]) -> None:
    """A derived indicator has parts in its own unit, none of which contains it; other kinds have none."""
    parts = list(parts)
    if whole.kind != Indicator.Kind.DERIVED:
        if parts:
            raise Refused(_("Only a derived indicator has parts."))
        return
    if not parts:
        raise Refused(_("A derived indicator needs parts."))
    for part in parts:
        if part.unit_id != whole.unit_id:
            raise Refused(_("“%(part)s” is counted in another unit.") % {"part": part})
        if whole.pk in _all_below(part.pk):
            raise Refused(_("“%(part)s” contains this indicator itself.") % {"part": part})


def check_included(indicator: Indicator) -> None:
    """What contains an indicator ("of which") is an amount of the same dimension that it does not contain itself."""
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
    """An indicator and everything it adds up, at any depth."""
    found, level = {indicator_id}, {indicator_id}
    while level:
        below = IndicatorPart.objects.filter(whole_id__in=level).values_list("part_id", flat=True)
        level = set(below) - found
        found |= level
    return found
