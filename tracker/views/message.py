"""What pages about mail share: a message's headers by name, and its HTML part in a frame of ours."""

from django.http import HttpResponse
from django.utils.translation import pgettext_lazy

from tracker.services.mail.message import StoredMessage

#: The message is shown in a frame that can neither run, load nor send anything.
MESSAGE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
#: The headers that a page shows; those without words of ours are for whoever looks into a mail server's log.
SHOWN_HEADERS = {
    "Subject": pgettext_lazy("header of a mail", "Subject"),
    "From": pgettext_lazy("header of a mail", "From"),
    "To": pgettext_lazy("header of a mail", "To"),
    "Date": pgettext_lazy("header of a mail", "Date"),
    "Message-ID": "Message-ID",
    "List-Unsubscribe": "List-Unsubscribe",
}
OF_THE_RECIPIENT = ("To", "List-Unsubscribe")


def shown_headers(message: StoredMessage, *, with_address: bool = True) -> list[tuple[str, str]]:
    """Return the headers worth reading, by name; the recipient's only with the address."""
    shown = [name for name in SHOWN_HEADERS if with_address or name not in OF_THE_RECIPIENT]
    return [(str(SHOWN_HEADERS[name]), value) for name, value in message.headers if name in shown]


def framed(html: str) -> HttpResponse:
    """Answer with the HTML part of a message, to be shown in a frame of ours."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = MESSAGE_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response
