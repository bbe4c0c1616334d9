"""Prove that the maintained totals equal the entries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tracker.services.returns.expected import differing_cells
from tracker.services.returns.totals import differing_totals


class Command(BaseCommand):
    """`manage.py check_totals`."""

    help = "Prove that the maintained totals equal the sums over the entries."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare every total; exit with an error when one differs."""
        differing = [*differing_cells(), *differing_totals()]
        if differing:
            raise CommandError(
                _("%(number)s totals differ from the entries. Run: manage.py rebuild_totals")
                % {"number": len(differing)}
            )
        self.stdout.write(_("All totals equal the entries."))
