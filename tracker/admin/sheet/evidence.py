"""Files of evidence on a return's page: taken in with the sheet, and let out as downloads alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from tracker.admin.scoped import person
from tracker.models import Evidence, Return
from tracker.queries.errors import Refused
from tracker.queries.returns.return_rows import ReturnRow
from tracker.services.returns.evidence import add_evidence, open_evidence, remove_evidence
from tracker.web.addresses import address_of

FIELD = "evidence"
REMOVE = "remove-evidence"
MAX_REMOVED = 200


@dataclass
class TakenIn:
    """What became of the files that came with a sheet: how many were kept, and why others were not, by code."""

    kept: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return what was kept, in words; nothing where there was none."""
        kept = ngettext("%(count)s file of evidence was added.", "%(count)s files of evidence were added.", self.kept)
        return kept % {"count": self.kept} if self.kept else ""


def take_in(request: HttpRequest, unit_return: Return, rows: Sequence[ReturnRow]) -> TakenIn:
    """Remove the files that were ticked, and add those that were chosen, each by itself.

    A file that is right is kept even where a cell beside it is wrong: nobody has to choose it twice.
    """
    taken = TakenIn()
    _remove(request, unit_return)
    for row in rows:
        for upload in request.FILES.getlist(f"{FIELD}-{row.indicator.code}"):
            row.entry.unit_return = unit_return
            try:
                _add(request, row, upload)
                taken.kept += 1
            except Refused as refusal:
                said = gettext("“%(name)s” was not added: %(why)s") % {"name": upload.name, "why": refusal.message}
                taken.refused.setdefault(row.indicator.code, []).append(said)
    return taken


def _add(request: HttpRequest, row: ReturnRow, upload: UploadedFile) -> None:
    add_evidence(row.entry, upload.chunks(), upload.name or "", acting_user=person(request), now=timezone.now())


def _remove(request: HttpRequest, unit_return: Return) -> None:
    keys = [
        key for key in request.POST.getlist(REMOVE)[:MAX_REMOVED] if key.isascii() and key.isdigit() and len(key) < 19
    ]
    files = Evidence.objects.filter(pk__in=keys, entry__unit_return=unit_return, removed_at=None)
    for file in files.select_related("entry__unit_return__unit__region", "entry__indicator"):
        try:
            remove_evidence(file, acting_user=person(request), now=timezone.now())
        except Refused:
            return  # the button that was pressed says so


def evidence_file(request: HttpRequest, unit_return: Return, key: int) -> FileResponse:
    """One file, as a download that no browser shows. Who may have it is asked each time."""
    found = Evidence.objects.filter(pk=key, entry__unit_return=unit_return)
    evidence = found.select_related("entry__unit_return__unit__region").first()
    if evidence is None:
        raise Http404
    try:
        file = open_evidence(evidence, acting_user=person(request), now=timezone.now(), address=address_of(request))
    except Refused as refusal:
        raise Http404(refusal.message) from None
    response = FileResponse(file, as_attachment=True, filename=evidence.name, content_type="application/octet-stream")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
