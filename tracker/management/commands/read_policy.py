"""Reading a policy document without storing anything."""

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tracker.uploads.faults import UploadRefused
from tracker.uploads.policy.draft import Codes, to_toml
from tracker.uploads.policy.proposals import Change, Reading, TargetProposal
from tracker.uploads.policy_document import read_policy
from tracker.uploads.policy_wording import explain_doubt, explain_rejection
from tracker.uploads.wording import explain

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
SIGNS = {Change.INCREASE: "+", Change.DECREASE: "−", Change.LEVEL: ""}


class Command(BaseCommand):
    """`manage.py read_policy FILE [--toml]`."""

    help = "Print the clauses, targets and commitments that a policy document (.docx, .pdf, .txt) proposes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the document and the form of the output."""
        parser.add_argument("file", type=Path, help="the policy document")
        parser.add_argument("--toml", action="store_true", help="write a draft in the format of load_plan")
        parser.add_argument("--regions", type=Path, default=FIXTURES / "regions.toml", help="codes of regions")
        parser.add_argument("--units", type=Path, default=FIXTURES / "units.toml", help="codes of units of measure")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the proposals, or the fault and its remedy."""
        try:
            reading = read_policy(options["file"])
            units = codes_by(options["units"], "unit", "symbol", "symbol_en")
            codes = Codes(units, codes_by(options["regions"], "region", "name"))
        except UploadRefused as refused:
            raise CommandError(explain(refused.faults[0])) from None
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise CommandError(str(error)) from None
        if options["toml"]:
            self.stdout.write(to_toml(reading, codes, explain_doubt))
        else:
            self.print_table(reading)

    def print_table(self, reading: Reading) -> None:
        """Print a line for each target, with its doubts, and for each rejected number."""
        self.stdout.write(reading.plan.title)
        for target in reading.targets:
            self.stdout.write("\t".join(cells_of(target)))
            for doubt in target.doubts:
                self.stdout.write(f"\t! {explain_doubt(doubt)}")
        self.stdout.write(_("Numbers that are no targets:"))
        for one in reading.rejected:
            self.stdout.write(f"\t{one.number.of(reading.text)}\t{explain_rejection(one.reason)}")
        counts = {
            "clauses": len(reading.clauses),
            "targets": len(reading.targets),
            "commitments": len(reading.commitments),
        }
        self.stdout.write(_("%(clauses)s clauses, %(targets)s targets, %(commitments)s commitments.") % counts)
        if reading.scanned_pages:
            pages = ", ".join(str(page) for page in reading.scanned_pages)
            self.stdout.write(_("Pages without text, which were not read: %(pages)s.") % {"pages": pages})


def codes_by(path: Path, table: str, *keys: str) -> dict[str, str]:
    """Return the codes of a table's rows by these names. Raise `OSError` or `TOMLDecodeError` if it cannot be read."""
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get(table, [])
    return {row[key]: row["code"] for row in rows for key in keys if key in row}


def cells_of(target: TargetProposal) -> list[str]:
    """Return the cells of a target's line: clause, indicator, bound, value, year, base, places, lead."""
    value = f"{SIGNS[target.change]}{target.value}" + (f"–{target.high}" if target.high is not None else "")
    base = target.base
    return [
        target.clause,
        target.indicator,
        target.bound.value,
        f"{value} {target.unit}".rstrip(),
        str(target.due_on or target.year or ""),
        " ".join(str(one) for one in (base.value, base.year) if one is not None) if base else "",
        "、".join(target.places),
        "、".join(target.bodies.lead or target.bodies.responsible),
    ]
