"""All that the page of a list's member tells: its fields, its timeline, its money, its permits and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tracker.calculation.lists.findings import Fault, Finding
from tracker.documents.list_wording import finding_in_words
from tracker.models import (
    ListChange,
    ListMember,
    ListStep,
    MemberSentence,
    ProjectPermit,
    ProjectProblem,
    ProjectReport,
    ProjectReportReview,
    Return,
    StepDecision,
    TakenStep,
    User,
)
from tracker.queries.projects.report_reviews import reviews_readable, values_changed


@dataclass(frozen=True)
class StepLine:
    """A step that was reported, with its flags in words and what was decided about it."""

    taken: TakenStep
    flags: Sequence[str]
    decisions: Sequence[StepDecision]

    @property
    def decision(self) -> StepDecision | None:
        """Return the newest decision; None while it waits."""
        return self.decisions[-1] if self.decisions else None

    @property
    def state(self) -> str:
        """Return "waiting", or what was decided last."""
        return self.decision.verdict if self.decision else "waiting"


@dataclass(frozen=True)
class Passed:
    """A step of the list, and the first verified day on which the member took it."""

    step: ListStep
    day: date | None
    is_current: bool


@dataclass(frozen=True)
class HistoryLine:
    """Something that happened: when it was recorded, by whom, and in words that are shown beside it."""

    at: datetime
    by: User | None
    change: ListChange | None = None
    step: StepLine | None = None
    review: ProjectReportReview | None = None
    decision: StepDecision | None = None


@dataclass(frozen=True)
class ReportLine:
    """Keep what was reported of a project for a period, and the review by which another value was verified."""

    report: ProjectReport
    changed: ProjectReportReview | None


@dataclass(frozen=True)
class Money:
    """Verified investment against what was planned, in 10,000 yuan. A share is in %, None without a plan."""

    to_date: Decimal
    total: Decimal | None
    this_year: Decimal
    year: Decimal | None

    @property
    def share_of_total(self) -> Decimal | None:
        """Return what was invested to date of the total investment."""
        return self.to_date / self.total * 100 if self.total else None

    @property
    def share_of_year(self) -> Decimal | None:
        """Return what was invested on this list of what was planned for its year."""
        return self.this_year / self.year * 100 if self.year else None


@dataclass(frozen=True)
class MemberPage:
    """The page of a member."""

    member: ListMember
    passed: Sequence[Passed]
    steps: Sequence[StepLine]
    permits: Sequence[ProjectPermit]
    problems: Sequence[ProjectProblem]
    history: Sequence[HistoryLine]
    other_lists: Sequence[ListMember]
    reports: Sequence[ReportLine] = ()
    money: "Money | None" = None
    sentence: MemberSentence | None = None

    @property
    def waiting(self) -> list[StepLine]:
        """Return the steps that wait for a second person."""
        return [one for one in self.steps if one.decision is None]


def load_member_page(member: ListMember, user: User) -> MemberPage:
    """Return all about a member, in as many queries whatever happened to it."""
    steps = list(member.project_list.steps.all())
    lines = _steps(member, steps)
    reports = _reports(member)
    changed = values_changed(reports)
    others = ListMember.objects.visible_to(user).filter(project=member.project_id).exclude(pk=member.pk)
    return MemberPage(
        member=member,
        passed=[_passed(member, step) for step in steps if step.kind == "stage" or step.code in member.reached],
        steps=lines,
        permits=list(member.project.permits.all()),
        problems=list(member.project.problems.all()),
        history=_history(member, lines, reports),
        other_lists=list(others.with_names()),
        reports=[ReportLine(one, changed.get(one.pk)) for one in reports],
        money=_money(member),
        sentence=MemberSentence.objects.filter(member=member).first(),
    )


def _reports(member: ListMember) -> list[ProjectReport]:
    """Return what was reported of it and is no draft, the newest period first."""
    rows = member.reports.filter(unit_return__state__in=Return.REPORTED_STATES)
    named = rows.select_related("unit_return__period__plan", "unit_return__submitted_by", "unit_return__verified_by")
    return list(named.order_by("-unit_return__period__ends_on", "-pk"))


def _money(member: ListMember) -> Money | None:
    """Return the money of a project; None where nothing is planned, and nothing was invested."""
    project = member.project
    known = (project.total_investment, member.yearly_investment, member.invested_before, member.invested)
    if all(one is None for one in known):
        return None
    done = member.invested or Decimal(0)
    return Money(
        to_date=(member.invested_before or Decimal(0)) + done,
        total=project.total_investment,
        this_year=done,
        year=member.yearly_investment,
    )


def _passed(member: ListMember, step: ListStep) -> Passed:
    day = member.reached.get(step.code)
    return Passed(step, date.fromisoformat(day) if day else None, member.stage_id == step.pk)


def _steps(member: ListMember, steps: Sequence[ListStep]) -> list[StepLine]:
    names = {step.code: str(step) for step in steps} | {one.value: str(one.label) for one in ProjectPermit.Kind}
    rows = member.taken.select_related("step", "reported_by").prefetch_related("decisions__decided_by")
    return [
        StepLine(
            row,
            [finding_in_words(Finding(Fault(one["fault"]), "", one["facts"]), names) for one in row.findings],
            sorted(row.decisions.all(), key=lambda one: one.pk),
        )
        for row in rows.order_by("day", "pk")
    ]


def _history(member: ListMember, steps: Sequence[StepLine], reports: Sequence[ProjectReport]) -> list[HistoryLine]:
    """Return what happened, the newest first."""
    changes = member.changes.select_related("batch", "recorded_by")
    found = [HistoryLine(one.recorded_at, one.recorded_by, change=one) for one in changes]
    for line in steps:
        found.append(HistoryLine(line.taken.recorded_at, line.taken.reported_by, step=line))
        found += [HistoryLine(one.decided_at, one.decided_by, step=line, decision=one) for one in line.decisions]
    found += [HistoryLine(one.recorded_at, one.actor, review=one) for one in reviews_readable(reports)]
    return sorted(found, key=lambda one: one.at, reverse=True)
