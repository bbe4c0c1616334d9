"""Letting out a plan as a document that can be loaded elsewhere."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.documents.setup.toml import to_toml
from tracker.models import Event, Plan, User
from tracker.queries.errors import Refused
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.audit.events import record_event

#: Tables with names and mail addresses of people.
OF_PEOPLE = ("person", "role", "subscription")


@transaction.atomic
def export_plan(code: str, *, acting_user: User | None, now: datetime, with_people: bool = True) -> str:
    """Return a plan as TOML, everything included but passwords and figures. Raise Refused for an unknown code.

    Without people it has no accounts, roles and subscriptions, so that it can be given to others.
    """
    plan = Plan.objects.select_related("region").filter(code=code).first()
    if plan is None:
        known = _("; ").join(Plan.objects.values_list("code", flat=True)) or "—"
        raise Refused(_("There is no plan “%(code)s”. Plans: %(known)s") % {"code": code, "known": known})
    tables = plan_tables(plan)
    if not with_people:
        tables = {name: [] if name in OF_PEOPLE else rows for name, rows in tables.items()}
    text = to_toml(tables, _("Load with: manage.py load_plan FILE"))
    after = {"document": "toml", "with_people": with_people}
    record_event(Event.Action.EXPORTED, acting_user=acting_user, now=now, about=plan, after=after)
    return text
