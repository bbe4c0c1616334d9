"""Loading reference data and plans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.models import (
    Event,
    Indicator,
    MeasureUnit,
    Plan,
    Region,
    RegionLevel,
    User,
)
from tracker.queries.errors import Refused
from tracker.services.audit.events import record_event
from tracker.services.audit.issued_rules import documents_on, resting_in_words
from tracker.services.audit.keep_rules import issued_moment, keep_terms
from tracker.services.plans.check_rules import load_checks
from tracker.services.plans.move_region import move_region
from tracker.services.plans.plan_document import Document, read_document
from tracker.services.plans.plan_loader import PlanLoader, check_names, save_row
from tracker.services.plans.setup_loader import SetupLoader
from tracker.services.plans.target_loader import TargetLoader
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

SHIPPED_UNITS = Path(settings.BASE_DIR) / "fixtures" / "units.toml"
SHIPPED_REGIONS = Path(settings.BASE_DIR) / "fixtures" / "regions.toml"


@dataclass(frozen=True)
class LoadedPlan:
    """Content of a load: the plan's name, its targets and commitments, and what was left out, in words."""

    name: str
    targets: int
    commitments: int
    left_out: Sequence[str] = ()


@transaction.atomic
def load_reference(units: Path, regions: Path, *, moved_at: datetime | None = None) -> None:
    """Add the units, levels and regions that are not there yet; those that are stay as they are.

    With `moved_at` a region that is part of no other becomes part of the one that the document names. Raise Refused,
    naming the place, if a row is wrong, names no known level or region, or cannot be moved; then nothing is changed.
    """
    load_units_of(read_document(units))
    load_regions_of(read_document(regions), moved_at=moved_at)


def load_units_of(document: Document) -> None:
    """Add a document's units of measure. Raise Refused where a known one has another dimension or factor there."""
    for index, row in enumerate(document.rows("unit")):
        stored = MeasureUnit.objects.filter(code=row["code"]).first()
        if stored is None:
            save_row(document, "unit", index, MeasureUnit(**row))
            continue
        for key in ("dimension", "factor", "is_countable"):
            kept = getattr(stored, key)
            if kept != row[key]:
                words = {"stored": kept.normalize() if key == "factor" else kept, "here": row[key]}
                message = _("This unit is stored with “%(stored)s”, not “%(here)s”. Use another code.") % words
                told = f"{message} {resting_in_words(documents_on(stored))}".strip()
                document.complain("unit", index, key, told)
    document.raise_mistakes()


def _add_shipped_units(document: Document) -> None:
    """Add the units of measure that indicators name and that this product ships, where nothing else defines them."""
    known = set(MeasureUnit.objects.values_list("code", flat=True))
    wanted = {row["unit"] for row in document.rows("indicator")} - known
    for row in read_document(SHIPPED_UNITS).rows("unit"):
        if row["code"] in wanted:
            MeasureUnit.objects.create(**row)


def load_regions_of(document: Document, *, moved_at: datetime | None) -> None:
    """Add a document's levels and regions, the wider before the narrower, in whichever order they stand there."""
    for position, row in enumerate(document.rows("level")):
        if not RegionLevel.objects.filter(code=row["code"]).exists():
            save_row(document, "level", position, RegionLevel(**row, position=position))
    document.raise_mistakes()
    rows = list(enumerate(document.rows("region")))
    _add_shipped_parents(row for _index, row in rows)
    there = set(Region.objects.values_list("code", flat=True))
    defined = {row["code"] for _index, row in rows}
    added: set[str] = set()
    while rows:
        ready = [(index, row) for index, row in rows if row["part_of"] not in defined or row["part_of"] in added]
        if not ready:
            for index, _row in rows:
                document.complain("region", index, "part_of", _("A region cannot be part of itself."))
            break
        for index, row in ready:
            _load_region(document, index, row, moved_at)
            added.add(row["code"])
        rows = [(index, row) for index, row in rows if (index, row) not in ready]
    document.raise_mistakes()
    _merge_regions(document, added - there)
    document.raise_mistakes()


def _add_shipped_parents(rows: Iterable[dict[str, Any]]) -> None:
    """Add the regions that rows are part of and that this product ships, where neither they nor the database has them.

    A city's own document then loads in an installation that has no province yet.
    """
    listed = list(rows)
    known = {row["code"] for row in listed} | set(Region.objects.values_list("code", flat=True))
    shipped = {row["code"]: row for row in read_document(SHIPPED_REGIONS).rows("region")}
    wanted = [row["part_of"] for row in listed if row["part_of"] not in known and row["part_of"] in shipped]
    for code in dict.fromkeys(wanted):
        row = shipped[code]
        _add_shipped_parents([row])
        if not Region.objects.filter(code=code).exists():
            parent = Region.objects.filter(code=row["part_of"]).first()
            Region.objects.create(**_own_fields(row), parent=parent)


