"""Things tests need, made through the same services as in life."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.sql import InsertQuery

from tracker.models import (
    CheckRule,
    Entry,
    Event,
    ExpectedReturn,
    Indicator,
    Membership,
    Obligation,
    Period,
    Plan,
    Region,
    ReportingUnit,
    Return,
    User,
)
from tracker.services import returns
from tracker.services.plans import check_rules, loading
from tracker.services.plans.demonstration import generate_demonstration
from tracker.services.returns.expected import update_deadlines, update_expected
from tracker.services.returns.open_periods import open_periods

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
SHANGHAI = ZoneInfo("Asia/Shanghai")
Statement = tuple[str, Sequence[object]]
#: A moment in September 2020, before August's deadline.
NOW = datetime(2020, 9, 3, 10, 0, tzinfo=SHANGHAI)
PASSWORD = "Gangue-and-ash-2020"

TAIYUAN, DATONG, SHUOZHOU, SHANXI = "140100", "140200", "140600", "140000"


#: What puts back the rows that many tests begin with: making them takes hundreds of times as long.
_plan: list[Statement] = []
_demonstration: list[Statement] = []
#: The same for the first unit, by what is expected of it.
_first_units: dict[str, list[Statement]] = {}


def load_plan() -> Plan:
    """The real plan of 2020 with its reference data, loaded by its services the first time."""
    if _plan:
        _put_back(_plan)
    else:
        loading.load_reference(FIXTURES / "units.toml", FIXTURES / "regions.toml")
        loading.load_plan(FIXTURES / "plan-shanxi-2020.toml", acting_user=None, now=NOW)
        loaded = Event.objects.get(action=Event.Action.PLAN_LOADED)
        loaded.pk = None  # events are numbered as they come
        _plan.extend(_inserts([*_all_rows(but={User, Membership, Event}), [loaded]]))
    return the_plan()


def load_demonstration() -> Plan:
    """The same with the demonstration's nine months, in a database with nothing else."""
    if _demonstration:
        _put_back(_demonstration)
    else:
        assert generate_demonstration(load_plan()) == 97
        _demonstration.extend(_inserts(_all_rows()))
    return the_plan()


def the_plan() -> Plan:
    """The real plan of 2020, which is loaded already."""
    return Plan.objects.select_related("region").get(code="shanxi-2020")


def _all_rows(but: Collection[type[Model]] = ()) -> list[list[Model]]:
    models = apps.get_app_config("tracker").get_models(include_auto_created=True)
    tables = [list(model._base_manager.all()) for model in models if model not in but]
    return [rows for rows in tables if rows]


def _inserts(tables: Sequence[Sequence[Model]]) -> list[Statement]:
    """Return the statements that insert these rows, as the database's driver takes them."""
    return [statement for rows in tables for statement in _inserts_of_table(rows)]


def _inserts_of_table(rows: Sequence[Model]) -> Iterator[Statement]:
    model = type(rows[0])
    fields = [field for field in model._meta.local_concrete_fields if rows[0].pk or not field.primary_key]
    size = connection.ops.bulk_batch_size(fields, rows)
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        query.insert_values(fields, list(rows[start : start + size]), raw=True)
        yield from query.get_compiler(connection=connection).as_sql()


def _put_back(statements: Sequence[Statement]) -> None:
    # Tables refer to each other: what they say holds at the end, not in between.
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)


def load_checks() -> list[CheckRule]:
    """The rules of checks that a new installation starts with."""
    return check_rules.load_checks(FIXTURES / "checks.toml", now=NOW)


def region(code: str) -> Region:
    """A region by its GB/T 2260 code."""
    return Region.objects.get(code=code)


def make_user(username: str, role: str | None = None, place: str = SHANXI, unit: ReportingUnit | None = None) -> User:
    """A person with PASSWORD, and with a role for a region (or one unit of it) if one is given."""
    user = User.objects.create_user(username, email=f"{username}@example.com", password=PASSWORD)
    if role:
        Membership.objects.create(user=user, role=role, region=region(place), unit=unit)
    return user


