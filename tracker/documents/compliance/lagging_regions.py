"""滞后情况: a sentence for each region behind schedule, with what is short and what is needed."""

from collections import defaultdict
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents.compliance import lagging
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.compliance.lagging import Lag
from tracker.documents.shape import Column, Kind, Row, Sheet


def lagging_regions(figures: ComplianceFigures) -> Sheet:
    """Return the sheet; where none is behind it says so. Targets of the report's region, where it has no cities."""
    by_place: dict[str, list[Lag]] = defaultdict(list)
    for lag in lagging.lags_in_regions(figures):
        by_place[lag.place.code].append(lag)
    order = sorted(by_place.values(), key=lambda lags: (_largest(lags), lags[0].place.code))
    return Sheet(
        name=_("Behind schedule"),
        title=_("%(plan)s: regions behind schedule") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Region")),
            Column(pgettext("heading", "Targets behind"), Kind.COUNT),
            Column(_("Largest gap (points)"), Kind.POINTS),
            Column(_("Shortfall against the schedule, and what is needed"), is_wide=True),
        ],
        rows=[_row(number, lags) for number, lags in enumerate(order, 1)],
        notice="" if order else lagging.none_behind(figures),
        notes=[
            _("Regions whose returns are missing are not named here: their levels are provisional or not given."),
        ],
        frozen_columns=2,
        is_optional=True,
    )


def _row(number: int, lags: list[Lag]) -> Row:
    name = lags[0].place.name
    return Row([number, name, len(lags), _largest(lags), lagging.lagging_sentence(name, lags)])


def _largest(lags: list[Lag]) -> Decimal:
    return min(lag.standing.gap or Decimal(0) for lag in lags)
