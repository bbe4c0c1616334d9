"""Create the lists of a draft with their members, by the service that imports an annex, in the plan's transaction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from tracker.calculation.lists.counting import Counts
from tracker.models import ListMember, ListRule, MemberSentence, Plan, PolicyDocument, ProjectList, Target, User
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.imports.draft_lists.lists import annex_of
from tracker.queries.imports.project_lists.read import read_rows
from tracker.queries.plans.drafts.draft import Draft, DraftList, ItemState
from tracker.queries.plans.drafts.known import Known, load_known
from tracker.services.projects.changes import Document
from tracker.services.projects.lists import PROJECT_STEPS, create_list, roster_steps, save_rule
from tracker.services.projects.members import add_members

Mistake = tuple[str, str, str]
#: Mistakes of one list that are told at once.
MOST_MISTAKES = 20


def create_lists(
    draft: Draft,
    plan: Plan,
    targets: Mapping[str, Target],
    document: PolicyDocument | None,
    *,
    acting_user: User,
    now: datetime,
) -> list[Mistake]:
    """Create the accepted lists, and link each member to its row. Return item, field and reason of what is wrong.

    `targets` are the plan's by the key of their item. Without a document, which is a rehearsal, nothing is linked,
    and a target that waits for a decision counts nothing yet.
    """
    known = load_known(draft.regions)
    mistakes: list[Mistake] = []
    for item in draft.lists:
        if item.state != ItemState.ACCEPTED:
            continue
        behind = draft.target(item.target)
        if document is None and behind is not None and behind.state == ItemState.OPEN:
            item = replace(item, target="")
        try:
            mistakes += _create(item, plan, targets, document, known, acting_user=acting_user, now=now)
        except NotAllowed:
            raise
        except Refused as refused:
            fields = refused.fields or {"name": refused.message}
            mistakes += [(item.key, name, text) for name, text in fields.items()]
    return mistakes


def _create(
    item: DraftList,
    plan: Plan,
    targets: Mapping[str, Target],
    document: PolicyDocument | None,
    known: Known,
    *,
    acting_user: User,
    now: datetime,
) -> list[Mistake]:
    wrong = list(_wrong(item, targets))
    if wrong:
        return wrong
    steps = PROJECT_STEPS if item.kind == "projects" else roster_steps("done", "已完成", "Done")
    kind = ProjectList.Kind.ROSTER if item.kind == "roster" else ProjectList.Kind.PROJECTS
    new = ProjectList(plan=plan, code=item.code, name=item.name, kind=kind, year=int(item.year))
    listed = create_list(new, steps, acting_user=acting_user, now=now)
    annex = annex_of(item, known)
    read = read_rows(annex, listed)
    if read.errors:
        told = [(item.key, one.field, f"{one.place}{_(': ')}{one.message}") for one in read.errors[:MOST_MISTAKES]]
        more = len(read.errors) - len(told)
        return [*told, *([(item.key, "", _("%(number)s more rows are wrong.") % {"number": more})] if more else [])]
    by_place = {annex.place(number, ""): number for number in annex.rows}
    issued = Document(plan.document_number or plan.name[:100], plan.issued_on, plan.issued_on, title=item.title[:200])
    members = add_members(listed, read.members, document=issued, acting_user=acting_user, now=now)
    if item.target:
        _count(item, listed, targets[item.target], acting_user, now)
    if document is not None:
        _link(item, document, members, [by_place[one.place] for one in read.members])
    return []


def _wrong(item: DraftList, targets: Mapping[str, Target]) -> Iterator[Mistake]:
    if "name" not in item.fields:
        yield item.key, "", _("Choose the column in which the names stand.")
    if not item.year.isdecimal():
        yield item.key, "year", _("Enter the year of the list.")
    if item.target and item.target not in targets:
        yield item.key, "target", _("The target that this list stands behind is not accepted.")


def _count(item: DraftList, listed: ProjectList, target: Target, acting_user: User, now: datetime) -> None:
    """Let the target's figure be counted from the list."""
    is_step = item.counts not in (Counts.MEMBERS.value, Counts.INVESTMENT.value)
    step = listed.steps.filter(code=item.counts).first() if is_step else None
    if is_step and step is None:
        raise Refused(_("The list was not saved."), {"counts": _("The list has no such step.")})
    counts = Counts.STAGE.value if is_step else item.counts
    rule = ListRule(plan=listed.plan, indicator=target.indicator, project_list=listed, counts=counts, step=step)
    try:
        save_rule(rule, acting_user=acting_user, now=now)
    except Refused as refused:
        raise Refused(refused.message, {"target": " ".join(refused.fields.values()) or refused.message}) from None


def _link(item: DraftList, document: PolicyDocument, members: Iterable[ListMember], numbers: Iterable[int]) -> None:
    rows = []
    for member, number in zip(members, numbers, strict=True):
        start, end, _cells = item.rows[number - 1]
        if end > start:
            rows.append(MemberSentence(member=member, document=document, start=start, end=end))
    MemberSentence.objects.bulk_create(rows, batch_size=500)
