"""Every reader of expected returns counts the same, whatever became of obligations, units, deadlines and regions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.db.models import QuerySet
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.factories import DATONG, SHANXI, SHUOZHOU, TAIYUAN, region
from tests.services.random_returns import COUNTY, INDICATORS, MONTHS, Step, World, few, make_world
from tracker.calculation.timeliness import Timeliness
from tracker.filters.returns import ReturnFilter
from tracker.models import Entry, ExpectedReturn, Extension, Indicator, Obligation, Period, Region, Return, User
from tracker.models.earlier import lay_within
from tracker.queries.documents.quality import read_quality
from tracker.queries.errors import Refused
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.queries.pages.figure import ledger_behind, load_figure_page
from tracker.queries.pages.overview import outstanding
from tracker.queries.pages.region import load_region_page
from tracker.queries.returns.late_units import late_within
from tracker.queries.returns.timeliness import Filings
from tracker.services.plans import obligations, region_changes
from tracker.services.plans.obligations import Submitted
from tracker.services.returns.expected import differing_cells
from tracker.services.returns.extensions import grant_extension, withdraw_extension
from tracker.services.returns.totals import differing_totals

#: The regions that change, where they may go, and from which day on.
PLACES = (TAIYUAN, COUNTY, DATONG)
ABOVE = (SHANXI, TAIYUAN, DATONG, SHUOZHOU)
READ = (SHANXI, TAIYUAN, COUNTY, DATONG)
SINCE = (date(2020, 7, 1), date(2020, 7, 15), date(2020, 8, 1))
DAYS = (None, date(2020, 1, 1), date(2020, 6, 15), date(2020, 7, 31), date(2020, 8, 1), date(2020, 12, 31))


@dataclass(frozen=True)
class Change:
    """Something that a manager does to a unit."""

    name: str
    unit: int
    indicator: int
    month: int
    begins: date | None
    ends: date | None

    def make(self, world: World, manager: User) -> None:
        """Make it; what is refused leaves everything as it was."""
        try:
            getattr(self, self.name)(world, manager)
        except Refused:
            return

    def oblige(self, world: World, manager: User) -> None:
        unit, indicator = world.units[self.unit], Indicator.objects.get(code=INDICATORS[self.indicator])
        row = Obligation.objects.filter(unit=unit, indicator=indicator).first()
        row = row or Obligation(plan=world.plan, unit=unit, indicator=indicator)
        row.begins, row.ends = self.begins, self.ends
        choice = Submitted.REOPEN if self.month else Submitted.NEXT_PERIOD
        obligations.save_obligation(row, acting_user=manager, now=world.now, submitted=choice)

    def release(self, world: World, manager: User) -> None:
        for row in Obligation.objects.filter(unit=world.units[self.unit])[: self.indicator]:
            obligations.delete_obligation(row, acting_user=manager, now=world.now)

    def close(self, world: World, manager: User) -> None:
        unit = world.units[self.unit]
        unit.closed_on = self.ends
        obligations.save_unit(unit, acting_user=manager, now=world.now)

    def extend(self, world: World, manager: User) -> None:
        period, unit = world.months[self.month], world.units[self.unit]
        until = max(world.now, period.due_at) + timedelta(days=1 + self.indicator)
        grant_extension(unit, period, until=until, reason="-", acting_user=manager, now=world.now)

    def withdraw(self, world: World, manager: User) -> None:
        for row in Extension.objects.standing().filter(unit=world.units[self.unit]):
            withdraw_extension(row, acting_user=manager, now=world.now)

    def shift(self, world: World, manager: User) -> None:
        region_changes.move_region_since(
            region(PLACES[self.unit]),
            region(ABOVE[self.indicator]),
            since=self.since,
            acting_user=manager,
            now=world.now,
        )

    def merge(self, world: World, manager: User) -> None:
        region_changes.merge_region(
            region(PLACES[self.unit]),
            region(ABOVE[self.indicator]),
            since=self.since,
            acting_user=manager,
            now=world.now,
        )

    def shut(self, world: World, manager: User) -> None:
        region_changes.close_region(region(PLACES[self.unit]), since=self.since, acting_user=manager, now=world.now)

    @property
    def since(self) -> date:
        """The first day of a change of the tree."""
        return SINCE[self.month]

    def move(self, world: World, manager: User) -> None:
        period = factories.period(world.plan, MONTHS[self.month])
        period.due_at += timedelta(days=self.indicator - 1)
        obligations.save_period(period, acting_user=manager, now=world.now)


def changes() -> st.SearchStrategy[list[Change | Step]]:
    """A history of changes and of what units and reviewers do."""
    names = ("oblige", "release", "close", "extend", "withdraw", "move", "shift", "merge", "shut")
    three = st.integers(0, len(MONTHS) - 1)
    change = st.builds(
        Change, st.sampled_from(names), three, st.integers(0, 3), three, st.sampled_from(DAYS), st.sampled_from(DAYS)
    )
    numbers = st.tuples(*[st.integers(0, 5)] * len(INDICATORS))
    step = st.builds(Step, three, three, st.sampled_from(("forward", "submit", "verify", "send back")), numbers)
    return st.lists(change | step, min_size=4, max_size=14)


@pytest.fixture
def manager(plan):
    """Who sets the plan up."""
    return factories.make_user("manager", "plan_manager")


@pytest.fixture
def world(plan, reviewer):
    """Units that owe returns, and nothing filed yet; and a leader who reads."""
    factories.make_user("reader", "leader")
    return make_world(plan, reviewer)


def take(world: World, manager: User, what: Change | Step) -> None:
    world.now += timedelta(minutes=1)
    for unit in world.units:
        unit.refresh_from_db()  # its region may lie elsewhere by now
    if isinstance(what, Change):
        what.make(world, manager)
        return
    try:
        world.take(what)
    except Refused:
        return


def counted(month: Period, place: Region, now: datetime) -> dict[str, tuple[int, ...]]:
    """How many returns of a month are expected, verified, waiting and late in a region, by each reader."""
    units, rest = Figures(month).units_reported_in(place), outstanding(month, place)
    by_period = [row.total for row in Filings(month.plan, place, month, now=now).by_period() if row.period == month]
    filed = sum(by_period, Timeliness())
    quality = read_quality(month, place)
    rows = ExpectedReturn.objects.filter(period=month).within_at(place, month)
    listed = list_of(month, place)
    figure = {one.pk for one in Entry.objects.filter(unit_return__in=listed.filter(state__in=Return.REPORTED_STATES))}
    gangue = Indicator.objects.get(code=INDICATORS[0])
    behind = ledger_behind(load_figure_page(gangue, month, place, is_year=False))
    assert {one.pk for one in behind} <= figure
    waiting = len(rest.not_verified)
    return {
        "overview": (units.expected, units.present, waiting),
        "outstanding": (
            len(rest.not_submitted) + len(rest.sent_back) + waiting + units.present,
            units.present,
            waiting,
        ),
        "filings": (filed.owed + filed.numbers["not_due"], filed.filed - waiting, waiting),
        "quality": (len(quality), len(quality) - sum(map(_is_open, quality)) - waiting, sum(_waits(quality))),
        "rows": (rows.count(), rows.filter(unit_return__state="verified").count(), waiting),
        "list": (rows.count(), listed.filter(state="verified").count(), listed.filter(state="submitted").count()),
    }


def list_of(month: Period, place: Region) -> QuerySet[Return]:
    """The list of returns as filtered by a month and a region; of a region that is closed, which is not offered, all
    that lay in it.
    """
    asked = {"plan": month.plan.code, "period": month.code, "region": place.code}
    request = RequestFactory().get("/returns/", asked)
    request.user = User.objects.get(username="reader")
    listed = ReturnFilter(request)
    if listed.is_valid():
        return listed.rows
    return Return.objects.filter(lay_within(place, month.ends_on, "unit__region"), period=month)


def _is_open(line) -> bool:
    return line.is_missing or line.is_sent_back


def _waits(lines):
    return [line.is_waiting for line in lines]


def late(month: Period, place: Region, now: datetime) -> dict[str, int]:
    """How many returns of a month were late in a region, by each reader."""
    totals = [row.total for row in Filings(month.plan, place, month, now=now).by_period() if row.period == month]
    page = [one for unit in load_region_page(month, place, now=now).units for one in unit.months]
    within = list_of(month, place)
    return {
        "filings": sum(totals, Timeliness()).late,
        "quality": sum(line.is_late and not _is_open(line) for line in read_quality(month, place)),
        "list": within.filter(state__in=Return.REPORTED_STATES).late().count(),
        "region": sum(one.is_late and one.state in Return.REPORTED_STATES for one in page if one.period == month),
    }


def assert_read_alone_as_with_all(month: Period, place: Region) -> None:
    """A region whose series is read alone has the figures that it has among all regions."""
    alone, among = Figures(month), Figures(month)
    rows = alone.standings([place])
    alone.read_series(rows)
    for row in rows:
        for verb in ("history", "monthly_need", "forecast", "year_on_year"):
            assert getattr(alone, verb)(row.target, place) == getattr(among, verb)(row.target, place), (verb, place)


@given(history=changes())
@few
def test_coverage_and_lateness_are_the_same_for_every_reader(world, manager, history):
    with world.after([]):
        for what in history:
            take(world, manager, what)
        now = world.now + timedelta(days=10)
        for month, place in (
            (factories.period(world.plan, code), region(code_of)) for code in MONTHS for code_of in READ
        ):
            counts = counted(month, place, now)
            assert len(set(counts.values())) == 1, (month, place, counts)
            assert len(set(late(month, place, now).values())) == 1, (month, place)
        for row in ExpectedReturn.objects.of(world.plan).with_names().with_filing(now):
            assert row.became == row.filing(now)  # the database's words are those of the rule
        overdue = ExpectedReturn.objects.of(world.plan).overdue(now).values("unit").distinct().count()
        assert late_within(world.plan, world.plan.region, reader=manager, now=now, at_most=9)[1] == overdue
        assert differing_cells() == differing_totals() == []
        month = factories.period(world.plan, MONTHS[-1])
        assert load_figure_inputs(month, as_of=world.now) == load_figure_inputs(month)
        for place in map(region, READ[1:]):
            assert_read_alone_as_with_all(month, place)


@given(history=changes())
@few
def test_what_comes_later_changes_nothing_that_was_known(world, manager, history):
    with world.after([]):
        moment = world.now
        known = load_figure_inputs(factories.period(world.plan, MONTHS[-1]), as_of=moment)
        for what in history:
            take(world, manager, what)
        assert load_figure_inputs(factories.period(world.plan, MONTHS[-1]), as_of=moment) == known
