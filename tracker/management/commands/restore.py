"""Restore an archive into an empty place."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.services.operations.backup.restore import check_archive, restore_backup


class Command(BaseCommand):
    """`manage.py restore FILE [--check]`."""

    help = "Restore an archive of `backup` into an empty database and an empty file store, and prove it."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the archive."""
        parser.add_argument("archive", type=Path, help="the archive")
        parser.add_argument("--permit", default="", metavar="CODE", help="the code of a second person")
        parser.add_argument("--check", action="store_true", help="read and prove the archive, and restore nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it, or only read it."""
        try:
            if options["check"]:
                manifest = check_archive(options["archive"])
            else:
                manifest = restore_backup(options["archive"], now=timezone.now(), permit=options["permit"])
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        said = (
            _("The archive of %(time)s is complete: %(rows)s rows, %(files)s files.")
            if options["check"]
            else _("Restored what was backed up at %(time)s: %(rows)s rows, %(files)s files, all equal.")
        )
        self.stdout.write(
            said % {"time": manifest.made_at, "rows": sum(manifest.rows.values()), "files": len(manifest.members) - 1}
        )
