"""The papers that are made from a report: its brief, its bulletins, and the bulletins that it overtakes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.models import Bulletin, IssuedReport, User
from tracker.queries.documents.bulletins import Overtaken, may_issue_bulletins, overtaken_bulletins
from tracker.queries.documents.kinds import BRIEF, COMPLIANCE

#: So many bulletins that wait are named on the page of reports.
MOST_OPEN = 20


@dataclass(frozen=True)
class ReportPapers:
    """The papers of one report; `may_issue` if the reader may make more."""

    briefs: Sequence[IssuedReport]
    bulletins: Sequence[Bulletin]
    overtaken: Sequence[Overtaken]
    may_issue: bool
    has_open_bulletin: bool


def report_papers(report: IssuedReport, user: User) -> ReportPapers | None:
    """Return the papers of a compliance report that a person may see; None for other kinds."""
    if report.kind != COMPLIANCE:
        return None
    briefs = IssuedReport.objects.filter(
        kind=BRIEF, plan=report.plan_id, period=report.period_id, region=report.region_id, parameters__report=report.pk
    )
    bulletins = list(Bulletin.objects.visible_to(user).with_names().filter(report=report))
    return ReportPapers(
        briefs=list(briefs.without_inputs().order_by("-pk")),
        bulletins=bulletins,
        overtaken=overtaken_bulletins(report),
        may_issue=may_issue_bulletins(user, report),
        has_open_bulletin=any(one.is_open for one in bulletins),
    )


def open_bulletins(user: User) -> list[Bulletin]:
    """Return the bulletins that are drafts or wait for review, the newest first."""
    found = Bulletin.objects.visible_to(user).exclude(state=Bulletin.State.ISSUED)
    return list(found.with_names().order_by("-pk")[:MOST_OPEN])
