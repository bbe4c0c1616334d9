"""Keep the rows of expected returns and their cells as they follow from obligations, periods and units.

Called in the transaction that opens a period, changes an obligation, closes a unit or moves a deadline. The statements
are written once in SQL that SQLite and PostgreSQL both speak, so that a period of many units is opened in bulk.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from tracker.models import (
    Entry,
    ExpectedCell,
    ExpectedReturn,
    Extension,
    ObligationCountChange,
    Period,
    Plan,
    RegionTotal,
    ReportingUnit,
    Return,
)
from tracker.models.expected import ExpectedReturnQuerySet
from tracker.services.returns.totals import count_expected

#: (period, region, indicator or None for returns) -> how many are expected
Counts = dict[tuple[int, int, int | None], int]

#: What is expected: by unit, period and indicator. What a list counts is never typed.
WANTED = """
    SELECT o.unit_id, p.id AS period_id, o.indicator_id
      FROM tracker_obligation o
      JOIN tracker_period p ON p.plan_id = o.plan_id AND p.kind = o.frequency
      JOIN tracker_reportingunit u ON u.id = o.unit_id
     WHERE (o.begins IS NULL OR o.begins <= p.ends_on) AND (o.ends IS NULL OR o.ends >= p.starts_on)
       AND (u.closed_on IS NULL OR u.closed_on > p.ends_on)
       AND NOT EXISTS (
           SELECT 1 FROM tracker_listrule l WHERE l.plan_id = o.plan_id AND l.indicator_id = o.indicator_id)
"""
#: Units that report of projects on lists, by period; `ListMemberQuerySet.reporting_in` says the same of the members.
REPORTING = """
    SELECT pr.unit_id, p.id AS period_id
      FROM tracker_listmember m
      JOIN tracker_projectlist l ON l.id = m.project_list_id
      JOIN tracker_project pr ON pr.id = m.project_id
      JOIN tracker_reportingunit u ON u.id = pr.unit_id
      JOIN tracker_period p ON p.plan_id = l.plan_id
       AND p.kind = CASE WHEN m.category = 'preparation' THEN l.preparation_frequency ELSE l.frequency END
     WHERE m.begins <= p.ends_on AND (m.ends IS NULL OR m.ends > p.ends_on) AND m.inapplicable_reason = ''
       AND (l.counts_parts OR m.part_of_id IS NULL)
       AND (l.reports_from IS NULL OR l.reports_from <= p.ends_on)
       AND (m.state <> 'terminated' OR m.terminated_on >= p.starts_on)
       AND (u.closed_on IS NULL OR u.closed_on > p.ends_on)
"""
#: A unit's deadline and lock: the period's, or its extension where that ends later.
DUE = "CASE WHEN x.until > p.due_at THEN x.until ELSE p.due_at END"
LOCKS = "CASE WHEN x.until > p.locks_at THEN x.until ELSE p.locks_at END"
CREATE_RETURNS = f"""
    INSERT INTO tracker_expectedreturn (unit_id, period_id, region_id, due_at, locks_at, unit_return_id)
    SELECT w.unit_id, w.period_id, u.region_id, {DUE}, {LOCKS}, r.id
      FROM (SELECT unit_id, period_id FROM ({{wanted}}) o UNION SELECT unit_id, period_id FROM ({{reporting}}) n) w
      JOIN tracker_period p ON p.id = w.period_id
      JOIN tracker_reportingunit u ON u.id = w.unit_id
      LEFT JOIN tracker_extension x ON x.unit_id = u.id AND x.period_id = p.id AND x.withdrawn_at IS NULL
      LEFT JOIN tracker_return r ON r.unit_id = u.id AND r.period_id = p.id
     WHERE NOT EXISTS (SELECT 1 FROM tracker_expectedreturn e WHERE e.unit_id = u.id AND e.period_id = p.id)
