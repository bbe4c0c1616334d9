"""Files of evidence beside the cells of a return: added and removed while it is open, let out only when asked for."""

import hashlib
import time
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tracker.models import Entry, Event, Evidence, Return, User
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.queries.returns.evidence import evidence_seen_by
from tracker.services.audit.events import record_event
from tracker.services.returns.submit import require_writable
from tracker.services.storage.hashing import open_proved
from tracker.services.storage.written_file import WrittenFile
from tracker.uploads.evidence_kinds import EvidenceKind, kind_of
from tracker.uploads.faults import UploadRefused
from tracker.uploads.wording import explain

MB = 1024 * 1024
MAX_FILES = 20
MAX_NAME = 120
#: Characters that Windows forbids in names; so its users get the file under the name they see.
FORBIDDEN = frozenset('<>:"/\\|?*%')
A_DAY = 24 * 3600


def add_evidence(entry: Entry, chunks: Iterable[bytes], name: str, *, acting_user: User, now: datetime) -> Evidence:
    """Keep a file beside a cell of an open return. Raises Refused with what is wrong with it, and keeps nothing.

    The same content once more is the file that is there already.
    """
    unit_return = entry.unit_return
    require_writable(unit_return, acting_user, now=now)
    with _written_aside(chunks) as (path, sha256):
        kind = _checked(path, name)
        standing = Evidence.objects.filter(entry=entry, removed_at=None)
        there = standing.filter(sha256=sha256).first()
        if there is not None:
            return there
        if standing.count() >= MAX_FILES:
            raise Refused(_("A cell holds at most %(count)s files. Remove one first.") % {"count": MAX_FILES})
        evidence = Evidence(
            entry=entry,
            name=safe_name(name, kind),
            content_type=kind.media_type,
            size=path.stat().st_size,
            sha256=sha256,
            file=f"evidence/{unit_return.pk}/{uuid.uuid4().hex}{kind.endings[0]}",
            added_by=acting_user,
            added_at=now,
        )
        _store(evidence, path, now)
    return evidence


@transaction.atomic
def remove_evidence(evidence: Evidence, *, acting_user: User, now: datetime) -> None:
    """Take a file away from its cell while the return is open; it is kept, with who removed it."""
    unit_return = evidence.entry.unit_return
    require_writable(unit_return, acting_user, now=now)
    _hold_open(unit_return)
    standing = Evidence.objects.filter(pk=evidence.pk, removed_at=None)
    if standing.update(removed_at=now, removed_by=acting_user) == 1:
        _record(Event.Action.EVIDENCE_REMOVED, evidence, acting_user, now)


def open_evidence(evidence: Evidence, *, acting_user: User, now: datetime, address: str | None = None) -> File:
    """Open the file for a user who may see it now, and record the download."""
    unit_return = evidence.entry.unit_return
    is_visible = Return.objects.visible_to(acting_user).filter(pk=unit_return.pk).exists()
    if not is_visible or not evidence_seen_by(acting_user, unit_return).filter(pk=evidence.pk).exists():
        raise NotAllowed(_("You may not read this file."))
    try:
        file = open_proved(evidence.file, evidence.sha256)
    except FileNotFoundError:
        raise Refused(_("This file is not in its place. Tell the engineer.")) from None
    record_event(
        Event.Action.DOWNLOADED,
        acting_user=acting_user,
        now=now,
        about=evidence,
        after={"sha256": evidence.sha256, "return": str(unit_return)},
        address=address,
    )
    return file


def safe_name(name: str, kind: EvidenceKind) -> str:
    """Return the name with the kind's ending, without directories, controls, direction marks, forbidden characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    before, dot, behind = last.rpartition(".")
    ending = f"{dot}{behind}".lower()
    stem = unicodedata.normalize("NFC", before if ending in kind.endings else last)
    plain = "".join(
        " " if character in FORBIDDEN or unicodedata.category(character)[0] in "CZ" else character for character in stem
    )
    short = " ".join(plain.split()).strip(". ")[:MAX_NAME].strip()
    return f"{short or 'evidence'}{ending if ending in kind.endings else kind.endings[0]}"


def _checked(path: Path, name: str) -> EvidenceKind:
    try:
        return kind_of(path, name)
    except UploadRefused as refusal:
        raise Refused(" ".join(explain(fault) for fault in refusal.faults)) from None


def _store(evidence: Evidence, path: Path, now: datetime) -> None:
    """Store the row and the file in its place, both or neither."""
    try:
        with transaction.atomic():
            _hold_open(evidence.entry.unit_return)
            evidence.save(force_insert=True)
            _record(Event.Action.EVIDENCE_ADDED, evidence, evidence.added_by, now)
            with path.open("rb") as content:
                default_storage.save(evidence.file.name, WrittenFile(content, name=str(path)))
    except Exception:
        if not Evidence.objects.filter(file=evidence.file.name).exists():
            default_storage.delete(evidence.file.name)
        raise


def _hold_open(unit_return: Return) -> None:
    """Until this transaction ends nobody submits the return; a version moves on only with values."""
    still = Return.objects.filter(pk=unit_return.pk, state__in=Return.OPEN_STATES)
    if still.update(version=F("version")) != 1:
        raise ChangedMeanwhile(_("Somebody else changed this return meanwhile. Reload the page to see the change."))


def _record(action: Event.Action, evidence: Evidence, acting_user: User, now: datetime) -> None:
    facts = {"indicator": evidence.entry.indicator.code, "file": evidence.name, "sha256": evidence.sha256}
    record_event(action, acting_user=acting_user, now=now, about=evidence.entry.unit_return, after=facts)


@contextmanager
def _written_aside(chunks: Iterable[bytes]) -> Iterator[tuple[Path, str]]:
    """Yield a temporary file with the content, and its hash; remove the file afterwards. Raise Refused at the limit."""
    directory = Path(settings.MEDIA_ROOT) / "unfinished"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left_behind in directory.glob("evidence-*"):  # by a process that was killed
        if left_behind.stat().st_mtime < time.time() - A_DAY:
            left_behind.unlink(missing_ok=True)
    path = directory / f"evidence-{uuid.uuid4().hex}"
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.EVIDENCE_LIMIT:
                    raise Refused(
                        _("The file is larger than %(limit)s MB. Make it smaller or split it.")
                        % {"limit": f"{settings.EVIDENCE_LIMIT / MB:g}"}
                    )
                digest.update(chunk)
                file.write(chunk)
        yield path, digest.hexdigest()
    finally:
        path.unlink(missing_ok=True)
