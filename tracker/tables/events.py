"""The event log as a list."""

from typing import Any

import django_tables2 as tables
from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import Accessor

from tracker.documents import wording
from tracker.models import Event
from tracker.tables.columns import MomentColumn, TextColumn
from tracker.tables.returns import ON_ONE_LINE


class EventTable(tables.Table):
    """One row for each thing that happened, the newest first: events are numbered as they come."""

    recorded_at = MomentColumn(order_by="pk", verbose_name=_("time"))
    actor = TextColumn(empty_values=(), orderable=False, verbose_name=_("by"))
    action = TextColumn(
        accessor="pk",
        orderable=False,
        linkify=("admin:tracker_event_change", [Accessor("pk")]),  # before, after and the place in the chain
        verbose_name=_("action"),
        attrs=ON_ONE_LINE,
    )
    kind = TextColumn(accessor="object_type", orderable=False, verbose_name=_("kind of object"), attrs=ON_ONE_LINE)
    about = TextColumn(
        accessor="object_label", orderable=False, verbose_name=_("object"), attrs={"td": {"class": "wide"}}
    )
    number = TextColumn(accessor="object_id", orderable=False, verbose_name=_("number of the object"))
    reason = TextColumn(orderable=False, verbose_name=_("reason"), attrs={"td": {"class": "wide"}})
    address = TextColumn(orderable=False, verbose_name=_("address"))

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}
        order_by = ("-recorded_at",)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        self.actions = {action.value: str(action.label) for action in Event.Action}
        self.kinds = {
            model._meta.model_name: model._meta.verbose_name for model in apps.get_app_config("tracker").get_models()
        }
        super().__init__(data, **kwargs)

    def decimals_of(self, _row: Event) -> None:
        """An event has no amounts."""

    def render_actor(self, value: Any) -> str:
        """The person, or that it was the system itself."""
        return str(value) if value else _t("the system")

    def render_action(self, record: Event) -> str:
        """Return what was done."""
        return self.actions.get(record.action, record.action)

    def render_kind(self, value: str) -> str:
        """The model's name in the reader's language."""
        return str(capfirst(self.kinds.get(value, value)))
