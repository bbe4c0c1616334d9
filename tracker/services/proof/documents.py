"""Proof of documents: what they kept, what is written from it, and the files."""

import tempfile
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.release import RELEASE
from tracker.models import Event, Evidence, IssuedReport, ListRule, Upload, ValueRevision
from tracker.queries.audit.findings import Progress, StepResult
from tracker.queries.audit.value_seals import REMOVED
from tracker.queries.documents.inputs import hashes_of_kept
from tracker.services.documents.reports import rewrite_report
from tracker.services.storage.hashing import hash_of_file

#: The part of a package that says when it was written.
TIMES = "docProps/core.xml"
AT_ONCE = 2000


def verify_inputs(reports: QuerySet[IssuedReport], progress: Progress) -> StepResult:
    """Prove what documents kept against the hash in the log, and their amounts against the revisions behind them."""
    result = StepResult("inputs")
    unsealed, gone = 0, 0
    for report in reports.order_by("pk").iterator(1):
        told = _told(report)
        if told is None:
            result.add(_("Document %(number)s was issued by no event.") % {"number": report.pk})
        elif told.get("sha256") != report.sha256:
            result.add(_("The hash of document %(number)s is not the one in the log.") % {"number": report.pk})
        elif not told.get("inputs_sha256"):
            unsealed += 1
        elif told["inputs_sha256"] != report.inputs_sha256 or report.inputs_sha256 not in hashes_of_kept(report):
            result.add(_("What document %(number)s kept is not what it was issued from.") % {"number": report.pk})
        if _lost_revisions(report):
            gone += 1
            progress(result.checked)
            continue
        for indicator, period in _differing_amounts(report):
            words = _("Document %(number)s: %(indicator)s in %(period)s is not the sum of its revisions.")
            result.add(words % {"number": report.pk, "indicator": indicator, "period": period})
        result.checked += 1
        progress(result.checked)
    if ListRule.objects.exists():
        result.notes.append(_("Amounts that are counted from named lists are proved by the hash of the inputs alone."))
    if gone:
        words = _("%(number)s documents rest on removed demonstration data; their amounts cannot be added up again.")
        result.notes.append(words % {"number": gone})
    if unsealed:
        words = _("%(number)s documents were issued before inputs were sealed; their amounts alone are proved.")
        result.notes.append(words % {"number": unsealed})
    return result


def verify_documents(reports: QuerySet[IssuedReport], progress: Progress) -> StepResult:
    """Prove that each document, written again from what it kept, is the stored file, part by part."""
    result = StepResult("documents")
    removed, of_others = 0, 0
    for report in reports.select_related("plan__region", "period", "region").order_by("pk").iterator(1):
        if report.file_removed_at:
            removed += 1
            continue
        parts = list(_differing_parts(report))
        if parts and (_told(report) or {}).get("release") != RELEASE:
            of_others += 1  # another release may write the same figures in another form
            continue
        for part in parts:
            words = _("Document %(number)s, written again, differs in %(part)s.")
            result.add(words % {"number": report.pk, "part": part})
        result.checked += 1
        progress(result.checked)
    if of_others:
        words = _(
            "%(number)s documents, issued by another release, are written otherwise by this one: "
            "the hash of their inputs and of their file are what is proved of them."
        )
        result.notes.append(words % {"number": of_others})
    if removed:
        result.notes.append(_("The files of %(number)s documents were removed, as the log says.") % {"number": removed})
    return result


def verify_files(progress: Progress, *, reports: QuerySet[IssuedReport] | None = None) -> StepResult:
    """Prove stored files against their recorded hashes: documents, evidence and uploads; with `reports` those alone."""
    result = StepResult("files")
    documents = IssuedReport.objects.without_inputs() if reports is None else reports
    groups: list[QuerySet[Any]] = [documents.filter(file_removed_at=None)]
    if reports is None:
        groups += [Evidence.objects.all(), Upload.objects.all()]
    for rows in groups:
        for row in rows.exclude(file="").order_by("pk").iterator(AT_ONCE):
            try:
                with row.file.open("rb") as file:
                    is_equal = hash_of_file(file) == row.sha256
            except FileNotFoundError:
                result.add(_("The file %(name)s is not there.") % {"name": row.file.name})
            else:
                if not is_equal:
                    result.add(_("The file %(name)s is not the one that was recorded.") % {"name": row.file.name})
            result.checked += 1
            progress(result.checked)
    return result


def _told(report: IssuedReport) -> dict[str, Any] | None:
    told = Event.objects.filter(action=Event.Action.REPORT_ISSUED, object_type="issuedreport", object_id=str(report.pk))
    return told.order_by("pk").values_list("after", flat=True).first()


def _lost_revisions(report: IssuedReport) -> bool:
    """Return True if revisions behind a document were removed with a demonstration, as the log says."""
    if not report.has_demonstration:
        return False
    chunks = range(0, len(report.revisions), AT_ONCE)
    there = sum(
        ValueRevision.objects.filter(pk__in=report.revisions[start : start + AT_ONCE]).count() for start in chunks
    )
    removed = Event.objects.filter(action=Event.Action.DEMONSTRATION_REMOVED, after__has_key=REMOVED)
    return there < len(report.revisions) and removed.exists()


def _differing_amounts(report: IssuedReport) -> Iterator[tuple[str, str]]:
    """Yield the indicators and periods of which a document kept another amount than its revisions add up to."""
    paths = report.book.get("paths", {})
    above = paths.get(report.region.code)
    if above is None:
        return  # a list: it kept its revisions alone
    kept: dict[tuple[str, str], Decimal] = {}
    for indicator, place, period, value, _present, _expected in report.book["cells"]:
        if value is not None and paths.get(place, "").startswith(above):
            kept[indicator, period] = kept.get((indicator, period), Decimal(0)) + Decimal(value)
    found = dict.fromkeys(kept, Decimal(0))
    for start in range(0, len(report.revisions), AT_ONCE):
        rows = ValueRevision.objects.filter(pk__in=report.revisions[start : start + AT_ONCE], value__isnull=False)
        columns = ("entry__indicator__code", "entry__unit_return__period__code", "value")
        for indicator, period, amount in rows.values_list(*columns):
            if (indicator, period) in found:
                found[indicator, period] += amount
    counted = set(ListRule.objects.values_list("indicator__code", flat=True))
    yield from (key for key, amount in kept.items() if found[key] != amount and key[0] not in counted)


def _differing_parts(report: IssuedReport) -> Iterator[str]:
    """Yield the names of a package's parts that differ; the times of writing are none of its content."""
    with tempfile.TemporaryDirectory(prefix="tracker-proof-") as folder:
        again = Path(folder) / "again.xlsx"
        try:
            rewrite_report(report, again)
        except Exception as error:  # whatever keeps it from being written is the finding
            yield f"{type(error).__name__}: {error}"
            return
        try:
            with report.file.open("rb") as stored, zipfile.ZipFile(stored) as old, zipfile.ZipFile(again) as new:
                names = sorted({*old.namelist(), *new.namelist()} - {TIMES})
                for name in names:
                    if name not in old.NameToInfo or name not in new.NameToInfo or not _is_same(old, new, name):
                        yield name
        except FileNotFoundError:
            yield _("its file, which is not there")
        except (zipfile.BadZipFile, zipfile.LargeZipFile):
            yield _("its file, which is no package any more")


def _is_same(old: zipfile.ZipFile, new: zipfile.ZipFile, name: str) -> bool:
    with old.open(name) as one, new.open(name) as other:
        return hash_of_file(one) == hash_of_file(other)
