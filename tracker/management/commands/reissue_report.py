"""`manage.py reissue_report 12 --output FILE`: an issued report written again from the inputs it kept."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tracker.management.commands.issue_report import require_writable
from tracker.models import IssuedReport
from tracker.services.documents.reports import rewrite_report


class Command(BaseCommand):
    """Writes the same figures again, whatever was corrected since; nothing is issued."""

    help = "Write an issued report again from the inputs it kept, to prove or to replace its file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the report and the destination."""
        parser.add_argument("report", type=int, help="the number at the end of the report's address")
        parser.add_argument("--output", required=True, type=Path, help="the .xlsx file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it aside, then rename."""
        output = Path(options["output"]).absolute()
        require_writable(output)
        report = IssuedReport.objects.with_names().filter(pk=options["report"]).first()
        if report is None:
            raise CommandError(_("There is no issued report %(number)s.") % {"number": options["report"]})
        aside = output.with_name(f".{output.name}.{os.getpid()}")
        try:
            rewrite_report(report, aside)
            aside.replace(output)
        finally:
            aside.unlink(missing_ok=True)
        self.stdout.write(str(output))
