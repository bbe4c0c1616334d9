"""More time for one unit: an extension moves its deadline and its lock, and ends by itself."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.models.organisation import ReportingUnit, User
from tracker.models.period import Period


class ExtensionQuerySet(models.QuerySet["Extension"]):
    """Extensions."""

    def standing(self) -> Self:
        """Return those that were not withdrawn; whether one has ended its own `until` says."""
        return self.filter(withdrawn_at=None)

    def running(self, now: datetime) -> Self:
        """Return those that give more time now."""
        return self.standing().filter(until__gt=now)


class Extension(models.Model):
    """One unit's later deadline for one period: returned before `until`, its return is on time and not locked."""

    unit = models.ForeignKey(ReportingUnit, models.PROTECT, related_name="extensions", verbose_name=_("reporting unit"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="extensions", verbose_name=_("period"))
    until = models.DateTimeField(_("late from"))
    reason = models.CharField(_("reason"), max_length=500)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("granted by"))
    granted_at = models.DateTimeField(_("granted at"))
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"],
                condition=Q(withdrawn_at=None),
                name="extension_one_standing",
                violation_error_message=_("This unit has an extension for this period already; withdraw it first."),
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("granted_at")),
                name="extension_lies_ahead",
                violation_error_message=_("An extension must end after it was granted."),
            ),
        ]

    @property
    def deadline(self) -> datetime:
        """The last second that is on time; `until` is the first moment that is late."""
        return self.until - timedelta(seconds=1)

    def __str__(self) -> str:
        return f"{self.unit} {self.period}"
