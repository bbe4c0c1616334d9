"""A city's own plan beside the province's, with a unit that reports for both."""

from datetime import date

from tests import factories
from tests.factories import NOW, TAIYUAN
from tracker.models import Indicator, Membership, Obligation, Plan, ReportingUnit, Role, User
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods


def make_city_plan(unit: ReportingUnit, code: str = "taiyuan-2020", year: int = 2020) -> Plan:
    """Taiyuan's plan of a year, to which the unit reports the indicators that it reports to the province."""
    plan = Plan.objects.create(
        code=code,
        name="太原市行动计划",
        issuer="太原市",
        issued_on=date(year, 1, 1),
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        region=factories.region(TAIYUAN),
    )
    open_periods(plan, now=NOW)
    indicators = Indicator.objects.filter(obligations__unit=unit).distinct()
    Obligation.objects.bulk_create(Obligation(plan=plan, unit=unit, indicator=one) for one in indicators)
    update_expected(plan, now=None)
    return plan


def limited_to(plan: Plan, username: str, role: Role, place: str = TAIYUAN) -> User:
    """A person whose role holds in one plan alone."""
    user = factories.make_user(username)
    Membership.objects.create(user=user, role=role, region=factories.region(place), plan=plan)
    return user
