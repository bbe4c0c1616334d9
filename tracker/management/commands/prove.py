"""`manage.py prove`: every figure from the event log to the issued file, or one document."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.management.commands.verify_events import heads_in, stored_heads_or_error
from tracker.models import IssuedReport
from tracker.queries.audit.findings import StepResult
from tracker.queries.audit.heads import recorded_heads
from tracker.services.proof.prove import prove, prove_document

#: So many things are checked from one report of progress to the next.
TOLD_EACH = 50_000


class Command(BaseCommand):
    """`manage.py prove [--report NUMBER] [--head FILE] [--json]`."""

    help = (
        "Prove the event log, the values, the cells, the totals and the issued documents, step by step. "
        "Exit with 1 where anything differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the document, the heads and the form of the answer."""
        parser.add_argument("--report", type=int, metavar="NUMBER", help="one document and what it rests on alone")
        parser.add_argument("--head", action="append", default=[], metavar="FILE", help="also prove it against this")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say each step's result as it comes, and the verdict at the end."""
        now = timezone.now()
        heads = [*stored_heads_or_error(), *recorded_heads(), *heads_in(options["head"])]
        self.told: dict[str, int] = {}
        if options["report"] is None:
            steps = prove(heads, now=now, progress=self._progress)
        else:
            report = IssuedReport.objects.filter(pk=options["report"]).first()
            if report is None:
                raise CommandError(_("There is no issued report %(number)s.") % {"number": options["report"]})
            steps = prove_document(report, heads, now=now, progress=self._progress)
        results = []
        for result in steps:
            results.append(result)
            if not options["json"]:
                self._say(result)
        differences = sum(result.differences for result in results)
        if options["json"]:
            verdict = "differs" if differences else "proved"
            answer = {"verdict": verdict, "at": now.isoformat(), "steps": [asdict(result) for result in results]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        if differences:
            raise CommandError(_("Not proved: %(number)s differences.") % {"number": differences})
        if not options["json"]:
            self.stdout.write(_("Proved: every step agrees."))

    def _say(self, result: StepResult) -> None:
        words = {"step": step_name(result.step), "checked": f"{result.checked:,}", "number": result.differences}
        if result.differences:
            self.stdout.write(_("%(step)s: %(number)s differences") % words)
        elif result.checked:
            self.stdout.write(_("%(step)s: %(checked)s checked, all agree") % words)
        else:
            self.stdout.write(_("%(step)s: agrees") % words)
        for finding in result.findings:
            self.stderr.write(f"  {finding}")
        for note in result.notes:
            self.stdout.write(f"  {note}")

    def _progress(self, step: str, number: int) -> None:
        if number // TOLD_EACH > self.told.get(step, 0):
            self.told[step] = number // TOLD_EACH
            self.stderr.write(f"  {step_name(step)}: {number:,}")


def step_name(step: str) -> str:
    """Return a step's name for people."""
    names = {
        "chain": pgettext("proof", "Event log"),
        "seals": pgettext("proof", "Values against their seals"),
        "entries": pgettext("proof", "Cells against their values"),
        "totals": pgettext("proof", "Totals against cells"),
        "inputs": pgettext("proof", "Inputs of documents"),
        "documents": pgettext("proof", "Documents written again"),
        "files": pgettext("proof", "Files against their hashes"),
    }
    return names[step]
