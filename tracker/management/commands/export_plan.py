"""Write a plan, with all that is set up for it, as a document that load_plan reads."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.services.plans.export_plan import export_plan


class Command(BaseCommand):
    """`manage.py export_plan shanxi-2020 plan.toml`."""

    help = "Write a plan with its regions, units, targets, obligations, checks and mail as a TOML document."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Return nothing; declare the plan's code and the file."""
        parser.add_argument("code", help="the plan's code")
        parser.add_argument("--without-people", action="store_true", help="leave out accounts, roles and subscriptions")
        parser.add_argument("file", type=Path, nargs="?", help="the document to write; without it, standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the document, or say that there is no such plan."""
        try:
            with_people = not options["without_people"]
            text = export_plan(options["code"], acting_user=None, now=timezone.now(), with_people=with_people)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        if options["file"] is None:
            self.stdout.write(text)
            return
        try:
            options["file"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(_("The file cannot be written: %(error)s") % {"error": error}) from None
        self.stdout.write(_("Written to %(path)s.") % {"path": options["file"]})
