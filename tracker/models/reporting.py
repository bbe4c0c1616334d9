"""Who says what, and when: periods, obligations and returns."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, scope_of
from tracker.models.indicator import Indicator
from tracker.models.organisation import ReportingUnit, User
from tracker.models.plan import Plan


class PeriodQuerySet(models.QuerySet["Period"]):
    """Reporting periods."""

    def of(self, plan: Plan, code: str) -> "Period":
        """The plan's period by its code; DoesNotExist where there is none."""
        return self.select_related("plan__region").get(plan=plan, code=code)

    def until(self, period: "Period") -> Self:
        """The plan's periods of this kind up to and including this one: those a cumulative adds up."""
        return self.filter(plan=period.plan_id, kind=period.kind, ends_on__lte=period.ends_on)


class Period(models.Model):
    """A month, quarter or year of a plan, by its code "2020-08", "2020-Q3" or "2020"; ends in Asia/Shanghai."""

    class Kind(models.TextChoices):
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

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
        help_text=_("From this moment units may not write any more without an extension. Empty: never."),
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
        """A period has days in common with its plan: the first and the last may reach beyond it."""
        if not (self.plan_id and self.starts_on and self.ends_on):
            return
        if self.ends_on < self.plan.starts_on or self.starts_on > self.plan.ends_on:
            raise ValidationError({"code": outside_plan(self.plan, self.code)})

    @property
    def deadline(self) -> datetime:
        """The last second that is on time; `due_at` is the first moment that is late."""
        return self.due_at - timedelta(seconds=1)

    def due_for(self, extended_until: datetime | None) -> datetime:
        """The first late moment for a unit whose extension ends then, if it has one."""
        return max(self.due_at, extended_until) if extended_until else self.due_at

    def is_locked_for(self, extended_until: datetime | None, now: datetime) -> bool:
        """Whether a unit with this extension may no longer hand in; without a lock it always may."""
        if self.locks_at is None:
            return False
        return now >= (max(self.locks_at, extended_until) if extended_until else self.locks_at)


def outside_plan(plan: Plan, code: str) -> str:
    """What to tell who names a period that the plan does not have."""
    return _("%(period)s lies outside the plan, which runs from %(start)s to %(end)s.") % {
        "period": code,
        "start": plan.starts_on.isoformat(),
        "end": plan.ends_on.isoformat(),
    }


class Obligation(models.Model):
    """Which unit reports which indicator of a plan, and how often."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="obligations", verbose_name=_("action plan"))
    unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="obligations", verbose_name=_("reporting unit")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="obligations", verbose_name=_("indicator"))
    frequency = models.CharField(_("frequency"), max_length=10, choices=Period.Kind, default=Period.Kind.MONTH)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class Meta:
        verbose_name = _("obligation to report")
        verbose_name_plural = _("obligations to report")
        ordering = ["plan", "unit", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "unit", "indicator"],
                name="obligation_once",
                violation_error_message=_("This unit reports this indicator already."),
            )
        ]
        # Who owes a plan anything at all is told from the index alone.
        indexes = [models.Index(fields=["plan", "frequency", "unit"], name="obligation_who_owes")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.indicator}"


#: When a return was handed in: what was sent back for correction had been handed in before.
HANDED_IN = Case(When(loaded_from=None, then=Coalesce("first_submitted_at", "submitted_at")))


class ReturnQuerySet(models.QuerySet["Return"]):
    """Returns."""

    def visible_to(self, user: User) -> Self:
        """What this person may open: one's own units' returns, and others' once they were submitted."""
        own = scope_of(user, Capability.ENTER).as_filter("unit__region__path", "unit_id")
        others = scope_of(user, Capability.VIEW).as_filter("unit__region__path", "unit_id")
        return self.filter(own | (others & ~Q(state=Return.State.DRAFT)))

    def enterable_by(self, user: User) -> Self:
        """Those of the units this person reports for."""
        return self.filter(scope_of(user, Capability.ENTER).as_filter("unit__region__path", "unit_id"))

    def reviewable_by(self, user: User) -> Self:
        """Those of the units this person reviews, once submitted."""
        scope = scope_of(user, Capability.VERIFY).as_filter("unit__region__path", "unit_id")
        return self.filter(scope & ~Q(state=Return.State.DRAFT))

    def with_names(self) -> Self:
        """With all that a line about a return prints."""
        return self.with_deadlines().select_related("unit__region", "period__plan", "submitted_by", "verified_by")

    def for_lists(self) -> Self:
        """With what a line in a list prints and is sorted by, and nothing else: a third of the time of all fields."""
        people = (
            f"{person}__{name}" for person in ("submitted_by", "verified_by") for name in ("display_name", "username")
        )
        return (
            self.with_deadlines()
            .select_related("unit__region", "period", "submitted_by", "verified_by")
            .only(
                *(
                    "state",
                    "version",
                    "first_submitted_at",
                    "submitted_at",
                    "verified_at",
                    "review_comment",
                    "loaded_from",
                ),
                *(
                    "unit__code",
                    "unit__name",
                    "unit__name_en",
                    "unit__region__name",
                    "unit__region__name_en",
                    "unit__region__path",
                ),
                *("period__code", "period__kind", "period__starts_on", "period__due_at", "loaded_from", *people),
            )
        )

    def with_deadlines(self) -> Self:
        """With the end of each one's standing extension, and with the moment from which it is late."""
        from tracker.models.deadline import Extension

        standing = Extension.objects.standing().filter(unit=OuterRef("unit"), period=OuterRef("period"))
        until = Subquery(standing.values("until")[:1])
        due = F("period__due_at")
        return self.annotate(extended_until=until, late_from=Greatest(due, Coalesce(until, due)))

    def late(self) -> Self:
        """Those handed in after the deadline, as `Return.is_late` says it."""
        return self.with_deadlines().annotate(handed_in=HANDED_IN).filter(handed_in__gte=F("late_from"))

    def on_time(self) -> Self:
        """Those handed in by the deadline."""
        return self.with_deadlines().annotate(handed_in=HANDED_IN).filter(handed_in__lt=F("late_from"))

    def overdue(self, now: datetime) -> Self:
        """Those still owed after the deadline, as `Return.is_overdue` says it."""
        return self.with_deadlines().filter(state__in=Return.OPEN_STATES, late_from__lte=now)


