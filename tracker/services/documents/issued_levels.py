"""Levels of documents that were issued before levels were stored with them."""

from collections.abc import Iterator

from django.db import transaction

from tracker.models import IssuedReport
from tracker.queries.documents.grades import grades_of
from tracker.queries.documents.inputs import kept_inputs
from tracker.services.documents.store import save_levels


def keep_issued_levels() -> Iterator[tuple[IssuedReport, int]]:
    """Store the levels of each document that has none, from the inputs it kept. Return each with their number.

    Levels are calculated as they were when the document was issued, by the rules in its inputs. A document is done in
    one transaction; those done are passed over when it runs again.
    """
    missing = IssuedReport.objects.filter(levels=None).exclude(book={}).order_by("pk").values_list("pk", flat=True)
    for pk in list(missing):
        report = IssuedReport.objects.with_names().get(pk=pk)
        if "terms" in report.book:  # a list grades nothing
            yield report, _keep(report)


@transaction.atomic
def _keep(report: IssuedReport) -> int:
    if report.levels.exists():  # another run was quicker
        return 0
    return save_levels(report, grades_of(kept_inputs(report)))
