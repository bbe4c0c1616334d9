"""What every step of a return needs: the right to take it, the version it was seen at, revisions, an event."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from tracker.migrations._append_only import BACKDATED
from tracker.models import Entry, Event, Region, Return, User, ValueRevision
from tracker.models.access import Capability
from tracker.queries.audit.value_seals import sealed
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services.audit.events import record_event

#: What a step looks at, read again before it is taken.
REFRESHED = (
    *("state", "version", "submitted_by", "submitted_at", "first_submitted_at"),
    *("checking_region", "looked_at"),
)
#: What of a cell follows its newest revision of a kind, and what that has for it.
SHOWN = {
    ValueRevision.Kind.REPORTED: {"reported_value": "value", "reported_revision": "pk", "note": "note"},
    ValueRevision.Kind.VERIFIED: {"verified_value": "value", "verified_revision": "pk"},
}


def require(unit_return: Return, acting_user: User, capability: Capability, states: Iterable[str]) -> None:
    """Raise NotAllowed where the person lacks the capability, ChangedMeanwhile in any other state than these."""
    unit_return.refresh_from_db(fields=REFRESHED)
    require_right(unit_return, acting_user, capability)
    if unit_return.state not in tuple(states):
        raise ChangedMeanwhile(
            _("This return is now “%(state)s”. Reload the page to see it.") % {"state": unit_return.get_state_display()}
        )


def require_right(unit_return: Return, acting_user: User, capability: Capability) -> None:
    """Raise NotAllowed unless the person has the capability for the return, at the level that it stands at."""
    is_review = capability == Capability.VERIFY
    if unit_return.is_reviewed_by(acting_user) if is_review else unit_return.is_within(acting_user, capability):
        return
    if is_review and unit_return.is_within(acting_user, capability):
        raise NotAllowed(not_this_level(unit_return))
    raise NotAllowed(_("You may not do this for %(unit)s.") % {"unit": unit_return.unit})


def not_this_level(unit_return: Return) -> str:
    """Return the words for a reviewer of another level than the one that the return stands at."""
    return _("This return is reviewed by %(region)s.") % {"region": unit_return.reviewing_region}


def check_and_bump_version(unit_return: Return, expected: int) -> None:
    """Move the version on if it still is what the person saw: one of two writers at once is told."""
    taken = Return.objects.filter(pk=unit_return.pk, version=expected, state=unit_return.state)
    if taken.update(version=expected + 1) != 1:
        raise ChangedMeanwhile(_("Somebody else changed this return meanwhile. Reload the page to see the change."))
    unit_return.version = expected + 1


def entries_by_code(unit_return: Return) -> dict[str, Entry]:
    """Return the return's cells by indicator code."""
    entries = unit_return.entries.select_related("indicator__unit", "reported_revision")
    return {entry.indicator.code: entry for entry in entries}


def require_seen(entries: Mapping[str, Entry], seen: Mapping[str, int | None] | None) -> None:
    """Raise ChangedMeanwhile, naming the cells, where what a cell reports is not the revision that was seen.

    The version tells that already of whoever writes through these steps; this holds for every other way in, too.
    `seen` None asks for nothing beyond the version: for who reads and decides within one transaction.
    """
    if seen is None:
        return
    changed = [code for code, entry in entries.items() if entry.reported_revision_id != seen.get(code)]
    if changed:
        raise ChangedMeanwhile(
            _("Somebody else changed this return meanwhile. Reload the page to see the change."),
            dict.fromkeys(changed, _("This value was corrected meanwhile.")),
        )


def add_revisions(revisions: list[ValueRevision]) -> dict[str, Any]:
    """Add one revision to each cell and make the cells show them, in as many queries for many as for one.

    Return the seal of the revisions, for the event of the step.
    """
    entries = [revision.entry for revision in revisions]
    numbers = _last_numbers(entries)
    for revision in revisions:
        revision.number = numbers.get(revision.entry_id, 0) + 1
    try:
        ValueRevision.objects.bulk_create(revisions)
    except IntegrityError as error:
        if BACKDATED not in str(error):
            raise
        raise Refused(
            _("The clock of this server is more than an hour behind: values here bear a later time. Tell the engineer.")
        ) from error
    for kind, shown in SHOWN.items():
        added = [revision for revision in revisions if revision.kind == kind]
        for revision in added:
            for name, attribute in shown.items():
                setattr(revision.entry, name, revision if attribute == "pk" else getattr(revision, attribute))
        _show_newest(kind, shown, added)
    return sealed(revisions)


def _show_newest(kind: str, shown: Mapping[str, str], added: list[ValueRevision]) -> None:
    """Make the cells show their newest revision of this kind, as the database finds it: what a bulk update would say
    of each cell for itself takes longer to put into words than to do.
    """
    if added:
        newest = ValueRevision.objects.filter(entry=OuterRef("pk"), kind=kind).order_by("-number")
        cells = Entry.objects.filter(pk__in=[revision.entry_id for revision in added])
        cells.update(**{name: Subquery(newest.values(attribute)[:1]) for name, attribute in shown.items()})


def _last_numbers(entries: list[Entry]) -> dict[int, int]:
    rows = ValueRevision.objects.filter(entry__in=entries).order_by().values("entry_id")
    return dict(rows.annotate(last=Max("number")).values_list("entry_id", "last"))


def level_facts(unit_return: Return, region: Region | None = None) -> dict[str, str]:
    """Return what an event says of the level that a step concerns: none where the plan's own region alone checks."""
    if not unit_return.period.plan.checking_levels:
        return {}
    at = region or unit_return.reviewing_region
    return {"level": str(at.level), "region": at.code, "checked_by": at.name}


def record_step(
    action: Event.Action,
    unit_return: Return,
    before: str,
    acting_user: User,
    now: datetime,
    reason: str = "",
    more: Mapping[str, Any] | None = None,
) -> None:
    """Record a step of the workflow, with the state before and after, and what `more` was said."""
    record_event(
        action,
        acting_user=acting_user,
        now=now,
        about=unit_return,
        before={"state": before},
        after={"state": str(unit_return.state), **(more or {})},
        reason=reason,
    )
