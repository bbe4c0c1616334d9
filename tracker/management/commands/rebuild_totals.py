"""Make the maintained totals anew from the entries."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from tracker.services.returns.expected import rebuild_expected
from tracker.services.returns.totals import rebuild_totals


class Command(BaseCommand):
    """`manage.py rebuild_totals`."""

    help = "Make the maintained totals anew from the entries, for instance after a unit moved to another region."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say how many there are."""
        rebuild_expected()
        self.stdout.write(_("%(number)s totals made.") % {"number": rebuild_totals()})
