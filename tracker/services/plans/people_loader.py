"""Loading the people of a plan document: accounts without a password, and their roles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tracker.models import Event, Membership, Plan, Region, ReportingUnit, User
from tracker.models.organisation import KEPT_APART
from tracker.services.audit.events import record_event
from tracker.services.plans.plan_document import Document


def load_people(
    document: Document,
    plan: Plan,
    regions: Mapping[str, Region],
    units: Mapping[str, ReportingUnit],
    *,
    now: datetime,
) -> None:
    """Add the accounts that are not there yet, with their roles. Accounts that are there stay as they are.

    New accounts have no password: an administrator gives each a temporary one in the pages.
    """
    added: dict[str, User] = {}
    for index, row in enumerate(document.rows("person")):
        if not User.objects.filter(username=row["username"]).exists():
            user = User(**row, must_change_password=True)
            user.set_unusable_password()
            if _save(document, "person", index, user):
                _record(user, {"opened": True}, now)
                added[user.username] = user
    for index, row in enumerate(document.rows("role")):
        found = added.get(row["username"])
        if found is not None:
            _give(document, index, row, found, plan, regions, units, now)
        elif not User.objects.filter(username=row["username"]).exists():
            document.complain("role", index, "username", not_defined(row["username"]))


def not_defined(name: str) -> str:
    """Return the message for a name that neither the document nor the database has."""
    return _("“%(name)s” is not defined.") % {"name": name}


def _give(
    document: Document,
    index: int,
    row: Mapping[str, Any],
    user: User,
    plan: Plan,
    regions: Mapping[str, Region],
    units: Mapping[str, ReportingUnit],
    now: datetime,
) -> None:
    region, unit = regions.get(row["region"]), units.get(row["unit"])
    if region is None or (row["unit"] and unit is None):
        key = "region" if region is None else "unit"
        document.complain("role", index, key, not_defined(row[key]))
    elif row["role"] in KEPT_APART:
        message = _("This role administers the installation. Give it in the pages.")
        document.complain("role", index, "role", message)
    else:
        only = plan if row["only_plan"] else None
        membership = Membership(user=user, role=row["role"], region=region, unit=unit, plan=only)
        if _save(document, "role", index, membership):
            _record(user, {"role": row["role"], "region": region.code}, now)


def _record(user: User, after: dict[str, Any], now: datetime) -> None:
    record_event(Event.Action.PERMISSION_CHANGED, acting_user=None, now=now, about=user, after=after)


def _save(document: Document, table: str, index: int, row: User | Membership) -> bool:
    try:
        row.full_clean()
    except ValidationError as error:
        for key, messages in error.message_dict.items():
            document.complain(table, index, key, " ".join(messages))
        return False
    row.save()
    return True