def make_unit(
    plan: Plan, place: str, indicators: tuple[str, ...] = ("coal_gangue_utilised", "fly_ash_utilised")
) -> ReportingUnit:
    """A reporting unit in a region that owes these indicators each month."""
    if ReportingUnit.objects.exists():
        return _new_unit(plan, place, indicators)
    # What follows from the plan, its periods and the regions is the same in each test that leaves them as they are.
    periods = [*Period.objects.order_by("pk").values_list(), *Region.objects.order_by("pk").values_list("pk", "path")]
    owed = Indicator.objects.filter(code__in=indicators).order_by("pk").values_list("pk", "code")
    state = repr((place, *owed, *Plan._base_manager.order_by("pk").values_list(), *periods))
    if state in _first_units:
        _put_back(_first_units[state])
        return ReportingUnit.objects.select_related("region").get()
    before = _all_rows()
    unit = _new_unit(plan, place, indicators)
    added = _rows_since(before)
    if added is not None:
        _first_units[state] = _inserts(added)
    return unit


def _new_unit(plan: Plan, place: str, indicators: tuple[str, ...]) -> ReportingUnit:
    unit = ReportingUnit.objects.create(code=f"unit-{place}", name=f"{region(place).name}单位", region=region(place))
    Obligation.objects.bulk_create(
        Obligation(plan=plan, unit=unit, indicator=indicator)
        for indicator in Indicator.objects.filter(code__in=indicators)
    )
    update_expected(plan, now=None)
    return unit


def _rows_since(before: list[list[Model]]) -> list[list[Model]] | None:
    """Return the rows that were added; None where others changed."""
    earlier = {(type(row), row.pk): _values(row) for rows in before for row in rows}
    now = _all_rows()
    kept = {(type(row), row.pk): _values(row) for rows in now for row in rows if (type(row), row.pk) in earlier}
    if kept != earlier:
        return None
    added = [[row for row in rows if (type(row), row.pk) not in earlier] for rows in now]
    return [rows for rows in added if rows]


def _values(row: Model) -> list[object]:
    return [getattr(row, field.attname) for field in row._meta.local_concrete_fields]


def change_obligations(plan: Plan, **changes: object) -> None:
    """Change all of a plan's obligations, with the periods and the expected returns that follow from the beginning."""
    if changes:
        Obligation.objects.filter(plan=plan).update(**changes)
    open_periods(plan, now=NOW)
    update_expected(plan, now=None)


def set_deadlines(periods: QuerySet[Period], **moments: datetime | None) -> None:
    """Set `due_at` or `locks_at` of these periods, and of the returns expected for them."""
    periods.update(**moments)
    update_deadlines(ExpectedReturn.objects.filter(period__in=periods))


def close_unit(unit: ReportingUnit, day: date) -> ReportingUnit:
    """The unit, closed from a day on."""
    unit.closed_on = day
    unit.save()
    for plan in Plan.objects.filter(obligations__unit=unit).distinct():
        update_expected(plan, unit=unit, now=None)
    return unit


def period(plan: Plan, code: str = "2020-08") -> Period:
    """A month of the plan."""
    return Period.objects.of(plan, code)


def file_return(
    unit: ReportingUnit,
    month: Period,
    values: dict[str, str],
    *,
    reporter: User,
    reviewer: User | None = None,
    now: datetime = NOW,
    note: str = "",
) -> Return:
    """A return with these values, each with this note, submitted, and verified when a reviewer is given."""
    filed = returns.open_return(unit, month, acting_user=reporter, now=now)
    notes = dict.fromkeys(values, note)
    returns.save_draft(filed, values, acting_user=reporter, now=now, expected_version=filed.version, notes=notes)
    returns.submit_return(filed, acting_user=reporter, now=now, expected_version=filed.version)
    if reviewer:
        returns.verify_return(filed, acting_user=reviewer, now=now, expected_version=filed.version)
    return filed


def unlock(verified: Return, *, reporter: User, reviewer: User, reason: str = "核对", now: datetime = NOW) -> Return:
    """The verified return, opened for correction: its unit asked, a reviewer granted it."""
    request = returns.request_unlock(
        verified, reason=reason, acting_user=reporter, now=now, expected_version=verified.version
    )
    return returns.grant_unlock(request, acting_user=reviewer, now=now)


def entry(unit_return: Return, indicator: str) -> Entry:
    """The return's entry for an indicator."""
    return unit_return.entries.get(indicator__code=indicator)
