"""Places of a draft that are not among the regions: left out, or known once their regions are added."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tracker.queries.plans.drafts.draft import Draft
from tracker.queries.plans.drafts.known import Known, load_known
from tracker.queries.plans.drafts.wording import OwnDoubt


def without_unknown_places(draft: Draft, keys: Iterable[str]) -> Draft:
    """Return the draft in which these items leave out the places that are not known."""
    wanted = set(keys)
    return replace(
        draft,
        targets=tuple(replace(one, unknown_places=()) if one.key in wanted else one for one in draft.targets),
        commitments=tuple(replace(one, unknown_places=()) if one.key in wanted else one for one in draft.commitments),
    )


def with_known_places(draft: Draft) -> Draft:
    """Return the draft in which places that have become known count as such, and are doubted no more."""
    known = load_known(draft.regions)
    return replace(
        draft,
        targets=tuple(_with_known(one, known) for one in draft.targets),
        commitments=tuple(_with_known(one, known) for one in draft.commitments),
    )


def _with_known(item: Any, known: Known) -> Any:
    if not item.unknown_places:
        return item
    found, unknown = known.places(item.unknown_places)
    doubts = item.doubts if unknown else tuple(one for one in item.doubts if one != OwnDoubt.UNKNOWN_PLACE)
    places = tuple(dict.fromkeys((*item.places, *found)))
    return replace(item, places=places, unknown_places=unknown, doubts=doubts)
