"""Prove that mail can be sent with the settings there are."""

from argparse import ArgumentParser
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.queries.mail.obstacles import is_address
from tracker.services.mail import deliveries, smtp

ADVICE = {
    smtp.Stage.CONNECT: gettext_noop(
        "Check the host and port in EMAIL_URL and whether a firewall blocks the connection."
    ),
    smtp.Stage.GREETING: gettext_noop("Something answers there, but it is no mail server, or one that refuses us."),
    smtp.Stage.ENCRYPTION: gettext_noop(
        "smtp+tls:// is for STARTTLS (often port 587), smtp+ssl:// for TLS from the start (often 465). "
        "The server's certificate must be valid for this host."
    ),
    smtp.Stage.LOGIN: gettext_noop("Check user and password in EMAIL_URL; write @ as %40 and / as %2F in them."),
    smtp.Stage.SENDER: gettext_noop("Set DEFAULT_FROM_EMAIL to an address that this server may send for."),
    smtp.Stage.RECIPIENT: gettext_noop("The server does not take mail for this address."),
    smtp.Stage.DATA: gettext_noop("Sender and recipient were accepted, the message was not."),
    smtp.Stage.FINAL_ANSWER: gettext_noop("The server may or may not have taken the message: look in the mailbox."),
}


class Command(BaseCommand):
    """Sends one short message and says in plain words what went wrong."""

    help = "Send a short test message to an address, to prove the mail settings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """To whom."""
        parser.add_argument("address", help="where to send the test message")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send it."""
        address = options["address"]
        if not settings.EMAIL_SENDING:
            raise CommandError(_("No mail server is set: EMAIL_URL is empty, so mail is kept here and none is sent."))
        if not is_address(address):
            raise CommandError(_("The address is not a valid one."))
        server = deliveries.mail_server()
        self.stdout.write(_("Server: %(host)s, port %(port)s") % {"host": server.host, "port": server.port})
        try:
            answer = smtp.send(server, smtp.Envelope(settings.SERVER_EMAIL, address, test_message(address)))
        except smtp.SendFailure as failure:
            lines = [_(deliveries.STAGES[failure.stage]), failure.answer, _(ADVICE[failure.stage])]
            raise CommandError("\n".join(lines)) from None
        self.stdout.write(_("Sent; the server answered: %(answer)s") % {"answer": answer})


def test_message(address: str) -> bytes:
    """A message of one line."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _("Test message of the policy target tracker")
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = address
    message["Date"] = format_datetime(timezone.localtime())
    message["Message-ID"] = make_msgid(domain=settings.SERVER_EMAIL.rpartition("@")[2])
    message.set_content(_("Mail from the policy target tracker reaches you.") + "\n", cte="base64")
    return message.as_bytes()
