"""Other names of reporting units, regions and indicators: former ones, short ones, those of a table."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.models.exchange import Upload
from tracker.models.indicator import Indicator
from tracker.models.organisation import Region, ReportingUnit


class NameAlias(models.Model):
    """Another name by which tables call a unit, a region or an indicator. Entered, or learned from an accepted table.

    `name` is kept in its plain spelling: half-width, without spaces, in small letters.
    """

    name = models.CharField(_("other name"), max_length=100)
    unit = models.ForeignKey(
        ReportingUnit,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="aliases",
        verbose_name=_("reporting unit"),
    )
    indicator = models.ForeignKey(
        Indicator, models.CASCADE, null=True, blank=True, related_name="aliases", verbose_name=_("indicator")
    )
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="aliases", verbose_name=_("region")
    )
    learned_from = models.ForeignKey(
        Upload, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("table")
    )
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit=None, region=None, indicator__isnull=False)
                | Q(unit__isnull=False, region=None, indicator=None)
                | Q(unit=None, region__isnull=False, indicator=None),
                name="namealias_of_one_thing",
                violation_error_message=_("Choose a reporting unit, a region or an indicator, and one of them only."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(unit__isnull=False),
                name="namealias_unit_once",
                violation_error_message=_("This is another unit's name already."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(region__isnull=False),
                name="namealias_region_once",
                violation_error_message=_("This is another region's name already."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(indicator__isnull=False),
                name="namealias_indicator_once",
                violation_error_message=_("This is another indicator's name already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.unit or self.region or self.indicator}"
