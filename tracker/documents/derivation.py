"""How a figure comes about, in words with the numbers it was reckoned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.levels import Bounds, Level
from tracker.calculation.pace import Pace
from tracker.calculation.periods import months_between
from tracker.calculation.progress import TargetProgress
from tracker.documents import wording


@dataclass(frozen=True)
class Term:
    """One input by its name."""

    name: str
    value: Decimal | None
    decimals: int = 2

    @property
    def figure(self) -> str:
        """As printed."""
        return wording.amount(self.value, self.decimals)


def sum_of_months(months: Sequence[Term], total: Term) -> str:
    """The cumulative as the sum of its months; "—" is a month without data, which adds nothing."""
    words = {"first": months[0].name, "last": months[-1].name, "sum": _added(months), "total": total.figure}
    return _("Cumulative, %(first)s to %(last)s = %(sum)s = %(total)s") % words


def latest_month(last: Term) -> str:
    """The cumulative of a stock: the period's own figure."""
    return _("Cumulative = the figure of %(month)s itself = %(value)s") % {"month": last.name, "value": last.figure}


def sum_of_parts(parts: Sequence[Term], total: Term) -> str:
    """A derived figure as its parts."""
    named = [_("%(name)s %(value)s") % {"name": part.name, "value": part.figure} for part in parts]
    return _("%(name)s = %(sum)s = %(total)s") % {"name": total.name, "sum": " + ".join(named), "total": total.figure}


def quotient(numerator: Term, denominator: Term, result: Term) -> str:
    """A rate as numerator over denominator, each rolled up before dividing."""
    words = {
        "name": result.name,
        "numerator": f"{numerator.name} {numerator.figure}",
        "denominator": f"{denominator.name} {denominator.figure}",
        "result": wording.rate(result.value),
    }
    return _("%(name)s = %(numerator)s ÷ %(denominator)s × 100%% = %(result)s") % words


def completion(standing: TargetProgress, decimals: int) -> str:
    """The completion rate; why there is none."""
    if standing.target is None:
        return _("No completion rate: no target is in force here.")
    if standing.to_date.value is None:
        return _("No completion rate: nothing is verified, and missing is not zero.")
    words = {
        "cumulative": wording.amount(standing.to_date.value, decimals),
        "target": wording.amount(standing.target, decimals),
        "rate": wording.rate(standing.completion),
    }
    return _("Completion rate = %(cumulative)s ÷ %(target)s × 100%% = %(rate)s") % words


def schedule(pace: Pace, starts_on: date, ends_on: date, on: date, rate: Decimal, *, is_rate: bool) -> str:
    """The schedule rate by the pace curve."""
    if is_rate:
        return _("Schedule rate = 100.00%: a rate is due in full at any time")
    words = {"rate": wording.rate(rate), "on": wording.day(on)}
    if pace is Pace.EVEN_BY_DAY:
        words |= {"elapsed": str((on - starts_on).days + 1), "all": str((ends_on - starts_on).days + 1)}
        return _("Schedule rate = %(elapsed)s days ÷ %(all)s days × 100%% = %(rate)s") % words
    if pace is Pace.EVEN_BY_MONTH:
        words |= {
            "elapsed": str(len(months_between(starts_on, on))),
            "all": str(len(months_between(starts_on, ends_on))),
        }
        return _("Schedule rate = %(elapsed)s months ÷ %(all)s months × 100%% = %(rate)s") % words
    return _("Schedule rate = %(rate)s: the curve's points, with straight lines between, on %(on)s") % words


def gap(standing: TargetProgress) -> str:
    """The gap; why there is none."""
    if standing.completion is None:
        return _("No gap: there is no completion rate.")
    if standing.gap is None:
        return _("No gap: nothing of this month is verified, and earlier months are not held to today's schedule.")
    words = {
        "completion": wording.rate(standing.completion),
        "schedule": wording.rate(standing.schedule_rate),
        "gap": wording.points(standing.gap),
    }
    return _("Gap = %(completion)s − %(schedule)s = %(gap)s points") % words


def level(bounds: Bounds, *, is_graded: bool) -> str:
    """The bounds between levels."""
    if not is_graded:
        return _("A reference level is stated by the plan, not set as a target: it is not graded.")
    words = {
        "one": wording.marked_level(Level.I),
        "two": wording.marked_level(Level.II),
        "three": wording.marked_level(Level.III),
        "upper": wording.points(bounds.level_two_below),
        "lower": wording.points(bounds.level_one_below),
    }
    return (
        _(
            "%(three)s: %(upper)s or more; %(two)s: %(lower)s to %(upper)s; %(one)s: below %(lower)s"
            " (completion − schedule, percentage points)"
        )
        % words
    )


def _added(terms: Sequence[Term]) -> str:
    return " + ".join(
        f"({term.figure})" if term.value is not None and term.value < 0 else term.figure for term in terms
    )
