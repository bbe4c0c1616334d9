"""From a fresh machine to a running tracker, in one command."""

import os
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.management import serving
from tracker.management.terminal import terminal_language
from tracker.models import IssuedReport, Period, Plan, User
from tracker.queries.errors import Refused
from tracker.queries.imports.stored_files import place_of
from tracker.services.audit.commands import record_command
from tracker.services.documents import reports
from tracker.services.operations import installation
from tracker.services.plans import check_rules, loading
from tracker.services.plans.demonstration import generate_demonstration

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
REPORT_PERIOD = "2020-08"


class Command(BaseCommand):
    """Sets everything up, then serves. Run again, it changes nothing that a person entered."""

    help = "Set up the tracker with the plan of 2020 and demonstration data, issue a report, and serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what can be chosen."""
        parser.add_argument("--no-serve", action="store_true", help="end after the report")
        parser.add_argument("--demo-accounts", action="store_true", help="make a reporter, a reviewer and a leader")
        parser.add_argument("--host", default="127.0.0.1", help="the address to serve on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port to serve on (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up, then serve, in the terminal's language."""
        with translation.override(terminal_language(os.environ)):
            self.run(options)

    def run(self, options: dict[str, Any]) -> None:
        """Set up, then serve."""
        serve, host, port = not options["no_serve"], options["host"], options["port"]
        if serve and not serving.is_free(host, port):
            raise CommandError(
                _("%(host)s:%(port)s is in use or not an address of this machine. Choose another with --port.")
                % {"host": host, "port": port}
            )
        try:
            self.set_up(options["demo_accounts"], now=timezone.now())
        except Refused as refused:
            raise CommandError("\n".join([refused.message, *refused.fields.values()])) from None
        except OperationalError as error:
            raise CommandError(_("The database cannot be used: %(error)s") % {"error": error}) from None
        if serve:
            self.serve(host, port)

    def set_up(self, with_accounts: bool, *, now: datetime) -> None:
        """Everything up to the report; each step leaves what is there already as it is."""
        password = os.environ.get("TRACKER_ADMIN_PASSWORD", "")
        if password:
            installation.check_administrator_password(password)
        self.say(_("Data directory: %(path)s") % {"path": settings.DATA_DIR})
        call_command("migrate", verbosity=0, interactive=False)
        record_command("quickstart", [], now=now)
        self.say(_("Database: ready (%(engine)s)") % {"engine": settings.DATABASES["default"]["ENGINE"].split(".")[-1]})
        plan = self.load_plan(now)
        administrator = self.create_administrator(password, now)
        if with_accounts:
            self.create_accounts(plan, now)
        report = self.issue_report(plan, administrator, now)
        self.say(_("Compliance report: %(path)s") % {"path": place_of(report.file.name)})

    def load_plan(self, now: datetime) -> Plan:
        """Load the plan and its demonstration data, where they are missing; return the plan."""
        loading.load_reference(FIXTURES / "units.toml", FIXTURES / "regions.toml")
        plan, is_new = installation.plan_of(FIXTURES / "plan-shanxi-2020.toml", now=now)
        self.say((_("Plan: loaded %(plan)s") if is_new else _("Plan: %(plan)s is there")) % {"plan": plan})
        check_rules.load_checks(FIXTURES / "checks.toml", now=now)
        number = generate_demonstration(plan)
        if number:
            self.say(_("Demonstration data: %(number)s returns, generated and marked as such") % {"number": number})
        else:
            self.say(_("Demonstration data: nothing added, there are reporting units"))
        return plan

    def create_administrator(self, password: str, now: datetime) -> User:
        """Create the account `admin`; print a password made for it, this once."""
        account = installation.create_administrator(password, now=now)
        if account is None:
            self.say(_("Administrator: admin exists, password unchanged"))
        elif password:
            self.say(_("Administrator: made admin, with the password of TRACKER_ADMIN_PASSWORD"))
        else:
            self.say(_("Administrator: made admin, temporary password: %(password)s") % {"password": account.password})
            self.say_once()
        return account.user if account else User.objects.get(username=installation.ADMINISTRATOR)

    def create_accounts(self, plan: Plan, now: datetime) -> None:
        """Create the people of the demonstration; print the password of each, this once."""
        accounts = installation.create_demonstration_accounts(plan, now=now)
        for account in accounts:
            names = {"name": account.user, "username": account.user.username, "password": account.password}
            self.say(_("Demonstration account %(username)s, %(name)s, temporary password: %(password)s") % names)
        if accounts:
            self.say_once()
        else:
            self.say(_("Demonstration accounts: there already"))

    def issue_report(self, plan: Plan, administrator: User, now: datetime) -> IssuedReport:
        """Return the report of August 2020: the one there is, or a first one issued now."""
        period = Period.objects.of(plan, REPORT_PERIOD)
        issued = IssuedReport.objects.filter(kind=reports.COMPLIANCE, period=period, region=plan.region)
        return issued.order_by("edition", "pk").first() or reports.issue_report(
            period=period,
            region=plan.region,
            language=get_language() or settings.LANGUAGE_CODE,
            acting_user=administrator,
            now=now,
        )

    def serve(self, host: str, port: int) -> None:
        """Web, worker and scheduler in the foreground, until Ctrl-C or until one of them ends."""
        address = f"http://{serving.reachable(host)}:{port}"
        base_url = os.environ.get("BASE_URL") or address
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        processes = serving.Processes()
        with processes.stopped_by_signals():
            processes.start(serving.commands(host, port), {"BASE_URL": base_url})
            if processes.wait_until_open(host, port):
                self.say_addresses(base_url.rstrip("/"))
            ended = processes.wait()
            if ended is None:
                self.say(_("Stopping …"))
        if ended is not None:
            raise CommandError(_("%(process)s exited unexpectedly; everything was stopped.") % {"process": ended})
        self.say(_("Stopped."))

    def say_addresses(self, base_url: str) -> None:
        """Print the addresses, and the account to open first."""
        self.say(_("Targets and reports: %(address)s") % {"address": base_url + reverse("home")})
        self.say(_("Entry, review and set-up: %(address)s") % {"address": base_url + reverse("admin:index")})
        self.say(_("Mail, sent or kept here: %(address)s") % {"address": base_url + reverse("deliveries")})
        self.say_first_steps()
        self.say(_("Stop everything with Ctrl-C."))

    def say_first_steps(self) -> None:
        """Print which account to open first, and what to select."""
        if User.objects.filter(username="demo-leader", is_active=True).exists():
            self.say(
                _("First sign in as demo-leader: the overview shows what is behind; select a target, then a city.")
            )
            self.say(_("Then as demo-taiyuan: open the return in “Your returns”, enter values, submit."))
            self.say(_("Then as demo-reviewer: open it under “Waiting for your review”, verify it or send it back."))
        else:
            self.say(
                _("First sign in as admin. With --demo-accounts there are a reporter, a reviewer and a leader too.")
            )
        self.say(
            _("“Help” at the top of each page explains it. The demonstration is shown as of %(day)s.") % self.shown()
        )

    def shown(self) -> dict[str, str]:
        """Return the day of the demonstration, in words."""
        day = Plan.objects.exclude(demonstration_day=None).values_list("demonstration_day", flat=True).first()
        return {"day": wording.day(day) if day else "—"}

    def say_once(self) -> None:
        """Return the advice that goes with a temporary password."""
        page = reverse("account_password")
        told = _("Shown only once and not stored. It is changed at the first sign-in: %(page)s")
        self.say("  " + told % {"page": page})

    def say(self, text: str) -> None:
        """One line, at once."""
        self.stdout.write(text)
        self.stdout.flush()
