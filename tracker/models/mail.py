"""Mail: schedules, who subscribed to what they send, and every message with what became of it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, scope_of
from tracker.models.organisation import Membership, User
from tracker.models.plan import Plan
from tracker.models.reporting import Period


class Schedule(models.Model):
    """When a summary goes out: each month on a day, at a time of day in Asia/Shanghai, on the month before."""

    name = models.CharField(_("name"), max_length=100)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="schedules", verbose_name=_("action plan"))
    day_of_month = models.PositiveSmallIntegerField(_("day of the month"), default=8)
    time_of_day = models.TimeField(_("time of day"), default="08:30")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["plan", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day_of_month__gte=1, day_of_month__lte=28),
                name="schedule_day_of_month",
                violation_error_message=_("Choose a day from 1 to 28, which every month has."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """A person who gets what a schedule sends."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="subscriptions", verbose_name=_("schedule"))
    user = models.ForeignKey(User, models.PROTECT, related_name="subscriptions", verbose_name=_("person"))
    with_workbook = models.BooleanField(_("with the workbook"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    active_from = models.DateTimeField(_("active from"))

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["schedule", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "user"],
                name="subscription_once",
                violation_error_message=_("This person has this subscription already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.schedule} → {self.user}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Mail."""

    def visible_to(self, user: User) -> Self:
        """Mail to oneself; who manages mail sees all about the plans of the regions managed."""
        managed = scope_of(user, Capability.MANAGE_MAIL)
        reminded = Membership.objects.filter(managed.as_filter("region__path")).values("user")
        return self.filter(
            managed.as_filter("period__plan__region__path")
            | Q(kind=Delivery.Kind.REMINDER, user__in=reminded)
            | Q(user=user)
        )

    def with_names(self) -> Self:
        """With all that a line about a delivery prints, and all that sending it reads."""
        return self.select_related("period__plan__region", "user", "subscription__user", "subscription__schedule__plan")

    def due(self, now: datetime) -> Self:
        """Those to be tried now, and those whose worker died before the server could have taken the data."""
        return self.filter(state=Delivery.State.PENDING, next_attempt_at__lte=now)


class Delivery(models.Model):
    """One message to one recipient: a summary about a period, or a day's reminder of what a person still owes.

    A test is a summary that somebody sent to oneself to see it; it belongs to no subscription and counts for none.

    Unique, so that it is sent once. `occasion` is what called for it: a reminder's day, in ISO form.
    """

    class Kind(models.TextChoices):
        SUMMARY = "summary", _("Summary")
        REMINDER = "reminder", _("Reminder")
        TEST = "test", _("Test, sent to oneself")

    class State(models.TextChoices):
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
    occasion = models.CharField(_("occasion"), max_length=60, blank=True)
    recipient = models.EmailField(_("recipient"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    claim = models.CharField(max_length=40, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    created_at = models.DateTimeField(_("made at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    is_late = models.BooleanField(_("late"), default=False)
    message_id = models.CharField("Message-ID", max_length=200)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    content = models.FileField(_("message as sent"), max_length=300, blank=True)
    content_removed_at = models.DateTimeField(_("content removed at"), null=True)
    server_answer = models.TextField(_("server's answer"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "period", "recipient", "revision"], name="delivery_once"),
            models.UniqueConstraint(
                fields=["user", "occasion"], condition=Q(kind="reminder"), name="delivery_reminder_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind="summary", subscription__isnull=False, period__isnull=False)
                | (Q(kind="reminder", user__isnull=False) & ~Q(occasion=""))
                | Q(kind="test", user__isnull=False, subscription__isnull=True, period__isnull=False),
                name="delivery_about_something",
            ),
            models.UniqueConstraint(fields=["message_id"], name="delivery_message_id_once"),
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="delivery_state_next")]

    @property
    def subscribed(self) -> tuple[Subscription, Period]:
        """What a summary was sent for: the subscription and the period."""
        assert self.subscription is not None and self.period is not None  # noqa: S101 - a constraint says so
        return self.subscription, self.period

    @property
    def addressee(self) -> User:
        """The person it is for."""
        assert self.user is not None  # noqa: S101 - every delivery made names one
        return self.user

    def __str__(self) -> str:
        return f"{self.period or self.occasion} → {self.recipient}"
