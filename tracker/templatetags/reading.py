"""Figures in words for templates: thin names for `tracker.documents.wording`, and the progress bar."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tracker.calculation.cells import Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Level
from tracker.calculation.progress import TargetProgress
from tracker.calculation.targets.kinds import Kind
from tracker.calculation.targets.terms import Goal, Milestone
from tracker.documents import need_words, official, progress_words, trends, wording
from tracker.documents.status_words import status_in_words
from tracker.models import Indicator, IssuedReport, Job, Period, Return, Target, TargetVersion
from tracker.queries.documents.editions import issue_of
from tracker.queries.documents.kinds import kind_of_job, name_of
from tracker.queries.figures.figures import RegionProgress
from tracker.tables.columns import level_badge, standing_badge, trend
from tracker.tables.targets import page_of, target_in_words

register = template.Library()
register.filter("amount", wording.amount)
register.filter("exact", wording.exact)
register.filter("this_period", wording.this_period)
register.filter("on_period_before", wording.on_period_before)
register.filter("rate", wording.rate)
register.filter("points", wording.points)
register.filter("signed", wording.signed)
register.filter("signed_rate", wording.signed_rate)
register.filter("moment", wording.moment)
register.filter("day", wording.day)
register.filter("meaning", wording.level_meaning)
register.filter("days_left", wording.days_left)
register.filter("level_change", trends.level_change)
register.filter("months_at_level", trends.months_at_level)
register.filter("forecast", trends.forecast_in_words)
register.filter("status", status_in_words)
register.filter("season", trends.season_in_words)
register.filter("trend", trend)
register.filter("standing_badge", standing_badge)
register.filter("completion", progress_words.completion)
register.filter("schedule", progress_words.schedule)
register.filter("compared_completion", progress_words.compared_completion)
register.filter("compared_schedule", progress_words.compared_schedule)
register.filter("gap", progress_words.gap)
register.filter("not_reported", progress_words.not_reported)
register.filter("cumulative", progress_words.cumulative)
register.filter("change_so_far", progress_words.change_so_far)
register.filter("coverage_basis", progress_words.basis)
register.filter("target_page", page_of)

#: The bar ends here, in %: what goes beyond is cut, the number beside it is not.
BAR_END = Decimal(110)
#: So many months are named, the rest is told by an ellipsis.
MOST_PERIODS = 6


@register.filter
def by_period(returns: Sequence[tuple[Period, Coverage]]) -> str:
    """Coverages of periods of several kinds: "8/11 (August 2026), 12/12 (2026 Q2)"; of one kind the count alone."""
    return wording.coverages([(period.code, count) for period, count in returns])


@register.simple_tag
def other_period(row: RegionProgress, period: Period) -> SafeString:
    """Return the period of a row's figure, where it is another than the page's: "2026 Q2"."""
    if row.period == period:
        return SafeString("")
    return format_html(' <span class="quiet nowrap">{}</span>', period_name(row.period))


@register.simple_tag
def zone_name() -> str:
    """Return the time zone in which the page's times are given."""
    return wording.zone_name()


@register.filter
def period_name(period: Period) -> str:
    """Return a month, quarter or year in words."""
    return wording.period_in_words(period.code)


@register.filter
def return_name(filed: Return) -> str:
    """Return a return by its unit and its period in words."""
    return wording.return_name(str(filed.unit), filed.period.code)


@register.filter
def in_full(value: Decimal | None, indicator: Indicator) -> str:
    """Return an amount with its unit, as the reader's language writes it: "1.04亿吨", "10,400.00 10kt"."""
    return official.in_full(value, str(indicator.unit), indicator.decimals)


@register.filter
def report_kind(thing: IssuedReport | Job) -> str:
    """Return what kind of report it is, or the job writes."""
    return kind_of_job(thing) if isinstance(thing, Job) else name_of(thing)


@register.filter
def issue(report: IssuedReport) -> str:
    """Return the number of an issued document, and its edition when it was issued again."""
    return str(issue_of(report))


@register.filter
def change(value: Decimal | None, standing: TargetProgress) -> str:
    """环比 or 同比, of a rate in percentage points, of a count in things."""
    return wording.change(value, is_rate=standing.is_rate, is_count=standing.is_count)


