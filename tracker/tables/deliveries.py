"""The list of mail."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tracker.documents import wording
from tracker.models import Delivery
from tracker.tables.columns import MomentColumn, PeriodColumn, TextColumn


class DeliveryTable(tables.Table):
    """One row for each message; each leads to its page."""

    subject = TextColumn(empty_values=(), orderable=False, verbose_name=_("subject"))
    state = TextColumn(verbose_name=_("state"))
    period = PeriodColumn(
        order_by="period__starts_on", verbose_name=_("period"), attrs={"td": {"class": "mail-period"}}
    )
    recipient = TextColumn(verbose_name=_("recipient"))
    attempts = TextColumn(verbose_name=_("attempts"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    created_at = MomentColumn(verbose_name=_("made at"))
    sent_at = MomentColumn(verbose_name=_("sent at"))

    class Meta:
        default = wording.MISSING
        attrs = {"class": "list"}
        order_by = ("-created_at",)

    def decimals_of(self, _row: Delivery) -> None:
        """Mail has no amounts."""

    def value_subject(self, record: Delivery) -> str:
        """Return the subject alone."""
        return record.subject or _t("(not made yet)")

    def value_recipient(self, record: Delivery) -> str:
        """Return the person and the address."""
        is_alone = record.user is None or not record.is_address_shown
        return record.named if is_alone else f"{record.named} <{record.recipient}>"

    def value_state(self, record: Delivery) -> str:
        """Return the state in words, and that it came late if it did."""
        return wording.listed(words for _code, words in state_badges(record))

    def render_subject(self, record: Delivery) -> str:
        """Return the subject as a link to the message."""
        words = record.subject or _t("(not made yet)")
        return format_html('<a href="{}">{}</a>', reverse("delivery", args=[record.pk]), words)

    def render_recipient(self, record: Delivery) -> str:
        """Return the person and the address."""
        if not record.is_address_shown:
            return record.named
        return format_html('{}<br><span class="quiet">{}</span>', record.named, record.recipient)

    def render_state(self, record: Delivery) -> str:
        """Return the state as a badge, with a second one if it came late."""
        return format_html_join(" ", '<span class="state mail-{}">{}</span>', state_badges(record))


def state_badges(delivery: Delivery) -> list[tuple[str, str]]:
    """Return the state as a code and words, with a second pair if it came late."""
    badges = [(delivery.state, str(SHORT_STATES[Delivery.State(delivery.state)]))]
    if delivery.is_late:
        badges.append(("late", pgettext("mail", "late")))
    return badges


#: For a narrow column; the message's own page has the full words.
SHORT_STATES = {
    Delivery.State.HELD: _("Held"),
    Delivery.State.PENDING: _("Waiting"),
    Delivery.State.SENDING: _("Being sent"),
    Delivery.State.SENT: _("Sent"),
    Delivery.State.KEPT: _("Kept here"),
    Delivery.State.FAILED: _("Failed"),
    Delivery.State.UNCERTAIN: _("Uncertain"),
    Delivery.State.DROPPED: _("Not needed"),
}
MEANINGS = {
    Delivery.State.HELD: _("It waits for returns to be verified, as its subscription asks, until its latest moment."),
    Delivery.State.PENDING: _("It will be sent, or tried again, at the next attempt's time."),
    Delivery.State.SENDING: _("A worker is handing it to the mail server in this moment."),
    Delivery.State.SENT: _("The mail server accepted it; its answer is kept. Whether it was read is unknown."),
    Delivery.State.KEPT: _("No mail server is set, so it was made and kept here, and left for nobody."),
    Delivery.State.FAILED: _("It was not sent and will not be tried again; the answer says why."),
    Delivery.State.UNCERTAIN: _(
        "The connection broke at the end: the server may have taken it. It is never sent again by itself."
    ),
    Delivery.State.DROPPED: _("Not sent: there was nothing to report then; the answer says why."),
}


def meaning_of(delivery: Delivery) -> str:
    """Return what the state says, in a sentence."""
    return str(MEANINGS.get(Delivery.State(delivery.state), delivery.get_state_display()))


def state_meanings() -> list[tuple[str, str]]:
    """Each state: its short name and what it says."""
    return [(str(SHORT_STATES[state]), str(meaning)) for state, meaning in MEANINGS.items()]
