"""The whole proof, step by step."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from tracker.models import IssuedReport
from tracker.queries.audit.findings import StepResult
from tracker.queries.audit.heads import Head
from tracker.queries.audit.verify_chain import Proof, verify
from tracker.queries.audit.verify_values import steps_backwards, verify_entries, verify_seals
from tracker.services.proof.chain_words import in_words, waiting_in_words
from tracker.services.proof.documents import verify_documents, verify_files, verify_inputs
from tracker.services.returns.expected import differing_cells
from tracker.services.returns.totals import differing_totals

#: Hears which step is at which number.
Progress = Callable[[str, int], None]


def prove(heads: Iterable[Head], *, now: datetime, progress: Progress) -> Iterator[StepResult]:
    """Yield each step of the proof of everything, when it is through."""
    yield _chain(heads, now)
    yield verify_seals(lambda number: progress("seals", number))
    yield verify_entries(lambda number: progress("entries", number))
    yield _totals()
    reports = IssuedReport.objects.all()
    yield verify_inputs(reports, lambda number: progress("inputs", number))
    yield verify_documents(reports, lambda number: progress("documents", number))
    yield verify_files(lambda number: progress("files", number))


def prove_document(
    report: IssuedReport, heads: Iterable[Head], *, now: datetime, progress: Progress
) -> Iterator[StepResult]:
    """Yield the steps that one document rests on."""
    reports = IssuedReport.objects.filter(pk=report.pk)
    yield _chain(heads, now)
    yield verify_seals(lambda number: progress("seals", number), wanted=report.revisions)
    yield verify_inputs(reports, lambda number: progress("inputs", number))
    yield verify_documents(reports, lambda number: progress("documents", number))
    yield verify_files(lambda number: progress("files", number), reports=reports)


def _chain(heads: Iterable[Head], now: datetime) -> StepResult:
    result, proof = StepResult("chain"), Proof()
    for finding in verify(proof, heads, now=now):
        result.add(in_words(finding))
    result.checked = proof.seals
    if proof.waiting:
        result.notes.append(waiting_in_words(proof.waiting))
    result.notes += steps_backwards()
    return result


def _totals() -> StepResult:
    result = StepResult("totals")
    for row in [*differing_cells(), *differing_totals()]:
        result.add(_("A total differs from the cells: %(row)s") % {"row": ", ".join(map(str, row))})
    return result
