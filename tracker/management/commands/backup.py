"""Write the database and the files into one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.services.operations.backup.make import make_backup


class Command(BaseCommand):
    """`manage.py backup DIRECTORY_OR_FILE`."""

    help = "Write the database and the files into one archive, while others go on working."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the destination."""
        parser.add_argument("target", type=Path, help="a directory, or the archive's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and say what it holds."""
        try:
            path, manifest = make_backup(options["target"], now=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except OSError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            _("%(path)s: %(rows)s rows in %(tables)s tables, %(files)s files.")
            % {
                "path": path,
                "rows": sum(manifest.rows.values()),
                "tables": len(manifest.rows),
                "files": len(manifest.members) - 1,
            }
        )
        for name in manifest.lost:
            self.stderr.write(_("The store does not hold %(name)s, which the database names.") % {"name": name})
