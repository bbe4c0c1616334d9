"""Letting out the set-up workbook: empty, filled with what is there, or filled with a proposal."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from tracker.documents.setup.content import SetupContent
from tracker.documents.setup.shape import Row, Tables
from tracker.documents.workbook import write_setup
from tracker.models import Event, Plan, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import NotAllowed
from tracker.queries.imports.setup_workbook.content import empty_content, plan_content, proposed_content
from tracker.services.audit.events import record_event
from tracker.services.imports.setup_workbook.receive import may_set_up
from tracker.services.plans.loading import SHIPPED_UNITS
from tracker.services.plans.plan_document import read_document


def export_setup(
    plan: Plan | None, *, acting_user: User, now: datetime, address: str | None = None, with_people: bool = True
) -> bytes:
    """Return the workbook with what is set up for a plan, or empty. Raise NotAllowed for a plan of others.

    People are those whom this person manages; `with_people` leaves them and the subscriptions out. The log says which.
    """
    if not may_set_up(acting_user):
        raise NotAllowed(_("You set nothing up here."))
    if plan is not None and not may_export(acting_user, plan):
        raise NotAllowed(_("You do not manage this plan."))
    content = plan_content(plan, acting_user, with_people=with_people) if plan else empty_content(_shipped_units())
    written = _written(content)
    record_event(
        Event.Action.EXPORTED,
        acting_user=acting_user,
        now=now,
        about=plan,
        after={"document": "setup.xlsx", "with_people": bool(plan) and with_people},
        address=address,
    )
    return written


def may_export(user: User, plan: Plan) -> bool:
    """Return True if a person manages a plan: the workbook shows everything that is set up for it."""
    return scope_of(user, Capability.MANAGE_PLAN, plan_id=plan.pk).covers_region(plan.region)


def proposal_workbook(tables: Tables, *, acting_user: User, now: datetime, address: str | None = None) -> bytes:
    """Return the workbook filled with a proposal: tables in the shape of a plan document, which need not be complete.

    The proposal is stored nowhere; it becomes a plan when the workbook is uploaded and imported.
    """
    if not may_set_up(acting_user):
        raise NotAllowed(_("You set nothing up here."))
    written = _written(proposed_content(tables, _shipped_units()))
    after = {"document": "setup.xlsx", "filled": "proposal"}
    record_event(Event.Action.EXPORTED, acting_user=acting_user, now=now, after=after, address=address)
    return written


def _shipped_units() -> list[Row]:
    """Return the units of measure that the product ships: an empty installation has none yet."""
    return read_document(SHIPPED_UNITS).rows("unit")


def _written(content: SetupContent) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "setup.xlsx"
        write_setup(content, path)
        return path.read_bytes()
