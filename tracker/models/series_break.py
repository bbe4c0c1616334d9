"""Breaks in series: from a period on, values are counted otherwise than before."""

from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.models.indicator import Indicator
from tracker.models.organisation import Region
from tracker.models.period import Period
from tracker.models.plan import Plan


class SeriesBreakQuerySet(models.QuerySet["SeriesBreak"]):
    """Breaks in series."""

    def known_at(self, moment: datetime | None) -> Self:
        """Return those that had been recorded by a moment; None is now."""
        return self if moment is None else self.filter(recorded_at__lte=moment)


class SeriesBreak(models.Model):
    """A break in the series of an indicator, in a region and all within it, or in the whole plan.

    `period` is the first one whose values are no longer comparable with those before.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="series_breaks", verbose_name=_("action plan"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="series_breaks", verbose_name=_("indicator"))
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="series_breaks",
        verbose_name=_("region"),
        help_text=_("Only where the break concerns one region. Empty: the whole plan."),
    )
    period = models.ForeignKey(
        Period,
        models.CASCADE,
        related_name="series_breaks",
        verbose_name=_("first period of the new series"),
        help_text=_("From this period on values are not comparable with those before."),
    )
    reason = models.CharField(
        _("reason"), max_length=300, help_text=_("Such as: from July on, units above 20 million yuan alone report.")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    objects = SeriesBreakQuerySet.as_manager()

    class Meta:
        verbose_name = _("break in a series")
        verbose_name_plural = _("breaks in series")
        ordering = ["plan", "indicator", "period__starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "indicator", "region", "period"],
                name="seriesbreak_once",
                violation_error_message=_("This break is marked already."),
            ),
            models.UniqueConstraint(
                fields=["plan", "indicator", "period"],
                condition=models.Q(region=None),
                name="seriesbreak_once_in_plan",
                violation_error_message=_("This break is marked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.period.code}"

    def clean(self) -> None:
        """Refuse a period of another plan, and a region outside the plan."""
        super().clean()
        if self.plan_id and self.period_id and self.period.plan_id != self.plan_id:
            raise ValidationError({"period": _("Choose a period of this plan.")})
        region = self.region
        if self.plan_id and region is not None and not region.path.startswith(self.plan.region.path):
            raise ValidationError({"region": _("Choose a region within the plan.")})
