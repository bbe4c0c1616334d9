"""Mail: every message with what became of it, and the addresses that are paused."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models.access import Capability, people_covered_by, scope_of
from tracker.models.organisation import Membership, User
from tracker.models.output import LANGUAGES
from tracker.models.period import Period
from tracker.models.subscription import Subscription


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Mail."""

    def visible_to(self, user: User) -> Self:
        """Mail to oneself; who manages mail sees all about the plans of the regions managed, as does who audits it.

        An auditor's rows say by `shows_address` whether this person also sees the address.
        """
        managed = scope_of(user, Capability.MANAGE_MAIL)
        reminded = Membership.objects.filter(managed.as_filter("region__path", plan_field="plan")).values("user")
        to_people = Q(kind__in=(Delivery.Kind.REMINDER, Delivery.Kind.HEAD))
        in_full = (
            managed.as_filter("period__plan__region__path", plan_field="period__plan")
            | (to_people & Q(user__in=reminded))
            | Q(user=user)
        )
        audited = scope_of(user, Capability.READ_MAIL)
        if managed.everywhere or not audited.is_somewhere:
            return self.filter(in_full)
        of_plans = audited.as_filter("period__plan__region__path", plan_field="period__plan")
        of_people = to_people & Q(user__in=people_covered_by(audited).values("pk"))
        shown = Delivery.objects.filter(in_full | Q(user=None), pk=OuterRef("pk"))
        return self.filter(in_full | of_plans | of_people).annotate(shows_address=Exists(shown))

    def with_names(self) -> Self:
        """With all that a line about a delivery prints, and all that sending it reads."""
        return self.select_related(
            "period__plan__region",
            "user",
            "subscription__user",
            "subscription__schedule__plan__region",
            "subscription__place",
            "subscription__region",
        )

    def due(self, now: datetime) -> Self:
        """Return those to be tried now, and those whose worker died before the server could have taken the data."""
        return self.filter(state=Delivery.State.PENDING, next_attempt_at__lte=now)


class Delivery(models.Model):
    """One message to one recipient: a summary about a period, or a day's reminder of what a person still owes.

    A day's head of the event log goes to each audit administrator. A test is a summary that somebody sent to oneself to
    see it; it belongs to no subscription and counts for none.

    Unique, so that it is sent once. `occasion` is what called for it where the period does not say it all: a day in
    ISO form of a reminder, a head or a weekly summary, the report that was issued, the indicator and level that
    worsened.
    """

    class Kind(models.TextChoices):
        SUMMARY = "summary", pgettext_lazy("mail", "Summary")
        REMINDER = "reminder", _("Reminder")
        TEST = "test", _("Test, sent to oneself")
        HEAD = "head", _("Head of the event log")

    class State(models.TextChoices):
        HELD = "held", _("Held: waiting for returns to be verified")
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        KEPT = "kept", _("Kept here, no mail server is set")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain: the server may have taken it")
        DROPPED = "dropped", _("Not sent: no longer needed")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SUMMARY)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="deliveries", verbose_name=_("person"))
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, null=True, related_name="deliveries", verbose_name=_("subscription")
    )
    period = models.ForeignKey(Period, models.PROTECT, null=True, related_name="deliveries", verbose_name=_("period"))
    occasion = models.CharField(_("trigger"), max_length=60, blank=True)
    recipient = models.EmailField(_("recipient"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    claim = models.CharField(max_length=40, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    created_at = models.DateTimeField(_("made at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    due_at = models.DateTimeField(pgettext_lazy("delivery", "due at"), null=True)
    held_until = models.DateTimeField(_("held until at most"), null=True)
    is_late = models.BooleanField(_("late"), default=False)
    is_refused = models.BooleanField(_("address refused"), default=False)
    message_id = models.CharField("Message-ID", max_length=200)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    content = models.FileField(_("message as sent"), max_length=300, blank=True)
    content_removed_at = models.DateTimeField(_("content removed at"), null=True)
    server_answer = models.TextField(_("server's answer"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "period", "occasion", "recipient", "revision"], name="delivery_once"
            ),
            models.UniqueConstraint(
                fields=["user", "occasion"], condition=Q(kind="reminder"), name="delivery_reminder_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["user", "occasion"], condition=Q(kind="head"), name="delivery_head_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind="summary", subscription__isnull=False, period__isnull=False)
                | (Q(kind__in=["reminder", "head"], user__isnull=False) & ~Q(occasion=""))
                | Q(kind="test", user__isnull=False, subscription__isnull=True, period__isnull=False),
                name="delivery_about_something",
            ),
            models.UniqueConstraint(fields=["message_id"], name="delivery_message_id_once"),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="delivery_state_next"),
            models.Index(fields=["recipient", "-id"], name="delivery_recipient"),
        ]

    @property
    def subscribed(self) -> tuple[Subscription, Period]:
        """Return what a summary was sent for: the subscription and the period."""
        assert self.subscription is not None and self.period is not None  # noqa: S101 - a constraint says so
        return self.subscription, self.period

    @property
    def addressee(self) -> User:
        """The person it is for."""
        assert self.user is not None  # noqa: S101 - every delivery but one to an outside address names one
        return self.user

    @property
    def written_in(self) -> str:
        """The language of the message: the one asked for, else the person's own, else the installation's."""
        return self.language or (self.user.language if self.user else settings.LANGUAGE_CODE.lower())

    @property
    def is_address_shown(self) -> bool:
        """Return True if whoever it was read for sees the address as well as the person."""
        return bool(getattr(self, "shows_address", True))

    @property
    def named(self) -> str:
        """Whom it is for, in words: a person, or an outside address."""
        return str(self.user or self.recipient)

    def __str__(self) -> str:
        return f"{self.period or self.occasion} → {self.recipient}"


class PausedAddressQuerySet(models.QuerySet["PausedAddress"]):
    """Paused addresses."""

    def visible_to(self, user: User) -> Self:
        """Return those that some mail went to which this person may see."""
        return self.filter(address__in=Delivery.objects.visible_to(user).values("recipient"))


class PausedAddress(models.Model):
    """An address that a server refused several times in a row: nothing goes there until a person resumes it."""

    address = models.EmailField(_("address"), unique=True)
    paused_at = models.DateTimeField(_("paused at"), null=True)
    resumed_at = models.DateTimeField(_("resumed at"), null=True)
    server_answer = models.TextField(_("server's answer"), blank=True)

    objects = PausedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("paused address")
        verbose_name_plural = _("paused addresses")
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address
