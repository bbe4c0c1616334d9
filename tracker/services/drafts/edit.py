"""Change a draft: decide on proposals, change and add them, set the plan's facts, discard it.

Each change is one conditional UPDATE of the version that the person saw, with its event.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Event, PolicyDocument, User
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.imports.draft_lists.lists import with_placed_rows
from tracker.queries.plans.drafts.draft import Draft, DraftPlan, DraftRegion, DraftTarget, Item, ItemState
from tracker.queries.plans.drafts.places import with_known_places, without_unknown_places
from tracker.services.audit.events import record_event
from tracker.services.drafts.receive import require_may_create


def decide(
    document: PolicyDocument, keys: Iterable[str], state: ItemState, *, seen: int, acting_user: User, now: datetime
) -> None:
    """Accept, drop or reopen items. An accepted item leaves out the places that are not known."""
    wanted = set(keys)
    changed = Draft.from_json(document.draft).with_states(wanted, state)
    if state == ItemState.ACCEPTED:
        changed = without_unknown_places(changed, wanted)
    _save(document, changed, {"decided": state.value, "items": sorted(wanted)}, seen, acting_user, now)


def accept_sure(document: PolicyDocument, *, seen: int, acting_user: User, now: datetime) -> int:
    """Accept everything that is not doubted. Return how many items that were."""
    keys = [one.key for one in Draft.from_json(document.draft).items if one.is_sure]
    decide(document, keys, ItemState.ACCEPTED, seen=seen, acting_user=acting_user, now=now)
    return len(keys)


def save_item(document: PolicyDocument, item: Item, *, seen: int, acting_user: User, now: datetime) -> Item:
    """Save a changed item as accepted, or add a new one. Return it with its key."""
    draft = Draft.from_json(document.draft)
    if not item.key:
        draft, key = draft.next_key(type(item))
        item = replace(item, key=key, is_own=True)
    item = replace(item, state=ItemState.ACCEPTED.value, doubts=())
    before = draft.item(item.key)
    after = {"item": item.key, **_differences(before, item)}
    _save(document, draft.with_item(item), after, seen, acting_user, now)
    return item


def merge_target(
    document: PolicyDocument, key: str, into: str, *, seen: int, acting_user: User, now: datetime
) -> DraftTarget:
    """Treat a target as a repetition of another one: that takes its clauses and its sentence, and it is dropped."""
    draft = Draft.from_json(document.draft)
    one, other = draft.target(key), draft.target(into)
    if one is None or other is None or one.key == other.key:
        raise Refused(_("There is no such target in the draft."), {"same_as": _("Choose another target.")})
    merged = replace(
        other,
        clauses=tuple(dict.fromkeys((*other.clauses, *one.clauses))),
        further=tuple(dict.fromkeys((*other.further, *one.spans))),
    )
    changed = draft.with_item(merged).with_item(replace(one, state=ItemState.DROPPED.value))
    _save(document, changed, {"item": key, "same_as": into}, seen, acting_user, now)
    return merged


def save_plan_facts(
    document: PolicyDocument,
    plan: DraftPlan,
    regions: tuple[DraftRegion, ...],
    *,
    seen: int,
    acting_user: User,
    now: datetime,
) -> None:
    """Set the facts of the plan, and the regions that are added with it; places that they name are known from then."""
    draft = with_known_places(replace(Draft.from_json(document.draft), plan=plan, regions=regions))
    draft = with_placed_rows(draft)
    _save(document, draft, {"plan": asdict(plan), "regions": [one.code for one in regions]}, seen, acting_user, now)


@transaction.atomic
def discard_draft(document: PolicyDocument, *, acting_user: User, now: datetime) -> None:
    """Put a draft away. The document stays with its hash."""
    require_may_create(acting_user)
    states = (PolicyDocument.State.OPEN, PolicyDocument.State.FAILED)
    ours = PolicyDocument.objects.filter(pk=document.pk, state__in=states)
    if not ours.update(state=PolicyDocument.State.DISCARDED):
        raise ChangedMeanwhile(_("This draft is no longer open. Reload the page."))
    record_event(Event.Action.DRAFT_DISCARDED, acting_user=acting_user, now=now, about=document)


@transaction.atomic
def _save(
    document: PolicyDocument, draft: Draft, after: dict[str, Any], seen: int, acting_user: User, now: datetime
) -> None:
    require_may_create(acting_user)
    ours = PolicyDocument.objects.filter(pk=document.pk, state=PolicyDocument.State.OPEN, version=seen)
    if not ours.update(draft=draft.as_json(), version=seen + 1):
        raise ChangedMeanwhile(_("The draft was changed meanwhile. Look at it again before you go on."))
    document.draft, document.version = draft.as_json(), seen + 1
    record_event(Event.Action.DRAFT_CHANGED, acting_user=acting_user, now=now, about=document, after=after)


def _differences(before: Item | None, after: Item) -> dict[str, Any]:
    new = asdict(after)
    old = asdict(before) if before else {}
    return {name: str(value) for name, value in new.items() if old.get(name) != value and name not in ("key", "state")}
