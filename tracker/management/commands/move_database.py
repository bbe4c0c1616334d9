"""Move an installation to another database."""

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.services.operations.backup.database import empty_database, require_empty_database
from tracker.services.operations.backup.move_database import move_rows, old_database


class Command(BaseCommand):
    """`OLD_DATABASE_URL=... DATABASE_URL=... manage.py move_database`, while nothing of the tracker runs."""

    help = (
        "Move everything from the database of OLD_DATABASE_URL to the empty one of DATABASE_URL, of whichever kind, "
        "and prove it. Stop the tracker first; the old database stays as it is."
    )
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the tables, move the rows."""
        url = os.environ.get("OLD_DATABASE_URL", "")  # not an argument: everybody can read those, and it has a password
        if not url:
            raise CommandError(_("Name the database to move from in OLD_DATABASE_URL."))
        try:
            with old_database(url) as old:
                require_empty_database()
                try:
                    call_command("migrate", verbosity=0)
                    rows = move_rows(old, now=timezone.now())
                except BaseException:
                    empty_database()
                    raise
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(_("Moved %(rows)s rows, all equal; the event log is proved.") % {"rows": rows})
