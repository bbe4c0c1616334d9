"""The rules of reckoning as formulas of a workbook: the same result from the cells, to the last printed digit.

A binary fraction leaves noise in the seventeenth digit, which must not move a rank or a level: quotients are rounded
to twelve digits after the point and gaps to nine before anything is compared with them.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import GradedBy, Level, warning_level
from tracker.calculation.pace import Pace
from tracker.calculation.periods import months_between
from tracker.calculation.progress import TargetProgress
from tracker.calculation.quantities import round_half_up
from tracker.calculation.targets.terms import Terms
from tracker.documents import progress_words, wording
from tracker.documents.shape import Formula, MovedLevel, ProvisionalLevel, Value

#: Two rates that differ by less are the same: what is left is the noise of divisions.
NOISE = Decimal("1e-9")
COMPLETION, SCHEDULE = "{completion}", "{schedule}"


def completion(standing: TargetProgress, cumulative: str = "{cumulative}", target: str = "{target}") -> Value:
    """Completion rate = cumulative / target; of a change, which is no quotient of the two, as it stands."""
    if standing.completion is None or standing.kind.is_change:
        return standing.completion
    return Formula(f"ROUND({cumulative}/{target},12)", standing.completion, progress_words.rate_digits(standing))


def gap(standing: TargetProgress) -> Value:
    """Gap = completion rate - schedule rate, under a cap the reverse, in points, rounded once to what is printed.

    As it stands where other cells do not give it: on the basis of the places that reported, and past an upper end.
    """
    if standing.gap is None:
        return None
    digits = progress_words.gap_digits(standing)
    rounded = round_half_up(standing.gap, digits)
    found = f"ROUND({_gap(standing, COMPLETION, SCHEDULE)},{digits})" if _is_difference(standing) else ""
    return Formula(found, rounded, digits)


def level(
    standing: TargetProgress,
    *,
    is_brief: bool = False,
    then: Level | None = None,
    completion: str = COMPLETION,
    schedule: str = SCHEDULE,
) -> Value:
    """Return the warning level as a formula of the gap; as a plain value if the gap alone does not give it.

    A plain value also where there is no gap; None without a level. A brief level is shown with its change since `then`.
    A provisional one has no change.
    """
    if standing.is_provisional:
        return ProvisionalLevel(standing.level)
    if standing.level is None:
        return None
    shown = MovedLevel(standing.level, then) if is_brief and then else standing.level
    bounds = standing.judged_by
    measured = standing.gap if bounds.by is GradedBy.POINTS else standing.deviation
    by_due = bounds.by is GradedBy.DUE
    if not _is_difference(standing) or standing.level != warning_level(measured, bounds):
        return shown
    words = {each: wording.brief_level(each, then) if is_brief else wording.marked_level(each) for each in Level}
    found = _gap(standing, completion, schedule, by_due=by_due)
    return Formula(
        f'IF({found}>={bounds.level_two_below:f},"{words[Level.III]}",'
        f'IF({found}>={bounds.level_one_below:f},"{words[Level.II]}","{words[Level.I]}"))',
        shown,
    )


def growth(change: Decimal | None, this: str, base: str) -> Value:
    """环比 or 同比 of an amount: (this - base) / base."""
    return None if change is None else Formula(f"({this}-{base})/ABS({base})", change)


def schedule(book: FigureInputs, indicator: str, rate: Decimal) -> Value:
    """Return the schedule rate: 1 where all is due, or days or months elapsed over all; plain for any other curve."""
    if rate == 100:
        return Formula("1", rate)
    terms, on = book.terms.get(indicator, Terms()), book.periods[-1].ends_on
    if terms.pace is Pace.EVEN_BY_DAY:
        elapsed, whole = (on - book.starts_on).days + 1, (book.ends_on - book.starts_on).days + 1
    else:
        elapsed, whole = len(months_between(book.starts_on, on)), len(book_months(book))
    is_of_these = terms.pace in (Pace.EVEN_BY_DAY, Pace.EVEN_BY_MONTH) and elapsed <= whole
    if not is_of_these or Decimal(elapsed) / whole * 100 != rate:
        return rate
    return Formula(f"{elapsed}/{whole}", rate)


def schedule_notes(book: FigureInputs) -> list[str]:
    """Return what a reader who looks for the formulas must know."""
    if all(terms.pace is not Pace.POINTS for terms in book.terms.values()):
        return []
    return [_("Schedule rates by points are values, calculated from the points that the ministry set.")]


def book_months(book: FigureInputs) -> list[str]:
    """Return the codes of the plan's calendar months."""
    return [month.code for month in months_between(book.starts_on, book.ends_on)]


def balanced(left: str, right: str, difference: Decimal) -> Formula:
    """平 where two sums that must be equal are, to the last digit that is stored."""
    yes, no = wording.balanced(True), wording.balanced(False)
    return Formula(f'IF(ROUND({left}-{right},6)=0,"{yes}","{no}")', no if difference else yes)


def _gap(standing: TargetProgress, completion: str, schedule: str, *, by_due: bool = False) -> str:
    ahead = f"{schedule}-{completion}" if standing.bound.is_cap else f"{completion}-{schedule}"
    return f"ROUND(({ahead})/ABS({schedule})*100,9)" if by_due else f"ROUND(({ahead})*100,9)"


def _is_difference(standing: TargetProgress) -> bool:
    """Return True if the gap is the difference of the two rates beside it, and can be measured by what is due."""
    if standing.is_provisional or standing.gap is None or standing.completion is None:
        return False
    if standing.bounds.by is GradedBy.DUE and not standing.schedule_rate:
        return False
    ahead = standing.completion - standing.schedule_rate
    return abs(standing.gap - (-ahead if standing.bound.is_cap else ahead)) < NOISE
