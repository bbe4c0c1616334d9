"""Years of work in a second: returns saved, submitted, verified, changed, sent back and unlocked at random."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests import depth, factories
from tests.factories import NOW
from tracker.models import Obligation, Period, Plan, Region, ReportingUnit, Return, Role, User
from tracker.services import returns
from tracker.services.returns.expected import update_expected

GANGUE, ASH, USED, BASES = "coal_gangue_utilised", "fly_ash_utilised", "building_materials_used", "bases_being_built"
INDICATORS = (GANGUE, ASH, USED, BASES)
MONTHS = ("2020-06", "2020-07", "2020-08")
COUNTY = "140121"
VALUES = (
    "0",
    "0.000001",
    "0.1",
    "0.2",
    "7",
    "500.5",
    "1234.567891",
    "999999999999999.999999",
    "999999999999999.999998",
)
ACTIONS = ("save", "empty", "submit", "verify", "change", "send back", "unlock")

#: Each example runs in a savepoint of the test's own transaction, so that fixtures are made once.
few = settings(
    max_examples=depth.amount(8, quick=4),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example costs too much to be made smaller
)


@dataclass(frozen=True)
class Step:
    """One thing that somebody tries to do."""

    unit: int
    month: int
    action: str
    values: tuple[int, ...]


def steps(minimum: int = 4, maximum: int = 16) -> st.SearchStrategy[list[Step]]:
    """A sequence of attempts; those that the state of the return does not allow are passed over."""
    step = st.builds(
        Step,
        st.integers(0, 3),
        st.integers(0, len(MONTHS) - 1),
        st.sampled_from(ACTIONS) | st.just("forward"),
        st.tuples(*[st.integers(0, len(VALUES) - 1)] * len(INDICATORS)),
    )
    return st.lists(step, min_size=minimum, max_size=maximum)


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is undone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class World:
    """A plan with two units in Taiyuan, one in a county of it, one in Datong; and a clock."""

    plan: Plan
    reporter: User
    reviewer: User
    units: list[ReportingUnit]
    months: list[Period]
    now: datetime = NOW

    @contextmanager
    def after(self, steps: list[Step]) -> Iterator[None]:
        """The world in which these steps were taken; afterwards they never were."""
        with undone():
            self.now = NOW
            for step in steps:
                self.take(step)
            yield

    def take(self, step: Step) -> None:
        """Try a step, a minute after the one before."""
        self.now += timedelta(minutes=1)
        filed = self.return_of(step)
        state = Return.State(filed.state)
        texts = {code: VALUES[number] for code, number in zip(INDICATORS, step.values, strict=True)}
        texts[BASES] = str(step.values[INDICATORS.index(BASES)])  # what is counted comes in whole numbers
        if filed.is_open and step.action in ("save", "forward", "submit"):
            self.act(returns.save_draft, filed, texts)
        if filed.is_open and step.action == "empty":
            self.act(returns.save_draft, filed, {INDICATORS[step.values[0] % len(INDICATORS)]: ""})
        if filed.is_open and step.action in ("submit", "forward"):
            self.act(returns.submit_return, filed)
        if filed.state == Return.State.SUBMITTED and step.action in ("verify", "forward"):
            self.review(returns.verify_return, filed)
        if state is Return.State.SUBMITTED and step.action == "change":
            changed = INDICATORS[step.values[0] % len(INDICATORS)]
            self.review(returns.verify_return, filed, changes={changed: (texts[changed], "重复计算")})
        if state is Return.State.SUBMITTED and step.action == "send back":
            self.review(returns.send_back_return, filed, comment="请核对")
        if state is Return.State.VERIFIED and step.action == "unlock":
            factories.unlock(filed, reporter=self.reporter, reviewer=self.reviewer, reason="数据有误", now=self.now)

    def return_of(self, step: Step) -> Return:
        """The unit's return for the month, opened at the first step on it."""
        unit, month = self.units[step.unit % len(self.units)], self.months[step.month]
        filed = Return.objects.filter(unit=unit, period=month).first()
        return filed or returns.open_return(unit, month, acting_user=self.reporter, now=self.now)

    def act(self, verb, filed: Return, *arguments) -> None:
        verb(filed, *arguments, acting_user=self.reporter, now=self.now, expected_version=filed.version)

    def review(self, verb, filed: Return, **arguments) -> None:
        verb(filed, acting_user=self.reviewer, now=self.now, expected_version=filed.version, **arguments)


def make_world(plan: Plan, reviewer: User) -> World:
    """The world before anything happened in it."""
    taiyuan = factories.region(factories.TAIYUAN)
    Region.objects.create(code=COUNTY, level="county", name="清徐县", parent=taiyuan)
    units = [factories.make_unit(plan, place, INDICATORS) for place in (factories.TAIYUAN, COUNTY, factories.DATONG)]
    second = ReportingUnit.objects.create(code="second", name="太原第二单位", region=taiyuan)
    Obligation.objects.bulk_create(
        Obligation(plan=plan, unit=second, indicator=owed.indicator) for owed in units[0].obligations.all()
    )
    update_expected(plan, now=None)
    return World(
        plan,
        factories.make_user("province-official", Role.REPORTER),
        reviewer,
        [*units, second],
        [factories.period(plan, code) for code in MONTHS],
    )
