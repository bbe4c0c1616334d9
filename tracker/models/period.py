"""Reporting periods, and the obligations of units to report for them."""

from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.calculation.period_kinds import PeriodKind
from tracker.models.indicator import Indicator
from tracker.models.organisation import ReportingUnit
from tracker.models.plan import Plan


def by_plans_clocks(lookup: str, now: datetime, period: str = "") -> Q:
    """Return the condition that a period's day stands in a relation to today, by the clocks of its plan.

    `lookup` is "starts_on__lte" or "ends_on__lt"; `period` leads to the period, as in "period__".
    """
    zones = Plan.objects.order_by().values_list("time_zone", flat=True).distinct()
    days = {zone: now.astimezone(ZoneInfo(zone)).date() for zone in zones}
    if len(set(days.values())) == 1:
        return Q(**{f"{period}{lookup}": next(iter(days.values()))})
    condition = Q(pk__in=())
    for zone, day in days.items():
        condition |= Q(**{f"{period}plan__time_zone": zone, f"{period}{lookup}": day})
    return condition


class PeriodQuerySet(models.QuerySet["Period"]):
    """Reporting periods."""

    def of(self, plan: Plan, code: str) -> "Period":
        """Return the plan's period by its code; raise DoesNotExist if there is none."""
        return self.select_related("plan__region").get(plan=plan, code=code)

    def until(self, period: "Period") -> Self:
        """Return the plan's periods of this kind up to and including this one: those a cumulative adds up."""
        return self.filter(plan=period.plan_id, kind=period.kind, ends_on__lte=period.ends_on)

    def begun(self, now: datetime) -> Self:
        """Return those that have begun by the clocks of their plans."""
        return self.filter(by_plans_clocks("starts_on__lte", now))


class Period(models.Model):
    """A period of a plan by its code ("2020-08", "2020-Q3", "FY2026-Q1"); it ends in the plan's time zone."""

    class Kind(models.TextChoices):
        WEEK = PeriodKind.WEEK.value, _("Week")
        TEN_DAYS = PeriodKind.TEN_DAYS.value, _("Ten days")
        MONTH = PeriodKind.MONTH.value, _("Month")
        QUARTER = PeriodKind.QUARTER.value, _("Quarter")
        HALF_YEAR = PeriodKind.HALF_YEAR.value, _("Half-year")
        YEAR = PeriodKind.YEAR.value, _("Year")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="periods", verbose_name=_("action plan"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MONTH)
    code = models.CharField(_("period"), max_length=10)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    due_at = models.DateTimeField(_("due at"))
    locks_at = models.DateTimeField(
        _("locked from"),
        null=True,
        blank=True,
        help_text=_("From this time units need an extension to enter data. Empty: never locked."),
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["plan", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                name="period_code_once",
                violation_error_message=_("The plan has this period already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="period_ends_after_start",
                violation_error_message=_("The period must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Require the period to share days with its plan: its first and last day may lie outside the plan."""
        if not (self.plan_id and self.starts_on and self.ends_on):
            return
        if self.ends_on < self.plan.starts_on or self.starts_on > self.plan.ends_on:
            raise ValidationError({"code": outside_plan(self.plan, self.code)})

    def has_begun(self, now: datetime) -> bool:
        """Return True if its first day has begun by the clocks of its plan."""
        return self.starts_on <= self.plan.day_of(now)

    @property
    def last_day_on_time(self) -> date:
        """The day of the deadline by the clocks of its plan."""
        return self.plan.day_of(self.deadline)

    @property
    def deadline(self) -> datetime:
        """The last second that is on time; `due_at` is the first moment that is late."""
        return self.due_at - timedelta(seconds=1)


def outside_plan(plan: Plan, code: str) -> str:
    """Return what to tell who names a period that the plan does not have."""
    return _("%(period)s lies outside the plan, which runs from %(start)s to %(end)s.") % {
        "period": code,
        "start": plan.starts_on.isoformat(),
        "end": plan.ends_on.isoformat(),
    }


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Obligations to report."""

    def covering(self, period: Period) -> Self:
        """Return those in force in a period, of whichever frequency."""
        begun = Q(begins=None) | Q(begins__lte=period.ends_on)
        return self.filter(begun, Q(ends=None) | Q(ends__gte=period.starts_on), plan=period.plan_id)


class Obligation(models.Model):
    """A unit's duty to report an indicator of a plan, by frequency, from a period on and until a period.

    The periods in which `begins` and `ends` fall belong to it. Without them it runs from the plan's first period and
    has no end. `tracker.services.returns.expected` keeps the rows of expected returns that follow from it.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="obligations", verbose_name=_("action plan"))
    unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="obligations", verbose_name=_("reporting unit")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="obligations", verbose_name=_("indicator"))
    frequency = models.CharField(_("frequency"), max_length=10, choices=Period.Kind, default=Period.Kind.MONTH)
    begins = models.DateField(
        _("begins"),
        null=True,
        blank=True,
        help_text=_("The first period reported is the one this day falls in. For the whole plan: its first day."),
    )
    ends = models.DateField(
        _("ends"),
        null=True,
        blank=True,
        help_text=_("The last period reported is the one this day falls in. Empty: it has no end."),
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting obligation")
        verbose_name_plural = _("obligations to report")
        ordering = ["plan", "unit", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "unit", "indicator"],
                name="obligation_once",
                violation_error_message=_("This unit already reports this indicator."),
            ),
            models.CheckConstraint(
                condition=Q(begins=None) | Q(ends=None) | Q(ends__gte=F("begins")),
                name="obligation_ends_after_start",
                violation_error_message=_("The obligation must end on or after the day it begins."),
            ),
        ]
        # Who owes a plan anything at all is told from the index alone.
        indexes = [models.Index(fields=["plan", "frequency", "unit"], name="obligation_who_owes")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.indicator}"

    def clean(self) -> None:
        """Raise ValidationError at the field where the dates contradict each other or lie outside the plan."""
        if not self.plan_id:
            return
        if self.begins and self.ends and self.ends < self.begins:
            raise ValidationError({"ends": _("The obligation must end on or after the day it begins.")})
        for name, day in (("begins", self.begins), ("ends", self.ends)):
            if day and not self.plan.starts_on <= day <= self.plan.ends_on:
                raise ValidationError({name: outside_plan(self.plan, day.isoformat())})
