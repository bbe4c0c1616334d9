"""Save a grid of obligations at once: the whole of it or nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import Entry, Obligation, Plan, User
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.pages.setup_grids import ObligationGrid, load_obligations
from tracker.services.audit.configuration import delete_configured
from tracker.services.plans.obligations import follow_obligations, store_obligation
from tracker.services.plans.split_grid import require_manages

#: Frequencies by unit and indicator, empty where nothing is owed.
Frequencies = Mapping[tuple[int, int], str]


@transaction.atomic
def save_obligation_grid(
    grid: ObligationGrid, chosen: Frequencies, *, seen: str, acting_user: User, now: datetime
) -> int:
    """Save the cells that differ from the stored obligations. Return how many that were.

    A new one begins with the plan's current period. Raise ChangedMeanwhile if the grid is not as it was seen, and
    Refused with the cells, "unit-indicator", of what was reported already and is not taken out by a grid.
    """
    plan: Plan = grid.plan
    require_manages(plan, acting_user)
    stored = load_obligations(plan, grid.units)
    if stored.seen != seen:
        raise ChangedMeanwhile(_("The obligations were changed meanwhile. Look at them again before you save."))
    saved, gone, wrong = [], [], {}
    for unit in stored.units:
        for indicator in stored.indicators:
            cell = (unit.pk, indicator.pk)
            held, wanted = stored.obligations.get(cell), chosen.get(cell)
            if wanted is None or wanted == (held.frequency if held else ""):
                continue
            if held and _is_reported(held):
                wrong[f"{unit.pk}-{indicator.pk}"] = _(
                    "This was reported already. Give the obligation a last day on its own page instead."
                )
            elif held and not wanted:
                gone.append(held)
            elif held:
                held.frequency = wanted
                saved.append(held)
            else:
                saved.append(Obligation(plan=plan, unit=unit, indicator=indicator, frequency=wanted))
    if wrong:
        raise Refused(_("The obligations were not saved; nothing was changed."), wrong)
    for obligation in gone:
        delete_configured(obligation, acting_user=acting_user, now=now)
    for obligation in saved:
        store_obligation(obligation, acting_user=acting_user, now=now)
    follow_obligations(plan, now=now)
    return len(saved) + len(gone)


def _is_reported(obligation: Obligation) -> bool:
    return Entry.objects.filter(
        unit_return__unit=obligation.unit_id,
        unit_return__period__plan=obligation.plan_id,
        indicator=obligation.indicator_id,
    ).exists()
