"""The year, the time zone, the calendar and the deadlines of a plan."""

import zoneinfo
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.calculation.deadlines import DeadlineBasis, DeadlineRule, default_rule
from tracker.calculation.period_kinds import PeriodKind, Span, spans_between

DEFAULT_ZONE = "Asia/Shanghai"
CHINA = "CN"
NO_HOLIDAYS = "none"
#: The most days or working days after the end of a period at which a deadline may lie.
LATEST_DEADLINE = 180
BASIS_CHOICES = [
    (DeadlineBasis.DAY_OF_NEXT_MONTH.value, _("on a day of the next month")),
    (DeadlineBasis.DAYS_AFTER.value, _("days after the end")),
    (DeadlineBasis.WORKING_DAYS_AFTER.value, _("working days after the end")),
]
BOUNDS = {
    DeadlineBasis.DAY_OF_NEXT_MONTH: (1, 28),
    DeadlineBasis.DAYS_AFTER: (1, LATEST_DEADLINE),
    DeadlineBasis.WORKING_DAYS_AFTER: (1, LATEST_DEADLINE),
}


def check_time_zone(name: str) -> None:
    """Raise ValidationError if a name is no time zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone. Write it as Asia/Shanghai or America/Los_Angeles."), params={"name": name}
        )


def check_calendar(code: str) -> None:
    """Raise ValidationError unless a code is CN, "none", or a country (with a part of it) whose holidays are known."""
    if code in (CHINA, NO_HOLIDAYS):
        return
    country, _dash, part = code.partition("-")
    parts = holidays.list_supported_countries(include_aliases=False).get(country)
    if parts is None or (part and part not in parts):
        raise ValidationError(
            _("“%(code)s” is no calendar. Write CN, a country as US, a part of it as US-CA, or none."),
            params={"code": code},
        )


def check_deadlines(deadlines: Any) -> None:
    """Raise ValidationError unless deadlines give, for kinds of periods, a basis and a number within its bounds."""
    if not isinstance(deadlines, dict):
        raise ValidationError(_("Deadlines are a rule for each kind of period."))
    for kind, rule in deadlines.items():
        if kind not in list(PeriodKind):
            raise ValidationError(_("“%(kind)s” is no kind of period."), params={"kind": kind})
        check_deadline_rule(rule)


def check_deadline_rule(rule: Any) -> None:
    """Raise ValidationError unless a rule is a known basis with a number within its bounds."""
    basis = rule.get("basis") if isinstance(rule, dict) else None
    if basis not in list(DeadlineBasis) or rule.keys() != {"basis", "number"}:
        raise ValidationError(_("A rule for a deadline has a basis (next_month, days or working_days) and a number."))
    least, most = BOUNDS[DeadlineBasis(basis)]
    number = rule["number"]
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise ValidationError(
            _("The number of a deadline's rule lies from %(least)s to %(most)s."), params={"least": least, "most": most}
        )


class PlanCalendar(models.Model):
    """The calendar part of a plan: the first month of its year, its time zone, its holidays, its deadlines."""

    fiscal_year_starts = models.PositiveSmallIntegerField(
        _("first month of the year"),
        default=1,
        blank=True,
        help_text=_("1 for January. A year that begins later is named after the year in which it ends: FY2026."),
    )
    joins_january_february = models.BooleanField(
        _("January and February are one period"),
        default=False,
        help_text=_(
            "Monthly returns are due for 1—2月 together, as national statistics are published; the year has 11 "
            "periods. Fixed once the plan's periods are open."
        ),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        default=DEFAULT_ZONE,
        blank=True,
        help_text=_("Periods end and deadlines lie at midnight of this time zone, as in America/Los_Angeles."),
    )
    calendar = models.CharField(
        _("calendar of working days"),
        max_length=10,
        default=CHINA,
        blank=True,
        help_text=_("CN, another country as US, a part of it as US-CA, or none for weekends only."),
    )
    deadline_day = models.PositiveSmallIntegerField(
        _("deadline: day of the next month"), default=5, help_text=_("Returns are due at 23:59:59 of this day.")
    )
    deadline_on_working_day = models.BooleanField(
        _("deadline on a working day"),
        default=True,
        help_text=_("A deadline on a weekend or a public holiday moves to the next working day."),
    )
    deadlines = models.JSONField(_("deadlines of single kinds of periods"), default=dict, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline_day__gte=1, deadline_day__lte=28),
                name="plan_deadline_day",
                violation_error_message=_("The deadline must be a day from 1 to 28."),
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year_starts__gte=1, fiscal_year_starts__lte=12),
                name="plan_fiscal_year_starts",
                violation_error_message=_("The year begins in a month from 1 to 12."),
            ),
        ]

    def clean(self) -> None:
        """Fill in what was left empty. Raise ValidationError for what is no time zone, calendar or rule."""
        super().clean()
        self.time_zone = self.time_zone or DEFAULT_ZONE
        self.calendar = self.calendar or CHINA
        self.fiscal_year_starts = self.fiscal_year_starts or 1
        mistakes = {}
        for name, check in (
            ("time_zone", check_time_zone),
            ("calendar", check_calendar),
            ("deadlines", check_deadlines),
        ):
            try:
                check(getattr(self, name))
            except ValidationError as error:
                mistakes[name] = error
        if mistakes:
            raise ValidationError(mistakes)

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone)

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment by the plan's clocks: today, if the moment is now."""
        return moment.astimezone(self.zone).date()

    def spans(self, kind: str, first_day: date, last_day: date) -> list[Span]:
        """Return the periods of a kind that these days touch, by the plan's own year."""
        return spans_between(
            PeriodKind(kind), first_day, last_day, self.fiscal_year_starts, joins_months=self.joins_january_february
        )

    def deadline_rule(self, kind: str) -> DeadlineRule:
        """Return the rule for a kind of period: its own, or the one that follows from the day of the next month."""
        own = self.deadlines.get(kind)
        if own is None:
            return default_rule(PeriodKind(kind), self.deadline_day, moves=self.deadline_on_working_day)
        return DeadlineRule(DeadlineBasis(own["basis"]), own["number"], self.deadline_on_working_day)
