"""Verifying many returns at once: the page that says which will be and which not, and what its button does."""

import re
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from tracker.admin.scoped import person
from tracker.models import Return, User
from tracker.queries.errors import Refused
from tracker.queries.returns.bulk_lines import load_bulk_lines, suspicion_of
from tracker.services.returns.verify_several import (
    LIMIT,
    BulkOutcome,
    Candidate,
    SeenReturn,
    triage,
    verify_several,
)

#: So many of a filter are looked at; the oldest come first, and what is verified makes room for the rest.
LOOKED_AT = 300
#: The number of values shown at once. A return with more is not ticked by default: its reader opens the rest first.
SHOWN_AT_ONCE = 12
#: "12:3:coal_gangue_utilised=55,fly_ash_utilised=56": a return, its version, and the revision of each cell.
TOKEN = re.compile(r"(\d{1,18}):(\d{1,9}):([a-z0-9_]+=\d{0,18}(?:,[a-z0-9_]+=\d{0,18})*)")


def confirmation(request: HttpRequest, rows: QuerySet[Return]) -> dict[str, Any]:
    """Return what the page shows: the returns that would be verified with their values, and the others.

    The most suspicious come first. A return of which not all values are in sight cannot be ticked before it is opened.
    """
    oldest = rows.with_names().order_by("submitted_at", "pk")  # type: ignore[attr-defined]
    number = rows.count()
    candidates = triage(oldest[:LOOKED_AT], acting_user=person(request))
    lines = load_bulk_lines(candidate.unit_return for candidate in candidates)

    def suspicion(candidate: Candidate) -> Decimal:
        return suspicion_of(lines[candidate.unit_return.pk])

    by_suspicion = sorted(candidates, key=suspicion, reverse=True)
    ready = [candidate for candidate in by_suspicion if not candidate.obstacle]
    return {
        "ready": [(one, token(one.sight)) for one in ready[:LIMIT]],
        "lines": lines,
        "left": [candidate for candidate in by_suspicion if candidate.obstacle],
        "at_once": SHOWN_AT_ONCE,
        "more": len(ready) - LIMIT if len(ready) > LIMIT else 0,
        "not_looked_at": max(0, number - LOOKED_AT),
        "title": gettext("Verify returns without flags"),
    }


def waiting_for(reviewer: User, rows: QuerySet[Return]) -> QuerySet[Return]:
    """Return those of these that wait for this reviewer."""
    return rows.filter(pk__in=Return.objects.waiting_for(reviewer).order_by().values("pk"))


def verify_ticked(request: HttpRequest) -> list[tuple[int, str]]:
    """Verify what was ticked; messages with their levels: what was done, and why each that was left was left."""
    sights = [sight for text in request.POST.getlist("sight") if (sight := read_token(text))]
    if not sights:
        return [(messages.WARNING, gettext("No return was selected; none was verified."))]
    try:
        outcomes = verify_several(sights, acting_user=person(request), now=timezone.now())
    except Refused as refusal:
        return [(messages.ERROR, refusal.message)]
    number = sum(not outcome.left_because for outcome in outcomes)
    left = [(messages.WARNING, _left(outcome)) for outcome in outcomes if outcome.left_because]
    return [(messages.SUCCESS, _done(number)), *left] if number else left


def token(sight: SeenReturn) -> str:
    """Return what was seen of a return, for the form."""
    cells = ",".join(f"{code}={revision or ''}" for code, revision in sorted(sight.revisions.items()))
    return f"{sight.pk}:{sight.version}:{cells}"


def read_token(text: str) -> SeenReturn | None:
    """Return what the form says was seen; nothing for what no form of ours says."""
    if not (found := TOKEN.fullmatch(text)):
        return None
    pk, version, cells = found.groups()
    pairs = (cell.split("=") for cell in cells.split(","))
    return SeenReturn(int(pk), int(version), {code: int(revision) if revision else None for code, revision in pairs})


def _done(number: int) -> str:
    return ngettext(
        "%(number)s return was verified. Its values count from now on.",
        "%(number)s returns were verified. Their values count from now on.",
        number,
    ) % {"number": number}


def _left(outcome: BulkOutcome) -> str:
    words = {"name": outcome.unit_return, "reason": outcome.left_because}
    return gettext("%(name)s was left as it is: %(reason)s") % words
