"""Rights of the three administrators that a superuser takes for a limited time, with a second person's agreement."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.organisation import User

#: A request that nobody agreed to within this time has lapsed.
ASKED_FOR = timedelta(hours=1)
#: The longest time for which the rights are given.
MOST_HOURS = 8
LONGEST_REASON = 300


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    """Requests for emergency access and what became of them."""

    def current(self, now: datetime) -> Self:
        """Return those that give rights now."""
        return self.filter(agreed_at__lte=now, ends_at__gt=now, ended_at=None)

    def waiting(self, now: datetime) -> Self:
        """Return requests that a security administrator may agree to."""
        return self.filter(agreed_at=None, ended_at=None, asked_at__gt=now - ASKED_FOR)

    def run_out(self, now: datetime) -> Self:
        """Return those whose time is over and whose end is not noted yet."""
        return self.filter(ends_at__lte=now, ended_at=None)


class EmergencyAccess(models.Model):
    """A superuser's request for the rights that three administrators keep apart, its agreement and its end."""

    user = models.ForeignKey(User, models.PROTECT, related_name="emergency_accesses", verbose_name=_("asked for by"))
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    hours = models.PositiveSmallIntegerField(_("hours"))
    asked_at = models.DateTimeField(_("asked for at"))
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("agreed by"))
    agreed_at = models.DateTimeField(_("agreed at"), null=True)
    ends_at = models.DateTimeField(_("ends at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None, ends_at=None)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False, ends_at__isnull=False),
                name="emergencyaccess_agreed_as_whole",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=models.F("user")), name="emergencyaccess_two_people"
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=1, hours__lte=8) & ~Q(reason=""), name="emergencyaccess_limited"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.asked_at:%Y-%m-%d %H:%M}"