"""  # noqa: S608 - made of constants, here and below
#: EXCEPT compares the whole of both sides. By NOT EXISTS PostgreSQL scans a table that it last knew empty once for each
#: row, and reads at every scan what the statement itself has inserted by then.
CREATE_CELLS = """
    INSERT INTO tracker_expectedcell (expected_return_id, indicator_id)
    SELECT e.id, w.indicator_id FROM ({wanted}) w
      JOIN tracker_expectedreturn e ON e.unit_id = w.unit_id AND e.period_id = w.period_id
    EXCEPT
    SELECT c.expected_return_id, c.indicator_id FROM tracker_expectedcell c
      JOIN tracker_expectedreturn e ON e.id = c.expected_return_id
      JOIN tracker_period p ON p.id = e.period_id
     WHERE {kept}
"""
#: A value in a return that was submitted: its cell stays expected, whatever becomes of the obligation.
REPORTED = """
    SELECT 1 FROM tracker_entry y JOIN tracker_return r ON r.id = y.unit_return_id
     WHERE y.unit_return_id = e.unit_return_id AND y.indicator_id = c.indicator_id AND r.state <> 'draft'
       AND (y.reported_value IS NOT NULL OR y.verified_value IS NOT NULL)
"""
WITHDRAW_CELLS = f"""
    DELETE FROM tracker_expectedcell WHERE id IN (
    SELECT c.id FROM tracker_expectedcell c
      JOIN tracker_expectedreturn e ON e.id = c.expected_return_id
      JOIN tracker_period p ON p.id = e.period_id
     WHERE {{kept}} AND NOT EXISTS ({REPORTED}) AND NOT EXISTS (
           SELECT 1 FROM ({{wanted}}) w
            WHERE w.unit_id = e.unit_id AND w.period_id = e.period_id AND w.indicator_id = c.indicator_id))
"""  # noqa: S608
#: What was submitted stays expected.
WITHDRAW_RETURNS = """
    DELETE FROM tracker_expectedreturn WHERE id IN (
    SELECT e.id FROM tracker_expectedreturn e
      JOIN tracker_period p ON p.id = e.period_id
      LEFT JOIN tracker_return r ON r.id = e.unit_return_id
     WHERE {kept} AND (r.id IS NULL OR (r.state = 'draft' AND r.first_submitted_at IS NULL))
       AND NOT EXISTS (SELECT 1 FROM tracker_expectedcell c WHERE c.expected_return_id = e.id)
       AND NOT EXISTS (
           SELECT 1 FROM ({reporting}) n WHERE n.unit_id = e.unit_id AND n.period_id = e.period_id))
"""
#: Returns that a table of past values brought: with them every return that was submitted has its row.
ADD_LOADED = f"""
    INSERT INTO tracker_expectedreturn (unit_id, period_id, region_id, due_at, locks_at, unit_return_id)
    SELECT r.unit_id, r.period_id, u.region_id, {DUE}, {LOCKS}, r.id
      FROM tracker_return r
      JOIN tracker_period p ON p.id = r.period_id
      JOIN tracker_reportingunit u ON u.id = r.unit_id
      LEFT JOIN tracker_extension x ON x.unit_id = u.id AND x.period_id = p.id AND x.withdrawn_at IS NULL
     WHERE p.plan_id = %s AND r.state <> 'draft' AND p.id IN ({{periods}})
       AND NOT EXISTS (SELECT 1 FROM tracker_expectedreturn e WHERE e.unit_id = u.id AND e.period_id = p.id)
