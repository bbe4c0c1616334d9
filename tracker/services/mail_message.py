"""The message of a delivery: built once in the recipient's language, and read again from its stored octets."""

import email
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from tracker.models import Delivery, IssuedReport
from tracker.reports import wording
from tracker.reports.findings import Facts
from tracker.reports.summary import Summary, summarise
from tracker.services import reports, summaries
from tracker.services.errors import Refused
from tracker.services.mail_workbook import facts_with_report
from tracker.services.summary_content import facts_of

WORKBOOK = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
#: A header line holds no more; a longer address would be encoded, and then no mail client finds it.
LONGEST_LINK = 70
#: A report that another worker is writing is waited for; after so many attempts the summary goes without.
ATTEMPTS_FOR_REPORT = 3


@dataclass(frozen=True)
class BuiltMessage:
    """A message ready to be stored and sent."""

    subject: str
    data: bytes


@dataclass(frozen=True)
class Attachment:
    """A file in a stored message."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class StoredMessage:
    """What a stored message says."""

    headers: Sequence[tuple[str, str]]
    text: str
    html: str
    attachments: Sequence[Attachment]


def build_message(delivery: Delivery, *, now: datetime) -> BuiltMessage:
    """The mail with its workbook, which is issued first when there is none of these figures.

    Raises Refused while the workbook is being written elsewhere.
    """
    user = delivery.subscription.user
    with translation.override(user.language):
        facts, report, no_report = _gather(delivery, now=now)
        attached = report if report and _is_to_attach(delivery, report) else None
        context = _context(delivery, summarise(facts), report, now=now) | {
            "attached": attached,
            "no_report": no_report,
        }
        subject = one_line(render_to_string("mail/summary_subject.txt", context))
        message = _with_headers(delivery, subject, now=now)
        message.set_content(render_to_string("mail/summary.txt", context).strip() + "\n", cte="base64")
        message.add_alternative(render_to_string("mail/summary.html", context), subtype="html", cte="base64")
        if attached:
            _attach(message, attached)
    return BuiltMessage(subject, message.as_bytes())


def read_message(data: bytes) -> StoredMessage:
    """The parts of a stored message."""
    message = email.message_from_bytes(data, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the policy makes it one
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return StoredMessage(
        headers=[(name, str(value)) for name, value in message.items() if not name.lower().startswith("content-")],
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
        attachments=[
            Attachment(part.get_filename() or "attachment", part.get_content_type(), part.get_content())
            for part in message.iter_attachments()
        ],
    )


def one_line(text: str) -> str:
    """Text fit for a header: a name with a line break in it must not begin another header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def link(address: str) -> str:
    """An address people can follow, made from BASE_URL, never from a request."""
    return f"{settings.BASE_URL}{address}"


def _gather(delivery: Delivery, *, now: datetime) -> tuple[Facts, IssuedReport | None, str]:
    """The facts, the report to go with them, or why there is none. Raises Refused while waiting may help."""
    try:
        return *facts_with_report(delivery.period, now=now), ""
    except Refused as refused:
        if delivery.attempts < ATTEMPTS_FOR_REPORT:
            raise
        return facts_of(delivery.period), None, refused.message


def _is_to_attach(delivery: Delivery, report: IssuedReport) -> bool:
    return delivery.subscription.with_workbook and report.file_size <= settings.EMAIL_ATTACHMENT_LIMIT


def _context(delivery: Delivery, summary: Summary, report: IssuedReport | None, *, now: datetime) -> dict[str, object]:
    schedule = delivery.subscription.schedule
    return {
        "summary": summary,
        "language": translation.get_language(),
        "recipient": delivery.subscription.user,
        "schedule": schedule,
        "as_of": wording.moment(now),
        "due_at": wording.moment(summaries.moment_of(schedule, delivery.period)) if delivery.is_late else "",
        "report": report,
        "report_link": link(reverse("report", args=[report.pk])) if report else "",
        "page_link": link(f"{reverse('home')}?plan={delivery.period.plan.code}&period={delivery.period.code}"),
        "mail_link": link(reverse("deliveries")),
    }


def _with_headers(delivery: Delivery, subject: str, *, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message["Subject"] = subject
    message["From"] = Address(one_line(name), addr_spec=sender)
    message["To"] = Address(one_line(str(delivery.subscription.user)), addr_spec=delivery.recipient)
    message["Date"] = format_datetime(timezone.localtime(now))
    message["Message-ID"] = delivery.message_id
    if len(link(reverse("deliveries"))) <= LONGEST_LINK:
        message["List-Unsubscribe"] = f"<{link(reverse('deliveries'))}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    return message


def _attach(message: EmailMessage, report: IssuedReport) -> None:
    with report.file.open("rb") as file:
        message.add_attachment(
            file.read(), maintype=WORKBOOK[0], subtype=WORKBOOK[1], filename=reports.download_name(report)
        )
