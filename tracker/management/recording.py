"""The command line of the tracker: commands that concern the record are events."""

from collections.abc import Sequence

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand
from django.utils import timezone


class RecordingUtility(ManagementUtility):
    """Django's command line that records commands before they run."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return the command that is to run; record it first, unless only its help is asked for."""
        command = super().fetch_command(subcommand)
        if self.argv[1:2] == [subcommand] and not {"-h", "--help", "--version"} & set(self.argv):
            _record(subcommand, self.argv[2:])
        return command


def _record(subcommand: str, arguments: Sequence[str]) -> None:
    from tracker.services.audit.commands import RECORDED, record_command  # Django is set up by now

    if subcommand in RECORDED:
        record_command(subcommand, arguments, now=timezone.now())
