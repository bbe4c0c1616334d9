"""Prove that the event log is as it was sealed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.queries.audit.heads import Head, current_head, read_head, recorded_heads, stored_heads
from tracker.queries.audit.verify_chain import Proof, verify
from tracker.queries.errors import Refused
from tracker.services.proof.chain_words import in_words, waiting_in_words


class Command(BaseCommand):
    """`manage.py verify_events [--head FILE] [--write-head FILE]`."""

    help = "Prove every row of the event log against its seals and against the heads that were exported."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files that heads are read from and written to."""
        parser.add_argument("--head", action="append", default=[], metavar="FILE", help="also prove it against this")
        parser.add_argument("--write-head", metavar="FILE", help="write the head here, if the log is sound")

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each row that differs; exit with 1 when there is one."""
        now = timezone.now()
        proof = Proof()
        number = 0
        heads = [*stored_heads_or_error(), *recorded_heads(), *heads_in(options["head"])]
        for finding in verify(proof, heads, now=now):
            number += 1
            self.stderr.write(in_words(finding))
        if proof.waiting:
            self.stdout.write(waiting_in_words(proof.waiting))
        if number:
            raise CommandError(_("%(number)s differences in the event log.") % {"number": number})
        self.stdout.write(
            _("%(seals)s entries match their check values. Latest: %(hash)s")
            % {"seals": proof.seals, "hash": proof.last_hash}
        )
        head = current_head(now=now)
        if options["write_head"] and head:
            Path(options["write_head"]).write_text(head.as_json(), encoding="utf-8")


def heads_in(names: list[str]) -> list[Head]:
    """Read the heads in these files. Raise CommandError if one cannot be read."""
    try:
        return [read_head(Path(name).read_text(encoding="utf-8")) for name in names]
    except OSError as error:
        raise CommandError(str(error)) from None
    except (Refused, UnicodeDecodeError) as error:
        raise CommandError(getattr(error, "message", str(error))) from None


def stored_heads_or_error() -> list[Head]:
    """Return the heads in the file store. Raise CommandError for a broken one, which is an error, not a finding."""
    try:
        return list(stored_heads())
    except Refused as refusal:
        raise CommandError(refusal.message) from None
