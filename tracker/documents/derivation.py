"""How a figure comes about, in words with the numbers it was reckoned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.levels import Bounds, GradedBy, Level
from tracker.calculation.pace import Pace
from tracker.calculation.periods import months_between
from tracker.calculation.progress import TargetProgress
from tracker.documents import progress_words, wording


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
    """Describe the cumulative as the sum of its months; "—" is a month without data, which adds nothing."""
    words = {"first": months[0].name, "last": months[-1].name, "sum": _added(months), "total": total.figure}
    return _("Cumulative, %(first)s to %(last)s = %(sum)s = %(total)s") % words


def latest_month(last: Term) -> str:
    """Describe the cumulative of a point-in-time indicator: the period's own figure."""
    return _("Cumulative = the figure of %(month)s itself = %(value)s") % {"month": last.name, "value": last.figure}


def sum_of_parts(parts: Sequence[Term], total: Term) -> str:
    """Describe a summed figure as the sum of its parts."""
    named = [_("%(name)s %(value)s") % {"name": part.name, "value": part.figure} for part in parts]
    return _("%(name)s = %(sum)s = %(total)s") % {"name": total.name, "sum": " + ".join(named), "total": total.figure}


def quotient(numerator: Term, denominator: Term, result: Term, scale: Decimal, *, is_percent: bool) -> str:
    """Describe a ratio as numerator over denominator, each aggregated before dividing, in the ratio's own unit."""
    words = {
        "name": result.name,
        "numerator": f"{numerator.name} {numerator.figure}",
        "denominator": f"{denominator.name} {denominator.figure}",
        "result": wording.rate(result.value) if is_percent else result.figure,
        "factor": f"{scale.normalize():f}",
    }
    if is_percent:
        return _("%(name)s = %(numerator)s ÷ %(denominator)s × 100%% = %(result)s") % words
    if scale == 1:
        return _("%(name)s = %(numerator)s ÷ %(denominator)s = %(result)s") % words
    return _("%(name)s = %(numerator)s ÷ %(denominator)s × %(factor)s = %(result)s") % words


def change(standing: TargetProgress, decimals: int) -> str:
    """Describe a change as the difference from its base value."""
    words = {
        "level": wording.amount(standing.to_date.value, decimals),
        "base": wording.amount(standing.base, decimals),
        "change": progress_words.change_so_far(standing, decimals),
    }
    if standing.held is None:
        return _("No change: there is no base value, or nothing is verified.")
    return _("%(level)s against the base value %(base)s: %(change)s") % words


def completion(standing: TargetProgress, decimals: int) -> str:
    """Describe the completion rate, or why there is none."""
    if standing.target is None:
        return _("No completion rate: no target is in force here.")
    if standing.to_date.value is None:
        return _("No completion rate: nothing is verified, and missing is not zero.")
    if standing.held is None:
        return _("No completion rate: without a base value of this place there is no change to compare.")
    if standing.completion is None:
        return _("No completion rate: a target of zero is met at zero and missed above it.")
    words = {
        "cumulative": progress_words.cumulative(standing, decimals),
        "target": wording.amount(standing.target, decimals),
        "rate": progress_words.completion(standing),
    }
    if standing.kind.is_change:
        words |= {"cumulative": amount_of_change(standing, standing.held, decimals)}
        words |= {"target": amount_of_change(standing, standing.target, decimals)}
    return _("Completion rate = %(cumulative)s ÷ %(target)s × 100%% = %(rate)s") % words


def amount_of_change(standing: TargetProgress, value: Decimal | None, decimals: int) -> str:
    """Return a change as printed: in % of its base, or in the indicator's own unit of measure."""
    return wording.rate(value) if standing.kind.is_in_percent else wording.amount(value, decimals)


def schedule(standing: TargetProgress, pace: Pace, starts_on: date, ends_on: date, on: date, decimals: int) -> str:
    """Describe the schedule rate by the curve: for a level, the line to it; for whole things, how many are due."""
    words = {"rate": progress_words.schedule(standing), "on": wording.day(on)}
    if standing.schedule_rate == 100:
        return _("Schedule rate = 100.00%: due in full")
    share = _elapsed(pace, starts_on, ends_on, on)
    if share and share[0] / Decimal(share[1]) * 100 == standing.schedule_rate:
        words |= {"elapsed": str(share[0]), "all": str(share[1])}
        if pace is Pace.EVEN_BY_DAY:
            return _("Schedule rate = %(elapsed)s days ÷ %(all)s days × 100%% = %(rate)s") % words
        return _("Schedule rate = %(elapsed)s months ÷ %(all)s months × 100%% = %(rate)s") % words
    if standing.due is not None and pace is not Pace.POINTS:
        words |= {
            "due": amount_of_change(standing, standing.due, decimals),
            "target": amount_of_change(standing, standing.target, decimals),
        }
        return _("Schedule rate = %(due)s due on %(on)s ÷ %(target)s × 100%% = %(rate)s") % words
    return _("Schedule rate = %(rate)s: the curve's points, with straight lines between, on %(on)s") % words


