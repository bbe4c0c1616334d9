"""Removing a plan's demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import Plan
from tracker.queries.errors import Refused
from tracker.services.plans.remove_demonstration import remove_demonstration


class Command(BaseCommand):
    """`manage.py remove_demonstration PLAN`."""

    help = "Remove a plan's demonstration whole: units, shares, returns, files; refused where real data depends on it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the plan."""
        parser.add_argument("plan", help="the plan's code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it, or print each reason why not."""
        plan = Plan.objects.select_related("region").filter(code=options["plan"]).first()
        if plan is None:
            raise CommandError(_("There is no plan %(code)s.") % {"code": options["plan"]})
        try:
            content = remove_demonstration(plan, acting_user=None, now=timezone.now())
        except Refused as refused:
            raise CommandError(
                "\n".join([refused.message, *(f"  {text}" for text in refused.fields.values())])
            ) from None
        words = _("The demonstration was removed, with %(number)s returns.")
        self.stdout.write(words % {"number": content.number_of_returns})
