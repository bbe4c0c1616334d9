"""The data held about a person, in sections: for the person's own page and file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_otp.plugins.otp_totp.models import TOTPDevice

from tracker.documents import wording
from tracker.models import Delivery, Event, IssuedReport, Return, SavedView, Subscription, User, ValueRevision

#: A page shows so many rows of a section; the file has all.
SHOWN = 50


@dataclass(frozen=True)
class HeldSection:
    """One kind of data: its name, how long it is kept, its columns and rows of text."""

    key: str
    title: str
    term: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def shown(self) -> Sequence[Sequence[str]]:
        """Return the rows that a page shows."""
        return self.rows[:SHOWN]

    @property
    def more(self) -> int:
        """Return how many rows the file has beyond those."""
        return max(0, len(self.rows) - SHOWN)


def held_about(user: User) -> list[HeldSection]:
    """Return everything that is held about a person."""
    return list(_sections(user))


def _sections(user: User) -> Iterator[HeldSection]:
    with_account = _("as long as the account, and its term after closing")
    pair = (_("field"), pgettext("of a field", "content"))
    yield HeldSection("account", _("Account"), with_account, pair, list(_account(user)))
    roles = [(str(one),) for one in user.memberships.select_related("region", "unit", "plan")]
    yield HeldSection("roles", _("Roles"), with_account, (_("role"),), roles)
    columns: tuple[str, ...] = (_("device"), _("address"), _("began at"), _("last used at"))
    devices = [
        (one.device, one.address or "", _text(one.began_at), _text(one.last_used_at)) for one in user.sign_ins.all()
    ]
    yield HeldSection("devices", _("Signed-in devices"), _("until the session ends"), columns, devices)
    failed = [
        (_text(one.attempt_time), one.ip_address or "", str(one.failures_since_start))
        for one in AccessAttempt.objects.filter(username=user.username)
    ]
    columns = (_("time"), _("address"), _("failures"))
    yield HeldSection("failed", _("Failed sign-ins"), _("a term that the operator sets"), columns, failed)
    notices = [(str(one.version), _text(one.read_at)) for one in user.notice_readings.all()]
    yield HeldSection("notices", _("Notices read"), with_account, (_("version"), _("read at")), notices)
    yield HeldSection("views", _("Saved views"), with_account, (_("list"), _("name"), _("filters")), _views(user))
    yield HeldSection(
        "subscriptions", _("Subscriptions"), with_account, (_("subscription"), _("language")), _subs(user)
    )
    columns = (_("made at"), _("kind"), _("recipient"), _("subject"), _("state"))
    yield HeldSection("mail", _("Mail"), _("a term that the operator sets"), columns, _mail(user))
    lasting = _("for ever: part of the record of the figures")
    yield HeldSection("work", _("Work"), lasting, (_("what"), _("number")), list(_work(user)))
    columns = (_("action"), _("number"), _("first"), _("last"))
    words = _("for ever: evidence. It names you by the number of your account")
    yield HeldSection("events", _("Event log"), words, columns, _events(user))


def _account(user: User) -> Iterator[tuple[str, str]]:
    yield _("number of the account"), str(user.pk)
    labels = {field.name: str(field.verbose_name) for field in User._meta.concrete_fields}
    for name in ("username", "display_name", "email", "phone"):
        yield labels[name], str(getattr(user, name))
    yield labels["language"], user.get_language_display()
    yield _("account opened at"), _text(user.date_joined)
    yield labels["last_login"], _text(user.last_login)
    yield labels["password_set_at"], _text(user.password_set_at)
    yield _("hashes of past passwords"), str(user.past_passwords.count())
    yield _("authenticator app"), str(TOTPDevice.objects.filter(user=user, confirmed=True).count())
    yield _("hashes of recovery codes"), str(user.recovery_codes.count())


def _views(user: User) -> list[tuple[str, ...]]:
    return [(one.list_name, one.name, one.query) for one in SavedView.objects.filter(owner=user)]


def _subs(user: User) -> list[tuple[str, ...]]:
    rows = Subscription.objects.filter(Q(user=user) | Q(copies_to=user)).distinct()
    return [(str(one), one.get_language_display()) for one in rows.select_related("schedule", "user", "region")]


def _mail(user: User) -> list[tuple[str, ...]]:
    rows = Delivery.objects.filter(user=user).order_by("-pk")
    return [
        (_text(one.created_at), one.get_kind_display(), one.recipient, one.subject, one.get_state_display())
        for one in rows.only("created_at", "kind", "recipient", "subject", "state")
    ]


def _work(user: User) -> Iterator[tuple[str, str]]:
    yield _("returns submitted"), str(Return.objects.filter(submitted_by=user).count())
    yield _("returns verified"), str(Return.objects.filter(verified_by=user).count())
    yield _("revisions of values"), str(ValueRevision.objects.filter(actor=user).count())
    yield _("documents issued"), str(IssuedReport.objects.filter(issued_by=user).count())


def _events(user: User) -> list[tuple[str, ...]]:
    labels = dict(Event.Action.choices)
    rows = Event.objects.filter(Q(actor=user) | Q(object_type="user", object_id=str(user.pk))).order_by()
    counted = rows.values_list("action").annotate(Count("pk"), Min("recorded_at"), Max("recorded_at"))
    return [
        (str(labels.get(action, action)), str(number), _text(first), _text(last))
        for action, number, first, last in sorted(counted)
    ]


def _text(moment: datetime | None) -> str:
    return wording.moment(timezone.localtime(moment)) if moment else ""


def as_json(user: User) -> dict[str, Any]:
    """Return the same for a file: each section by its key, as a list of rows."""
    return {
        one.key: {
            "title": one.title,
            "kept": one.term,
            "rows": [dict(zip(one.columns, row, strict=True)) for row in one.rows],
        }
        for one in held_about(user)
    }
