"""Who says what, and when: periods, obligations and returns."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tracker.models.access import Capability, scope_of
from tracker.models.organisation import ReportingUnit, User
from tracker.models.period import Period

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
                *("expectation__due_at", "expectation__unit_return"),
            )
        )

    def with_deadlines(self) -> Self:
        """With what each is judged by, and with the moment from which it is late as `late_from`."""
        late_from = Coalesce("expectation__due_at", "period__due_at")
        return self.select_related("expectation").annotate(late_from=late_from)

    def late(self) -> Self:
        """Those handed in after the deadline, as `Return.is_late` says it."""
        return self.with_deadlines().annotate(handed_in=HANDED_IN).filter(handed_in__gte=F("late_from"))

    def on_time(self) -> Self:
        """Those handed in by the deadline."""
        return self.with_deadlines().annotate(handed_in=HANDED_IN).filter(handed_in__lt=F("late_from"))

    def overdue(self, now: datetime) -> Self:
        """Those still expected after the deadline, as `Return.is_overdue` says it."""
        return self.with_deadlines().filter(state__in=Return.OPEN_STATES, expectation__due_at__lte=now)


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

    @property
    def due_at(self) -> datetime:
        """The first moment that is late for this unit; the period's for a draft that is no longer expected."""
        expectation = getattr(self, "expectation", None)
        return expectation.due_at if expectation else self.period.due_at

    @property
    def deadline(self) -> datetime:
        """The last second that is on time for this unit."""
        return self.due_at - timedelta(seconds=1)

    @property
    def is_late(self) -> bool:
        """Whether it was handed in after the deadline; the last second of the deadline is still on time."""
        return self.handed_in_at is not None and self.handed_in_at >= self.due_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is still expected and the deadline has passed."""
        return self.is_open and hasattr(self, "expectation") and now >= self.due_at

    def is_locked(self, now: datetime) -> bool:
        """Whether the unit may no longer write in a draft; what was sent back is the unit's to correct, lock or not."""
        expectation = getattr(self, "expectation", None)
        locks_at = expectation.locks_at if expectation else self.period.locks_at
        return self.state == self.State.DRAFT and locks_at is not None and now >= locks_at
