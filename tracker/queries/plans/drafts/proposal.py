"""A whole draft as tables of a plan document, before anything of it is decided."""

from tracker.queries.plans.drafts.draft import Draft, ItemState
from tracker.queries.plans.drafts.known import load_known
from tracker.queries.plans.drafts.tables import Row, build_tables


def proposal_tables(draft: Draft) -> dict[str, list[Row]]:
    """Return the tables of everything that is not dropped, decided or not, as far as it is known."""
    waiting = [one.key for one in draft.items if one.state == ItemState.OPEN]
    tables = build_tables(draft.with_states(waiting, ItemState.ACCEPTED), load_known(draft.regions))
    return {"unit": tables.units, "region": tables.regions, **tables.plan}
