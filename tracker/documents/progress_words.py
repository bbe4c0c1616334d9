"""Progress of a target in words: goal with its sign, rates, gap and level, with digits that agree with the verdict."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.levels import GradedBy
from tracker.calculation.progress import TargetProgress
from tracker.calculation.quantities import decimals_that_agree, round_half_up
from tracker.calculation.targets.kinds import Bound, Kind, Verdict
from tracker.documents import wording
from tracker.documents.official import in_full

#: What lies beyond this digit is the noise of a division.
NOISE = Decimal("1e-12")


def goal(standing: TargetProgress, decimals: int, *, is_approximate: bool = False) -> str:
    """Return the goal with its sign: "≥ 6,500.00", "≤ 1,200.00", "10–15"; of a change "fall ≥ 13.50%"."""
    if standing.target is None:
        return wording.MISSING
    figure = _goal_figure(standing.target, standing.kind, decimals)
    if is_approximate:
        figure = _("about %(value)s") % {"value": figure}
    if standing.bound is Bound.BETWEEN and standing.upper is not None:
        ends = {"low": figure, "high": _goal_figure(standing.upper, standing.kind, decimals)}
        signed = _("%(low)s–%(high)s") % ends
    else:
        signed = _signs()[standing.bound] % {"value": figure}
    if not standing.kind.is_change:
        return signed
    return (_("fall %(value)s") if standing.kind.is_fall else _("rise %(value)s")) % {"value": signed}


def _signs() -> dict[Bound, str]:
    return {
        Bound.AT_LEAST: _("≥ %(value)s"),
        Bound.MORE_THAN: _("> %(value)s"),
        Bound.AT_MOST: _("≤ %(value)s"),
        Bound.LESS_THAN: _("< %(value)s"),
        Bound.EXACTLY: _("= %(value)s"),
        Bound.BETWEEN: _("≥ %(value)s"),
        Bound.ALL_OF: _("all %(value)s"),
        Bound.REFERENCE: _("reference %(value)s"),
    }


def _goal_figure(value: Decimal, kind: Kind, decimals: int) -> str:
    return wording.rate(value) if kind.is_in_percent else wording.amount(value, decimals)


def goal_in_unit(value: Decimal | None, kind: Kind, unit: str, decimals: int) -> str:
    """Return a goal by itself with its unit: "6,500.00 10kt"; of a change "fall 13.50%"."""
    if value is None or not kind.is_change:
        return in_full(value, unit, decimals)
    figure = wording.rate(value) if kind.is_in_percent else in_full(value, unit, decimals)
    return (_("fall %(value)s") if kind.is_fall else _("rise %(value)s")) % {"value": figure}


def change_so_far(standing: TargetProgress, decimals: int) -> str:
    """Return the change against the base: "fall of 10.00%"; empty for a target that is no change.

    What should fall and has risen is a rise, not a fall of less than nothing.
    """
    if not standing.kind.is_change or standing.held is None:
        return ""
    figure = _goal_figure(abs(standing.held), standing.kind, decimals)
    is_fall = standing.kind.is_fall is (standing.held >= 0)
    words = _("so far a fall of %(change)s") if is_fall else _("so far a rise of %(change)s")
    return words % {"change": figure}


def cumulative(standing: TargetProgress, decimals: int) -> str:
    """Return the figure to date, with as many digits as tell it from the goal: 44.998 of 45 is not "45.00"."""
    value = standing.to_date.value
    if value is None or standing.kind.is_change:
        return wording.amount(value, decimals)
    limits = [limit for limit in (standing.target, standing.upper) if limit is not None]
    return wording.amount(value, decimals_that_agree(value, limits, decimals))


def completion(standing: TargetProgress) -> str:
    """Return the completion rate, with as many digits as tell it from 100 % and from the schedule."""
    value = standing.completion
    return wording.MISSING if value is None else _percent(value, rate_digits(standing))


def schedule(standing: TargetProgress) -> str:
    """Return the schedule rate, with the digits of the completion rate beside it."""
    return _percent(standing.schedule_rate, rate_digits(standing))


def rate_digits(standing: TargetProgress) -> int:
    """Return the decimals of completion and schedule rate, so that both tell which is the larger."""
    if standing.completion is None:
        return 2
    limits = [Decimal(100)]
    if standing.gap and not standing.is_provisional:
        limits.append(round_half_up(standing.schedule_rate, 8))
    return decimals_that_agree(standing.completion, limits, 2)


def compared_completion(standing: TargetProgress) -> str:
    """Return the completion rate that the gap is measured from: of the places that have reported, or of the whole."""
    value = standing.compared_completion
    return wording.MISSING if value is None else _percent(value, compared_digits(standing))


def compared_schedule(standing: TargetProgress) -> str:
    """Return the schedule rate on the same basis, with the digits of the completion rate beside it."""
    return _percent(standing.compared_schedule, compared_digits(standing))


def compared_digits(standing: TargetProgress) -> int:
    """Return the decimals of both rates, so that they tell which is the larger, as the gap does."""
    value = standing.compared_completion
    if value is None:
        return 2
    limits = [Decimal(100)]
    if standing.gap:
        limits.append(round_half_up(standing.compared_schedule, 8))
    return decimals_that_agree(value, limits, 2)


def is_rounded_apart(standing: TargetProgress) -> bool:
    """Return True if completion, schedule and gap, each as printed, do not subtract: each is rounded by itself.

    Example: 72.625 % at a schedule of 74.863 % prints 72.63 %, 74.86 % and -2.24 points.
    """
    value = standing.compared_completion
    if value is None or standing.gap is None:
        return False
    digits = compared_digits(standing)
    ahead = round_half_up(value, digits) - round_half_up(standing.compared_schedule, digits)
    exact = value - standing.compared_schedule
    printed = round_half_up(standing.gap, gap_digits(standing))
    # bounds other than a floor or a cap measure from another end: nothing is subtracted there
    is_difference = abs(abs(exact) - abs(standing.gap)) < NOISE
    return is_difference and abs(ahead) != abs(printed)


def rounding_note(standings: Iterable[TargetProgress | None]) -> list[str]:
    """Return the note beside a table in which printed figures do not subtract; nothing where all do."""
    if not any(is_rounded_apart(one) for one in standings if one is not None):
        return []
    return [_("Figures that do not subtract are rounded each by itself.")]


def _percent(value: Decimal, digits: int) -> str:
    return f"{round_half_up(value, digits):,f}%"


def gap(standing: TargetProgress) -> str:
    """Return the gap in points, signed, with as many digits as tell it from the bounds between levels."""
    value = standing.gap
    if value is None:
        return wording.MISSING
    rounded = round_half_up(value, gap_digits(standing))
    return f"{rounded:+,f}" if rounded else "0.00"


def gap_digits(standing: TargetProgress) -> int:
    """Return the decimals of the gap, so that it tells on which side of each bound it lies."""
    if standing.gap is None:
        return 2
    limits = [Decimal(0)]
    if standing.bounds.by is GradedBy.POINTS:
        limits += [standing.judged_by.level_two_below, standing.judged_by.level_one_below]
    return decimals_that_agree(standing.gap, limits, 2)


def level(standing: TargetProgress) -> str:
    """Return the level with its mark, and that it is provisional while returns are missing."""
    if standing.bound is Bound.REFERENCE:
        return pgettext("warning level", "Reference")
    if not standing.is_provisional:
        return wording.marked_level(standing.level)
    return wording.provisional_level(standing.level)


def level_name(standing: TargetProgress) -> str:
    """Return the level by name and meaning, for a sentence."""
    words = {"level": wording.level_name(standing.level), "meaning": wording.level_meaning(standing.level)}
    if standing.bound is Bound.REFERENCE:
        return pgettext("warning level", "Reference")
    if standing.level is None and standing.is_provisional:
        return _("not graded, because returns are missing")
    if standing.level is None and standing.verdict is Verdict.IMPOSSIBLE:
        return _("not graded: more than there are")
    found = _("%(level)s (%(meaning)s)") % words
    return provisional(found) if standing.is_provisional else found


def provisional(words: str) -> str:
    """Return a level's words, marked as resting on the places that have reported."""
    return pgettext("incomplete coverage", "%(level)s (provisional)") % {"level": words}


