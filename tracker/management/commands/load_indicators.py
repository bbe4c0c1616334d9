"""Load indicators that no plan document defines."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.services.plans.loading import load_indicators


class Command(BaseCommand):
    """`manage.py load_indicators fixtures/indicators-solid-waste.toml`."""

    help = "Load indicators from a TOML document shaped like fixtures/indicators-solid-waste.toml."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the document as an argument."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is not there yet, or name every mistake with its place."""
        try:
            added = load_indicators(options["file"], acting_user=None, now=timezone.now())
        except Refused as refusal:
            lines = [f"  {place}: {text}" for place, text in refusal.fields.items()]
            raise CommandError("\n".join([refusal.message, *lines])) from None
        self.stdout.write(_("%(number)s indicators added.") % {"number": len(added)})
