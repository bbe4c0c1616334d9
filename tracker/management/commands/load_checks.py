"""Load the rules by which returns are checked."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.services.plans.check_rules import load_checks

CHECKS = Path(settings.BASE_DIR) / "fixtures" / "checks.toml"


class Command(BaseCommand):
    """`manage.py load_checks`: once after an upgrade from a version without checks."""

    help = "Add the rules of fixtures/checks.toml, or of a document of its shape, that are not there yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the argument for the document."""
        parser.add_argument("file", type=Path, nargs="?", default=CHECKS, help="default: fixtures/checks.toml")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is not there yet, or name every mistake with its place."""
        try:
            added = load_checks(options["file"], now=timezone.now())
        except Refused as refusal:
            lines = [f"  {place}: {text}" for place, text in refusal.fields.items()]
            raise CommandError("\n".join([refusal.message, *lines])) from None
        self.stdout.write(_("%(number)s checks added.") % {"number": len(added)})
