"""A message: put together from its content, and read again from its stored octets."""

import base64
import email
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
from tracker.services.mail.attachment_names import AS_WRITTEN, name_attachment

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
    """A PNG that the HTML part shows in its place, as `cid:` and this name."""

    cid: str
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
    """What a stored message says. Its HTML holds the pictures themselves, so that a browser shows it as it is."""

    subject: str
    headers: Sequence[tuple[str, str]]
    text: str
    html: str
    attachments: Sequence[Attachment]


def assemble(delivery: Delivery, content: Content, *, now: datetime) -> BuiltMessage:
    """Return the octets of a delivery's message: the same content always gives the same parts."""
    subject = one_line(content.subject)
    message = _with_headers(delivery, subject, content.stop_link, now=now)
    message.set_content(content.text.strip() + "\n", cte="base64")
    message.add_alternative(content.html, subtype="html", cte="base64")
    _add_pictures(message, content.pictures)
    for attachment in content.attachments:
        main, _slash, sub = attachment.content_type.partition("/")
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename="attachment")
        *_others, part = message.iter_attachments()
        name_attachment(part, one_line(attachment.name))
    return BuiltMessage(subject, message.as_bytes())


def read_message(data: bytes) -> StoredMessage:
    """Return the parts of a stored message."""
    message = email.message_from_bytes(data, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the policy makes it one
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return StoredMessage(
        subject=str(message["Subject"] or ""),
        headers=[(name, str(value)) for name, value in message.items() if not name.lower().startswith("content-")],
        text=text.get_content() if text else "",
        html=_with_pictures(message, html.get_content()) if html else "",
        attachments=[
            Attachment(part.get_filename() or "attachment", part.get_content_type(), part.get_content())
            for part in message.iter_attachments()
        ],
    )


def one_line(text: str) -> str:
    """Text fit for a header: a name with a line break in it must not begin another header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def link(address: str) -> str:
    """Return an address people can follow, made from BASE_URL, never from a request."""
    return f"{settings.BASE_URL}{address}"


def picture_id(delivery: Delivery, name: str) -> str:
    """Return a Content-ID, which is unique in the world like the Message-ID that it is made from."""
    return f"{name}.{delivery.message_id.strip('<>')}"


def _add_pictures(message: EmailMessage, pictures: Sequence[Picture]) -> None:
    """Beside the HTML part alone: no program lists them among the attachments."""
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)  # noqa: S101 - it was added just before
    for picture in pictures:
        html.add_related(
            picture.data, "image", "png", cid=f"<{picture.cid}>", filename=picture.name, disposition="inline"
        )


def _with_pictures(message: EmailMessage, html: str) -> str:
    """Return the HTML with each `cid:` replaced by the picture it names."""
    for part in message.walk():
        if part.get_content_maintype() == "image" and part["Content-ID"]:
            data = base64.b64encode(part.get_content()).decode("ascii")
            found = f"cid:{str(part['Content-ID']).strip().strip('<>')}"
            html = html.replace(f'"{found}"', f'"data:{part.get_content_type()};base64,{data}"')
    return html


def _with_headers(delivery: Delivery, subject: str, stop_link: str, *, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=AS_WRITTEN)
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
