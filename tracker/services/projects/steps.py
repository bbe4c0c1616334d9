"""Reporting a step with its evidence, and deciding about it: two people for every stage that is shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tracker.calculation.checks import Severity
from tracker.calculation.lists.findings import Finding, check_step
from tracker.calculation.lists.stages import StepKind, Taken
from tracker.documents.list_wording import finding_in_words
from tracker.models import Event, ListMember, ListStep, ProjectList, ProjectPermit, StepDecision, TakenStep, User
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.projects.members import verified_steps
from tracker.services.audit.events import record_event
from tracker.services.counts.standing import update_standing
from tracker.services.projects.expect import follow_members
from tracker.services.projects.rights import require_reporter, require_verifier

Verdict = StepDecision.Verdict


@dataclass(frozen=True)
class ReportedStep:
    """A step as its unit reports it: the member, the step, its day, and what proves it."""

    member: ListMember
    step: ListStep
    day: date
    evidence: str
    note: str = ""


@transaction.atomic
def report_steps(lines: Sequence[ReportedStep], *, acting_user: User, now: datetime) -> list[TakenStep]:
    """Report steps. They count once a second person has verified them. All are stored, or none.

    Raise Refused, by member and field, for a step in the future, without evidence, or of a member that left its list.
    """
    members = [line.member for line in lines]
    taken = verified_steps([member.pk for member in members])
    permits = _permits(members)
    wrong: dict[str, str] = {}
    rows = []
    for line in lines:
        require_reporter(acting_user, line.member)
        found = _findings(line, taken.get(line.member.pk, []), permits.get(line.member.project_id, {}), now)
        errors = [one for one in found if one.severity is Severity.ERROR]
        names = _names(line.member) if errors else {}
        wrong |= {f"{line.member.number}: {one.place}": finding_in_words(one, names) for one in errors}
        wrong |= {f"{line.member.number}: {name}": words for name, words in _refused_fields(line).items()}
        rows.append(
            TakenStep(
                member=line.member,
                step=line.step,
                day=line.day,
                evidence=line.evidence.strip(),
                note=line.note.strip(),
                findings=[{"fault": one.fault.value, "facts": dict(one.facts)} for one in found],
                reported_by=acting_user,
                recorded_at=now,
            )
        )
    if wrong:
        raise Refused(_("No step was reported."), wrong)
    stored = TakenStep.objects.bulk_create(rows)
    _record(Event.Action.STEP_REPORTED, stored, acting_user, now)
    return stored


@transaction.atomic
def decide_steps(
    taken: Iterable[TakenStep], verdict: StepDecision.Verdict, *, acting_user: User, now: datetime, comment: str = ""
) -> list[StepDecision]:
    """Verify steps, or do not accept them, or withdraw a verification. A stage follows from verified steps only.

    Raise NotAllowed for who reported one of them, Refused where a refusal or a withdrawal has no comment.
    """
    asked = TakenStep.objects.filter(pk__in=[one.pk for one in taken])
    lists = list(asked.order_by().values_list("member__project_list", flat=True).distinct())
    # Both databases then let one of two who decide at once wait, who reads the other's decision.
    ProjectList.objects.filter(pk__in=lists).update(code=F("code"))
    rows = list(asked.with_verdict().select_related("member__project_list__plan__region", "member__project", "step"))
    if verdict != Verdict.VERIFIED and not comment.strip():
        raise Refused(_("Nothing was decided."), {"comment": _("Give the reason.")})
    for row in rows:
        require_verifier(acting_user, row.member.project_list.plan)
        if row.reported_by_id == acting_user.pk:
            raise NotAllowed(_("You reported this step; another reviewer must verify it."))
        if row.verdict != (Verdict.VERIFIED if verdict == Verdict.WITHDRAWN else None):  # type: ignore[attr-defined]
            raise ChangedMeanwhile(
                _("Somebody else decided about %(project)s meanwhile. Reload the page to see it.")
                % {"project": row.member.project}
            )
    decisions = StepDecision.objects.bulk_create(
        StepDecision(taken=row, verdict=verdict, comment=comment.strip(), decided_by=acting_user, decided_at=now)
        for row in rows
    )
    _record(Event.Action.STEP_DECIDED, rows, acting_user, now, verdict=verdict.value, reason=comment.strip())
    update_standing([row.member for row in rows], now=now)
    for ended in (row.member for row in rows if row.step.kind == StepKind.TERMINATE.value):
        follow_members(ended.project_list, [ended], now=now)
    return decisions


def _record(
    action: Event.Action,
    rows: Sequence[TakenStep],
    acting_user: User,
    now: datetime,
    *,
    verdict: str = "",
    reason: str = "",
) -> None:
    """Record one event for each list; the rows themselves are kept for ever."""
    by_list: dict[int, list[TakenStep]] = {}
    for row in rows:
        by_list.setdefault(row.member.project_list_id, []).append(row)
    for of_list in by_list.values():
        steps = [f"{row.member.number} {row.step.code} {row.day.isoformat()}" for row in of_list[:50]]
        record_event(
            action,
            acting_user=acting_user,
            now=now,
            about=of_list[0].member.project_list,
            after={"number": len(of_list), "steps": steps, **({"verdict": verdict} if verdict else {})},
            reason=reason,
        )


def _findings(line: ReportedStep, taken: list[Taken], granted: dict[str, date | None], now: datetime) -> list[Finding]:
    step = line.step
    return check_step(
        Taken(step.code, step.position, StepKind(step.kind), line.day),
        taken,
        today=line.member.project_list.plan.day_of(now),
        listed_from=line.member.begins,
        needed=step.needed_permits,
        permits=granted,
    )


def _refused_fields(line: ReportedStep) -> dict[str, str]:
    wrong = {}
    if not line.evidence.strip():
        wrong["evidence"] = _("Name the document that proves the step.")
    if line.step.project_list_id != line.member.project_list_id:
        wrong["step"] = _("Choose a step of this list.")
    if line.member.ends is not None and line.day >= line.member.ends:
        wrong["day"] = _("It was taken off the list on %(day)s. It reports nothing after that.") % {
            "day": line.member.ends.isoformat()
        }
    if line.member.inapplicable_reason:
        wrong["step"] = _("The list does not apply to it: %(reason)s") % {"reason": line.member.inapplicable_reason}
    return wrong


def _permits(members: Sequence[ListMember]) -> dict[int, dict[str, date | None]]:
    found: dict[int, dict[str, date | None]] = {}
    for permit in ProjectPermit.objects.filter(project__in=[member.project_id for member in members]):
        is_free = permit.state == ProjectPermit.State.NOT_NEEDED
        found.setdefault(permit.project_id, {})[permit.kind] = date.min if is_free else permit.granted_on
    return found


def _names(member: ListMember) -> dict[str, str]:
    steps = {step.code: str(step) for step in member.project_list.steps.all()}
    return steps | {kind.value: str(kind.label) for kind in ProjectPermit.Kind}
