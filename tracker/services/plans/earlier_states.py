"""Earlier states of regions and units that are entered afterwards, not by a change from a day on."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import EarlierRegion, EarlierUnitName, Region, ReportingUnit
from tracker.models.organisation import PATH_LENGTH
from tracker.queries.errors import Refused
from tracker.services.plans.move_region import mark_changed


def check_earlier(row: EarlierRegion | EarlierUnitName, now: datetime) -> None:
    """Raise Refused, at the field, for a state that holds still, or for a region that lay below itself."""
    if row.until > timezone.localdate(now):
        message = _("Choose today or an earlier day: a change is recorded once it holds.")
        raise Refused(_("Nothing was changed."), {"until": message})
    if isinstance(row, EarlierRegion) and row.parent is not None and row.parent.pk == row.region.pk:
        message = _("A region cannot become part of itself or of a region below it.")
        raise Refused(_("Nothing was changed."), {"parent": message})


def follow_earlier_names(units: Iterable[ReportingUnit]) -> None:
    """Note at units since when they have their present names."""
    for unit in units:
        unit.last_rename = unit.earlier_names.aggregate(last=Max("until"))["last"]
        unit.save(update_fields=["last_rename"])


def arrange_earlier_regions(entered: Iterable[EarlierRegion]) -> None:
    """Give every earlier state the path that follows from what it was part of, and note the days of those entered.

    Raise Refused where regions were part of each other.
    """
    paths = _Paths()
    for row in paths.rows:
        path = paths.before(row)
        if len(path) > PATH_LENGTH:
            message = _("The region lies too deep: the codes above it are too long together.")
            raise Refused(_("Nothing was changed."), {"parent": message})
        if path != row.path:
            row.path = path
            row.save(update_fields=["path"])
    by_key = {row.pk: row for row in paths.rows}
    for row in entered:
        kept = by_key[row.pk]
        mark_changed([kept.path, paths.now[kept.region_id]], kept.until)


class _Paths:
    """Paths of regions on a day."""

    def __init__(self) -> None:
        self.rows = list(EarlierRegion.objects.select_related("region").order_by("until"))
        self.now = dict(Region.objects.values_list("pk", "path"))
        self.of_region: dict[int, list[EarlierRegion]] = defaultdict(list)
        for row in self.rows:
            self.of_region[row.region_id].append(row)

    def before(self, row: EarlierRegion, depth: int = 0) -> str:
        """Return the path of a state that held until a day."""
        if depth > PATH_LENGTH:
            message = _("A region cannot become part of itself or of a region below it.")
            raise Refused(_("Nothing was changed."), {"parent": message})
        above = self._on(row.parent_id, row.until - timedelta(days=1), depth) if row.parent_id else ""
        return f"{above}{row.region.code}/"

    def _on(self, region: int, day: date, depth: int) -> str:
        state = next((row for row in self.of_region[region] if row.until > day), None)
        return self.now[region] if state is None else self.before(state, depth + 1)
