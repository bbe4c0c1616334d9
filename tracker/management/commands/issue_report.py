"""`manage.py issue_report --period 2020-08 --output FILE`: a report of any kind by hand."""

import os
import shutil
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tracker.calculation.period_spelling import read_period_code
from tracker.models import Indicator, IssuedReport, Period, Plan, Region
from tracker.queries.documents.editions import issue_of
from tracker.queries.documents.kinds import COMPLIANCE, KINDS
from tracker.queries.documents.summed_periods import summed_periods
from tracker.queries.errors import Refused
from tracker.queries.figures.reporting_periods import kinds_of
from tracker.services.documents.reports import issue_report
from tracker.services.storage.hashing import open_proved


class Command(BaseCommand):
    """Issues a report of a month through the same service as the page, and copies it to a file."""

    help = "Issue a report of a month, the compliance report unless --kind names another, and write it to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the report and the destination."""
        parser.add_argument("--period", required=True, help="the month, for example 2020-08")
        parser.add_argument("--output", required=True, type=Path, help="the .xlsx file to write")
        parser.add_argument("--plan", default="", help="the plan's code; not needed while there is only one plan")
        parser.add_argument("--region", default="", help="GB/T 2260 code of the region; default: the plan's own")
        parser.add_argument("--kind", default=COMPLIANCE, choices=KINDS, help="the kind of report")
        parser.add_argument("--first-period", default="", help="of a ledger: the month it begins with")
        parser.add_argument(
            "--indicator", action="append", default=[], help="of a ledger: this indicator alone, by code"
        )
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=dict(settings.LANGUAGES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue it."""
        output = Path(options["output"]).absolute()
        require_writable(output)
        plan = _plan(options["plan"])
        period = _period(plan, options["period"])
        chosen = _options(plan, options)
        with translation.override(options["language"]):
            try:
                report = issue_report(
                    kind=options["kind"],
                    options=chosen,
                    period=period,
                    region=_region(plan, options["region"]),
                    language=options["language"],
                    acting_user=None,
                    now=timezone.now(),
                )
            except Refused as refusal:
                raise CommandError(" ".join([refusal.message, *refusal.fields.values()])) from None
        _copy(report, output)
        self.stdout.write(
            _("%(title)s, %(issue)s: %(output)s") % {"title": report.title, "issue": issue_of(report), "output": output}
        )


def _options(plan: Plan, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a ledger is narrowed to; an option of another kind is a mistake that is told."""
    chosen: dict[str, Any] = {}
    if given["first_period"]:
        chosen["first_period"] = _period(plan, given["first_period"]).code
    if given["indicator"]:
        chosen["indicators"] = sorted(_indicator(code) for code in given["indicator"])
    if set(chosen) - set(KINDS[given["kind"]].options):
        raise CommandError(_("--first-period and --indicator narrow a ledger: add --kind ledger."))
    return chosen


def _indicator(code: str) -> str:
    if not Indicator.objects.filter(code=code).exists():
        raise CommandError(_("There is no indicator “%(code)s”.") % {"code": code})
    return code


def require_writable(output: Path) -> None:
    """Before any work: a report that cannot be put where it was asked for is not issued."""
    place = {"directory": output.parent, "output": output}
    if output.is_dir():
        raise CommandError(_("%(output)s is a directory. Name a file in it, for example report.xlsx.") % place)
    if not output.parent.is_dir():
        raise CommandError(_("The directory %(directory)s does not exist. Create it, or name another file.") % place)
    if not os.access(output.parent, os.W_OK):
        raise CommandError(_("You may not write in %(directory)s. Name a file elsewhere.") % place)


def _plan(code: str) -> Plan:
    plans = {plan.code: plan for plan in Plan.objects.select_related("region")}
    known = {"code": code, "known": ", ".join(plans)}
    if not plans:
        raise CommandError(_("There is no plan yet. Load one first: manage.py load_plan FILE"))
    if code and code not in plans:
        raise CommandError(_("There is no plan “%(code)s”. Known plans: %(known)s.") % known)
    if not code and len(plans) > 1:
        raise CommandError(_("There are several plans. Name one with --plan: %(known)s.") % known)
    return plans[code] if code else next(iter(plans.values()))


def _period(plan: Plan, code: str) -> Period:
    if read_period_code(code) != code:
        raise CommandError(_("“%(code)s” is no period. Write it as 2020-08, 2020-Q3 or FY2026-Q1.") % {"code": code})
    try:
        return Period.objects.of(plan, code)
    except Period.DoesNotExist:
        summed = {one.code: one for one in summed_periods(plan, kinds_of(plan))}
        if code in summed:
            return summed[code]
        span = {"code": code, "first": f"{plan.starts_on:%Y-%m}", "last": f"{plan.ends_on:%Y-%m}"}
        raise CommandError(
            _("%(code)s lies outside the plan. Choose a month from %(first)s to %(last)s.") % span
        ) from None


def _region(plan: Plan, code: str) -> Region:
    if not code:
        return plan.region
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise CommandError(
            _("There is no region %(code)s. Write its GB/T 2260 code, for example %(example)s.")
            % {"code": code, "example": plan.region.code}
        )
    return region


def _copy(report: IssuedReport, output: Path) -> None:
    """Write aside, then rename: whoever reads the file sees the old one or the whole new one."""
    aside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with open_proved(report.file, report.sha256) as stored, aside.open("wb") as copy:
            shutil.copyfileobj(stored, copy)
        aside.replace(output)
    except OSError as error:
        raise CommandError(
            _("The report is issued and kept, but could not be written to %(output)s: %(reason)s. Name another file.")
            % {"output": output, "reason": error.strerror or error}
        ) from None
    finally:
        aside.unlink(missing_ok=True)
