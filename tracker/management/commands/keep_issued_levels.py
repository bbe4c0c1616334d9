"""`manage.py keep_issued_levels`: store the warning levels of documents issued before levels were stored."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.queries.documents.editions import issue_of
from tracker.services.documents.issued_levels import keep_issued_levels


class Command(BaseCommand):
    """The command."""

    help = "Store the warning levels of documents issued before levels were stored. Run it once."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Store them, with a line for each document."""
        number = 0
        for report, levels in keep_issued_levels():
            number += 1
            words = {"title": report.title, "issue": issue_of(report), "number": levels}
            self.stdout.write(_("%(title)s, %(issue)s: %(number)s levels") % words)
        self.stdout.write(
            ngettext("%(number)s document done.", "%(number)s documents done.", number) % {"number": number}
        )
