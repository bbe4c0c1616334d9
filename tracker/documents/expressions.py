"""The rules of reckoning as formulas of a workbook: the same result from the cells, to the last printed digit.

A binary fraction leaves noise in the seventeenth digit, which must not move a rank or a level: quotients are rounded
to twelve digits after the point and gaps to nine before anything is compared with them.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Bounds, Level, warning_level
from tracker.calculation.pace import Pace
from tracker.calculation.periods import months_between
from tracker.calculation.progress import TargetProgress
from tracker.calculation.quantities import round_half_up
from tracker.calculation.targets.terms import Terms
from tracker.documents import wording
from tracker.documents.shape import Formula, MovedLevel, Value

COMPLETION, SCHEDULE = "{completion}", "{schedule}"


def completion(standing: TargetProgress, cumulative: str = "{cumulative}", target: str = "{target}") -> Value:
    """Completion rate = cumulative / target."""
    if standing.completion is None:
        return None
    return Formula(f"ROUND({cumulative}/{target},12)", standing.completion)


def gap(standing: TargetProgress) -> Value:
    """Gap = completion rate - schedule rate, in percentage points, rounded once to what is printed."""
    if standing.gap is None:
        return None
    return Formula(f"ROUND({_gap(COMPLETION, SCHEDULE)},2)", round_half_up(standing.gap, 2))


def level(
    standing: TargetProgress,
    bounds: Bounds,
    *,
    is_brief: bool = False,
    then: Level | None = None,
    completion: str = COMPLETION,
    schedule: str = SCHEDULE,
) -> Value:
    """The warning level by the gap; as it stands where another yardstick decided it, and where there is none.

    A brief one is shown with the way it moved since `then`.
    """
    if standing.level is None:
        return None
    shown = MovedLevel(standing.level, then) if is_brief and then else standing.level
    if standing.level != warning_level(standing.gap, bounds):
        return shown
    words = {each: wording.brief_level(each, then) if is_brief else wording.marked_level(each) for each in Level}
    found = _gap(completion, schedule)
    return Formula(
        f'IF({found}>={bounds.level_two_below:f},"{words[Level.III]}",'
        f'IF({found}>={bounds.level_one_below:f},"{words[Level.II]}","{words[Level.I]}"))',
        shown,
    )


def growth(change: Decimal | None, this: str, base: str) -> Value:
    """环比 or 同比 of an amount: (this - base) / base."""
    return None if change is None else Formula(f"({this}-{base})/ABS({base})", change)


def schedule(book: FigureInputs, indicator: str, rate: Decimal) -> Value:
    """The schedule rate by the pace curve: days or months elapsed over all; as it stands where it is another curve."""
    if book.is_rate(indicator):
        return Formula("1", rate)
    terms, on = book.terms.get(indicator, Terms()), book.periods[-1].ends_on
    if terms.pace is Pace.EVEN_BY_DAY and on < book.ends_on:
        return Formula(f"{(on - book.starts_on).days + 1}/{(book.ends_on - book.starts_on).days + 1}", rate)
    if terms.pace is Pace.EVEN_BY_MONTH and on < book.ends_on and _ends_month(on) and book.starts_on.day == 1:
        return Formula(f"{len(months_between(book.starts_on, on))}/{len(book_months(book))}", rate)
    return rate


def schedule_notes(book: FigureInputs) -> list[str]:
    """What a reader who looks for the formulas must know."""
    if all(terms.pace is not Pace.POINTS for terms in book.terms.values()):
        return []
    return [_("Schedule rates by points are values, reckoned from the points that the ministry set.")]


def book_months(book: FigureInputs) -> list[str]:
    """The codes of the plan's calendar months."""
    return [month.code for month in months_between(book.starts_on, book.ends_on)]


def balanced(left: str, right: str, difference: Decimal) -> Formula:
    """平 where two sums that must be equal are, to the last digit that is stored."""
    yes, no = wording.balanced(True), wording.balanced(False)
    return Formula(f'IF(ROUND({left}-{right},6)=0,"{yes}","{no}")', no if difference else yes)


def _gap(completion: str, schedule: str) -> str:
    return f"ROUND(({completion}-{schedule})*100,9)"


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
