"""The event log as a list."""

import json
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import Accessor

from tracker.documents import wording
from tracker.models import Event, User
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
    #: The page leads to these; the file has them.
    before = TextColumn(orderable=False, visible=False, verbose_name=_("before"))
    after = TextColumn(orderable=False, visible=False, verbose_name=_("after"))

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

    @cached_property
    def people(self) -> dict[str, str]:
        """Return the present names of all accounts by number: the log itself names none."""
        return {str(user.pk): str(user) for user in User.objects.only("pk", "username", "display_name")}

    def render_about(self, value: str, record: Event) -> str:
        """Return the object's name; an account's with its number and present name."""
        return f"{value} {self.people.get(record.object_id, '')}".strip() if record.is_about_account else value

    def decimals_of(self, _row: Event) -> None:
        """Return None: an event has no amounts."""

    def render_actor(self, value: Any) -> str:
        """Return the user, or that it was the system itself."""
        return str(value) if value else _t("the system")

    def render_action(self, record: Event) -> str:
        """Return what was done."""
        return self.actions.get(record.action, record.action)

    def value_before(self, value: Any) -> str:
        """Return what was before as JSON."""
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""

    def value_after(self, value: Any) -> str:
        """Return what was after as JSON."""
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""

    def render_kind(self, value: str) -> str:
        """Return the model's name in the reader's language."""
        return str(capfirst(self.kinds.get(value, value)))