class Return(models.Model):
    """One unit's report for one period."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        SENT_BACK = "sent_back", _("Sent back")
        VERIFIED = "verified", _("Verified")

    #: States in which the values are the unit's word to the ministry, not a draft of its own.
    REPORTED_STATES: ClassVar = (State.SUBMITTED, State.VERIFIED)
    #: States in which the unit may write.
    OPEN_STATES: ClassVar = (State.DRAFT, State.SENT_BACK)

    unit = models.ForeignKey(ReportingUnit, models.PROTECT, related_name="returns", verbose_name=_("reporting unit"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="returns", verbose_name=_("period"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    first_submitted_at = models.DateTimeField(_("first submitted at"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("submitted by")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("verified by")
    )
    review_comment = models.TextField(_("reviewer's comment"), blank=True, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    loaded_from = models.ForeignKey(
        "Upload", models.PROTECT, null=True, editable=False, related_name="returns", verbose_name=_("loaded from")
    )

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-period__starts_on", "unit__region__path", "unit__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"],
                name="return_unit_period_once",
                violation_error_message=_("This unit has a return for this period already."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="sent_back")
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="return_submitted_by_someone",
                violation_error_message=_("A submitted return names who submitted it and when."),
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="return_verified_by_someone",
                violation_error_message=_("A verified return names who verified it and when."),
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("submitted_by")),
                name="return_two_people",
                violation_error_message=_("Who submitted a return cannot verify it."),
            ),
        ]
        # The unit is in it, so that who handed in is told from the index alone.
        indexes = [models.Index(fields=["period", "state", "unit"], name="return_period_state_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.period}"

    @property
    def is_open(self) -> bool:
        """Whether the unit may write in it."""
        return self.state in self.OPEN_STATES

    @property
    def handed_in_at(self) -> datetime | None:
        """When it was first submitted. Correcting what was sent back makes nobody late who had been on time.

        None for what was never handed in, and for what a table of past periods brought: nobody knows when it was.
        """
        return None if self.loaded_from_id else self.first_submitted_at or self.submitted_at

    @cached_property
    def extended_until(self) -> datetime | None:
        """When the unit's standing extension ends, if it has one; lists bring it along (`with_deadlines`)."""
        from tracker.models.deadline import Extension

        standing = Extension.objects.standing().filter(unit=self.unit_id, period=self.period_id)
        return standing.values_list("until", flat=True).first()

    @property
    def due_at(self) -> datetime:
        """The first moment that is late for this unit: the period's, or the end of its extension."""
        return self.period.due_for(self.extended_until)

    @property
    def deadline(self) -> datetime:
        """The last second that is on time for this unit."""
        return self.due_at - timedelta(seconds=1)

    @property
    def is_late(self) -> bool:
        """Whether it was handed in after the deadline; the last second of the deadline is still on time."""
        return self.handed_in_at is not None and self.handed_in_at >= self.due_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is still owed and the deadline has passed."""
        return self.is_open and now >= self.due_at

    def is_locked(self, now: datetime) -> bool:
        """Whether the unit may no longer write in a draft; what was sent back is the unit's to correct, lock or not."""
        return self.state == self.State.DRAFT and self.period.is_locked_for(self.extended_until, now)
