"""Letting out a plan as a document that can be loaded elsewhere."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.documents.setup.toml import to_toml
from tracker.models import Event, Plan, User
from tracker.queries.errors import Refused
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.audit.events import record_event


@transaction.atomic
def export_plan(code: str, *, acting_user: User | None, now: datetime) -> str:
    """Return a plan as TOML, everything included but people and figures. Raise Refused for an unknown code."""
    plan = Plan.objects.select_related("region").filter(code=code).first()
    if plan is None:
        known = _("; ").join(Plan.objects.values_list("code", flat=True)) or "—"
        raise Refused(_("There is no plan “%(code)s”. Plans: %(known)s") % {"code": code, "known": known})
    text = to_toml(plan_tables(plan), _("Load with: manage.py load_plan FILE"))
    record_event(Event.Action.EXPORTED, acting_user=acting_user, now=now, about=plan, after={"document": "toml"})
    return text
