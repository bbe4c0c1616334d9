"""Who says what, and when: periods, obligations and returns."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils.translation import gettext_lazy as _

from tracker.calculation.timeliness import came_late
from tracker.models.access import Capability, people_with, scope_of
from tracker.models.organisation import Region, ReportingUnit, User
from tracker.models.period import Period

#: The kind of the revisions that units write, `ValueRevision.Kind.REPORTED`.
REPORTED = "reported"
#: The lookups by which a return lies within a scope: its unit's region, its unit and its plan.
WITHIN = ("unit__region__path", "unit_id", "period__plan")


def lateness(path: str, first_late: str) -> dict[bool, Expression]:
    """Return the conditions that a return was late (True) and on time (False), as `came_late` says it.

    `path` leads to the return, as in "unit_return__"; `first_late` to the moment that is late. A return that was sent
    back keeps its first submission; one loaded from a table of past values is neither late nor on time.
    """
    submitted = Coalesce(f"{path}first_submitted_at", f"{path}submitted_at")
    handed_in = Case(When(**{f"{path}loaded_from": None}, then=submitted))
    return {True: GreaterThanOrEqual(handed_in, F(first_late)), False: LessThan(handed_in, F(first_late))}


class ReturnQuerySet(models.QuerySet["Return"]):
    """Returns."""

    def visible_to(self, user: User) -> Self:
        """Return what this person may open: one's own units' returns, and others' once they were submitted."""
        own = scope_of(user, Capability.ENTER).as_filter(*WITHIN)
        others = scope_of(user, Capability.VIEW).as_filter(*WITHIN)
        return self.filter(own | (others & ~Q(state=Return.State.DRAFT)))

    def enterable_by(self, user: User) -> Self:
        """Return those of the units this person reports for."""
        return self.filter(scope_of(user, Capability.ENTER).as_filter(*WITHIN))

    def reviewable_by(self, user: User) -> Self:
        """Return those that are this person's to review at the level they stand at, as `Return.is_reviewed_by`
        says it.
        """
        scope = scope_of(user, Capability.VERIFY)
        of_plan = scope.as_filter("period__plan__region__path", plan_field="period__plan")
        at_plan = Q(checking_region=None) & of_plan & scope.as_filter(*WITHIN)
        below = scope.at_filter("checking_region__path", "period__plan")
        return self.filter((at_plan | below) & ~Q(state=Return.State.DRAFT))

    def written_by(self, user: User) -> Self:
        """Return those that this person typed or submitted, as `Return.is_written_by` says it."""
        typed = Return.objects.filter(entries__revisions__actor=user, entries__revisions__kind=REPORTED)
        of_projects = Return.objects.filter(project_reports__revisions__actor=user)
        return self.filter(
            Q(submitted_by=user)
            | Q(pk__in=typed.order_by().values("pk"))
            | Q(pk__in=of_projects.order_by().values("pk"))
        )

    def waiting_for(self, user: User) -> Self:
        """Return those that were submitted, wait at this person's level, and were written by somebody else."""
        waiting = self.reviewable_by(user).filter(state=Return.State.SUBMITTED)
        return waiting.exclude(pk__in=Return.objects.written_by(user).order_by().values("pk"))

    def waiting_at(self, level: str) -> Self:
        """Return those that were submitted and wait for a region of this level."""
        of_plan = Q(checking_region=None, period__plan__region__level=level)
        return self.filter(of_plan | Q(checking_region__level=level), state=Return.State.SUBMITTED)

    def with_names(self) -> Self:
        """With all that a line about a return prints."""
        return self.with_deadlines().select_related(
            "unit__region", "period__plan__region", "checking_region", "submitted_by", "verified_by"
        )

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
                *(f"period__{name}" for name in ("code", "kind", "starts_on", "due_at", "plan")),
                *("loaded_from", *people),
                *("expectation__due_at", "expectation__unit_return"),
            )
        )

    def with_deadlines(self) -> Self:
        """With what each is judged by, and with the moment from which it is late as `late_from`."""
        late_from = Coalesce("expectation__due_at", "period__due_at")
        return self.select_related("expectation").annotate(late_from=late_from)

    def late(self) -> Self:
        """Return those handed in after the deadline, as `Return.is_late` says it."""
        return self.with_deadlines().filter(lateness("", "late_from")[True])

    def on_time(self) -> Self:
        """Return those handed in by the deadline."""
        return self.with_deadlines().filter(lateness("", "late_from")[False])

    def overdue(self, now: datetime) -> Self:
        """Return those still expected after the deadline, as `Return.is_overdue` says it."""
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
    checking_region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("checked by"),
        help_text=_("The region whose reviewers check it; empty for the region of the plan."),
    )
    looked_at = models.DateTimeField(_("first opened by a reviewer"), null=True, editable=False)
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
    def reviewing_region(self) -> Region:
        """The region whose reviewers check it now, or checked it last."""
        return self.checking_region or self.period.plan.region

    def is_within(self, user: User, capability: Capability) -> bool:
        """Return True if the person has the capability for its unit in its plan."""
        return scope_of(user, capability, plan_id=self.period.plan_id).covers_unit(self.unit)

    def is_written_by(self, user: User) -> bool:
        """Return True if the person submitted it or typed a value of it: they do not check it."""
        if self.submitted_by_id == user.pk:
            return True
        if self.entries.filter(revisions__actor=user, revisions__kind=REPORTED).exists():
            return True
        return self.project_reports.filter(revisions__actor=user).exists()

    def is_reviewed_by(self, user: User) -> bool:
        """Return True if it is this person's to review at the level it stands at.

        The plan's own level is reviewed by the plan's region or one above it; a lower level by its region alone.
        """
        scope = scope_of(user, Capability.VERIFY, plan_id=self.period.plan_id)
        if self.checking_region is not None:
            return scope.is_held_at(self.checking_region)
        return scope.covers_region(self.period.plan.region) and scope.covers_unit(self.unit)

    def reviewers(self) -> models.QuerySet[User]:
        """Return the people who review it at the level it stands at."""
        region, plan_id = self.checking_region, self.period.plan_id
        if region is not None:
            return people_with(Capability.VERIFY, within=region, plan_id=plan_id, only_there=True)
        return people_with(Capability.VERIFY, within=self.period.plan.region, plan_id=plan_id)

    @property
    def is_open(self) -> bool:
        """Return True if the unit may write in it."""
        return self.state in self.OPEN_STATES

    @property
    def handed_in_at(self) -> datetime | None:
        """Return when it was first submitted. Correcting what was sent back makes nobody late who had been on time.

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
        """Return True if it was handed in after the deadline; the last second of the deadline is still on time."""
        return came_late(self.handed_in_at, self.due_at)

    def is_overdue(self, now: datetime) -> bool:
        """Return True if it is still expected and the deadline has passed."""
        return self.is_open and hasattr(self, "expectation") and now >= self.due_at

    def is_locked(self, now: datetime) -> bool:
        """Return True if the unit may no longer write in a draft; what was sent back is the unit's to correct,
        lock or not.
        """
        expectation = getattr(self, "expectation", None)
        locks_at = expectation.locks_at if expectation else self.period.locks_at
        return self.state == self.State.DRAFT and locks_at is not None and now >= locks_at
