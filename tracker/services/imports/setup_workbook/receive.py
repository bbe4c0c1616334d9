"""Receiving a set-up workbook."""

from datetime import datetime

from django.core.files import File
from django.utils.translation import gettext as _

from tracker.models import Upload, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed
from tracker.services.imports.return_template.receive import store_workbook

#: Any of these lets a person use the workbook; each row is allowed or refused by itself.
CAPABILITIES = (
    *(Capability.MANAGE_PLAN, Capability.MANAGE_MAIL, Capability.MANAGE_ACCOUNTS, Capability.MANAGE_PEOPLE),
)


def may_set_up(user: User) -> bool:
    """Return True if a person sets anything up that the workbook holds."""
    return any(scope_of(user, capability).is_somewhere for capability in CAPABILITIES)


def receive_setup(file: File, *, acting_user: User, now: datetime, address: str | None = None) -> Upload:
    """Store a set-up workbook. Raise NotAllowed, and Refused for one that is too large."""
    if not may_set_up(acting_user):
        raise NotAllowed(_("You set nothing up here."))
    return store_workbook(
        file, kind=Upload.Kind.SETUP, folder="setup", acting_user=acting_user, now=now, address=address
    )