def basis(standing: TargetProgress) -> str:
    """Return what a provisional level rests on; empty for any other."""
    if not standing.is_provisional:
        return ""
    if standing.basis is None and standing.level is not None:
        return _("Provisional: earlier returns are missing (%(coverage)s verified). It changes no level.") % {
            "coverage": standing.to_date.coverage
        }
    if standing.basis is None:
        return _("Returns are missing, and the places that have reported have no joint target: no level is given.")
    words = {"places": len(standing.basis.places), "coverage": standing.to_date.coverage}
    return (
        _(
            "Provisional: judged on the %(places)s places that have reported, against their own share (%(coverage)s "
            "returns verified). It changes no level."
        )
        % words
    )


def basis_in_brief(standing: TargetProgress) -> str:
    """Return on how many places a provisional level rests, for a table whose notes explain it."""
    if not standing.is_provisional:
        return ""
    if standing.basis is None:
        return _("returns missing")
    return _("provisional, by %(places)s places") % {"places": len(standing.basis.places)}


def target_label(*, is_one_year: bool) -> str:
    """Return the heading of a goal: the annual target of a plan of one year, else the target."""
    return _("Annual target") if is_one_year else pgettext("heading", "Target")


def not_reported(standing: TargetProgress) -> str:
    """Return how much is missing from need, trend and forecast; empty where nothing is."""
    coverage = standing.to_date.coverage
    if coverage.present >= coverage.expected:
        return ""
    words = {"missing": coverage.expected - coverage.present, "all": coverage.expected}
    return (
        _("%(missing)s of %(all)s returns are not verified. Need, trend and forecast rest on those that are.") % words
    )
