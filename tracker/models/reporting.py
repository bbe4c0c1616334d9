"""What was said: periods, returns, entries, and every value that ever stood in one."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.calculation.cells import CellState
from tracker.models.access import Capability, scope_of
from tracker.models.indicator import Indicator, MeasureUnit
from tracker.models.organisation import ReportingUnit, User
from tracker.models.plan import Plan
from tracker.models.quantity import QuantityField


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
        """A period lies within its plan."""
        if not (self.plan_id and self.starts_on and self.ends_on):
            return
        if self.starts_on < self.plan.starts_on or self.ends_on > self.plan.ends_on:
            raise ValidationError({"code": outside_plan(self.plan, self.code)})

    @property
    def deadline(self) -> datetime:
        """The last second that is on time; `due_at` is the first moment that is late."""
        return self.due_at - timedelta(seconds=1)


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

    def __str__(self) -> str:
        return f"{self.unit} · {self.indicator}"


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
        return self.select_related("unit__region", "period__plan", "submitted_by", "verified_by")


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
        indexes = [models.Index(fields=["period", "state"], name="return_period_state")]

    def __str__(self) -> str:
        return f"{self.unit} {self.period}"

    @property
    def is_open(self) -> bool:
        """Whether the unit may write in it."""
        return self.state in self.OPEN_STATES

    @property
    def is_late(self) -> bool:
        """Whether it was submitted after the deadline; the last second of the deadline is still on time."""
        return self.submitted_at is not None and self.submitted_at >= self.period.due_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is still owed and the deadline has passed."""
        return self.is_open and now >= self.period.due_at


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries."""

    def reported(self) -> Self:
        """Those that a unit has said and stands by, not drafts."""
        return self.filter(unit_return__state__in=Return.REPORTED_STATES)

    def with_names(self) -> Self:
        """With all that a ledger line prints."""
        return self.select_related(
            "indicator__unit",
            "unit_return__unit__region",
            "unit_return__period",
            "unit_return__submitted_by",
            "unit_return__verified_by",
            "verified_revision",
        )


class Entry(models.Model):
    """The cell of one indicator in one return, as it stands now. None is missing; 0 is an explicit zero."""

    unit_return = models.ForeignKey(Return, models.CASCADE, related_name="entries", verbose_name=_("return"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="entries", verbose_name=_("indicator"))
    reported_value = QuantityField(_("reported value"), null=True, blank=True)
    reported_revision = models.ForeignKey("ValueRevision", models.PROTECT, null=True, related_name="+", editable=False)
    verified_value = QuantityField(_("verified value"), null=True, blank=True)
    verified_revision = models.ForeignKey("ValueRevision", models.PROTECT, null=True, related_name="+", editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["unit_return", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit_return", "indicator"],
                name="entry_indicator_once",
                violation_error_message=_("This return has an entry for this indicator already."),
            ),
            models.CheckConstraint(
                condition=Q(verified_value=None) | Q(verified_revision__isnull=False),
                name="entry_verified_by_revision",
                violation_error_message=_("A verified value rests on a revision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_return} · {self.indicator}"

    @property
    def state(self) -> CellState:
        """Whether the cell is reported, a confirmed zero, or missing."""
        return CellState.of(self.reported_value)


class ValueRevisionQuerySet(models.QuerySet["ValueRevision"]):
    """Revisions of values."""

    def standing(self) -> Self:
        """The verified ones that stand in their cells now: those that count."""
        return self.filter(pk=F("entry__verified_revision"), value__isnull=False)

    def with_names(self) -> Self:
        """With all that a ledger line prints."""
        return self.select_related(
            "actor",
            "saw",
            "entry__indicator__unit",
            "entry__unit_return__unit__region",
            "entry__unit_return__period",
            "entry__unit_return__submitted_by",
        )


class ValueRevision(models.Model):
    """One value that stood in a cell: who, when, from where, why. Rows are added, never changed or removed.

    A *reported* revision is the unit's word, a *verified* one the reviewer's; the latter names the reported
    revision that the reviewer saw. A value of None withdraws: the cell was emptied, or the verification undone.
    """

    class Kind(models.TextChoices):
        REPORTED = "reported", _("Reported")
        VERIFIED = "verified", _("Verified")

    class Source(models.TextChoices):
        FORM = "form", _("Form")
        WORKBOOK = "workbook", _("Workbook")
        GENERATED = "generated", _("Generated for demonstration")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="revisions", verbose_name=_("entry"))
    number = models.PositiveIntegerField(_("revision"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    value = QuantityField(_("value"), null=True)
    entered_text = models.CharField(_("as entered"), max_length=100, blank=True)
    entered_unit = models.ForeignKey(
        MeasureUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit entered in")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    source_place = models.CharField(_("place in the source"), max_length=200, blank=True)
    saw = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("revision seen"))
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"), db_index=True)

    objects = ValueRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("value revision")
        verbose_name_plural = _("value revisions")
        ordering = ["entry", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="valuerevision_number_once"),
            models.CheckConstraint(
                condition=Q(kind="reported", saw=None) | Q(kind="verified", saw__isnull=False),
                name="valuerevision_saw",
                violation_error_message=_("A verified revision names the reported one that was seen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} r{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; changing one is refused here as by the database."""
        if self.pk is not None:
            raise TypeError("A value revision is never changed; add another.")
        super().save(*args, **kwargs)