"""  # noqa: S608


@dataclass(frozen=True)
class _Scope:
    """The part of a plan whose expected returns are brought up to date."""

    plan: Plan
    unit: ReportingUnit | None
    periods: Collection[int] | None

    def run(self, statement: str) -> None:
        """Execute a statement that names the `kept` rows, the `wanted` ones or the `reporting` units."""
        unit, kept_unit = (" AND o.unit_id = %s", " AND e.unit_id = %s") if self.unit else ("", "")
        within = f" AND p.id IN ({_places(self.periods)})" if self.periods is not None else ""
        wanted, kept = f"{WANTED} AND o.plan_id = %s{unit}{within}", f"p.plan_id = %s{kept_unit}{within}"
        reporting = f"{REPORTING} AND l.plan_id = %s{' AND pr.unit_id = %s' if self.unit else ''}{within}"
        values = [self.plan.pk, *([self.unit.pk] if self.unit else []), *(self.periods or ())]
        number = sum(statement.count(name) for name in ("{wanted}", "{kept}", "{reporting}"))
        with connection.cursor() as cursor:
            cursor.execute(statement.format(wanted=wanted, kept=kept, reporting=reporting), values * number)

    def returns(self) -> ExpectedReturnQuerySet:
        """Return the rows there are."""
        rows = ExpectedReturn.objects.of(self.plan).order_by()
        rows = rows.filter(unit=self.unit) if self.unit else rows
        return rows if self.periods is None else rows.filter(period__in=self.periods)

    def regions(self) -> set[int] | None:
        """Return the regions of one unit's rows and its own; None for all regions."""
        if self.unit is None:
            return None
        return {self.unit.region_id, *self.returns().values_list("region_id", flat=True)}

    def all_periods(self) -> list[int]:
        """Return the periods of the scope."""
        return list(self.periods if self.periods is not None else self.plan.periods.values_list("pk", flat=True))


@transaction.atomic
def update_expected(
    plan: Plan,
    *,
    now: datetime | None,
    unit: ReportingUnit | None = None,
    periods: Collection[int] | None = None,
) -> None:
    """Create the expected returns and cells that a plan lacks; withdraw those that are no longer expected.

    `unit` and `periods` (primary keys) narrow it to what changed. Open returns get the cells that are new and lose
    the untouched ones that were withdrawn. Counts that changed are kept with `now`; None: they hold from the beginning.
    """
    scope = _Scope(plan, unit, periods)
    lock_plan(plan)
    regions = scope.regions()
    before = _counts(scope.all_periods(), regions)
    scope.run(WITHDRAW_CELLS)
    scope.run(WITHDRAW_RETURNS)
    _follow_units(scope)
    scope.run(CREATE_RETURNS)
    scope.run(CREATE_CELLS)
    _update_entries(scope)
    _recount(plan, scope.all_periods(), regions, before, now)


@transaction.atomic
def expect_loaded(plan: Plan, periods: Collection[int], *, now: datetime) -> None:
    """Link returns loaded for these periods to their expected returns; add a row where none was expected."""
    lock_plan(plan)
    before = _counts(periods, None)
    link_returns(ExpectedReturn.objects.filter(period__in=periods))
    with connection.cursor() as cursor:
        cursor.execute(ADD_LOADED.format(periods=_places(periods)), [plan.pk, *periods])
    _recount(plan, periods, None, before, now)


def link_returns(rows: QuerySet[ExpectedReturn]) -> None:
    """Point these rows to the returns opened for them."""
    opened = Return.objects.filter(unit=OuterRef("unit"), period=OuterRef("period"))
    rows.filter(Exists(opened), unit_return=None).update(unit_return=Subquery(opened.values("pk")[:1]))


def update_deadlines(rows: QuerySet[ExpectedReturn]) -> None:
    """Set the deadline and the lock of these rows by their period and the unit's current extension."""
    period = Period.objects.filter(pk=OuterRef("period"))
    standing = Extension.objects.standing().filter(unit=OuterRef("unit"), period=OuterRef("period"))
    due, locks = Subquery(period.values("due_at")[:1]), Subquery(period.values("locks_at")[:1])
    until = Subquery(standing.values("until")[:1])
    rows.update(
        due_at=Greatest(due, Coalesce(until, due)),
        locks_at=Case(When(period__in=Period.objects.filter(locks_at=None), then=None), default=_later(locks, until)),
    )


def _later(moment: Subquery, until: Subquery) -> Greatest:
    return Greatest(moment, Coalesce(until, moment))


def lock_plan(plan: Plan) -> None:
    """Take the plan's row, on both databases: two who change what it expects do so one after the other."""
    Plan._base_manager.filter(pk=plan.pk).update(code=F("code"))


