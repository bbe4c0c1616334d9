"""Opened lists of personal data: names, telephone numbers and mail addresses of people."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.models import Event, User
from tracker.services.audit.events import record_event

#: The same list with the same filters is recorded again after so long.
AGAIN_AFTER = timedelta(minutes=10)
#: Filters that say nothing of what is shown: pages and sorting.
UNTOLD = frozenset({"page", "p", "o", "e", "sort", "columns", "all"})
#: Filters in which names and addresses of people are typed. The log holds that they were used, not what was typed.
TYPED = frozenset({"q", "recipient", "subject", "answer", "person"})
HIDDEN = "…"


class PersonalList(StrEnum):
    """A list that shows personal data, by the name that the log gives it."""

    ACCOUNTS = "accounts"
    ROLES = "roles"
    SUBSCRIPTIONS = "subscriptions"
    PAUSED_ADDRESSES = "paused_addresses"
    DELIVERIES = "deliveries"
    UPCOMING_MAIL = "upcoming_mail"
    TO_CALL = "to_call"
    FOUND_PEOPLE = "found_people"


def record_opened_list(
    name: PersonalList, filters: Mapping[str, str], *, acting_user: User, now: datetime, address: str | None
) -> bool:
    """Record that a person opened a list of personal data, once in ten minutes; return True if it was recorded.

    The event holds the list and its filters, and nothing of its rows.
    """
    after = {"list": name.value, "filters": without_typed(filters)}
    opened = Event.objects.filter(action=Event.Action.LIST_OPENED, actor=acting_user)
    if opened.filter(recorded_at__gt=now - AGAIN_AFTER, after=after).exists():
        return False
    record_event(Event.Action.LIST_OPENED, acting_user=acting_user, now=now, after=after, address=address)
    return True


def without_typed(filters: Mapping[str, str], *, typed: Collection[str] = TYPED) -> dict[str, str]:
    """Return the filters in use without what is typed of people in them.

    >>> without_typed({"q": "zhang", "state": "sent", "page": "2", "kind": ""})
    {'q': '…', 'state': 'sent'}
    """
    used = {name: value for name, value in filters.items() if value and name not in UNTOLD}
    return {name: HIDDEN if name in typed else value for name, value in used.items()}
