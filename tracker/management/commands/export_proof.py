"""`manage.py export_proof FILE`: the event log and the values, for an outsider's proof."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.management.commands.issue_report import require_writable
from tracker.services.proof.export import export_proof


class Command(BaseCommand):
    """Writes one file, which `config/deploy/verify_export.py` proves without the tracker."""

    help = "Write the sealed event log and all values into a file, to be proved elsewhere by verify_export.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the destination."""
        parser.add_argument("output", type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, and say how it is proved."""
        output = Path(options["output"]).absolute()
        require_writable(output)
        number = export_proof(output, now=timezone.now())
        words = _("Wrote %(number)s lines. Prove them elsewhere: python3 verify_export.py %(file)s --head HEAD.json")
        self.stdout.write(words % {"number": number, "file": output.name})
