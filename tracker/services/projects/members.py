"""Changing who is on a list: members are added, split, replaced and removed, each under a document number."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tracker.calculation.lists.findings import parts_above_whole
from tracker.models import ListBatch, ListChange, ListMember, Project, ProjectList, User
from tracker.queries.errors import Refused
from tracker.queries.projects.members import NewMember, check_new_members, clean_project, registered_projects
from tracker.services.counts.standing import count_new, update_standing
from tracker.services.projects.changes import (
    Document,
    batch_of,
    begin_change,
    end_members,
    record_change,
    require_may_leave,
    require_reason,
)
from tracker.services.projects.expect import follow_members
from tracker.services.storage.bulk_insert import insert_objects, objects_of

Kind = ListChange.Kind
#: What a new member is given, in the order in which it is told.
MEMBER_COLUMNS = (
    *("project_list_id", "begins", "added_by_id", "project_id"),
    *("category", "number", "yearly_investment", "invested_before", "part_of_id", "replaces_id"),
)


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
    begin_change(project_list, document, acting_user, expected_version)
    if project_list.is_closed and project_list.members.exists():
        raise Refused(_("This roster is closed: it names all there are."), {"document": _("Replace a member instead.")})
    known = _require_good(project_list, new)
    batch = batch_of(project_list, document, acting_user, now)
    return _add(project_list, new, known, batch, document, acting_user, now)


@transaction.atomic
def remove_member(member: ListMember, *, document: Document, acting_user: User | None, now: datetime) -> ListMember:
    """Take a member off its list from a day on. What was counted and issued before stays. A reason is needed."""
    return remove_members([member], document=document, acting_user=acting_user, now=now)[0]


@transaction.atomic
def remove_members(
    members: Sequence[ListMember], *, document: Document, acting_user: User | None, now: datetime
) -> Sequence[ListMember]:
    """Take several members off their list by one document, all of them or none."""
    project_list = members[0].project_list
    begin_change(project_list, document, acting_user, None)
    require_reason(document)
    for member in members:
        require_may_leave(member, document, is_issued_asked=member is members[0])
    batch = batch_of(project_list, document, acting_user, now)
    end_members(members, Kind.REMOVED, batch, document, acting_user, now)
    update_standing(members, now=now)
    return members


@transaction.atomic
def replace_member(
    member: ListMember, new: NewMember, *, document: Document, acting_user: User | None, now: datetime
) -> ListMember:
    """Put another in a member's place from a day on; a closed roster keeps its size by it."""
    project_list = member.project_list
    begin_change(project_list, document, acting_user, None)
    require_reason(document)
    require_may_leave(member, document)
    known = _require_good(project_list, [new], leaving=[member])
    batch = batch_of(project_list, document, acting_user, now)
    end_members([member], Kind.REPLACED, batch, document, acting_user, now)
    replacing = NewMember(new.project, new.category, new.yearly_investment, replaces=member)
    (added,) = _add(project_list, [replacing], known, batch, document, acting_user, now)
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
    begin_change(project_list, document, acting_user, None)
    require_reason(document)
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
    batch = batch_of(project_list, document, acting_user, now)
    leaving = [member] if project_list.counts_parts else []
    if leaving:
        require_may_leave(member, document)
    known = _require_good(project_list, parts, leaving=leaving)
    if leaving:
        end_members(leaving, Kind.SPLIT, batch, document, acting_user, now)
    else:
        record_change([member], Kind.SPLIT, batch, document, acting_user, now)
    wholes = [NewMember(part.project, part.category, part.yearly_investment, part_of=member) for part in parts]
    added = _add(project_list, wholes, known, batch, document, acting_user, now)
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
    begin_change(project_list, document, acting_user, None)
    require_reason(document)
    require_may_leave(member, document)
    batch = batch_of(project_list, document, acting_user, now)
    member.inapplicable_reason = document.reason
    member.save(update_fields=["inapplicable_reason"])
    if project_list.inapplicable_leaves:
        end_members([member], Kind.INAPPLICABLE, batch, document, acting_user, now)
    else:
        record_change([member], Kind.INAPPLICABLE, batch, document, acting_user, now)
    update_standing([member], now=now)
    return member


def _require_good(
    project_list: ProjectList, new: Sequence[NewMember], leaving: Iterable[ListMember] = ()
) -> Mapping[str, Project]:
    """Return the projects of the same codes that the register has. Raise Refused where something is wrong."""
    for one in new:
        clean_project(one.project)
    registered = registered_projects(new)
    found = check_new_members(project_list, new, leaving=leaving, registered=registered)
    wrong = [one for one in found if one.is_error]
    if wrong:
        raise Refused(_("Nothing was added."), {f"{one.place}: {one.field}": one.message for one in wrong})
    return registered


def _add(
    project_list: ProjectList,
    new: Sequence[NewMember],
    known: Mapping[str, Project],
    batch: ListBatch,
    document: Document,
    acting_user: User | None,
    now: datetime,
) -> list[ListMember]:
    projects = _stored([one.project for one in new], known)
    last = project_list.members.aggregate(last=Max("number"))["last"] or 0
    member_of, members = objects_of(ListMember, MEMBER_COLUMNS), []
    listed = (project_list.pk, document.effective_from, batch.pk)
    for number, (one, project) in enumerate(zip(new, projects, strict=True), last + 1):
        before = (one.part_of and one.part_of.pk, one.replaces and one.replaces.pk)
        member = member_of(
            (*listed, project.pk, one.category, number, one.yearly_investment, one.invested_before, *before)
        )
        member.project = project
        members.append(member)
    insert_objects(ListMember, members)
    record_change(members, Kind.ADDED, batch, document, acting_user, now)
    count_new(project_list, members, now=now)
    follow_members(project_list, members, now=now)
    return members


def _stored(projects: Sequence[Project], known: Mapping[str, Project]) -> list[Project]:
    """Return the projects as stored: one of the same code that the register has, or a new row."""
    found = [one if one.pk else known.get(one.code, one) for one in projects]
    insert_objects(Project, [one for one in found if one.pk is None])
    return found
