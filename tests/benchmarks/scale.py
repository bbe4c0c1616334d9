"""Filling a database with one province's enterprises: 200 indicators, 3,000 units, as many months as asked for.

Rows are made by the database itself. Each entry has a value; all of them point to one revision, since figures are
measured here and not history.
"""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Model

from tests import factories
from tracker.models import (
    Entry,
    Indicator,
    MeasureUnit,
    Obligation,
    Period,
    Plan,
    Region,
    ReportingUnit,
    Return,
    Target,
    TargetVersion,
    User,
    ValueRevision,
)
from tracker.services.plans import loading
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

INDICATORS = 200
UNITS = 3000
NOW = datetime(2020, 9, 1, tzinfo=UTC)


def fill(entries: int) -> Period:
    """Make about so many entries in whole months, newest last; the newest month."""
    months = max(1, round(entries / (INDICATORS * UNITS)))
    # Not the tests' kept rows: each size has a database of its own.
    loading.load_reference(factories.FIXTURES / "units.toml", factories.FIXTURES / "regions.toml")
    plan = loading.load_plan(factories.FIXTURES / "plan-shanxi-2020.toml", acting_user=None, now=NOW)
    units, indicators = _units(), _indicators(plan)
    periods = _periods(plan, months)
    author = User.objects.create(username="benchmark")
    _returns(periods, units, author)
    _obligations(periods, units, indicators)
    for owed in Plan.objects.filter(obligations__isnull=False).distinct():
        update_expected(owed, now=None)
    _entries(_one_revision(author, periods[-1], indicators[0]), indicators)
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself where a server has been running for a while.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return periods[-1]


def _units() -> list[ReportingUnit]:
    cities = list(Region.objects.filter(level="city"))
    return ReportingUnit.objects.bulk_create(
        ReportingUnit(code=f"enterprise-{n}", name=f"企业{n}", region=cities[n % len(cities)]) for n in range(UNITS)
    )


def _indicators(plan: Plan) -> list[Indicator]:
    tonnes = MeasureUnit.objects.get(code="10kt")
    rows = Indicator.objects.bulk_create(
        Indicator(code=f"benchmark-{n}", name=f"指标{n}", unit=tonnes, over_periods="sum", over_places="sum")
        for n in range(INDICATORS)
    )
    targets = Target.objects.bulk_create(
        Target(plan=plan, indicator=row, bound="at_least", position=100 + n) for n, row in enumerate(rows)
    )
    TargetVersion.objects.bulk_create(
        TargetVersion(target=target, value=Decimal(500_000), effective_from=plan.starts_on) for target in targets
    )
    return rows


def _periods(plan: Plan, months: int) -> list[Period]:
    """The plan's months up to August first, then those of the years before it, a plan for each year."""
    periods = list(plan.periods.filter(code__lte="2020-08").order_by("-starts_on"))
    year = plan
    while len(periods) < months:
        year = Plan.objects.create(
            code=f"benchmark-{year.starts_on.year - 1}",
            name="上年",
            issuer="-",
            issued_on=year.issued_on,
            starts_on=year.starts_on.replace(year=year.starts_on.year - 1),
            ends_on=year.ends_on.replace(year=year.ends_on.year - 1),
            region=year.region,
        )
        periods += sorted(open_periods(year, now=NOW), key=lambda period: period.starts_on, reverse=True)
    return sorted(periods[:months], key=lambda period: period.starts_on)


def _other() -> User:
    return User.objects.get_or_create(username="benchmark-reviewer")[0]


def _returns(periods: list[Period], units: list[ReportingUnit], author: User) -> None:
    """Every unit's return for every period, verified."""
    model = Return(
        unit=units[0],
        period=periods[0],
        state=Return.State.VERIFIED,
        submitted_at=NOW,
        submitted_by=author,
        verified_at=NOW,
        verified_by=_other(),
    )
    model.save()
    _copy(
        model,
        {"unit_id": "u.id", "period_id": "p.id"},
        "tracker_reportingunit u CROSS JOIN tracker_period p WHERE NOT (u.id = c.unit_id AND p.id = c.period_id)"
        f" AND u.id >= {units[0].pk} AND p.id IN ({', '.join(str(period.pk) for period in periods)})",
    )


def _obligations(periods: list[Period], units: list[ReportingUnit], indicators: list[Indicator]) -> None:
    """Every unit owes every indicator in every plan."""
    model = Obligation(plan_id=periods[-1].plan_id, unit=units[0], indicator=indicators[0])
    model.save()
    plans = ", ".join(str(pk) for pk in sorted({period.plan_id for period in periods}))
    _copy(
        model,
        {"plan_id": "p.id", "unit_id": "u.id", "indicator_id": "i.id"},
        "tracker_reportingunit u CROSS JOIN tracker_indicator i CROSS JOIN tracker_plan p"
        " WHERE NOT (u.id = c.unit_id AND i.id = c.indicator_id AND p.id = c.plan_id)"
        f" AND u.id >= {units[0].pk} AND i.id BETWEEN {indicators[0].pk} AND {indicators[-1].pk} AND p.id IN ({plans})",
    )


def _copy(row: Model, differing: dict[str, str], others: str) -> None:
    """Rows like this one but for some columns, one for each combination, made by the database itself."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    values = ", ".join(differing.get(column, f"c.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {values} FROM {table} c CROSS JOIN {others} AND c.id = {row.pk}"
        )


def _one_revision(author: User, period: Period, indicator: Indicator) -> ValueRevision:
    last = Return.objects.filter(period=period).first()
    entry = Entry.objects.create(unit_return=last, indicator=indicator, reported_value=1)
    seen = ValueRevision.objects.create(
        entry=entry, number=1, kind="reported", value=1, source="form", actor=author, recorded_at=NOW
    )
    verified = ValueRevision.objects.create(
        entry=entry, number=2, kind="verified", value=1, saw=seen, source="form", actor=_other(), recorded_at=NOW
    )
    Entry.objects.update(reported_revision=seen, verified_revision=verified, verified_value=1)
    return verified


def _entries(revision: ValueRevision, indicators: list[Indicator]) -> None:
    """Every return's entries, but for the one cell that exists already."""
    statement = """
        INSERT INTO tracker_entry (unit_return_id, indicator_id, reported_value, reported_revision_id,
                                   verified_value, verified_revision_id, note)
        SELECT r.id, i.id, ((r.id * 31 + i.id * 17) %% 9973) / 100.0, %s,
               ((r.id * 31 + i.id * 17) %% 9973) / 100.0, %s, ''
          FROM tracker_return r CROSS JOIN tracker_indicator i
         WHERE i.id BETWEEN %s AND %s AND NOT (r.id = %s AND i.id = %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                revision.pk,
                revision.pk,
                indicators[0].pk,
                indicators[-1].pk,
                revision.entry.unit_return_id,
                revision.entry.indicator_id,
            ],
        )
