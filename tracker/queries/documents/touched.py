"""Issued documents that a version dated back reaches: those on periods that end on or after its first day."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.models import IssuedReport, Plan
from tracker.queries.documents.editions import issue_of

#: Documents named one by one; of more there is a number.
MOST_NAMED = 12


def documents_touched(plan: Plan | int, day: date) -> list[IssuedReport]:
    """Return the newest edition of each document on a period that ends on or after a day, the oldest period first."""
    return newest_editions(IssuedReport.objects.filter(plan=plan, period__ends_on__gte=day))


def newest_editions(found: QuerySet[IssuedReport]) -> list[IssuedReport]:
    """Return the newest edition of each of the documents, the oldest period first."""
    newest: dict[tuple[str, int, int, int], IssuedReport] = {}
    listed = IssuedReport.objects.filter(pk__in=found.values("pk")).without_inputs().with_names()
    for one in listed.order_by("period__ends_on", "kind", "region__path", "edition", "-pk"):
        newest[one.kind, one.plan_id, one.period_id, one.region_id] = one
    return list(newest.values())


def touched_in_words(documents: list[IssuedReport], *, most: int = MOST_NAMED) -> list[str]:
    """Return a line for each document, and one for those beyond `most`."""
    lines = [
        _("%(title)s, %(issue)s") % {"title": one.title, "issue": issue_of(one).in_words(is_edition=True)}
        for one in documents[:most]
    ]
    if rest := len(documents) - len(lines):
        lines.append(_("and %(number)s more documents") % {"number": rest})
    return lines
