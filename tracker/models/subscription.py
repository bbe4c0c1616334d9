"""Scheduled mail as it is set up: when it goes out, and who gets what."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.calculation import schedules
from tracker.models.indicator import Indicator
from tracker.models.organisation import Region, Role, User
from tracker.models.output import LANGUAGES
from tracker.models.plan import Plan

#: In days: mail about a month goes out before the next month's.
LONGEST_HOLD = 28


class Schedule(models.Model):
    """The time at which mail goes out: by a rule of the calendar in the plan's time zone, or when something happens."""

    class When(models.TextChoices):
        WEEKLY = "weekly", _("each week, on a day of the week (1 is Monday)")
        WORKING_DAY = "working_day", _("each month, on its n-th working day")
        DAY_OF_MONTH = "day_of_month", _("each month, on a day of the month")
        AFTER_DEADLINE = "after_deadline", _("so many days after the deadline of returns")
        ON_ISSUE = "on_issue", _("when a report is issued")
        ON_WORSENING = "on_worsening", _("when a warning level worsens")

    name = models.CharField(_("name"), max_length=100)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="schedules", verbose_name=_("action plan"))
    when = models.CharField(_("when"), max_length=20, choices=When, default=When.DAY_OF_MONTH)
    number = models.PositiveSmallIntegerField(
        _("number"),
        default=8,
        help_text=_(
            "The day of the week (1 to 7), the working day (1 to 15) or day of the month (1 to 28), or the days after "
            "the deadline (1 to 28). It is not used when mail waits for a report or a level."
        ),
    )
    time_of_day = models.TimeField(_("time of day"), default="08:30", help_text=_("By the clocks of the plan."))
    is_active = models.BooleanField(_("active"), default=True)
    looked_at = models.DateTimeField(_("levels looked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["plan", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(when__in=[str(when) for when in schedules.EVENTS])
                | reduce(
                    or_,
                    (Q(when=str(when), number__range=bounds) for when, bounds in sorted(schedules.BOUNDS.items())),
                ),
                name="schedule_number",
                violation_error_message=_(
                    "Choose a day of the week from 1 to 7, a working day from 1 to 15, a day of the month from 1 to 28 "
                    "or 1 to 28 days after the deadline."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rule(self) -> schedules.RunRule:
        """The rule to reckon with."""
        return schedules.RunRule(schedules.When(self.when), self.number, self.time_of_day, self.plan.zone)

    @property
    def waits(self) -> bool:
        """Return True if it goes out when something happens, rather than by the calendar."""
        return self.rule.when in schedules.EVENTS


class Subscription(models.Model):
    """Who gets what a schedule sends: a person, all who have a role in a region, or an outside address."""

    class Audience(models.TextChoices):
        PERSON = "person", _("a person")
        ROLE = "role", _("all who have a role in a region")
        OUTSIDE = "outside", _("an outside address")

    class About(models.TextChoices):
        PLAN = "plan", _("the whole plan")
        PLACE = "place", _("one place")
        INDICATORS = "indicators", _("chosen indicators")
        CHASING = "chasing", _("who has a return to submit")

    class Attached(models.TextChoices):
        WORKBOOK = "workbook", _("the workbook")
        BRIEF = "brief", _("the one-page brief")
        NOTHING = "nothing", _("nothing, a link only")

    class Counted(models.TextChoices):
        RETURNS = "returns", _("returns")
        UNITS = "units", _("units with all their returns")

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="subscriptions", verbose_name=_("schedule"))
    audience = models.CharField(_("who"), max_length=10, choices=Audience, default=Audience.PERSON)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="subscriptions", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region of the role")
    )
    address = models.EmailField(_("outside address"), blank=True)
    address_set_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("address by")
    )
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("approved by")
    )
    about = models.CharField(_("what"), max_length=10, choices=About, default=About.PLAN)
    place = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the place")
    )
    indicators = models.ManyToManyField(
        Indicator, blank=True, related_name="+", verbose_name=_("the chosen indicators")
    )
    language = models.CharField(
        _("language"), max_length=10, choices=LANGUAGES, blank=True, help_text=_("Empty: the person's own.")
    )
    stopped_by = models.ManyToManyField(
        User, blank=True, editable=False, related_name="+", verbose_name=_("stopped by")
    )
    #: Counts the recipients it has had: a key in a mail to an earlier one opens nothing.
    recipient_version = models.PositiveIntegerField(default=1, editable=False)
    hides_names = models.BooleanField(
        _("without names of people for outside addresses"),
        default=True,
        help_text=_("The document attached for an outside address names nobody who submitted, verified or issued."),
    )
    attached = models.CharField(_("attached"), max_length=10, choices=Attached, default=Attached.WORKBOOK)
    hold_number = models.PositiveSmallIntegerField(
        _("wait until so many are verified"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("A number above those expected means all of them. Empty: it does not wait."),
    )
    hold_counts = models.CharField(_("counted"), max_length=10, choices=Counted, default=Counted.RETURNS)
    hold_days = models.PositiveSmallIntegerField(
        _("at most so many days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_HOLD)],
        help_text=_("So many days after its time it goes out, however few are verified. 1 to 28."),
    )
    copies_to = models.ManyToManyField(
        User,
        blank=True,
        related_name="+",
        verbose_name=_("copies to"),
        help_text=_("Only people who may read the figures that the mail is about."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    active_from = models.DateTimeField(_("active from"))

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["schedule", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="person", user__isnull=False, role="", region=None, address="")
                | (Q(audience="role", user=None, region__isnull=False, address="") & ~Q(role=""))
                | (Q(audience="outside", user=None, role="", region=None) & ~Q(address="")),
                name="subscription_audience",
                violation_error_message=_("Name a person, or a role with its region, or an outside address: one."),
            ),
            models.CheckConstraint(
                condition=Q(about="place", place__isnull=False) | (~Q(about="place") & Q(place=None)),
                name="subscription_place",
                violation_error_message=_("Name the place if, and only if, the mail is about one place."),
            ),
            models.CheckConstraint(
                condition=Q(hold_number__isnull=True, hold_days__isnull=True)
                | Q(
                    hold_number__isnull=False,
                    hold_days__isnull=False,
                    hold_number__gte=1,
                    hold_days__range=(1, LONGEST_HOLD),
                ),
                name="subscription_hold",
                violation_error_message=_("Give both the number to wait for and the days at most, or neither."),
            ),
            models.UniqueConstraint(
                fields=["schedule", "user", "about"],
                condition=Q(user__isnull=False, place=None),
                name="subscription_once",
                violation_error_message=_("This person has this subscription already."),
            ),
            models.UniqueConstraint(
                fields=["schedule", "user", "place"],
                condition=Q(user__isnull=False, place__isnull=False),
                name="subscription_place_once",
                violation_error_message=_("This person has this subscription already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} → {self.recipients}"

    @property
    def recipients(self) -> str:
        """Whom it goes to, in words."""
        if self.audience == self.Audience.ROLE:
            return f"{self.get_role_display()}, {self.region}"
        return str(self.user or self.address)

    @property
    def subject_region(self) -> Region:
        """The region whose figures it tells."""
        return self.place or self.schedule.plan.region

    def held_until(self, moment: datetime) -> datetime | None:
        """Return the moment at which mail that is due at `moment` goes out at the latest; None if it does not wait.

        It is the same time of day by the plan's clocks.
        """
        if self.hold_number is None or self.hold_days is None:
            return None
        local = moment.astimezone(self.schedule.plan.zone)
        return local + timedelta(days=self.hold_days)

    @property
    def is_approved(self) -> bool:
        """Return True if it may go out: an outside address only after somebody else approved it."""
        return self.audience != self.Audience.OUTSIDE or self.approved_by_id is not None


class KeyedStop(models.Model):
    """A stop made by the key in a mail: only such a stop may be undone by a key.

    It names a subscription, the person where the mail is sent by a role, or the person alone for reminders.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    stopped_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stop by a key")
        verbose_name_plural = _("stops by a key")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(subscription__isnull=False) | Q(person__isnull=False), name="keyedstop_of_something"
            ),
        ]

    def __str__(self) -> str:
        return str(self.subscription or self.person)
