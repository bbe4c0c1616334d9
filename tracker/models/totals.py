"""Maintained summaries: what dashboards read instead of adding up millions of entries.

`tracker.services.returns.totals` keeps them in the transaction that changes a return, rebuilds them, and proves them
equal to the leaves.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.indicator import Indicator
from tracker.models.organisation import Region
from tracker.models.period import Period
from tracker.models.plan import Plan


class Sums(models.Model):
    """Sum and number of the verified and of the reported values, and the number expected, in every total.

    Each sum is two whole numbers, as `tracker.models.quantity` says: whole millions, and the millionths left.
    """

    verified_mega = models.BigIntegerField(default=0, db_default=0)
    verified_micro = models.BigIntegerField(default=0)
    verified_count = models.IntegerField(default=0)
    reported_mega = models.BigIntegerField(default=0, db_default=0)
    reported_micro = models.BigIntegerField(default=0)
    reported_count = models.IntegerField(default=0)
    expected_count = models.IntegerField(default=0, db_default=0)

    class Meta:
        # No check that counts stay above zero: an amount is taken out by inserting its negative into the conflict.
        abstract = True


class RegionTotal(Sums):
    """Of one indicator in one period, the sum and the number of the values of a region's own units."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="totals", verbose_name=_("period"))
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", verbose_name=_("indicator"))
    region = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("region"))

    class Meta(Sums.Meta):
        constraints = [models.UniqueConstraint(fields=["period", "indicator", "region"], name="regiontotal_once")]

    def __str__(self) -> str:
        return f"{self.period_id} {self.indicator_id} {self.region_id}"


class PeriodTotal(Sums):
    """Of one indicator in one period, the same over all regions: a year of the province is a dozen rows."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+", verbose_name=_("period"))
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", verbose_name=_("indicator"))

    class Meta(Sums.Meta):
        constraints = [models.UniqueConstraint(fields=["period", "indicator"], name="periodtotal_once")]

    def __str__(self) -> str:
        return f"{self.period_id} {self.indicator_id}"


class PlanTotal(Sums):
    """Of one indicator in one region, the same over all of a plan's periods: a sum to date less what came after."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("action plan"))
    kind = models.CharField(max_length=10, choices=Period.Kind)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", verbose_name=_("indicator"))
    region = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("region"))

    class Meta(Sums.Meta):
        constraints = [models.UniqueConstraint(fields=["plan", "kind", "indicator", "region"], name="plantotal_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.indicator_id} {self.region_id}"
