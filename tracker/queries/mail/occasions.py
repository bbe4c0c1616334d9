"""What calls for mail by a schedule: a run of the calendar, a report that was issued, a level that worsened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.calculation.attribution import by_the_yardstick_of
from tracker.calculation.levels import Level
from tracker.calculation.periods import Month
from tracker.calculation.schedules import Days, When, last_run, next_run
from tracker.models import IssuedReport, Period, Region, Schedule, Subscription, Target, ValueRevision
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.reporting_periods import main_kind
from tracker.queries.plans.working_days import working_days_of

#: A report issued longer ago than this calls for no mail any more.
REPORT_IS_NEWS = timedelta(days=7)
#: A weekly summary is about a month that ended at most so long ago: a plan that is over falls silent.
MONTH_IS_NEWS = timedelta(days=62)
#: A period that ends this soon after its first day is shorter than any month.
SHORTEST_MONTH = timedelta(days=27)


@dataclass(frozen=True)
class Occasion:
    """What calls for mail about a period, at a moment. `key` tells several about one period apart.

    With `region` only what tells that region's figures goes out; with `target` only what tells this target.
    """

    period: Period
    key: str
    moment: datetime
    region: Region | None = None
    target: Target | None = None

    def concerns(self, subscription: Subscription) -> bool:
        """Return True if this subscription is about it."""
        if self.region is not None and subscription.subject_region != self.region:
            return False
        if self.target is None:
            return True
        if subscription.about == Subscription.About.INDICATORS:
            return self.target.indicator_id in {indicator.pk for indicator in subscription.indicators.all()}
        return subscription.about != Subscription.About.CHASING


def occasions_of(schedule: Schedule, *, now: datetime) -> list[Occasion]:
    """Return what calls for mail by this schedule by now: of the calendar's runs the newest alone."""
    if schedule.when == Schedule.When.ON_ISSUE:
        return list(_issues(schedule, now))
    if schedule.when == Schedule.When.ON_WORSENING:
        return list(_worsenings(schedule, now))
    months = _months(schedule)
    moment = last_run(schedule.rule, now, _days(schedule, months))
    period = _month_for(schedule, months, moment) if moment else None
    if moment is None or period is None:
        return []
    key = schedule.plan.day_of(moment).isoformat() if schedule.when == Schedule.When.WEEKLY else ""
    return [Occasion(period, key, moment)]


def next_occasion(schedule: Schedule, *, now: datetime) -> tuple[datetime, Period] | None:
    """Return when it goes out next and about which month; None when it waits for something to happen, or the plan
    is over.
    """
    months = _months(schedule)
    days = _days(schedule, months)
    moment = next_run(schedule.rule, now, days)
    while moment is not None and moment.date() <= schedule.plan.ends_on + MONTH_IS_NEWS:
        period = _month_for(schedule, months, moment)
        if period is not None:
            return moment, period
        moment = next_run(schedule.rule, moment, days)
    return None


def _months(schedule: Schedule) -> list[Period]:
    months = schedule.plan.periods.filter(kind=main_kind(schedule.plan)).order_by("starts_on")
    return list(months.select_related("plan__region"))


def _days(schedule: Schedule, months: Iterable[Period]) -> Days:
    is_working_day = working_days_of(schedule.plan.calendar).is_working_day
    return Days(is_working_day, {period.last_day_on_time for period in months})


def _month_for(schedule: Schedule, months: Iterable[Period], moment: datetime) -> Period | None:
    """Return the period of a run: that whose deadline the run follows, or the last to end before it."""
    day = schedule.plan.day_of(moment)
    if schedule.rule.when == When.AFTER_DEADLINE:
        deadline = day - timedelta(days=schedule.number)
        return next((period for period in months if period.last_day_on_time == deadline), None)
    ended = [period for period in months if period.ends_on < day]
    if not ended:
        return None
    if schedule.rule.when == When.WEEKLY:
        return ended[-1] if day - ended[-1].ends_on <= MONTH_IS_NEWS else None
    is_short = ended[-1].ends_on - ended[-1].starts_on < SHORTEST_MONTH
    return ended[-1] if is_short or Month.of(ended[-1].ends_on).plus(1) == Month.of(day) else None


def _issues(schedule: Schedule, now: datetime) -> Iterator[Occasion]:
    """Yield an occasion for each recent report that a user requested. Reports that mail itself needed are not news."""
    issued = IssuedReport.objects.filter(
        plan=schedule.plan_id,
        issued_by__isnull=False,
        issued_at__gt=now - REPORT_IS_NEWS,
        issued_at__lte=now,
        period__kind=main_kind(schedule.plan),
    )
    for report in issued.without_inputs().select_related("period__plan__region", "region").order_by("pk"):
        yield Occasion(report.period, f"report {report.pk}", report.issued_at, region=report.region)


def _worsenings(schedule: Schedule, now: datetime) -> Iterator[Occasion]:
    """Levels that are worse than when the schedule was last looked at, once a month's deadline has passed.

    Before the deadline most cities are missing and every level looks worse than it is.
    """
    looked_at = schedule.looked_at
    ripe = [period for period in _months(schedule) if period.due_at <= now]
    if looked_at is None or not ripe or not _anything_new(ripe[-1], looked_at, now):
        return
    period, wanted = ripe[-1], _regions_told(schedule)
    figures = Figures(period)
    known = Figures(period, as_of=looked_at) if period.due_at <= looked_at else None
    for target in figures.targets:
        for region in wanted:
            level = figures.standing_of(target, region).level
            before = known.standing_of(target, region).level if known else figures.history(target, region).before
            if not target.is_graded or not _is_worse(level, before):
                continue
            if known is None and figures.history(target, region).is_by_ruler:
                continue
            if known is None or _is_worse(_by_the_old_yardstick(known, figures, target, region), before):
                key = f"{target.indicator.code} {int(level or 0)}"
                yield Occasion(period, key, now, region=region, target=target)


def _regions_told(schedule: Schedule) -> list[Region]:
    told = schedule.subscriptions.filter(is_active=True).select_related("place")
    return list({one.place or schedule.plan.region for one in told})


def _anything_new(period: Period, since: datetime, now: datetime) -> bool:
    """Return True if a value was verified or withdrawn since, or the deadline passed since."""
    verified = ValueRevision.objects.filter(kind=ValueRevision.Kind.VERIFIED, recorded_at__gt=since)
    return since < period.due_at <= now or verified.filter(entry__unit_return__period__plan=period.plan_id).exists()


def _by_the_old_yardstick(known: Figures, figures: Figures, target: Target, region: Region) -> Level | None:
    """Return the present level by the bounds, targets and rules known then: a moved bound worsens nothing."""
    judged = by_the_yardstick_of(known.own(target).book, figures.own(target).book)
    return judged.standing(target.indicator.code, region.code).level


def _is_worse(level: Level | None, before: Level | None) -> bool:
    return level is not None and before is not None and level < before
