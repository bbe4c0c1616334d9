"""Loading a plan from a document."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.services.plans import loading

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    """Loads a plan as a whole or not at all."""

    help = "Load a plan from a TOML document shaped like fixtures/plan-shanxi-2020.toml."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the documents."""
        parser.add_argument("file", type=Path, help="the plan's document")
        parser.add_argument("--regions", type=Path, default=FIXTURES / "regions.toml", help="regions to add first")
        parser.add_argument("--units", type=Path, default=FIXTURES / "units.toml", help="units of measure to add first")

        parser.add_argument("--dry-run", action="store_true", help="check everything and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, or print each mistake with its place."""
        try:
            loaded = loading.load_files(
                options["file"],
                units=options["units"],
                regions=options["regions"],
                checks=FIXTURES / "checks.toml",
                acting_user=None,
                now=timezone.now(),
                dry_run=options["dry_run"],
            )
        except Refused as refused:
            mistakes = [f"  {place}: {message}" for place, message in refused.fields.items()]
            raise CommandError("\n".join([refused.message, *mistakes])) from None
        except DatabaseError as error:
            raise CommandError(
                _("The database refused the plan; nothing was changed: %(error)s") % {"error": error}
            ) from None
        words = {"plan": loaded.name, "targets": loaded.targets, "commitments": loaded.commitments}
        if options["dry_run"]:
            text = _(
                "Would load %(plan)s with %(targets)s targets and %(commitments)s commitments. Nothing was changed."
            )
        else:
            text = _("Loaded %(plan)s with %(targets)s targets and %(commitments)s commitments.")
        self.stdout.write(text % words)
        for line in loaded.left_out:
            self.stdout.write(_("Left out: %(what)s") % {"what": line})