@register.filter
def rounding_note(rows: Iterable[Any]) -> str:
    """Return the note on rounding where printed figures of any of these rows do not subtract; else nothing."""
    return "".join(progress_words.rounding_note(getattr(row, "record", row).standing for row in rows))


@register.filter
def at(found: Mapping[Any, Any], key: Any) -> Any:
    """Return what a mapping holds for a key."""
    return found[key]


@register.filter
def listed(things: Iterable[Any]) -> str:
    """Names in a row."""
    return wording.listed(str(thing) for thing in things)


@register.filter
def listed_periods(periods: Sequence[Period]) -> str:
    """Periods in a row; of many the first ones."""
    return wording.listed(map(period_name, periods[:MOST_PERIODS])) + (" …" if len(periods) > MOST_PERIODS else "")


@register.filter
def badge(level: Level | None) -> str:
    """Return a warning level by mark, word and colour."""
    return level_badge(level)


@register.filter
def provisional_badge(level: Level | None) -> str:
    """Return a level under incomplete coverage, marked as such."""
    return level_badge(level, is_provisional=True)


@register.filter
def difference(value: Decimal | None, decimals: int) -> str:
    """核减(增), signed: "-20.00", "+3.50"; no difference has no sign."""
    return wording.signed(value, decimals)


@register.filter
def in_words(row: RegionProgress) -> str:
    """Return the target's figure with its bound."""
    return target_in_words(row.target, row.standing)


@register.filter
def version_in_words(version: TargetVersion, target: Target) -> str:
    """Return the figure of a version with its unit: "6,500.00 10kt", "10.00–15.00 10kt", "fall 13.50%"."""
    return _goal_in_words(version.value, version.upper_value, target)


@register.filter
def goal_in_words(goal: Goal | None, target: Target) -> str:
    """Return the goal of a place with its unit; a dash where it has none."""
    return wording.MISSING if goal is None else _goal_in_words(goal.value, goal.upper, target)


@register.filter
def milestone_in_words(milestone: Milestone, target: Target) -> str:
    """Return the value due at a milestone with its unit."""
    return _goal_in_words(milestone.value, None, target)


def _goal_in_words(value: Decimal, upper: Decimal | None, target: Target) -> str:
    indicator = target.indicator
    last, kind, unit = value if upper is None else upper, Kind(target.kind), str(indicator.unit)
    high = progress_words.goal_in_unit(last, kind, unit, indicator.decimals)
    if upper is None:
        return high
    return _("%(low)s–%(high)s") % {"low": wording.amount(value, indicator.decimals), "high": high}


@register.filter
def own_goal(standing: TargetProgress, decimals: int) -> str:
    """Return the goal of a place in a column of goals: its figure, and where that does not tell it, with its sign."""
    if standing.kind.is_change or standing.upper is not None:
        return progress_words.goal(standing, decimals)
    return wording.amount(standing.target, decimals)


@register.filter
def target_label(book: FigureInputs) -> str:
    """Return the heading of a goal: annual only where the plan is."""
    return progress_words.target_label(is_one_year=book.is_one_year)


@register.simple_tag
def need_in_words(standing: TargetProgress, need: Decimal | None, decimals: int) -> str:
    """Return the need of each period left; of a limit with nothing free, by how much it is exceeded."""
    if need is None:
        return wording.MISSING
    return need_words.used_up(standing, decimals) or wording.amount(need, decimals)


@register.filter
def need_label(standing: TargetProgress, kind: str) -> str:
    """Return the heading of what is left for each period."""
    return need_words.label(standing.bound, kind)


@register.inclusion_tag("tracker/bar.html")
def progress_bar(row: RegionProgress) -> dict[str, Any]:
    """Completion as a bar with a mark where the schedule stands, both on the basis that the gap rests on."""
    completion, schedule = row.standing.compared_completion, row.standing.compared_schedule
    words = {
        "completion": progress_words.compared_completion(row.standing),
        "schedule": progress_words.compared_schedule(row.standing),
    }
    return {
        "length": f"{min(max(completion or Decimal(0), Decimal(0)), BAR_END):.2f}",
        "schedule": f"{min(schedule, BAR_END):.2f}",
        "level": row.level.value if row.level else 0,
        "label": _("Completed %(completion)s, schedule %(schedule)s") % words,
    }