def rebuild_expected() -> None:
    """Bring every plan's expected returns up to date; a repair holds for all times."""
    for plan in Plan._base_manager.order_by("pk"):
        update_expected(plan, now=None)


def differing_cells() -> list[tuple[object, ...]]:
    """Return (unit, period, indicator) where expected cells and obligations differ; empty when they agree."""
    cells = """SELECT e.unit_id, e.period_id, c.indicator_id
                 FROM tracker_expectedcell c JOIN tracker_expectedreturn e ON e.id = c.expected_return_id"""
    unreported = f"{cells} WHERE NOT EXISTS ({REPORTED})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({unreported} EXCEPT {WANTED}) x UNION ALL SELECT * FROM ({WANTED} EXCEPT {cells}) y"  # noqa: S608
        )
        return list(cursor.fetchall())


def _follow_units(scope: _Scope) -> None:
    """Move what a unit that reported nothing yet is expected to submit to the unit's own region: it may have moved."""
    own = ReportingUnit.objects.filter(pk=OuterRef("unit")).values("region")[:1]
    scope.returns().not_started().exclude(region=Subquery(own)).update(region=Subquery(own))


def _update_entries(scope: _Scope) -> None:
    """Give open returns the cells that are expected; take away those that are not and were never touched."""
    there = Entry.objects.filter(unit_return=OuterRef("expected_return__unit_return"), indicator=OuterRef("indicator"))
    cells = ExpectedCell.objects.filter(
        expected_return__in=scope.returns(), expected_return__unit_return__state__in=Return.OPEN_STATES
    )
    missing = (
        cells.filter(~Exists(there))
        .order_by("expected_return", "indicator_id")
        .values_list("expected_return__unit_return_id", "indicator_id")
    )
    Entry.objects.bulk_create(Entry(unit_return_id=one, indicator_id=indicator) for one, indicator in missing)
    expected = ExpectedCell.objects.filter(
        expected_return__unit_return=OuterRef("unit_return"), indicator=OuterRef("indicator")
    )
    untouched = Entry.objects.filter(
        ~Exists(expected), revisions=None, evidence=None, comments=None, unit_return__in=_open_returns(scope)
    )
    untouched.delete()


def _open_returns(scope: _Scope) -> QuerySet[Return]:
    found = Return.objects.filter(period__in=scope.all_periods(), state__in=Return.OPEN_STATES).order_by()
    return found.filter(unit=scope.unit) if scope.unit else found


def _recount(
    plan: Plan, periods: Collection[int], regions: Collection[int] | None, before: Counts, now: datetime | None
) -> None:
    """Bring the totals up to date, and keep the counts that changed with the time."""
    count_expected(plan, periods, regions)
    after = _counts(periods, regions)
    _keep(
        plan, {key: after.get(key, 0) for key in before.keys() | after.keys() if before.get(key) != after.get(key)}, now
    )


def _counts(periods: Collection[int], regions: Collection[int] | None) -> Counts:
    where = Q(period__in=periods) if regions is None else Q(period__in=periods, region__in=regions)
    cells = RegionTotal.objects.filter(where, expected_count__gt=0).order_by()
    returns = ExpectedReturn.objects.filter(where).order_by().values_list("period_id", "region_id")
    found: dict[Any, int] = {
        tuple(key): number
        for *key, number in cells.values_list("period_id", "region_id", "indicator_id", "expected_count")
    }
    return found | {(period, region, None): n for period, region, n in returns.annotate(number=Count("pk"))}


def _keep(plan: Plan, counts: Mapping[tuple[int, int, int | None], int], now: datetime | None) -> None:
    kinds = dict(plan.periods.values_list("pk", "kind"))
    ObligationCountChange.objects.bulk_create(
        ObligationCountChange(
            plan=plan,
            period_id=period,
            frequency=kinds[period],
            region_id=region,
            indicator_id=indicator,
            units=units,
            recorded_at=now,
        )
        for (period, region, indicator), units in counts.items()
    )


def _places(values: Collection[int] | None) -> str:
    """Return as many placeholders; an empty list matches nothing."""
    return ", ".join(["%s"] * len(values or ())) or "NULL"
