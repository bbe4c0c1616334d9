"""A message: put together from its content, and read again from its stored octets."""

import email
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.utils import timezone, translation

from tracker.models import Delivery

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A header line holds no more; a longer address would be encoded, and then no mail client finds it.
LONGEST_LINK = 70


@dataclass(frozen=True)
class BuiltMessage:
    """A message ready to be stored and sent."""

    subject: str
    data: bytes


@dataclass(frozen=True)
class Attachment:
    """A file in a message."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Picture:
    """A PNG shown within the HTML part, which names it by `cid:` and this name."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Content:
    """What a message says, in the recipient's language. `stop_link` ends what one gets, at one click."""

    subject: str
    text: str
    html: str
    stop_link: str = ""
    attachments: Sequence[Attachment] = field(default_factory=list)
    pictures: Sequence[Picture] = field(default_factory=list)


@dataclass(frozen=True)
class StoredMessage:
    """What a stored message says."""

    headers: Sequence[tuple[str, str]]
    text: str
    html: str
    attachments: Sequence[Attachment]
    pictures: Sequence[Picture] = ()

    @property
    def html_by_itself(self) -> str:
        """The HTML part with its pictures in it, for a frame that may load nothing."""
        html = self.html
        for picture in self.pictures:
            html = html.replace(f"cid:{picture.name}", f"data:image/png;base64,{b64encode(picture.data).decode()}")
        return html


def assemble(delivery: Delivery, content: Content, *, now: datetime) -> BuiltMessage:
    """The octets of a delivery's message: the same content always gives the same parts."""
    subject = one_line(content.subject)
    message = _with_headers(delivery, subject, content.stop_link, now=now)
    message.set_content(content.text.strip() + "\n", cte="base64")
    message.add_alternative(content.html, subtype="html", cte="base64")
    html = message.get_payload()[1]  # type: ignore[index]
    for picture in content.pictures:
        html.add_related(  # type: ignore[union-attr]
            picture.data, "image", "png", cid=f"<{picture.name}>", disposition="inline", filename=f"{picture.name}.png"
        )
    for attachment in content.attachments:
        main, _slash, sub = attachment.content_type.partition("/")
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=attachment.name)
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
        pictures=[
            Picture(part["Content-ID"].strip("<> "), part.get_content())
            for part in message.walk()
            if part.get_content_type() == "image/png" and part["Content-ID"]
        ],
    )


def one_line(text: str) -> str:
    """Text fit for a header: a name with a line break in it must not begin another header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def link(address: str) -> str:
    """An address people can follow, made from BASE_URL, never from a request."""
    return f"{settings.BASE_URL}{address}"


def _with_headers(delivery: Delivery, subject: str, stop_link: str, *, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message["Subject"] = subject
    message["From"] = Address(one_line(name), addr_spec=sender)
    message["To"] = Address(one_line(str(delivery.user or "")), addr_spec=delivery.recipient)
    message["Date"] = format_datetime(timezone.localtime(now))
    message["Message-ID"] = delivery.message_id
    if stop_link and len(stop_link) <= LONGEST_LINK:
        message["List-Unsubscribe"] = f"<{stop_link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    return message
