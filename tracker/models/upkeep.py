"""State of the periodic work: what failed and waits for its next attempt, and the time that was last accepted."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.organisation import User


class UpkeepFailureQuerySet(models.QuerySet["UpkeepFailure"]):
    """Steps and rows that failed."""

    def put_off(self, now: datetime) -> Self:
        """Return those whose next attempt is not due yet."""
        return self.filter(next_attempt_at__gt=now)


class UpkeepFailure(models.Model):
    """A step of the periodic work, or one row of a step, that failed and is tried again later."""

    step = models.CharField(_("step"), max_length=40)
    row = models.CharField(_("row"), max_length=40, blank=True)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    error = models.CharField(_("error"), max_length=300)
    first_failed_at = models.DateTimeField(_("first failed at"))
    last_failed_at = models.DateTimeField(_("last failed at"))
    next_attempt_at = models.DateTimeField(_("next attempt at"))

    objects = UpkeepFailureQuerySet.as_manager()

    class Meta:
        verbose_name = _("failure of periodic work")
        verbose_name_plural = _("failures of periodic work")
        ordering = ["step", "row"]
        constraints = [models.UniqueConstraint(fields=["step", "row"], name="upkeepfailure_once")]

    def __str__(self) -> str:
        return f"{self.step} {self.row}".strip()


class ClockState(models.Model):
    """The one row about time: the last that was accepted, and a jump that waits for a person to confirm it."""

    last_good_at = models.DateTimeField(_("last accepted time"))
    #: Seconds by which the database's clock may be ahead of ours: a difference that a person confirmed.
    accepted_offset = models.IntegerField(default=0)
    jumped_to = models.DateTimeField(_("time of the jump"), null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("state of the clock")
        verbose_name_plural = _("states of the clock")

    def __str__(self) -> str:
        return f"{self.last_good_at:%Y-%m-%d %H:%M}"
