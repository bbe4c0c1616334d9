"""When scheduled mail goes out."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.deadlines import SHANGHAI
from tracker.calculation.schedules import BOUNDS, EVENTS, Days, RunRule, When, last_run, next_run, runs_on

HALF_PAST_EIGHT = time(8, 30)
#: Weekends off, and the first week of October; Saturday the 10th is worked in exchange.
HOLIDAYS = {date(2020, 10, number) for number in range(1, 9)}
DEADLINES = {date(2020, 9, 7), date(2020, 10, 9)}


def is_working_day(day: date) -> bool:
    return day == date(2020, 10, 10) or (day.weekday() < 5 and day not in HOLIDAYS)


DAYS = Days(is_working_day, DEADLINES)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


#: rule, number, after, the next run, the newest one up to then
TABLE = [
    ("weekly", 1, "2020-09-07 08:29:59", "2020-09-07 08:30", "2020-08-31 08:30"),  # a Monday
    ("weekly", 1, "2020-09-07 08:30:00", "2020-09-14 08:30", "2020-09-07 08:30"),
    ("weekly", 7, "2020-09-07 09:00", "2020-09-13 08:30", "2020-09-06 08:30"),
    ("day_of_month", 8, "2020-09-08 08:29:59", "2020-09-08 08:30", "2020-08-08 08:30"),
    ("day_of_month", 28, "2021-02-01 00:00", "2021-02-28 08:30", "2021-01-28 08:30"),
    ("day_of_month", 1, "2020-12-31 23:59", "2021-01-01 08:30", "2020-12-01 08:30"),
    ("working_day", 1, "2020-09-30 12:00", "2020-10-09 08:30", "2020-09-01 08:30"),  # after the holidays
    ("working_day", 2, "2020-09-30 12:00", "2020-10-10 08:30", "2020-09-02 08:30"),  # the Saturday worked
    ("working_day", 3, "2020-09-30 12:00", "2020-10-12 08:30", "2020-09-03 08:30"),
    ("after_deadline", 1, "2020-09-08 00:00", "2020-09-08 08:30", None),
    ("after_deadline", 1, "2020-09-08 08:30", "2020-10-10 08:30", "2020-09-08 08:30"),
    ("after_deadline", 3, "2020-10-11 12:00", "2020-10-12 08:30", "2020-09-10 08:30"),
    ("after_deadline", 3, "2020-10-12 12:00", None, "2020-10-12 08:30"),
    ("on_issue", 0, "2020-09-08 08:30", None, None),
    ("on_worsening", 0, "2020-09-08 08:30", None, None),
]


@pytest.mark.parametrize(("when", "number", "now", "following", "newest"), TABLE)
def test_runs_are_those_of_the_table(when, number, now, following, newest):
    rule = RunRule(When(when), number, HALF_PAST_EIGHT)
    assert next_run(rule, at(now), DAYS) == (at(following) if following else None)
    assert last_run(rule, at(now), DAYS) == (at(newest) if newest else None)


def test_moments_are_those_of_shanghai_whatever_the_zone_one_asks_in():
    from datetime import UTC

    rule = RunRule(When.DAY_OF_MONTH, 8, HALF_PAST_EIGHT)
    assert next_run(rule, datetime(2020, 9, 7, 16, 0, tzinfo=UTC), DAYS) == at("2020-09-08 08:30")  # already the 8th
    assert next_run(rule, datetime(2020, 9, 8, 0, 30, tzinfo=UTC), DAYS) == at("2020-10-08 08:30")


RULES = st.sampled_from(sorted(BOUNDS)).flatmap(
    lambda when: st.builds(
        RunRule, st.just(when), st.integers(*BOUNDS[when]), st.times().map(lambda t: t.replace(fold=0))
    )
)
SECONDS = st.integers(0, 120 * 24 * 3600)
MOMENTS = SECONDS.map(lambda seconds: at("2020-08-01") + timedelta(seconds=seconds))


@given(rule=RULES, now=MOMENTS)
def test_no_run_lies_between_the_newest_and_the_next(rule, now):
    newest, following = last_run(rule, now, DAYS), next_run(rule, now, DAYS)
    for found in (newest, following):
        assert found is None or runs_on(rule, found.date(), DAYS)
    if following is not None:
        assert following > now
        assert last_run(rule, following, DAYS) == following
        assert last_run(rule, following - timedelta(microseconds=1), DAYS) == newest
    if newest is not None:
        assert newest <= now
        assert next_run(rule, newest, DAYS) == following


@given(number=st.integers(1, 15), month=st.integers(1, 12))
def test_every_month_has_exactly_one_nth_working_day(number, month):
    rule = RunRule(When.WORKING_DAY, number, HALF_PAST_EIGHT)
    first = date(2020, month, 1)
    days = [first + timedelta(days=ahead) for ahead in range(31)]
    assert sum(runs_on(rule, day, DAYS) for day in days if day.month == month) == 1


def test_what_waits_for_something_to_happen_has_no_bounds():
    assert set(BOUNDS) | set(EVENTS) == set(When)