def _own_fields(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a region's row says of the region alone."""
    return {key: value for key, value in row.items() if key not in ("part_of", "merged_into")}


def _merge_regions(document: Document, added: Iterable[str]) -> None:
    """Note, at regions that were added, which one each was merged into."""
    new = set(added)
    for index, row in enumerate(document.rows("region")):
        if row["code"] not in new or not row["merged_into"]:
            continue
        into = Region.objects.filter(code=row["merged_into"]).first()
        if into is None:
            message = _("“%(name)s” is not defined.") % {"name": row["merged_into"]}
            document.complain("region", index, "merged_into", message)
        else:
            Region.objects.filter(code=row["code"]).update(merged_into=into)


def _load_region(document: Document, index: int, row: dict[str, Any], moved_at: datetime | None) -> None:
    """Add a region, or make it part of the one that the document names if it is part of no other."""
    found = {region.code: region for region in Region.objects.filter(code__in=(row["code"], row["part_of"]))}
    parent = found.get(row["part_of"])
    if row["part_of"] and parent is None:
        document.complain("region", index, "part_of", _("“%(name)s” is not defined.") % {"name": row["part_of"]})
        return
    region = found.get(row["code"])
    if region is None:
        save_row(document, "region", index, Region(**_own_fields(row), parent=parent))
    elif region.parent_id is None and parent is not None and moved_at is not None:
        try:
            move_region(region, parent, acting_user=None, now=moved_at)
        except Refused as refusal:
            document.complain("region", index, "part_of", refusal.fields["parent"])


class _DryRun(Exception):
    """Ends a dry run, so that its transaction is undone."""


def load_files(
    path: Path, *, units: Path, regions: Path, checks: Path, acting_user: User | None, now: datetime, dry_run: bool
) -> LoadedPlan:
    """Load units, regions, a plan and the first checks in one transaction: all of them, or none.

    With `dry_run` everything is done and undone again: what is returned, or refused, is what a load would give.
    Raise Refused naming each mistake's file, table, row and key.
    """
    loaded: list[LoadedPlan] = []
    try:
        with transaction.atomic():
            load_reference(units, regions, moved_at=now)
            document = read_document(path)
            plan = create_plan(document, acting_user=acting_user, now=now)
            load_checks(checks, now=now)
            commitments = plan.clauses.filter(commitment__isnull=False).count()
            loaded.append(LoadedPlan(str(plan), plan.targets.count(), commitments, tuple(document.left_out)))
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return loaded[0]


def load_plan(path: Path, *, acting_user: User | None, now: datetime) -> Plan:
    """Load a plan that is not there yet, with its clauses, indicators, targets, commitments and months.

    A document may also hold the regions, units, obligations, checks and mail of the plan, as an export does. Raise
    Refused naming each mistake's place, or because a plan of this code exists; then nothing is changed.
    """
    return create_plan(read_document(path), acting_user=acting_user, now=now)


def create_plan(document: Document, *, acting_user: User | None, now: datetime) -> Plan:
    """Create the plan that a document describes, whether it was read from a file or made in pages.

    Raise Refused as `load_plan` does; then nothing is changed.
    """
    if len(document.rows("plan")) != 1:
        raise Refused(_("%(file)s needs one [plan] table.") % {"file": document.name})
    if Plan.objects.filter(code=document.rows("plan")[0]["code"]).exists():
        raise Refused(_("The plan “%(code)s” is loaded already.") % {"code": document.rows("plan")[0]["code"]})
    with transaction.atomic():
        load_units_of(document)
        _add_shipped_units(document)
        load_regions_of(document, moved_at=now)
        check_names(document)
        loader = PlanLoader(document)
        plan = loader.load()
        TargetLoader(loader).load(plan)
        document.raise_mistakes()
        SetupLoader(loader, plan, now, acting_user=acting_user).load()
        document.raise_mistakes()
        open_periods(plan, now=now)
        update_expected(plan, now=now)
        record_event(Event.Action.PLAN_LOADED, acting_user=acting_user, now=now, about=plan)
        keep_terms(plan, acting_user=acting_user, now=issued_moment(plan))
    return plan


def load_indicators(path: Path, *, acting_user: User | None, now: datetime) -> list[Indicator]:
    """Add the indicators of a document that are not there yet; those that are stay as they are.

    Raises Refused naming each mistake's place; then nothing is changed.
    """
    document = read_document(path)
    check_names(document)
    before = set(Indicator.objects.values_list("pk", flat=True))
    with transaction.atomic():
        PlanLoader(document).load_indicators()
        document.raise_mistakes()
        added = list(Indicator.objects.exclude(pk__in=before))
        for indicator in added:
            record_event(Event.Action.CONFIGURED, acting_user=acting_user, now=now, about=indicator)
    return added
