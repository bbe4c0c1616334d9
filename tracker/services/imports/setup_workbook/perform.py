"""Performing an import, sheet after sheet."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tracker.models import User
from tracker.queries.imports.setup_workbook.read import ReadSetup
from tracker.services.audit.keep_rules import keeping_terms_once
from tracker.services.imports.setup_workbook import duties, links, names, people, places, plans, split, targets
from tracker.services.imports.setup_workbook.run import SAME, SetupRun
from tracker.services.plans.check_rules import load_first_checks
from tracker.services.plans.obligations import follow_obligations
from tracker.uploads.patience import ENDLESS, Patience

#: In this order what a row names is there already.
STEPS = (
    *(places.import_levels, places.import_regions, places.import_measures, places.import_closings, places.import_units),
    *(names.import_earlier, plans.import_plan),
    plans.import_deadlines,
    *(people.import_people, people.import_roles, plans.import_clauses, plans.import_indicators),
    names.import_aliases,
    *(targets.import_targets, targets.import_versions, targets.import_milestones, targets.import_points),
    *(targets.import_programmes, targets.import_rule_changes, split.import_split, plans.import_commitments),
    *(duties.import_obligations, links.import_links, duties.import_checks, duties.import_ranges, duties.import_mail),
)


def perform(
    read: ReadSetup,
    *,
    acting_user: User,
    now: datetime,
    passwords: Mapping[str, str],
    patience: Patience = ENDLESS,
) -> SetupRun:
    """Import everything that was read, in the caller's transaction. The run names what changed and what is wrong.

    Raise TakesTooLong where there is no time left.
    """
    run = SetupRun(read, acting_user, now, passwords=passwords, patience=patience)
    with keeping_terms_once(acting_user=acting_user, now=now):
        for step in STEPS:
            step(run)
        changed = {one.table for one in run.outcomes if one.change != SAME}
        if run.plan is not None and not run.faults and changed & {"plan", "obligation", "reporting_unit"}:
            load_first_checks(now=now)
            follow_obligations(run.plan, now=now)
    return run


class _Rehearsed(Exception):
    """Ends a rehearsal, so that its transaction is undone."""


def rehearse(read: ReadSetup, *, acting_user: User, now: datetime, patience: Patience = ENDLESS) -> SetupRun:
    """Return what an import would do. Everything is done by the same services and undone again."""
    runs: list[SetupRun] = []
    try:
        with transaction.atomic():
            runs.append(perform(read, acting_user=acting_user, now=now, passwords={}, patience=patience))
            raise _Rehearsed
    except _Rehearsed:
        pass
    return runs[0]
