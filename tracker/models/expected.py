"""Expected returns: a row for each return that a unit is to submit, with what it is judged by, and its cells."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from tracker.calculation.timeliness import Filing, came_late, filing_of
from tracker.models.access import Capability, scope_of
from tracker.models.earlier import lay_within
from tracker.models.indicator import Indicator
from tracker.models.organisation import Region, ReportingUnit, User
from tracker.models.period import Period, by_plans_clocks
from tracker.models.plan import Plan
from tracker.models.reporting import Return, lateness


class ExpectedReturnQuerySet(models.QuerySet["ExpectedReturn"]):
    """Expected returns."""

    def of(self, plan: Plan) -> Self:
        """Return those for any period of a plan."""
        return self.filter(period__plan=plan)

    def within(self, region: Region) -> Self:
        """Return those of a region and of the regions below it."""
        return self.filter(region__path__startswith=region.path)

    def within_at(self, region: Region, period: Period) -> Self:
        """Return those of regions that lay within a region at the end of a period."""
        return self.filter(lay_within(region, period.ends_on))

    def enterable_by(self, user: User) -> Self:
        """Return those of the units that this person reports for."""
        return self.within_scope(user, Capability.ENTER)

    def within_scope(self, user: User, *capabilities: Capability) -> Self:
        """Return those of units over which a person has any of these capabilities."""
        reached = Q(pk__in=())
        for capability in capabilities:
            reached |= scope_of(user, capability).as_filter("region__path", "unit_id", "period__plan")
        return self.filter(reached)

    def begun(self, now: datetime) -> Self:
        """Return those whose period has begun by the clocks of its plan."""
        return self.filter(by_plans_clocks("starts_on__lte", now, "period__"))

    def ended(self, now: datetime) -> Self:
        """Return those whose period is over by the clocks of its plan."""
        return self.filter(by_plans_clocks("ends_on__lt", now, "period__"))

    def not_started(self) -> Self:
        """Return those for which no return is opened yet."""
        return self.filter(unit_return=None)

    def outstanding(self) -> Self:
        """Return those not submitted, or sent back and not submitted again."""
        return self.filter(Q(unit_return=None) | Q(unit_return__state__in=Return.OPEN_STATES))

    def overdue(self, now: datetime) -> Self:
        """Return the outstanding ones whose deadline has passed."""
        return self.outstanding().filter(due_at__lte=now)

    def late(self) -> Self:
        """Return those submitted at first after their deadline."""
        return self.filter(lateness("unit_return__", "due_at")[True])

    def with_filing(self, now: datetime) -> Self:
        """Annotate what has become of each by `now` as `became`, as `ExpectedReturn.filing` says it."""
        is_filed = Q(unit_return__state__in=Return.REPORTED_STATES)
        submitted = Q(unit_return__first_submitted_at__isnull=False) | Q(unit_return__submitted_at__isnull=False)
        was_handed_in = Q(unit_return__loaded_from=None) & submitted
        became = Case(
            When(is_filed & ~was_handed_in, then=Value(Filing.UNDATED.value)),
            When(is_filed & Q(lateness("unit_return__", "due_at")[True]), then=Value(Filing.LATE.value)),
            When(is_filed, then=Value(Filing.ON_TIME.value)),
            When(due_at__gt=now, then=Value(Filing.NOT_DUE.value)),
            When(was_handed_in, then=Value(Filing.SENT_BACK.value)),
            default=Value(Filing.MISSING.value),
        )
        return self.annotate(became=became)

    def with_names(self) -> Self:
        """Select what a line about an expected return prints."""
        return self.select_related("unit__region", "period__plan__region", "unit_return")


class ExpectedReturn(models.Model):
    """A return that a unit is to submit for a period.

    `due_at` and `locks_at` are the period's, or the unit's extension where that ends later. A return that was
    submitted stays expected when its obligations are withdrawn: it has no cells then.
    """

    unit = models.ForeignKey(
        ReportingUnit, models.CASCADE, related_name="expected_returns", verbose_name=_("reporting unit")
    )
    period = models.ForeignKey(Period, models.CASCADE, related_name="expected_returns", verbose_name=_("period"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    due_at = models.DateTimeField(_("due at"))
    locks_at = models.DateTimeField(_("locked from"), null=True)
    unit_return = models.OneToOneField(
        Return, models.SET_NULL, null=True, related_name="expectation", verbose_name=_("return")
    )

    objects = ExpectedReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("expected return")
        verbose_name_plural = _("expected returns")
        ordering = ["due_at", "unit"]
        constraints = [models.UniqueConstraint(fields=["unit", "period"], name="expectedreturn_once")]
        indexes = [
            models.Index(fields=["period", "region"], name="expectedreturn_coverage"),
            models.Index(fields=["due_at", "unit"], name="expectedreturn_due"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.period}"

    @property
    def deadline(self) -> datetime:
        """Return the last second that is on time; `due_at` is the first moment that is late."""
        return self.due_at - timedelta(seconds=1)

    @property
    def is_extended(self) -> bool:
        """Return True if the unit has more time than the period gives."""
        return self.due_at > self.period.due_at

    @property
    def state(self) -> str:
        """Return the state of its return as others see it: a draft is not told apart from nothing."""
        return self.unit_return.state if self.unit_return else Return.State.DRAFT

    @property
    def is_submitted(self) -> bool:
        """Return True if its return is submitted or verified."""
        return self.unit_return is not None and not self.unit_return.is_open

    @property
    def first_submitted_at(self) -> datetime | None:
        """Return the time of the first submission, by which lateness is judged. None for loaded history."""
        return self.unit_return.handed_in_at if self.unit_return else None

    @property
    def is_late(self) -> bool:
        """Return True if the first submission came after the deadline. Loaded history is never late."""
        return came_late(self.first_submitted_at, self.due_at)

    def is_overdue(self, now: datetime) -> bool:
        """Return True if the deadline has passed and the return is not submitted."""
        return not self.is_submitted and now >= self.due_at

    def is_locked(self, now: datetime) -> bool:
        """Return True if the unit cannot write without an extension. What was sent back is the unit's to correct."""
        return self.state == Return.State.DRAFT and self.locks_at is not None and now >= self.locks_at

    def filing(self, now: datetime) -> Filing:
        """Return what has become of it by `now`."""
        return filing_of(first_late=self.due_at, handed_in=self.first_submitted_at, is_filed=self.is_submitted, now=now)


class ExpectedCell(models.Model):
    """An indicator that an expected return is to have."""

    expected_return = models.ForeignKey(ExpectedReturn, models.CASCADE, related_name="cells", db_index=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", verbose_name=_("indicator"))

    class Meta:
        verbose_name = _("expected value")
        verbose_name_plural = _("expected values")
        constraints = [models.UniqueConstraint(fields=["expected_return", "indicator"], name="expectedcell_once")]

    def __str__(self) -> str:
        return f"{self.expected_return_id} {self.indicator_id}"
