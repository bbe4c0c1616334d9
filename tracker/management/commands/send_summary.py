"""Send the summary of a period by hand."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import Delivery, Period, Plan, Subscription
from tracker.queries.errors import Refused
from tracker.queries.figures.reporting_periods import kinds_of
from tracker.queries.mail.recipients import Recipient, Recipients
from tracker.services.mail import deliveries, summaries


class Command(BaseCommand):
    """Makes and sends the deliveries at once, by the very same steps as the scheduler and the worker."""

    help = "Send a period's summary to its subscribers now. What was sent already is not sent again without --resend."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what can be chosen."""
        parser.add_argument("--period", required=True, help="the month, like 2020-08")
        parser.add_argument("--plan", help="the plan's code; needed only where there are several")
        parser.add_argument("--to", metavar="USERNAME", help="only to this subscriber")
        parser.add_argument("--resend", action="store_true", help="send once more to those who have it already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how each one ended."""
        period = period_of(plan_of(options["plan"]), options["period"])
        failed = False
        for subscription, recipient in recipients_of(period, options["to"]):
            delivery = self.send(subscription, period, recipient, again=options["resend"])
            failed |= delivery.state in (Delivery.State.FAILED, Delivery.State.UNCERTAIN)
        if failed:
            raise CommandError(_("Not every summary was sent."))

    def send(self, subscription: Subscription, period: Period, recipient: Recipient, *, again: bool) -> Delivery:
        """One recipient's summary."""
        now = timezone.now()
        try:
            delivery, is_new = summaries.deliver_by_hand(
                subscription, period, recipient, again=again, acting_user=None, now=now
            )
        except Refused as refused:
            raise CommandError(refused.message) from None
        deliveries.send_delivery(delivery.pk, clock=timezone.now)
        delivery.refresh_from_db()
        self.stdout.write(f"{delivery.recipient or delivery.named}: {delivery.get_state_display()}")
        for line in deliveries.answer_lines(delivery):
            self.stdout.write(f"  {line}")
        if delivery.content:
            self.stdout.write(f"  {delivery.content.name}")
        if not is_new and delivery.state in (Delivery.State.SENT, Delivery.State.KEPT):
            self.stdout.write("  " + _("This period's summary was made already; --resend makes another."))
        return delivery


def plan_of(code: str | None) -> Plan:
    """Return the plan of this code, or the only one there is; raise CommandError otherwise."""
    plans = Plan.objects.select_related("region")
    if code:
        plans = plans.filter(code=code)
    found = list(plans[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(_("There are several plans; name one with --plan."))
    raise CommandError(_("There is no such plan."))


def period_of(plan: Plan, code: str) -> Period:
    """Return the plan's month of this code; raise CommandError if there is none."""
    period = plan.periods.filter(code=code, kind__in=kinds_of(plan)).select_related("plan__region").first()
    if period is None:
        raise CommandError(_("The plan has no month %(period)s.") % {"period": code})
    return period


def recipients_of(period: Period, username: str | None) -> Iterable[tuple[Subscription, Recipient]]:
    """Whom the plan's active subscriptions go to, or this person alone."""
    active = Subscription.objects.filter(schedule__plan=period.plan, is_active=True).select_related(
        "user", "place", "schedule__plan__region"
    )
    listed = [subscription for subscription in active if subscription.is_approved]
    resolved = Recipients(listed)
    found = [(subscription, recipient) for subscription in listed for recipient in resolved.of(subscription)]
    if username:
        found = [pair for pair in found if pair[1].user and pair[1].user.username == username]
    if not found:
        raise CommandError(_("Nobody subscribed to this plan's summary. Set it up in the administration first."))
    return found
