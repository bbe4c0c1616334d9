"""Bounds that a figure must pass before a subscription's mail goes out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.indicator import Indicator
from tracker.models.subscription import Subscription


class MailThreshold(models.Model):
    """A bound for one indicator: a subscription with thresholds sends only while at least one of them is passed."""

    class Measure(models.TextChoices):
        COMPLETION = "completion", _("completion rate below, in %")
        GAP = "gap", _("gap to the schedule below, in points")
        LEVEL = "level", _("warning level at or worse than (1 is the worst)")

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="thresholds", verbose_name=_("subscription")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    measure = models.CharField(_("measure"), max_length=12, choices=Measure, default=Measure.LEVEL)
    bound = models.DecimalField(_("bound"), max_digits=9, decimal_places=2)
    with_places = models.BooleanField(_("each place below as well"), default=False)

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        ordering = ["subscription", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "indicator", "measure"],
                name="mailthreshold_once",
                violation_error_message=_("This indicator has a bound of this measure already."),
            ),
            models.CheckConstraint(
                condition=~Q(measure="level") | Q(bound__in=[1, 2]),
                name="mailthreshold_level",
                violation_error_message=_("Give level 1 or 2: a level of 3 is on course."),
            ),
            models.CheckConstraint(
                condition=~Q(measure="completion") | Q(bound__gt=0),
                name="mailthreshold_completion",
                violation_error_message=_("Give a completion rate above 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.get_measure_display()} {self.bound}"
