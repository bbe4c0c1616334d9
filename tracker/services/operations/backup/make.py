"""Making a backup."""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import FileField
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import Event
from tracker.queries.audit.heads import FOLDER, current_head
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event
from tracker.services.audit.sealing import seal_events
from tracker.services.operations.backup.database import copy_database
from tracker.services.operations.backup.manifest import FORM, Manifest, applied_migrations

#: What workers are writing this moment belongs to no row.
PASSED_OVER = frozenset({"unfinished"})
AT_ONCE = 1024 * 1024


def make_backup(target: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Write everything into one archive: the file of this name, or a new one in this directory.

    The archive appears under its name when it is whole. Others may go on writing: the database is that of one moment,
    and files are kept under new names only. Refused when the name is taken.
    """
    path = target / f"tracker-{timezone.localtime(now):%Y%m%d-%H%M%S}.tar" if target.is_dir() else target
    if path.exists():
        raise Refused(_("%(path)s is there already.") % {"path": path})
    seal_events(now=now)
    head, migrations = current_head(now=now), applied_migrations()
    heads = {name for name in stored_names() if name.startswith(f"{FOLDER}/")}
    with TemporaryDirectory(prefix=".tracker-backup-", dir=path.parent) as folder:
        database, unfinished = Path(folder) / "database", Path(folder) / "archive"
        rows = copy_database(database)
        with tarfile.open(unfinished, "w") as archive:
            members = {"database": _add(archive, "database", database.open("rb"), database.stat().st_size)}
            for name in stored_names():
                if name.startswith(f"{FOLDER}/") and name not in heads:
                    continue  # a head of events that are not in this copy
                with suppress(FileNotFoundError), default_storage.open(name) as file:  # its time was over just now
                    members[f"files/{name}"] = _add(archive, f"files/{name}", file, file.size)
            lost = sorted(name for name in named_files() if f"files/{name}" not in members)
            manifest = Manifest(
                form=FORM,
                made_at=now.isoformat(timespec="seconds"),
                vendor=connection.vendor,
                migrations=migrations,
                rows=rows,
                head=asdict(head) if head else None,
                members=members,
                lost=lost,
            )
            _add_manifest(archive, manifest)
        unfinished.chmod(0o600)
        unfinished.rename(path)
    after = {"file": path.name, "files": len(members) - 1, "rows": sum(rows.values())}
    record_event(Event.Action.BACKED_UP, acting_user=None, now=now, after=after)
    return path, manifest


def stored_names(folder: str = "") -> Iterator[str]:
    """Every file of the store."""
    if not default_storage.exists(folder):
        return
    folders, names = default_storage.listdir(folder)
    yield from (f"{folder}{name}" for name in sorted(names))
    for name in sorted(folders):
        if folder or name not in PASSED_OVER:
            yield from stored_names(f"{folder}{name}/")


def named_files() -> set[str]:
    """Return the files that rows name and that were not removed at the end of their retention."""
    names: set[str] = set()
    for model in apps.get_app_config("tracker").get_models():
        rows = model._base_manager.all()
        if any(field.name == "file_removed_at" for field in model._meta.fields):
            rows = rows.filter(file_removed_at=None)
        for field in model._meta.fields:
            if isinstance(field, FileField):
                names.update(rows.exclude(**{field.name: ""}).values_list(field.name, flat=True))
    return names


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        content = self.file.read(size)
        self.digest.update(content)
        return content


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes], size: int) -> str:
    information = tarfile.TarInfo(name)
    information.size, information.mode = size, 0o600
    hashing = _Hashing(file)
    with file:
        archive.addfile(information, hashing)
    return hashing.digest.hexdigest()


def _add_manifest(archive: tarfile.TarFile, manifest: Manifest) -> None:
    content = manifest.as_json()
    digest = hashlib.sha256(content).hexdigest().encode()
    _add(archive, "manifest.json", io.BytesIO(content), len(content))
    _add(archive, "manifest.sha256", io.BytesIO(digest), len(digest))
