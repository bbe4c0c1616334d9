"""What figures were judged by at every moment: a plan's terms and who owed what, kept when they change.

Values have their revisions; these rows are the same for everything else that a figure rests on. They are added and
never changed or removed, which the database itself sees to.
"""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.indicator import Indicator
from tracker.models.organisation import Region, User
from tracker.models.period import Period
from tracker.models.plan import Plan


class PlanTermsQuerySet(models.QuerySet["PlanTerms"]):
    """Terms that were kept."""

    def known_at(self, plan: Plan, moment: datetime) -> "PlanTerms | None":
        """Return the plan's terms at a moment; for a moment before they were first kept, the first."""
        kept = self.filter(plan=plan)
        return kept.filter(recorded_at__lte=moment).order_by("-recorded_at", "-pk").first() or kept.first()


class PlanTerms(models.Model):
    """A plan's terms as they stood from a moment on: bounds, targets and their split, pace, programmes, rules."""

    # A plan that nobody reported on can be deleted; what was kept of it stays.
    plan = models.ForeignKey(
        Plan, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("action plan")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    content = models.JSONField(_("terms"))

    objects = PlanTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan settings kept for the record")
        verbose_name_plural = _("kept terms of plans")
        ordering = ["pk"]
        indexes = [models.Index(fields=["plan", "recorded_at"], name="planterms_when")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.recorded_at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; changing one is refused here as by the database."""
        if self.pk is not None:
            raise TypeError("Kept terms are never changed; add others.")
        super().save(*args, **kwargs)


class ObligationCountChangeQuerySet(models.QuerySet["ObligationCountChange"]):
    """Changes of how many units owe something."""

    def known_at(self, moment: datetime) -> Self:
        """Select the counts recorded by then, in the order they came.

        The first ones of a plan are included at any moment before.
        """
        return self.filter(models.Q(recorded_at=None) | models.Q(recorded_at__lte=moment)).order_by("pk")


class ObligationCountChange(models.Model):
    """How many of a region's own units owed an indicator (or, without one, any return) from a moment on.

    Counts that held from the beginning have no moment. Rows without a period were kept while obligations had no
    dates: they hold for every period of the frequency that has no row of its own.
    """

    plan = models.ForeignKey(
        Plan, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("action plan")
    )
    region = models.ForeignKey(
        Region, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("region")
    )
    indicator = models.ForeignKey(
        Indicator, models.DO_NOTHING, db_constraint=False, null=True, related_name="+", verbose_name=_("indicator")
    )
    frequency = models.CharField(max_length=10, choices=Period.Kind)
    period = models.ForeignKey(
        Period,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
        verbose_name=_("period"),
    )
    units = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(_("recorded at"), null=True)

    objects = ObligationCountChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of obligations")
        verbose_name_plural = _("changes of reporting obligations")
        ordering = ["pk"]
        indexes = [models.Index(fields=["plan", "recorded_at"], name="obligationchange_when")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.region_id} {self.indicator_id} {self.units}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; changing one is refused here as by the database."""
        if self.pk is not None:
            raise TypeError("A kept count is never changed; add another.")
        super().save(*args, **kwargs)
