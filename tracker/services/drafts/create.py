"""Create the plan that a draft describes, by the same service as `load_plan`, in one transaction."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Plan, PolicyDocument, Region, Target, TargetSentence, User
from tracker.models.access import Capability, scope_of
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.plans.drafts.draft import Draft, DraftTarget
from tracker.queries.plans.drafts.known import load_known
from tracker.queries.plans.drafts.tables import PLAN, DraftTables, build_tables, require_decided
from tracker.services.drafts.lists import create_lists
from tracker.services.drafts.receive import require_may_create
from tracker.services.plans.check_rules import load_checks
from tracker.services.plans.loading import create_plan
from tracker.services.plans.plan_document import Document, complete_document

CHECKS = Path(settings.BASE_DIR) / "fixtures" / "checks.toml"
PLACE = re.compile(r": \[\[(?P<table>\w+)\]\] (?P<index>\d+), (?P<key>.*)$")


class DraftRefused(Refused):
    """The draft makes no plan. `mistakes` names item, field and reason of each."""

    def __init__(self, message: str, mistakes: list[tuple[str, str, str]]) -> None:
        self.mistakes = mistakes
        super().__init__(message, {f"{item}:{field}": text for item, field, text in mistakes})


class _Rehearsed(Exception):
    """Ends the transaction of a rehearsal."""


@transaction.atomic
def create_from_draft(document: PolicyDocument, *, seen: int, acting_user: User, now: datetime) -> Plan:
    """Create the plan with everything accepted, and link each target and each member of a list to its sentences.

    Raise DraftRefused, naming item and field, where something contradicts; then nothing is changed.
    """
    require_may_create(acting_user)
    draft = Draft.from_json(document.draft)
    require_decided(draft)
    ours = PolicyDocument.objects.filter(pk=document.pk, state=PolicyDocument.State.OPEN, version=seen)
    if not ours.update(state=PolicyDocument.State.CREATED, version=seen + 1):
        raise ChangedMeanwhile(_("The draft was changed meanwhile. Look at it again before you go on."))
    plan, tables = _create(draft, document, acting_user=acting_user, now=now)
    _link_sentences(document, draft, plan, tables)
    PolicyDocument.objects.filter(pk=document.pk).update(plan=plan)
    return plan


def mistakes_of(draft: Draft, *, acting_user: User, now: datetime) -> list[tuple[str, str, str]]:
    """Return item, field and reason of what would be refused now, storing nothing."""
    try:
        with transaction.atomic():
            _create(draft, None, acting_user=acting_user, now=now)
            raise _Rehearsed
    except _Rehearsed:
        return []
    except DraftRefused as refused:
        return refused.mistakes


def _create(
    draft: Draft, document: PolicyDocument | None, *, acting_user: User, now: datetime
) -> tuple[Plan, DraftTables]:
    tables = build_tables(draft, load_known(draft.regions))
    message = _("The plan was not created; nothing was changed.")
    if tables.mistakes:
        raise DraftRefused(message, [(item, field, text) for (item, field), text in tables.mistakes.items()])
    try:
        with transaction.atomic():
            content = {"unit": tables.units, "region": tables.regions, **tables.plan}
            plan = create_plan(complete_document(Document("plan"), content), acting_user=acting_user, now=now)
            _require_within(plan.region, acting_user)
            load_checks(CHECKS, now=now)
            wrong = create_lists(draft, plan, _targets(plan, tables), document, acting_user=acting_user, now=now)
            if wrong:
                raise DraftRefused(message, wrong)
    except (NotAllowed, DraftRefused):
        raise
    except Refused as refused:
        found = list(_by_item(tables, refused)) or [(PLAN, "code", refused.message)]
        raise DraftRefused(message, found) from None
    return plan, tables


def _targets(plan: Plan, tables: DraftTables) -> dict[str, Target]:
    """Return the targets by the key of the item that each comes from."""
    rows = {one.position: one for one in Target.objects.filter(plan=plan).select_related("indicator__unit")}
    return {key: rows[index] for (table, index), key in tables.sources.items() if table == "target"}


def _require_within(region: Region, acting_user: User) -> None:
    if not scope_of(acting_user, Capability.MANAGE_PLAN).covers_region(region):
        raise NotAllowed(_("You do not manage plans of %(region)s.") % {"region": region})


def _by_item(tables: DraftTables, refused: Refused) -> Iterator[tuple[str, str, str]]:
    for place, message in refused.fields.items():
        found = PLACE.search(place)
        if not found:
            yield PLAN, "code", message
        elif found["table"] in ("region", "unit", "level"):
            yield PLAN, "regions", message
        else:
            source = tables.sources.get((found["table"], int(found["index"]) - 1), PLAN)
            yield source, found["key"].partition(".")[0], message


def _link_sentences(document: PolicyDocument, draft: Draft, plan: Plan, tables: DraftTables) -> None:
    targets = {one.position: one for one in Target.objects.filter(plan=plan)}
    rows = []
    for (table, index), key in tables.sources.items():
        item = draft.target(key) if table == "target" else None
        if isinstance(item, DraftTarget):
            spans = {start: end for start, end in item.spans if end > start}
            rows += [
                TargetSentence(target=targets[index], document=document, start=start, end=end)
                for start, end in spans.items()
            ]
    TargetSentence.objects.bulk_create(rows)
