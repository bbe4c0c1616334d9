"""What an archive says of itself."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused

#: The form of the archive.
FORM = 1


@dataclass(frozen=True)
class Manifest:
    """What must be found again after a restore. Hashes are SHA-256 in hexadecimal."""

    form: int
    made_at: str  # ISO 8601
    vendor: str  # "sqlite" or "postgresql"
    migrations: list[str]  # "tracker.0001_initial", sorted
    rows: dict[str, int]  # of each table
    head: dict[str, int | str] | None  # of the event log; None while nothing is sealed
    members: dict[str, str]  # each member's name and hash
    lost: list[str]  # files that rows name and the store did not hold

    def as_json(self) -> bytes:
        """Return the member's content."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def read_manifest(content: bytes, digest: bytes) -> Manifest:
    """Return the manifest, proved against its own hash. Raise Refused if it is damaged or of another form."""
    if hashlib.sha256(content).hexdigest().encode() != digest:
        raise Refused(_("The archive is damaged: %(member)s.") % {"member": "manifest.json"})
    stored = json.loads(content)
    if stored.get("form") != FORM:
        raise Refused(_("This archive was made by another version of the tracker, in another form."))
    return Manifest(**stored)


def applied_migrations() -> list[str]:
    """Return what the database went through."""
    loader = MigrationLoader(connection)
    return _names(loader.applied_migrations or {})


def known_migrations() -> list[str]:
    """Return what this version of the program brings."""
    return _names(MigrationLoader(None).disk_migrations)


def require_same_version(manifest: Manifest) -> None:
    """Refused, with what to do, where the archive is of another database or another version of the program."""
    if manifest.vendor != connection.vendor:
        raise Refused(
            _("The archive holds a %(archive)s database, this is %(here)s. Set DATABASE_URL accordingly.")
            % {"archive": manifest.vendor, "here": connection.vendor}
        )
    known = set(known_migrations())
    if newer := sorted(set(manifest.migrations) - known):
        raise Refused(
            _("The archive was made by a newer version: this one lacks %(names)s. Install the newer version first.")
            % {"names": ", ".join(newer)}
        )
    if older := sorted(known - set(manifest.migrations)):
        raise Refused(
            _(
                "The archive was made by an older version, without %(names)s. Restore it with that version, "
                "then upgrade and run: manage.py migrate"
            )
            % {"names": ", ".join(older)}
        )


def _names(migrations: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{app}.{name}" for app, name in migrations)