def _elapsed(pace: Pace, starts_on: date, ends_on: date, on: date) -> tuple[int, int] | None:
    if pace is Pace.EVEN_BY_DAY:
        return (on - starts_on).days + 1, (ends_on - starts_on).days + 1
    if pace is Pace.EVEN_BY_MONTH:
        return len(months_between(starts_on, on)), len(months_between(starts_on, ends_on))
    return None


def gap(standing: TargetProgress, decimals: int) -> str:
    """Describe the gap, or why there is none, and the regions it is based on while returns are missing."""
    if standing.is_provisional and (standing.basis is not None or standing.gap is None):
        return _on_basis(standing, decimals)
    if standing.completion is None:
        return _("No gap: there is no completion rate.")
    if standing.gap is None:
        return _("No gap: nothing of this month is verified, and earlier months are not held to today's schedule.")
    words = {
        "completion": progress_words.completion(standing),
        "schedule": progress_words.schedule(standing),
        "gap": progress_words.gap(standing),
    }
    if standing.bound.is_cap:
        line = _("Gap = %(schedule)s − %(completion)s = %(gap)s points: under a cap less is better") % words
    else:
        line = _("Gap = %(completion)s − %(schedule)s = %(gap)s points") % words
    return rounded(line) if progress_words.is_rounded_apart(standing) else line


def rounded(line: str) -> str:
    """Mark a difference whose printed figures do not subtract."""
    return _("%(line)s (each figure is rounded by itself)") % {"line": line}


def _on_basis(standing: TargetProgress, decimals: int) -> str:
    """Describe the gap on the basis of the regions whose returns are complete."""
    if standing.basis is None or standing.gap is None:
        return progress_words.basis(standing)
    words = {
        "places": len(standing.basis.places),
        "figure": wording.amount(standing.basis.figure, decimals),
        "share": amount_of_change(standing, standing.basis.goal, decimals),
        "gap": progress_words.gap(standing),
        "completion": progress_words.compared_completion(standing),
        "schedule": progress_words.compared_schedule(standing),
    }
    if standing.basis.completion is None:
        return (
            _(
                "Gap = %(gap)s points (provisional): the %(places)s places that have reported have %(figure)s, "
                "against their own share of %(share)s"
            )
            % words
        )
    if standing.bound.is_cap:
        words |= {"completion": words["schedule"], "schedule": words["completion"]}
    line = (
        _(
            "Gap = %(completion)s − %(schedule)s = %(gap)s points (provisional): the %(places)s places that have "
            "reported have %(figure)s, against their own share of %(share)s"
        )
        % words
    )
    return rounded(line) if progress_words.is_rounded_apart(standing) else line


def level(bounds: Bounds, *, is_graded: bool) -> str:
    """Describe the bounds between levels."""
    if not is_graded:
        return _("A reference level is stated by the plan, not set as a target: it is not graded.")
    words = {
        "one": wording.marked_level(Level.I),
        "two": wording.marked_level(Level.II),
        "three": wording.marked_level(Level.III),
        "upper": wording.points(bounds.level_two_below),
        "lower": wording.points(bounds.level_one_below),
    }
    if bounds.by is GradedBy.DUE:
        return (
            _(
                "%(three)s at a gap of %(upper)s%% of what is due or above; %(two)s below that, down to "
                "%(lower)s%%; %(one)s lower still"
            )
            % words
        )
    return (
        _(
            "%(three)s: %(upper)s or more; %(two)s: %(lower)s to %(upper)s; %(one)s: below %(lower)s"
            " (completion − schedule, percentage points)"
        )
        % words
    )


def band(standing: TargetProgress) -> list[str]:
    """Return the line on bounds that the level before moved; empty where the bounds are those set."""
    if standing.level is None or standing.judged_by == standing.bounds:
        return []
    words = {
        "upper": wording.points(standing.bounds.level_two_below),
        "lower": wording.points(standing.bounds.level_one_below),
    }
    return [
        _(
            "The bounds set are %(upper)s and %(lower)s. The gap lies within the band around one of them, so the level "
            "of the period before moves them by the band."
        )
        % words
    ]


def _added(terms: Sequence[Term]) -> str:
    return " + ".join(
        f"({term.figure})" if term.value is not None and term.value < 0 else term.figure for term in terms
    )
