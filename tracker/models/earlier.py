"""Regions and reporting units as they were before a day: names, levels and places in the tree of earlier periods."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models.naming import Named
from tracker.models.organisation import PATH_LENGTH, Region, ReportingUnit


class EarlierRegionQuerySet(models.QuerySet["EarlierRegion"]):
    """Earlier states of regions."""

    def on(self, day: date, as_of: datetime | None = None) -> dict[int, "EarlierRegion"]:
        """Return by region its state on a day, of those that changed later or, with `as_of`, were recorded later."""
        later = Q(until__gt=day) if as_of is None else Q(until__gt=day) | Q(recorded_at__gt=as_of)
        # The earliest change after the day comes last and stays.
        return {row.region_id: row for row in self.filter(later).order_by("-until", "-pk")}


class EarlierRegion(Named):
    """A region as it was in periods that end before the day `until`. A change is recorded once it holds."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="earlier", verbose_name=_("region"))
    until = models.DateField(_("until"))
    level = models.CharField(_("level"), max_length=10)
    parent = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region above")
    )
    path = models.CharField(_("path"), max_length=PATH_LENGTH)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = EarlierRegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier state of a region")
        verbose_name_plural = _("earlier states of regions")
        ordering = ["region", "until"]
        constraints = [models.UniqueConstraint(fields=["region", "until"], name="earlierregion_once")]
        indexes = [models.Index(fields=["until"], name="earlierregion_until")]

    @classmethod
    def of(cls, region: Region, *, until: date, now: datetime) -> "EarlierRegion":
        """Return the present state of a region, which is not saved."""
        kept = {name: getattr(region, name) for name in ("name", "name_en", "level", "parent_id", "path")}
        return cls(region=region, until=until, recorded_at=now, **kept)


class EarlierUnitName(Named):
    """The name of a reporting unit in periods that end before the day `until`."""

    unit = models.ForeignKey(
        ReportingUnit, models.CASCADE, related_name="earlier_names", verbose_name=_("reporting unit")
    )
    until = models.DateField(_("until"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("earlier name of a reporting unit")
        verbose_name_plural = _("earlier names of reporting units")
        ordering = ["unit", "until"]
        constraints = [models.UniqueConstraint(fields=["unit", "until"], name="earlierunitname_once")]


@dataclass(frozen=True)
class RegionTree:
    """A region and all below it as they were on a day, by path, with the paths that held then, by code.

    The rows have the names, levels and parents of that day; their own `path` is the present one, by which rights hold.
    """

    regions: list[Region]
    paths: dict[str, str]
    day: date

    def below(self, parent: int | None) -> list[Region]:
        """Return the regions right below one, by its key, without those that are closed by the day."""
        return [one for one in self.regions if one.parent_id == parent and not one.is_closed_on(self.day)]


def tree_on(top: Region, day: date, as_of: datetime | None = None) -> RegionTree:
    """Return the tree of a region on a day, or as it was known at a moment."""
    is_changed = top.has_changed_since(day) or (as_of is not None and top.last_change is not None)
    earlier = EarlierRegion.objects.on(day, as_of) if is_changed else {}
    within = Q(path__startswith=top.path)
    found = Region.objects.filter(within | Q(pk__in=list(earlier)) if earlier else within)
    whole = earlier[top.pk].path if top.pk in earlier else top.path
    paths = {one: earlier[one.pk].path if one.pk in earlier else one.path for one in found}
    regions = sorted((one for one, path in paths.items() if path.startswith(whole)), key=lambda one: paths[one])
    name_regions(regions, earlier)
    return RegionTree(regions, {one.code: paths[one] for one in regions}, day)


def name_regions(regions: Iterable[Region], earlier: dict[int, EarlierRegion]) -> None:
    """Give rows the names, levels and parents that `EarlierRegion.objects.on` found. They are not to be saved."""
    for one in regions:
        if (then := earlier.get(one.pk)) is not None:
            one.name, one.name_en, one.level, one.parent_id = then.name, then.name_en, then.level, then.parent_id


def name_units(units: Iterable[ReportingUnit], day: date) -> None:
    """Give units and their regions the names of a day. The rows are not to be saved. At most two queries."""
    listed = list(units)
    renamed = [one for one in listed if one.last_rename is not None and one.last_rename > day]
    if renamed:
        earlier = EarlierUnitName.objects.filter(until__gt=day, unit__in=renamed).order_by("-until")
        names = {row.unit_id: (row.name, row.name_en) for row in earlier}
        for one in renamed:
            one.name, one.name_en = names[one.pk]
    if any(one.region.has_changed_since(day) for one in listed):
        name_regions((one.region for one in listed), EarlierRegion.objects.on(day))


def lay_within(region: Region, day: date, lookup: str = "region") -> Q:
    """Return the condition that a row's region lay within a region on a day. `lookup` leads to the row's region."""
    within = Q(**{f"{lookup}__path__startswith": region.path})
    if not region.has_changed_since(day):
        return within
    earlier = EarlierRegion.objects.on(day)
    path = earlier[region.pk].path if region.pk in earlier else region.path
    then = [pk for pk, row in earlier.items() if row.path.startswith(path)]
    return (within & ~Q(**{f"{lookup}__in": list(earlier)})) | Q(**{f"{lookup}__in": then})
