"""Changing who is on a list: members are added, split, replaced and removed, each under a document number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from tracker.calculation.lists.findings import parts_above_whole
from tracker.models import Event, IssuedReport, ListBatch, ListChange, ListMember, Project, ProjectList, User
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.projects.members import NewMember, check_new_members, clean_project
from tracker.services.audit.events import record_event
from tracker.services.projects.rights import require_keeper
from tracker.services.projects.standing import update_standing

Kind = ListChange.Kind
AT_ONCE = 500


@dataclass(frozen=True)
class Document:
    """The document that changes a list: its number, its day, the day from which it holds, and the reason."""

    number: str
    issued_on: date
    effective_from: date
    reason: str = ""
    title: str = ""


@transaction.atomic
def add_members(
    project_list: ProjectList,
    new: Sequence[NewMember],
    *,
    document: Document,
    acting_user: User | None,
    now: datetime,
    expected_version: int | None = None,
) -> list[ListMember]:
    """Add members in a batch. All are added, or none: Refused names each place and what is wrong there."""
    _begin(project_list, document, acting_user, expected_version)
    if project_list.is_closed and project_list.members.exists():
        raise Refused(_("This roster is closed: it names all there are."), {"document": _("Replace a member instead.")})
    _require_good(project_list, new)
    batch = _batch(project_list, document, acting_user, now)
    return _add(project_list, new, Kind.ADDED, batch, document, acting_user, now)


@transaction.atomic
def remove_member(member: ListMember, *, document: Document, acting_user: User | None, now: datetime) -> ListMember:
    """Take a member off its list from a day on. What was counted and issued before stays. A reason is needed."""
    project_list = member.project_list
    _begin(project_list, document, acting_user, None)
    _require_reason(document)
    _require_may_leave(member, document)
    batch = _batch(project_list, document, acting_user, now)
    _end([member], Kind.REMOVED, batch, document, acting_user, now)
    update_standing([member], now=now)
    return member


@transaction.atomic
def replace_member(
    member: ListMember, new: NewMember, *, document: Document, acting_user: User | None, now: datetime
) -> ListMember:
    """Put another in a member's place from a day on; a closed roster keeps its size by it."""
    project_list = member.project_list
    _begin(project_list, document, acting_user, None)
    _require_reason(document)
    _require_may_leave(member, document)
    _require_good(project_list, [new], leaving=[member])
    batch = _batch(project_list, document, acting_user, now)
    _end([member], Kind.REPLACED, batch, document, acting_user, now)
    replacing = NewMember(new.project, new.category, new.yearly_investment, replaces=member)
    (added,) = _add(project_list, [replacing], Kind.ADDED, batch, document, acting_user, now)
    update_standing([member], now=now)
    return added


@transaction.atomic
def split_member(
    member: ListMember, parts: Sequence[NewMember], *, document: Document, acting_user: User | None, now: datetime
) -> list[ListMember]:
    """Split a package project into its parts from a day on. Raise Refused where the parts exceed the whole.

    Where the list counts parts, they take the whole's place; otherwise they stand under it and are not counted.
    """
    project_list = member.project_list
    _begin(project_list, document, acting_user, None)
    _require_reason(document)
    if project_list.is_closed:
        raise Refused(_("A closed roster is not split."), {"parts": _("Replace a member instead.")})
    if len(parts) < 2:
        raise Refused(_("The project was not split."), {"parts": _("Name at least two parts.")})
    total = member.project.total_investment
    if parts_above_whole(total, [part.project.total_investment for part in parts]):
        words = {"total": f"{(total or Decimal(0)).normalize():f}"}
        raise Refused(
            _("The project was not split."),
            {"parts": _("The parts add up to more than the whole, %(total)s.") % words},
        )
    if parts_above_whole(member.yearly_investment, [part.yearly_investment for part in parts]):
        raise Refused(
            _("The project was not split."),
            {"parts": _("The parts add up to more than the whole's investment for the year.")},
        )
    batch = _batch(project_list, document, acting_user, now)
    leaving = [member] if project_list.counts_parts else []
    if leaving:
        _require_may_leave(member, document)
    _require_good(project_list, parts, leaving=leaving)
    if leaving:
        _end(leaving, Kind.SPLIT, batch, document, acting_user, now)
    else:
        _record([member], Kind.SPLIT, batch, document, acting_user, now)
    wholes = [NewMember(part.project, part.category, part.yearly_investment, part_of=member) for part in parts]
    added = _add(project_list, wholes, Kind.ADDED, batch, document, acting_user, now)
    update_standing([member], now=now)
    return added


