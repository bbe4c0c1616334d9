"""Evidence files beside the values of a return, as far as a person may see them."""

from collections import defaultdict

from django.db.models import QuerySet

from tracker.models import Evidence, Return, User
from tracker.models.access import Capability


def evidence_seen_by(user: User, unit_return: Return) -> QuerySet[Evidence]:
    """Return what a person who may open the return sees: while its unit corrects it, others see what was handed in."""
    files = Evidence.objects.filter(entry__unit_return=unit_return)
    is_own = unit_return.is_within(user, Capability.ENTER)
    if not is_own and unit_return.is_open:
        return files.standing_at(unit_return.submitted_at) if unit_return.submitted_at else files.none()
    return files.standing_at(None)


def evidence_by_entry(user: User, unit_return: Return) -> dict[int, list[Evidence]]:
    """Return the files that a user may see, by cell, in one query."""
    by_entry: dict[int, list[Evidence]] = defaultdict(list)
    for file in evidence_seen_by(user, unit_return).select_related("added_by").order_by("added_at", "pk"):
        by_entry[file.entry_id].append(file)
    return by_entry
