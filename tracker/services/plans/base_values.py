"""Base values taken from another plan: the year's verified figure, for the whole and for each place with a share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Allocation, Indicator, Plan, Region, Target, User
from tracker.queries.errors import Refused
from tracker.queries.figures.year_figures import load_year_figures
from tracker.services.audit.configuration import save_configured


@dataclass(frozen=True)
class TakenBase:
    """A base value, in the indicator's unit, and where it was taken from, in words."""

    value: Decimal
    source: str


def find_base(indicator: Indicator, region: Region, year: int, *, source: Plan) -> TakenBase:
    """Return the figure of a year in the source plan. Raise Refused at base_plan where it is not whole or not there."""
    figures = load_year_figures(source, indicator, year)
    words = {"plan": source, "year": year, "indicator": indicator}
    if region.code in figures.missing:
        raise Refused(
            _("The base value cannot be taken over yet."),
            {
                "base_plan": _(
                    "Not everything that was expected on “%(indicator)s” for %(year)s is verified in “%(plan)s”. Have "
                    "it verified first, or enter the base value with its source."
                )
                % words
            },
        )
    if region.code not in figures.values:
        raise Refused(
            _("There is no base value to take over."),
            {
                "base_plan": _(
                    "“%(plan)s” has no verified figure of “%(indicator)s” for %(year)s. Choose another plan or year, "
                    "or enter the base value with its source."
                )
                % words
            },
        )
    return TakenBase(figures.values[region.code], _("%(plan)s, verified figure of %(year)s") % words)


@transaction.atomic
def take_bases_of_places(target: Target, *, source: Plan, acting_user: User, now: datetime) -> Sequence[Region]:
    """Give each place with a share and no base value of its own the figure of the base year in the source plan.

    Return the places of which the source has no whole figure: they stay without, and are not graded.
    """
    newest = target.versions.order_by("effective_from", "number").last()
    if newest is None or target.base_year is None:
        return []
    figures = load_year_figures(source, target.indicator, target.base_year)
    without: list[Region] = []
    shares = Allocation.objects.filter(version=newest, unit=None, base_value=None).select_related("region")
    for share in shares:
        value = figures.values.get(share.region.code)
        if value is None:
            without.append(share.region)
            continue
        share.base_value = value
        save_configured(share, acting_user=acting_user, now=now)
    return without