@transaction.atomic
def declare_inapplicable(
    member: ListMember, *, document: Document, acting_user: User | None, now: datetime
) -> ListMember:
    """Declare that a list no longer applies to a member: the enterprise closed down.

    The list says whether it leaves the denominator.
    """
    project_list = member.project_list
    _begin(project_list, document, acting_user, None)
    _require_reason(document)
    _require_may_leave(member, document)
    batch = _batch(project_list, document, acting_user, now)
    member.inapplicable_reason = document.reason
    member.save(update_fields=["inapplicable_reason"])
    if project_list.inapplicable_leaves:
        _end([member], Kind.INAPPLICABLE, batch, document, acting_user, now)
    else:
        _record([member], Kind.INAPPLICABLE, batch, document, acting_user, now)
    update_standing([member], now=now)
    return member


def _begin(project_list: ProjectList, document: Document, acting_user: User | None, expected: int | None) -> None:
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


def _require_reason(document: Document) -> None:
    if not document.reason.strip():
        raise Refused(_("The list was not changed."), {"reason": _("Give the reason.")})


def _require_may_leave(member: ListMember, document: Document) -> None:
    """Raise Refused where the day would change counts that were issued, or lies before the member came."""
    if member.ends is not None:
        raise ChangedMeanwhile(_("%(project)s is no longer on the list.") % {"project": member.project})
    if document.effective_from <= member.begins:
        words = {"day": member.begins.isoformat()}
        raise Refused(
            _("The list was not changed."),
            {"effective_from": _("It came onto the list on %(day)s. Choose a later day.") % words},
        )
    issued = IssuedReport.objects.filter(
        plan=member.project_list.plan, period__ends_on__gte=document.effective_from
    ).order_by("-period__ends_on")
    if last := issued.select_related("period").first():
        words = {"period": last.period.code, "day": last.period.ends_on.isoformat()}
        raise Refused(
            _("The list was not changed."),
            {"effective_from": _("A document for %(period)s was issued. Choose a day after %(day)s.") % words},
        )


def _require_good(project_list: ProjectList, new: Sequence[NewMember], leaving: Iterable[ListMember] = ()) -> None:
    for one in new:
        clean_project(one.project)
    wrong = [one for one in check_new_members(project_list, new, leaving=leaving) if one.is_error]
    if wrong:
        raise Refused(_("Nothing was added."), {f"{one.place}: {one.field}": one.message for one in wrong})


def _batch(project_list: ProjectList, document: Document, acting_user: User | None, now: datetime) -> ListBatch:
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


def _add(
    project_list: ProjectList,
    new: Sequence[NewMember],
    kind: ListChange.Kind,
    batch: ListBatch,
    document: Document,
    acting_user: User | None,
    now: datetime,
) -> list[ListMember]:
    projects = _stored([one.project for one in new])
    last = project_list.members.aggregate(last=Max("number"))["last"] or 0
    members = ListMember.objects.bulk_create(
        [
            ListMember(
                project_list=project_list,
                project=project,
                category=one.category,
                number=last + place,
                yearly_investment=one.yearly_investment,
                begins=document.effective_from,
                added_by=batch,
                part_of=one.part_of,
                replaces=one.replaces,
            )
            for place, (one, project) in enumerate(zip(new, projects, strict=True), 1)
        ],
        batch_size=AT_ONCE,
    )
    _record(members, kind, batch, document, acting_user, now)
    update_standing(members, now=now)
    return members


def _stored(projects: Sequence[Project]) -> list[Project]:
    """Return the projects as stored: one of the same code that the register has, or a new row."""
    codes = sorted({one.code for one in projects if one.code and one.pk is None})
    known: dict[str, Project] = {}
    for start in range(0, len(codes), AT_ONCE):
        known |= {row.code: row for row in Project.objects.filter(code__in=codes[start : start + AT_ONCE])}
    found = [one if one.pk else known.get(one.code, one) for one in projects]
    Project.objects.bulk_create([one for one in found if one.pk is None], batch_size=AT_ONCE)
    return found


def _end(
    members: Sequence[ListMember],
    kind: ListChange.Kind,
    batch: ListBatch,
    document: Document,
    acting_user: User | None,
    now: datetime,
) -> None:
    for member in members:
        member.ends, member.ended_by = document.effective_from, batch
        member.save(update_fields=["ends", "ended_by"])
    _record(members, kind, batch, document, acting_user, now)


def _record(
    members: Sequence[ListMember],
    kind: ListChange.Kind,
    batch: ListBatch,
    document: Document,
    acting_user: User | None,
    now: datetime,
) -> None:
    """Add the rows of the history, and one event for all of them."""
    ListChange.objects.bulk_create(
        [
            ListChange(
                member=member,
                kind=kind,
                batch=batch,
                effective_from=document.effective_from,
                reason=document.reason.strip(),
                recorded_by=acting_user,
                recorded_at=now,
            )
            for member in members
        ],
        batch_size=AT_ONCE,
    )
    record_event(
        Event.Action.LIST_CHANGED,
        acting_user=acting_user,
        now=now,
        about=batch.project_list,
        after={
            "change": str(kind.value),
            "document": batch.document_number,
            "effective_from": document.effective_from.isoformat(),
            "number": len(members),
            "names": [str(member.project.name) for member in members[:20]],
        },
        reason=document.reason.strip(),
    )
