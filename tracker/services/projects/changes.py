"""One change of a list: the document behind it, the right to make it, its batch and its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from tracker.models import Event, IssuedReport, ListBatch, ListChange, ListMember, ProjectList, User
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.services.audit.events import record_event
from tracker.services.projects.expect import follow_members
from tracker.services.projects.rights import require_keeper
from tracker.services.storage.bulk_insert import insert_rows, reserve_keys, rows_of

AT_ONCE = 500
CHANGE_COLUMNS = ("id", "member_id", "kind", "batch_id", "effective_from", "reason", "recorded_by_id", "recorded_at")


@dataclass(frozen=True)
class Document:
    """The document that changes a list: its number, its day, the day from which it holds, and the reason."""

    number: str
    issued_on: date
    effective_from: date
    reason: str = ""
    title: str = ""


def begin_change(project_list: ProjectList, document: Document, acting_user: User | None, expected: int | None) -> None:
    """Require the right and a document, and move the list's version on, so that two who change it are told."""
    require_keeper(acting_user, project_list.plan)
    if not document.number.strip():
        raise Refused(
            _("The list was not changed."), {"document_number": _("A list is changed by a document: give its number.")}
        )
    there = ProjectList.objects.filter(pk=project_list.pk)
    there = there if expected is None else there.filter(version=expected)
    if there.update(version=F("version") + 1) != 1:
        raise ChangedMeanwhile(_("Somebody else changed this list meanwhile. Reload the page to see the change."))


def require_reason(document: Document) -> None:
    """Raise Refused where a change has no reason."""
    if not document.reason.strip():
        raise Refused(_("The list was not changed."), {"reason": _("Give the reason.")})


def require_may_leave(member: ListMember, document: Document, *, is_issued_asked: bool = True) -> None:
    """Raise Refused where the day would change counts that were issued, or lies before the member came.

    Of several members of a list one asks for issued documents.
    """
    if member.ends is not None:
        raise ChangedMeanwhile(_("%(project)s is no longer on the list.") % {"project": member.project})
    if document.effective_from <= member.begins:
        words = {"project": member.project, "day": member.begins.isoformat()}
        raise Refused(
            _("The list was not changed."),
            {"effective_from": _("%(project)s came onto the list on %(day)s. Choose a later day.") % words},
        )
    if is_issued_asked:
        require_not_issued(member.project_list, document)


def require_not_issued(project_list: ProjectList, document: Document) -> None:
    """Raise Refused where a document was issued for a period that ends on the day or later."""
    issued = IssuedReport.objects.filter(
        plan=project_list.plan_id, period__ends_on__gte=document.effective_from
    ).order_by("-period__ends_on")
    if last := issued.select_related("period").first():
        words = {"period": last.period.code, "day": last.period.ends_on.isoformat()}
        raise Refused(
            _("The list was not changed."),
            {"effective_from": _("A document for %(period)s was issued. Choose a day after %(day)s.") % words},
        )


def batch_of(project_list: ProjectList, document: Document, acting_user: User | None, now: datetime) -> ListBatch:
    """Return the batch of this document: a second change by the same document belongs to it."""
    number = document.number.strip()
    found = project_list.batches.filter(document_number=number, effective_from=document.effective_from).first()
    if found is not None:
        return found
    last = project_list.batches.aggregate(last=Max("number"))["last"] or 0
    return ListBatch.objects.create(
        project_list=project_list,
        number=last + 1,
        title=document.title,
        document_number=number,
        issued_on=document.issued_on,
        effective_from=document.effective_from,
        recorded_at=now,
        recorded_by=acting_user,
    )


def end_members(
    members: Sequence[ListMember],
    kind: ListChange.Kind,
    batch: ListBatch,
    document: Document,
    acting_user: User | None,
    now: datetime,
) -> None:
    """Take members off their list from the document's day on."""
    for member in members:
        member.ends, member.ended_by = document.effective_from, batch
    ListMember.objects.bulk_update(members, ["ends", "ended_by"], batch_size=AT_ONCE)
    record_change(members, kind, batch, document, acting_user, now)
    follow_members(batch.project_list, members, now=now)


def record_change(
    members: Sequence[ListMember],
    kind: ListChange.Kind,
    batch: ListBatch,
    document: Document,
    acting_user: User | None,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add the rows of the history, and one event for all of them with what else it tells."""
    told = (str(kind.value), batch.pk, document.effective_from, document.reason.strip())
    by = (acting_user.pk if acting_user else None, now)
    row_of = rows_of(ListChange, CHANGE_COLUMNS)
    keys = reserve_keys(ListChange, len(members))
    insert_rows(ListChange, (row_of((key, one.pk, *told, *by)) for key, one in zip(keys, members, strict=True)))
    record_event(
        Event.Action.LIST_CHANGED,
        acting_user=acting_user,
        now=now,
        about=batch.project_list,
        before=before,
        after={
            "change": str(kind.value),
            "document": batch.document_number,
            "effective_from": document.effective_from.isoformat(),
            "number": len(members),
            "names": [str(member.project.name) for member in members[:20]],
            **(after or {}),
        },
        reason=document.reason.strip(),
    )
