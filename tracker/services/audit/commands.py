"""Commands at the machine: which of them are events, with the account of the operating system that ran them."""

import getpass
import logging
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from tracker.models import Event, User
from tracker.models.personal import name_in_log
from tracker.services.audit.events import record_event

logger = logging.getLogger(__name__)
#: Commands that change what is stored, let it out, or open the way to either.
RECORDED = frozenset(
    {
        *("axes_reset", "axes_reset_ip", "axes_reset_username", "axes_reset_ip_username", "axes_reset_logs"),
        *("changepassword", "createsuperuser", "shell", "dbshell", "dumpdata", "loaddata", "flush", "sqlflush"),
        *("rebuild_totals", "reissue_report", "issue_report", "keep_issued_levels", "send_summary"),
        *("export_plan", "export_proof", "load_plan", "load_checks", "load_indicators", "remove_demonstration"),
        *("backup", "clearsessions", "sendtestemail", "check_mail"),
    }
)
#: Commands after which the log is there, or is another one. They are recorded when they have ended; `quickstart`,
#: `restore` and `move_database` record themselves in the database that they make.
RECORDED_AFTER = frozenset({"migrate", "flush"})
#: What follows one of these is a secret.
SECRETS = ("--permit", "--password", "--token")
LONGEST = 20


def system_user() -> str:
    """Return the account of the operating system, and the one that became it by sudo, where there was one."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = f"uid {os.getuid()}"
    before = os.environ.get("SUDO_USER", "")
    return f"{account} (sudo: {before})" if before and before != account else account


def record_command(command: str, arguments: Sequence[str], *, now: datetime) -> None:
    """Record that a command is run. A database that is not there yet keeps no command from running."""
    try:
        with transaction.atomic():
            after: dict[str, Any] = {
                "command": command,
                "arguments": _without_secrets(arguments),
                "system_user": system_user(),
            }
            record_event(Event.Action.COMMAND_RUN, acting_user=None, now=now, after=after)
    except DatabaseError:
        logger.warning("The command %s could not be recorded: the event log is not there.", command)


def _without_secrets(arguments: Sequence[str]) -> list[str]:
    """Return the arguments, secrets left out and accounts by their numbers."""
    found: list[str] = []
    is_secret = False
    people = {user.username: user for user in User.objects.filter(username__in=[*arguments])}
    for argument in arguments[:LONGEST]:
        name = argument.partition("=")[0]
        if is_secret:
            found.append("…")
        elif name in SECRETS and name != argument:
            found.append(f"{name}=…")
        else:
            found.append(name_in_log(people[argument]) if argument in people else argument[:200])
        is_secret = argument in SECRETS
    return found
