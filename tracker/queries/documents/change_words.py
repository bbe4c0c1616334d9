"""The contents of a change since a document was issued, in words: the fields' names, and values as people read them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, DecimalField
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.models import RuleChange
from tracker.queries.documents.set_up_changes import ChangeKind, ChangeSince
from tracker.queries.plans.rule_words import rule_in_words


def kind_in_words(kind: ChangeKind) -> str:
    """Return the name of a kind of change."""
    return {
        ChangeKind.VALUE: _("value corrected"),
        ChangeKind.GOAL: _("target moved"),
        ChangeKind.SHARE: _("share moved"),
        ChangeKind.BOUNDS: _("bounds moved"),
        ChangeKind.AGGREGATION: _("aggregation changed"),
        ChangeKind.PACE: _("pace moved"),
        ChangeKind.DEADLINE: _("deadline moved"),
        ChangeKind.UNIT: _("unit changed or closed"),
        ChangeKind.OBLIGATION: _("obligation added or changed"),
        ChangeKind.REGION: _("region renamed, moved or merged"),
    }[kind]


def words_before(change: ChangeSince) -> list[str]:
    """Return what stood before, a line for each field."""
    return [_line(change, name, value) for name, value in change.before.items()]


def words_after(change: ChangeSince) -> list[str]:
    """Return what stands after, a line for each field; of a rule what holds from its day on."""
    lines = [
        _line(change, name, value)
        for name, value in change.after.items()
        if not isinstance(change.row, RuleChange) or name == "effective_from"
    ]
    return [*lines, *rule_in_words(change.row)] if isinstance(change.row, RuleChange) else lines


def _line(change: ChangeSince, name: str, value: Any) -> str:
    try:
        field: Any = apps.get_model("tracker", change.object_type)._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    label = capfirst(str(getattr(field, "verbose_name", name)))
    return _("%(rule)s: %(value)s") % {"rule": label, "value": _shown(field, value)}


def _shown(field: Any, value: Any) -> str:
    if value in (None, ""):
        return wording.MISSING
    if isinstance(field, DecimalField):
        return f"{Decimal(value).normalize():f}"
    if isinstance(field, DateTimeField):
        return wording.moment(datetime.fromisoformat(value))
    return str(dict(getattr(field, "flatchoices", None) or ()).get(value, value))
