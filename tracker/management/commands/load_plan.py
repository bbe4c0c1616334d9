"""Loading a plan from a document."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused
from tracker.services.plans import loading
from tracker.services.plans.check_rules import load_checks

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    """Loads a plan as a whole or not at all."""

    help = "Load a plan from a TOML document shaped like fixtures/plan-shanxi-2020.toml."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which documents."""
        parser.add_argument("file", type=Path, help="the plan's document")
        parser.add_argument("--regions", type=Path, default=FIXTURES / "regions.toml", help="regions to add first")
        parser.add_argument("--units", type=Path, default=FIXTURES / "units.toml", help="units of measure to add first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, or print each mistake with its place."""
        try:
            loading.load_reference(options["units"], options["regions"], moved_at=timezone.now())
            plan = loading.load_plan(options["file"], acting_user=None, now=timezone.now())
            load_checks(FIXTURES / "checks.toml", now=timezone.now())
        except Refused as refused:
            mistakes = [f"  {place}: {message}" for place, message in refused.fields.items()]
            raise CommandError("\n".join([refused.message, *mistakes])) from None
        loaded = _("Loaded %(plan)s with %(targets)s targets and %(commitments)s commitments.")
        commitments = plan.clauses.filter(commitment__isnull=False).count()
        self.stdout.write(loaded % {"plan": plan, "targets": plan.targets.count(), "commitments": commitments})
