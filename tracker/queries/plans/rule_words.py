"""Changes of rules in words: what holds from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.models import RuleChange, Target


@dataclass(frozen=True)
class RuleLine:
    """A change of rules that a target is judged by, with what it sets in words."""

    change: RuleChange
    words: Sequence[str]

    @property
    def is_of_plan(self) -> bool:
        """Return True if it changes the rules of the plan, by which all its targets are judged."""
        return self.change.target_id is None and self.change.indicator_id is None


def changes_of(target: Target, as_of: datetime | None = None) -> list[RuleLine]:
    """Return the changes of the rules of a target, its indicator and its plan that were known at a moment."""
    own = Q(target=target) | Q(indicator=target.indicator_id) | Q(target=None, indicator=None)
    rows = RuleChange.objects.filter(own, plan=target.plan_id).in_their_order()
    known = rows if as_of is None else rows.filter(recorded_at__lte=as_of)
    return [RuleLine(one, rule_in_words(one)) for one in known.select_related("weight")]


def rule_in_words(change: RuleChange) -> list[str]:
    """Return a phrase for each field that a change sets: "Level I below a gap of: -15"."""
    names = [name for name in change.stated if name != "points"]
    fields: Any = {name: RuleChange._meta.get_field(name) for name in names}
    return [
        _("%(rule)s: %(value)s")
        % {"rule": capfirst(str(fields[name].verbose_name)), "value": _shown(change, name, fields[name])}
        for name in names
    ]


def _shown(change: RuleChange, name: str, field: Any) -> str:
    value = getattr(change, name)
    if name == "pace" and change.points:
        return f"{dict(field.flatchoices)[value]} ({change.curve_text})"
    if field.choices:
        return str(dict(field.flatchoices)[value])
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
