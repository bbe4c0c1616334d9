"""Removing a plan's demonstration whole: rows, files and closed accounts, unless real data depends on it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.utils.translation import gettext as _

from tracker.models import (
    ActPermit,
    Allocation,
    CellComment,
    CountChange,
    Entry,
    Event,
    Evidence,
    ExpectedReturn,
    Extension,
    IssuedReport,
    ListBatch,
    ListChange,
    ListMember,
    ListRule,
    ListStep,
    Membership,
    Obligation,
    Plan,
    Project,
    ProjectList,
    ProjectReport,
    ProjectReportReview,
    ProjectReportRevision,
    ReportingUnit,
    Return,
    StepDecision,
    TakenStep,
    UnlockRequest,
    User,
    ValueRevision,
)
from tracker.models.access import Capability, scope_of
from tracker.queries.audit.value_seals import removed_seal, sealed_as_stored
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.plans.demonstration import DemonstrationContent, demonstration_content
from tracker.services.accounts.second_person import require_second_person
from tracker.services.accounts.sessions import end_sessions
from tracker.services.audit.events import record_event
from tracker.services.audit.keep_rules import keep_terms
from tracker.services.audit.removable_values import values_removable
from tracker.services.returns.expected import update_expected
from tracker.services.returns.totals import subtract_return


def may_remove(user: User, plan: Plan) -> bool:
    """Return True if a person may remove the plan's demonstration: a system administrator of the plan's region."""
    return scope_of(user, Capability.MANAGE_ACCOUNTS).covers_region(plan.region)


@transaction.atomic
def remove_demonstration(plan: Plan, *, acting_user: User | None, now: datetime) -> DemonstrationContent:
    """Remove what was generated for the plan. Return what there was. `acting_user` None is the command line.

    Reports that rest on it keep their rows, and lose their files once the transaction is through. Raises Refused, with
    a message for each kind of real data that depends on the demonstration, and where there is none.
    """
    if acting_user is not None and not may_remove(acting_user, plan):
        raise NotAllowed(_("Only a system administrator removes a demonstration."))
    content = demonstration_content(plan)
    if content.is_empty:
        raise Refused(_("This plan holds no demonstration data."))
    if content.obstacles:
        raise Refused(
            _("Nothing was removed: real data depends on the demonstration."),
            {f"obstacle-{number}": words for number, words in enumerate(content.obstacles, 1)},
        )
    if acting_user is not None:
        require_second_person(ActPermit.Act.REMOVE_DEMONSTRATION, acting_user=acting_user, now=now)
    gone = removed_seal(ValueRevision.objects.filter(entry__unit_return__in=content.returns))
    with values_removable():
        _remove_returns(content.returns)
        _remove_lists(plan)
    files = _close_reports(plan, now)
    _remove_set_up(plan, now)
    plan.demonstration_day = None
    plan.save(update_fields=["demonstration_day"])
    if not Obligation.objects.filter(unit__is_demonstration=True).exists():
        _close_accounts()
    keep_terms(plan, acting_user=acting_user, now=now)
    after = {"units": content.number_of_units, "returns": content.number_of_returns, "reports": len(files)}
    record_event(
        Event.Action.DEMONSTRATION_REMOVED,
        acting_user=acting_user,
        now=now,
        about=plan,
        before=after,
        after={**gone.removed, **sealed_as_stored(gone.left)},
    )
    transaction.on_commit(partial(_delete_files, files))
    return content


def _remove_returns(returns: models.QuerySet[Return]) -> None:
    """Take the values out of the totals, then the rows, those first that name others."""
    numbers = list(returns.values_list("pk", flat=True))
    subtract_return(*numbers)
    evidence = Evidence.objects.filter(entry__unit_return__in=numbers)
    transaction.on_commit(partial(_delete_files, list(evidence.values_list("file", flat=True))))
    ExpectedReturn.objects.filter(unit_return__in=numbers).update(unit_return=None)
    cells = Entry.objects.filter(unit_return__in=numbers)
    cells.update(reported_value=None, reported_revision=None, verified_value=None, verified_revision=None)
    for rows in (
        evidence,
        ProjectReportReview.objects.filter(report__unit_return__in=numbers),
        ProjectReportRevision.objects.filter(report__unit_return__in=numbers),
        ProjectReport.objects.filter(unit_return__in=numbers),
        CellComment.objects.filter(entry__in=cells),
        UnlockRequest.objects.filter(unit_return__in=numbers),
        ValueRevision.objects.filter(entry__in=cells),
        cells,
        Return.objects.filter(pk__in=numbers),
    ):
        _delete_rows(rows)


def _remove_lists(plan: Plan) -> None:
    """Remove generated lists with their history, and the projects that are on no other list."""
    lists = list(ProjectList.objects.filter(plan=plan, is_demonstration=True).values_list("pk", flat=True))
    members = ListMember.objects.filter(project_list__in=lists)
    for rows in (
        ProjectReportReview.objects.filter(report__member__in=members),
        ProjectReportRevision.objects.filter(report__member__in=members),
        ProjectReport.objects.filter(member__in=members),
        CountChange.objects.filter(rule__project_list__in=lists),
        StepDecision.objects.filter(taken__member__in=members),
        TakenStep.objects.filter(member__in=members),
        ListChange.objects.filter(member__in=members),
        members,
        ListRule.objects.filter(project_list__in=lists),
        ListBatch.objects.filter(project_list__in=lists),
        ListStep.objects.filter(project_list__in=lists),
        ProjectList.objects.filter(pk__in=lists),
    ):
        _delete_rows(rows)
    Project.objects.filter(is_demonstration=True, memberships=None).delete()


def _delete_rows(rows: models.QuerySet[models.Model]) -> None:
    """Delete in one statement: the collector would refuse what protects, and here all of it goes."""
    keys = rows.order_by().values("pk")
    rows.model._base_manager.filter(pk__in=list(keys.values_list("pk", flat=True)))._raw_delete(DEFAULT_DB_ALIAS)


def _remove_set_up(plan: Plan, now: datetime) -> None:
    """Remove generated shares and obligations, and the units that report for no plan any more."""
    Allocation.objects.filter(version__target__plan=plan, is_demonstration=True).delete()
    Obligation.objects.filter(plan=plan, unit__is_demonstration=True).delete()
    update_expected(plan, now=now)
    idle = ReportingUnit.objects.filter(is_demonstration=True, obligations=None, returns=None)
    Extension.objects.filter(unit__in=idle).delete()
    Membership.objects.filter(unit__in=idle).delete()
    idle.delete()


def _close_reports(plan: Plan, now: datetime) -> list[str]:
    """Mark the files of reports that rest on the demonstration as removed. Return their names."""
    reports = IssuedReport.objects.filter(plan=plan, has_demonstration=True, file_removed_at=None)
    names = []
    for report in reports.without_inputs():
        names.append(report.file.name)
        after = {"file": report.file.name, "sha256": report.sha256}
        record_event(Event.Action.REPORT_FILE_REMOVED, acting_user=None, now=now, about=report, after=after)
    reports.update(file_removed_at=now)
    return names


def _close_accounts() -> None:
    """Close the demonstration's accounts and withdraw their roles; the rows stay, since events name them."""
    people = User.objects.filter(is_demonstration=True)
    Membership.objects.filter(user__in=people).delete()
    for person in people:
        end_sessions(person)
    people.update(is_active=False)


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
