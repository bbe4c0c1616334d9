"""Restoring a backup into an empty place, and proving that it is what was backed up."""

import hashlib
import shutil
import tarfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from tracker.models import Event
from tracker.queries.audit.heads import Head
from tracker.queries.audit.verify_chain import ChainFault, Proof, verify
from tracker.queries.errors import Refused
from tracker.services.accounts.second_person import require_restore_permit
from tracker.services.audit.commands import system_user
from tracker.services.audit.events import record_event
from tracker.services.operations.backup.database import put_database, require_empty_database, rows_of_tables
from tracker.services.operations.backup.make import AT_ONCE, stored_names
from tracker.services.operations.backup.manifest import (
    Manifest,
    applied_migrations,
    read_manifest,
    require_same_version,
)

#: A manifest lists every file; more than this is none.
LARGEST_MANIFEST = 512 * 1024 * 1024


def restore_backup(path: Path, *, now: datetime, permit: str = "") -> Manifest:
    """Make the empty database and the empty file store what the archive holds.

    Everything is read and proved before anything is changed; afterwards the rows of each table, the hash of each file,
    the migrations and the chain of the event log are proved again where they now are. Refused, with nothing changed,
    when the archive is damaged, of another version or another kind of database, or when there is anything already.
    """
    permitted_by = require_restore_permit(permit)
    manifest = check_archive(path)
    require_same_version(manifest)
    require_empty_database()
    if next(stored_names(), None) is not None:
        raise Refused(_("There are files in the store already: a restore overwrites nothing."))
    with TemporaryDirectory(prefix=".tracker-restore-", dir=settings.DATA_DIR) as folder, tarfile.open(path) as archive:
        database = Path(folder) / "database"
        for member in archive:
            content = archive.extractfile(member)
            if content is None:
                continue
            if member.name == "database":
                with database.open("xb") as file:
                    shutil.copyfileobj(content, file, AT_ONCE)
                database.chmod(0o600)
            elif member.name.startswith("files/"):
                _put_file(member.name.removeprefix("files/"), content)
        put_database(database)
    _prove(manifest, now=now)
    after = {"file": path.name, "made_at": manifest.made_at, "system_user": system_user()}
    after |= {"permitted_by": permitted_by} if permitted_by else {}
    record_event(Event.Action.RESTORED, acting_user=None, now=now, after=after)
    return manifest


def check_archive(path: Path) -> Manifest:
    """Read the whole archive and compare every hash. Refused when it is damaged or not whole."""
    found: dict[str, str] = {}
    texts: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None or member.name in found:
                    raise _damaged(member.name)
                if member.name.startswith("manifest.") and member.size <= LARGEST_MANIFEST:
                    texts[member.name] = content.read()
                else:
                    found[member.name] = _hash_of(content.read)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise _damaged(str(error)) from None
    if set(texts) != {"manifest.json", "manifest.sha256"}:
        raise _damaged("manifest.json")
    manifest = read_manifest(texts["manifest.json"], texts["manifest.sha256"])
    for name in sorted({*found, *manifest.members}):
        if found.get(name) != manifest.members.get(name):
            raise _damaged(name)
    return manifest


def _put_file(name: str, content: IO[bytes]) -> None:
    stored = default_storage.save(name, File(content, name=name))
    if stored != name:
        raise Refused(_("The file store renamed %(name)s.") % {"name": name})


def _prove(manifest: Manifest, *, now: datetime) -> None:
    """Check that what was restored equals what was backed up."""
    rows = rows_of_tables()
    differing = [name for name in sorted({*rows, *manifest.rows}) if manifest.rows.get(name) != rows.get(name)]
    for name, digest in manifest.members.items():
        if name.startswith("files/"):
            with default_storage.open(name.removeprefix("files/")) as file:
                if _hash_of(file.read) != digest:
                    differing.append(name)
    if applied_migrations() != manifest.migrations:
        differing.append("django_migrations")
    heads = [Head(**manifest.head)] if manifest.head else []  # type: ignore[arg-type]  # as it was written
    waiting = (ChainFault.UNSEALED, ChainFault.NOT_BEGUN)  # as they were
    found = [finding for finding in verify(Proof(), heads, now=now) if finding.fault not in waiting]
    differing += [f"{finding.fault} {finding.sequence} {finding.event_id}" for finding in found[:20]]
    if differing:
        raise Refused(
            _("What was restored differs from what was backed up: %(names)s. Do not use it.")
            % {"names": ", ".join(differing)}
        )


def _hash_of(read: Callable[[int], bytes]) -> str:
    digest = hashlib.sha256()
    while content := read(AT_ONCE):
        digest.update(content)
    return digest.hexdigest()


def _damaged(member: str) -> Refused:
    return Refused(_("The archive is damaged: %(member)s.") % {"member": member})
