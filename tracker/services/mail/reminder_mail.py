"""What a reminder says: which returns are still owed, until when, and what came back and why."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.models import Delivery, ExpectedReturn, Return
from tracker.queries.returns.expected_returns import outstanding_returns
from tracker.services.mail import unsubscribe
from tracker.services.mail.message import Content, link

#: A mail lists so many; the page lists all.
SHOWN = 20


@dataclass(frozen=True)
class ReminderLine:
    """A return still owed, as the mail tells it."""

    unit: str
    period: str
    due: str
    is_overdue: bool
    state: str
    comment: str
    address: str


def reminder_mail(delivery: Delivery, *, now: datetime) -> Content | None:
    """Return the mail, or None if no return is outstanding any more."""
    debts = outstanding_returns(delivery.addressee, now=now)
    if not debts:
        return None
    with timezone.override(debts[0].period.plan.zone):
        return _content(delivery, debts, now)


def _content(delivery: Delivery, debts: list[ExpectedReturn], now: datetime) -> Content:
    overdue = sum(debt.is_overdue(now) for debt in debts)
    reminders = unsubscribe.StoppableMail(person=delivery.addressee)
    context = {
        "subject": _subject(debts, overdue),
        "language": translation.get_language(),
        "recipient": delivery.addressee,
        "lines": [_line(debt, now) for debt in debts[:SHOWN]],
        "more": max(0, len(debts) - SHOWN),
        "worklist_link": link(reverse("admin:index")),
        "stop_link": link(reverse("mail_stop", args=[unsubscribe.key_of(reminders)])),
        "as_of": wording.moment(now),
        "zone": wording.zone_name(),
        "system": _("Policy target tracker"),
        "issuer": debts[0].period.plan.issuing_body,
        "site": settings.BASE_URL,
    }
    return Content(
        subject=context["subject"],  # type: ignore[arg-type]
        text=render_to_string("mail/reminder.txt", context),
        html=render_to_string("mail/reminder.html", context),
        stop_link=str(context["stop_link"]),
    )


def _subject(debts: list[ExpectedReturn], overdue: int) -> str:
    """Return the subject: the system, the plan, the unit, the period, and the nearest deadline."""
    words = {"system": _("Policy target tracker"), "plan": debts[0].period.plan, "finding": _finding(debts, overdue)}
    return _("[%(system)s] %(plan)s: %(finding)s") % words


def _finding(debts: list[ExpectedReturn], overdue: int) -> str:
    """Return the finding: of one return which, of several the first and how many; and the nearest deadline.

    The returns are in the order of their deadlines. Of overdue ones the nearest deadline is the last that has passed.
    """
    nearest = max(debt.deadline for debt in debts[:overdue]) if overdue else debts[0].deadline
    about = {
        "unit": debts[0].unit,
        "period": _period(debts[0]),
        "moment": wording.moment(nearest),
        "number": overdue or len(debts),
    }
    if (overdue or len(debts)) == 1:
        if overdue:
            return _("Overdue since %(moment)s: %(unit)s, %(period)s") % about
        return _("Due by %(moment)s: %(unit)s, %(period)s") % about
    if overdue:
        return _("%(number)s returns overdue, the last since %(moment)s: %(unit)s, %(period)s and others") % about
    return _("%(number)s returns due, the first by %(moment)s: %(unit)s, %(period)s and others") % about


def _line(debt: ExpectedReturn, now: datetime) -> ReminderLine:
    filed = debt.unit_return
    return ReminderLine(
        unit=str(debt.unit),
        period=_period(debt),
        due=wording.moment(debt.deadline),
        is_overdue=debt.is_overdue(now),
        state=str(filed.get_state_display()) if filed else _("To be filled in"),
        comment=filed.review_comment if filed and filed.state == Return.State.SENT_BACK else "",
        address=link(_address(debt)),
    )


def _period(debt: ExpectedReturn) -> str:
    return wording.period_in_words(debt.period.code)


def _address(debt: ExpectedReturn) -> str:
    if debt.unit_return:
        return reverse("admin:tracker_return_change", args=[debt.unit_return.pk])
    query = urlencode({"unit": debt.unit.code, "period": debt.period.code})
    return f"{reverse('admin:tracker_return_add')}?{query}"
