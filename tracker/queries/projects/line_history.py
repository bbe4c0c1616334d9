"""The history of the lines of projects in a return."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.documents.wording import amount, listed
from tracker.models import ProjectProblem, ProjectReport, ProjectReportReview, ProjectReportRevision, Return
from tracker.queries.projects.report_texts import field_label

Kind = ProjectReportReview.Kind


@dataclass(frozen=True)
class LineStep:
    """One thing that happened to a project's line. `what` is a sentence, `where` its source, `why` the reason."""

    at: datetime
    by: int
    who: str
    what: str
    where: str = ""
    why: str = ""


def line_history(unit_return: Return, until: datetime | None = None) -> list[LineStep]:
    """Return what a unit reported of its projects, and what reviewers said of it; `until` bounds the time."""
    mark = {"recorded_at__lte": until} if until else {}
    named = ("actor", "report__member__project")
    revisions = ProjectReportRevision.objects.filter(report__unit_return=unit_return, **mark).select_related(*named)
    reviews = ProjectReportReview.objects.filter(report__unit_return=unit_return, **mark).select_related(*named)
    steps = [*_reported(revisions.order_by("pk")), *map(_reviewed, reviews.order_by("pk"))]
    return sorted(steps, key=lambda step: step.at)


def _reported(revisions: QuerySet[ProjectReportRevision]) -> Iterator[LineStep]:
    last: dict[int, Mapping[str, str]] = {}
    for one in revisions:
        before = last.get(one.report_id, {})
        last[one.report_id] = one.content
        told = listed(
            _field(name, one.content.get(name, ""), before.get(name, ""))
            for name in ProjectReport.FIELDS
            if one.content.get(name, "") != before.get(name, "")
        )
        what = _("%(indicator)s: %(what)s") % {"indicator": one.report.member.project, "what": told}
        yield LineStep(one.recorded_at, one.actor_id, str(one.actor), what, one.source_place)


def _field(name: str, text: str, before: str) -> str:
    words = {"name": field_label(name), "value": _shown(name, text) or "—", "before": _shown(name, before)}
    return (_("%(name)s %(value)s, %(before)s before") if before else "%(name)s %(value)s") % words


def _shown(name: str, text: str) -> str:
    return str(dict(ProjectProblem.Kind.choices).get(text, text)) if name == "problem_kind" else text


def _reviewed(one: ProjectReportReview) -> LineStep:
    sentences = {
        Kind.VALUE: _("verified %(value)s, reported %(reported)s"),
        Kind.WITHDRAWN: _("verification undone"),
        Kind.COMMENT: _("comment to the unit"),
    }
    told = sentences[Kind(one.kind)] % {"value": amount(one.value, 2), "reported": amount(one.reported, 2)}
    what = _("%(indicator)s: %(what)s") % {"indicator": one.report.member.project, "what": told}
    return LineStep(one.recorded_at, one.actor_id, str(one.actor), what, why=one.text)
