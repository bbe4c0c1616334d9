"""The command line of the tracker: commands that concern the record are events."""

import atexit
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand
from django.db.backends.signals import connection_created
from django.utils import timezone

#: Asked for with these, a command prints a text and does nothing.
ONLY_TOLD = frozenset({"-h", "--help", "--version"})
#: The command lines of Django itself: `django-admin` and `python -m django`.
OF_DJANGO = ("django-admin", "django-admin.py", "django-admin.exe")


class RecordingUtility(ManagementUtility):
    """Django's command line that records commands before they run, or after those that make or empty the log."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return the command that is to run; record it first, unless only its help is asked for."""
        command = super().fetch_command(subcommand)
        if self.argv[1:2] == [subcommand] and not ONLY_TOLD & set(self.argv):
            _record(subcommand, self.argv[2:])
        return command

    def execute(self) -> None:
        """Run the command; record it afterwards, if the log is there only then."""
        try:
            super().execute()
        finally:
            if self.argv[1:] and not ONLY_TOLD & set(self.argv):
                _record(self.argv[1], self.argv[2:], has_ended=True)


def record_djangos_command_line(argv: Sequence[str]) -> None:
    """Record a command that Django's own command line runs: when it opens the database, or at its end."""
    program = Path(argv[0]) if argv else Path()
    is_djangos = program.name in OF_DJANGO or program.parts[-2:] == ("django", "__main__.py")
    if is_djangos and len(argv) > 1 and not ONLY_TOLD & set(argv):
        _OnceRecorded(argv[1], argv[2:]).wait()


class _OnceRecorded:
    """A command line that is recorded once."""

    def __init__(self, command: str, arguments: Sequence[str]) -> None:
        self.command, self.arguments = command, arguments
        self.is_recorded = False

    def wait(self) -> None:
        """Record the command as soon as the database is opened, and at the end at the latest."""
        connection_created.connect(self.record, weak=False)
        atexit.register(self.end)

    def record(self, **_kwargs: Any) -> None:
        """Record it, unless it was."""
        connection_created.disconnect(self.record)
        if not self.is_recorded:
            self.is_recorded = True
            _record(self.command, self.arguments)

    def end(self) -> None:
        """Record what opened no connection of Django's, such as dbshell, and what makes or empties the log."""
        self.record()
        _record(self.command, self.arguments, has_ended=True)


def _record(subcommand: str, arguments: Sequence[str], *, has_ended: bool = False) -> None:
    from tracker.services.audit import commands  # Django is set up by now

    if subcommand in (commands.RECORDED_AFTER if has_ended else commands.RECORDED):
        commands.record_command(subcommand, arguments, now=timezone.now())
