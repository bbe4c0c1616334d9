"""Changes of a project: its fields, its permits and its problems."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tracker.calculation.checks import Severity
from tracker.calculation.lists.findings import check_project, parts_above_whole
from tracker.documents.list_wording import finding_in_words
from tracker.models import ListMember, Project, ProjectPermit, ProjectProblem, User
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.projects.members import clean_project
from tracker.services.audit.configuration import save_configured
from tracker.services.counts.standing import update_standing
from tracker.services.projects.rights import may_keep, may_report, require_keeper
from tracker.services.returns.expected import update_expected


@transaction.atomic
def save_project(
    project: Project, member: ListMember, *, acting_user: User, now: datetime, expected_version: int
) -> Project:
    """Save a project's fields: for the plan manager. A project that moved is counted in its new region.

    Raise Refused by field, ChangedMeanwhile if somebody else saved it since `expected_version`.
    """
    require_keeper(acting_user, member.project_list.plan)
    clean_project(project)
    found = check_project(
        credit_code=project.credit_code,
        planned_start=project.planned_start,
        planned_finish=project.planned_finish,
        coordinates=(project.longitude, project.latitude),
    )
    wrong = {one.place: finding_in_words(one) for one in found if one.severity is Severity.ERROR}
    wrong |= _above_whole(project, member)
    if wrong:
        raise Refused(_("The project was not saved."), wrong)
    there = Project.objects.filter(pk=project.pk, version=expected_version)
    if there.update(version=F("version") + 1) != 1:
        raise ChangedMeanwhile(_("Somebody else changed this project meanwhile. Reload the page to see the change."))
    project.version = expected_version + 1
    save_configured(project, acting_user=acting_user, now=now)
    memberships = ListMember.objects.filter(project=project).select_related("project_list__plan")
    update_standing(memberships, now=now)
    for one in memberships:
        if one.project_list.frequency or one.project_list.preparation_frequency:
            update_expected(one.project_list.plan, now=now)
    return project


def _above_whole(project: Project, member: ListMember) -> dict[str, str]:
    """Return what is wrong with the total of a part, where the parts of a split then exceed the whole."""
    whole = member.part_of
    if whole is None:
        return {}
    others = ListMember.objects.filter(part_of=whole, ends=None).exclude(pk=member.pk)
    totals = [*others.values_list("project__total_investment", flat=True), project.total_investment]
    if not parts_above_whole(whole.project.total_investment, totals):
        return {}
    words = {"total": f"{(whole.project.total_investment or Decimal(0)).normalize():f}"}
    return {"total_investment": _("The parts add up to more than the whole, %(total)s.") % words}


@transaction.atomic
def save_permit(
    member: ListMember,
    kind: str,
    state: str,
    *,
    granted_on: date | None,
    document_number: str,
    acting_user: User,
    now: datetime,
) -> ProjectPermit:
    """Save the state of a project's permit. Raise Refused by field."""
    _require(member, acting_user)
    permit = ProjectPermit.objects.filter(project=member.project, kind=kind).first()
    permit = permit or ProjectPermit(project=member.project, kind=kind)
    permit.state, permit.granted_on, permit.document_number = state, granted_on, document_number.strip()
    if granted_on is not None and granted_on > member.project_list.plan.day_of(now):
        raise Refused(_("The permit was not saved."), {"granted_on": _("The day lies in the future.")})
    if (state == ProjectPermit.State.GRANTED) != (granted_on is not None):
        raise Refused(
            _("The permit was not saved."),
            {"granted_on": _("A permit that was granted has a day, and no other has one.")},
        )
    save_configured(permit, acting_user=acting_user, now=now)
    return permit


@transaction.atomic
def raise_problem(
    member: ListMember,
    kind: str,
    description: str,
    *,
    demand: str,
    due_on: date | None,
    acting_user: User,
    now: datetime,
) -> ProjectProblem:
    """Record a problem of a project, with what is demanded and by when."""
    _require(member, acting_user)
    problem = ProjectProblem(
        project=member.project,
        kind=kind,
        description=description.strip(),
        demand=demand.strip(),
        due_on=due_on,
        raised_on=member.project_list.plan.day_of(now),
        raised_by=acting_user,
    )
    try:
        problem.full_clean()
    except ValidationError as error:
        fields = {name: " ".join(messages) for name, messages in error.message_dict.items()}
        raise Refused(_("The problem was not recorded."), fields) from None
    save_configured(problem, acting_user=acting_user, now=now)
    return problem


@transaction.atomic
def settle_problem(problem: ProjectProblem, member: ListMember, *, how: str, acting_user: User, now: datetime) -> None:
    """Record how a problem was settled."""
    _require(member, acting_user)
    if not how.strip():
        raise Refused(_("The problem is still open."), {"settlement": _("Say how it was settled.")})
    problem.settled_on, problem.settlement = member.project_list.plan.day_of(now), how.strip()
    save_configured(problem, acting_user=acting_user, now=now)


def _require(member: ListMember, acting_user: User) -> None:
    """Raise NotAllowed unless the person reports for the member or keeps the plan's lists."""
    if not (may_report(acting_user, member) or may_keep(acting_user, member.project_list.plan)):
        raise NotAllowed(_("You do not report for %(project)s.") % {"project": member.project})
