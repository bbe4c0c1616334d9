"""Consequences for projects of verifying, sending back or reopening the return that reports on them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from tracker.models import ProjectProblem, ProjectReport, ProjectReportReview, Return, User
from tracker.models.project_report import as_text
from tracker.queries.errors import Refused
from tracker.queries.projects.report_reviews import newest_revisions
from tracker.queries.projects.report_texts import read_report
from tracker.services.counts.standing import update_standing

Kind = ProjectReportReview.Kind
#: By the member's primary key, what the reviewer typed: (verified investment, reason).
ProjectChanges = Mapping[int, tuple[str, str]]
#: By the member's primary key, what is wrong there.
ProjectComments = Mapping[int, str]


def accepted_lines(unit_return: Return, changes: ProjectChanges) -> dict[ProjectReport, tuple[Decimal, str]]:
    """Return the lines that get another value than the reported one, with it and the reason for it.

    Raise Refused, by member and field, for a text that cannot be read, and for another value without a reason.
    """
    typed = {pk: change for pk, change in changes.items() if change[0].strip()}
    found: dict[ProjectReport, tuple[Decimal, str]] = {}
    wrong: dict[str, str] = {}
    unexplained: dict[str, str] = {}
    for report in _lines(unit_return, typed):
        text, reason = typed[report.member_id]
        values, refused = read_report({"investment": text, "note": reason})
        wrong |= {f"{report.member_id}: {name}": words for name, words in refused.items()}
        value = values.get("investment")
        if value is None or value == report.investment:
            continue
        if not values.get("note", "x"):
            unexplained[f"{report.member_id}: note"] = _("Say why the value differs.")
        found[report] = (value, values.get("note", ""))
    if wrong:
        raise Refused(_("Some cells cannot be read; nothing was saved."), wrong)
    if unexplained:
        raise Refused(_("If the verified value differs from the reported one, give a reason."), unexplained)
    return found


def verify_lines(
    unit_return: Return, accepted: Mapping[ProjectReport, tuple[Decimal, str]], *, acting_user: User, now: datetime
) -> dict[str, Any]:
    """Verify the lines as reported, or with the reviewer's values; return what the event of the step says of these."""
    unit_return.project_reports.update(verified_investment=F("investment"))
    for report, (value, _reason) in accepted.items():
        report.verified_investment = value
    ProjectReport.objects.bulk_update(list(accepted), ["verified_investment"])
    reviews = [_review(report, Kind.VALUE, reason, value) for report, (value, reason) in accepted.items()]
    return _added(reviews, acting_user, now)


def comment_lines(
    unit_return: Return, comments: ProjectComments, *, acting_user: User, now: datetime
) -> dict[str, Any]:
    """Keep what a reviewer says of lines to their unit; return what the event of the step says of it."""
    said = {pk: text.strip()[:500] for pk, text in comments.items() if text.strip()}
    reviews = [_review(report, Kind.COMMENT, said[report.member_id]) for report in _lines(unit_return, said)]
    return _added(reviews, acting_user, now)


def withdraw_lines(unit_return: Return, *, reason: str, acting_user: User, now: datetime) -> dict[str, Any]:
    """Take the verified values back, and note where they were not the reported ones."""
    changed = unit_return.project_reports.exclude(verified_investment=None).exclude(verified_investment=F("investment"))
    reviews = [_review(report, Kind.WITHDRAWN, reason[:500]) for report in changed.select_related("member")]
    unit_return.project_reports.update(verified_investment=None)
    return _added(reviews, acting_user, now)


def follow_verdict(unit_return: Return, *, now: datetime) -> None:
    """Count the investments of a return that was verified, or no longer; note the problems that were verified."""
    reports = list(unit_return.project_reports.select_related("member__project"))
    if not reports:
        return
    if unit_return.state == Return.State.VERIFIED:
        _raise_problems(unit_return, reports)
    update_standing([row.member for row in reports], now=now)


def _lines(unit_return: Return, members: Iterable[int]) -> list[ProjectReport]:
    wanted = set(members)
    if not wanted:
        return []
    rows = unit_return.project_reports.select_related("member").order_by("member__project_list", "member__number")
    return [row for row in rows if row.member_id in wanted]


def _review(report: ProjectReport, kind: Kind, text: str, value: Decimal | None = None) -> ProjectReportReview:
    return ProjectReportReview(report=report, kind=kind, reported=report.investment, value=value, text=text)


def _added(reviews: list[ProjectReportReview], acting_user: User, now: datetime) -> dict[str, Any]:
    """Store them, and return them as the event of the step keeps them, by the number of the project."""
    if not reviews:
        return {}
    seen = newest_revisions([one.report_id for one in reviews])
    for one in reviews:
        one.actor, one.recorded_at, one.revision_id = acting_user, now, seen.get(one.report_id)
    ProjectReportReview.objects.bulk_create(reviews)
    told = {
        str(one.report.member.number): {
            "reported": as_text(one.reported),
            "verified": as_text(one.value),
            "text": one.text,
        }
        for one in reviews
    }
    return {"projects": told}


def _raise_problems(unit_return: Return, reports: Iterable[ProjectReport]) -> None:
    """Add the problems that the projects do not have yet; one that is open already stays one."""
    told = [row for row in reports if row.problem]
    there = set(
        ProjectProblem.objects.filter(project__in=[row.member.project_id for row in told]).values_list(
            "project_id", "description"
        )
    )
    ProjectProblem.objects.bulk_create(
        ProjectProblem(
            project_id=row.member.project_id,
            kind=row.problem_kind,
            description=row.problem,
            demand=row.demand,
            due_on=row.due_on,
            raised_on=unit_return.period.ends_on,
            raised_by=unit_return.submitted_by,
        )
        for row in told
        if (row.member.project_id, row.problem) not in there
    )
