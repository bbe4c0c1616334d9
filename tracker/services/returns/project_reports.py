"""Entering the reports of projects in a return: all of a unit's projects in one sheet."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import (
    Event,
    ListMember,
    ProjectReportRevision,
    Return,
    User,
)
from tracker.queries.errors import Refused
from tracker.queries.projects.report_texts import read_report
from tracker.queries.projects.reports import ReportRow, report_rows
from tracker.services.audit.events import record_event
from tracker.services.returns.steps import check_and_bump_version
from tracker.services.returns.submit import require_writable, submit_return


@transaction.atomic
def save_project_reports(
    unit_return: Return,
    texts: Mapping[int, Mapping[str, str]],
    *,
    acting_user: User,
    now: datetime,
    expected_version: int,
    places: Mapping[int, str] | None = None,
) -> Return:
    """Keep what was typed of projects, by member and field. Fields left out are untouched; all is stored, or nothing.

    Raise Refused, by member and field, for a text that cannot be read, and for a project that does not report: it was
    removed from its list, or is another unit's.
    """
    require_writable(unit_return, acting_user, now=now)
    check_and_bump_version(unit_return, expected_version)
    rows = {row.member.pk: row for row in report_rows(unit_return)}
    wrong = _not_reporting(texts, rows)
    changed: list[ReportRow] = []
    before: dict[str, Any] = {}
    for pk, row in rows.items():
        typed = texts.get(pk, {})
        content = row.report.content
        values, refused = read_report(typed)
        wrong |= {f"{pk}: {name}": words for name, words in refused.items()}
        for name, value in values.items():
            setattr(row.report, name, value)
        if row.report.content != content:
            changed.append(row)
            before[str(row.member.number)] = content
    if wrong:
        raise Refused(_("Some cells cannot be read; nothing was saved."), wrong)
    _store(changed, acting_user, now, places or {})
    if changed:
        after = {str(row.member.number): row.report.content for row in changed}
        record_event(
            Event.Action.DRAFT_SAVED, acting_user=acting_user, now=now, about=unit_return, before=before, after=after
        )
    return unit_return


@transaction.atomic
def save_and_submit_projects(
    unit_return: Return, texts: Mapping[int, Mapping[str, str]], *, acting_user: User, now: datetime, expected: int
) -> Return:
    """Keep what was typed of projects and submit the whole return, or do neither."""
    how: dict[str, Any] = {"acting_user": acting_user, "now": now}
    save_project_reports(unit_return, texts, expected_version=expected, **how)
    return submit_return(unit_return, expected_version=unit_return.version, **how)


def _store(rows: Iterable[ReportRow], acting_user: User, now: datetime, places: Mapping[int, str]) -> None:
    revisions = []
    for row in rows:
        row.report.save()
        revisions.append(
            ProjectReportRevision(
                report=row.report,
                content=row.report.content,
                source_place=places.get(row.member.pk, ""),
                actor=acting_user,
                recorded_at=now,
            )
        )
    ProjectReportRevision.objects.bulk_create(revisions)


def _not_reporting(texts: Mapping[int, Mapping[str, str]], rows: Mapping[int, ReportRow]) -> dict[str, str]:
    """Return what is wrong with projects that are not on the sheet, where something was typed for them."""
    others = [pk for pk, typed in texts.items() if pk not in rows and any(text.strip() for text in typed.values())]
    members = ListMember.objects.filter(pk__in=others).select_related("project")
    known = {member.pk: member for member in members}
    wrong = {}
    for pk in others:
        member = known.get(pk)
        if member is not None and member.ends is not None:
            words = _("It was taken off the list on %(day)s. It reports nothing after that.")
            wrong[f"{pk}: investment"] = words % {"day": member.ends.isoformat()}
        else:
            wrong[f"{pk}: investment"] = _("This unit does not report of this project.")
    return wrong
