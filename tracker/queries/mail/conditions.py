"""Conditions of a subscription's mail: a number of verified returns, and a figure that passes a bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Level
from tracker.calculation.quantities import decimals_that_agree
from tracker.documents import wording
from tracker.models import ExpectedReturn, MailThreshold, Period, Region, Return, Subscription, Target
from tracker.queries.figures.figures import Figures, RegionProgress
from tracker.queries.figures.own_periods import newest_periods

NOTHING_PASSED = gettext_noop("No figure has passed a bound of the subscription.")


@dataclass(frozen=True)
class Hold:
    """Number of returns or units that a subscription waits for, of those that are expected about a period."""

    verified: Coverage
    wanted: int
    counted: Subscription.Counted

    @property
    def needed(self) -> int:
        """Return the number to wait for: at most all that are expected."""
        return min(self.wanted, self.verified.expected)

    @property
    def is_met(self) -> bool:
        """Return True if enough are verified."""
        return self.verified.present >= self.needed

    def __str__(self) -> str:
        words = {"present": self.verified.present, "expected": self.verified.expected, "needed": self.needed}
        if self.counted == Subscription.Counted.UNITS:
            return _("%(present)s of %(expected)s units are verified, %(needed)s are waited for.") % words
        return _("%(present)s of %(expected)s returns are verified, %(needed)s are waited for.") % words


@dataclass(frozen=True)
class Crossing:
    """A bound that a figure has passed."""

    threshold: MailThreshold
    progress: RegionProgress

    def __str__(self) -> str:
        words = {
            "name": self.threshold.indicator,
            "region": self.progress.region,
            "value": _value(self.threshold, self.progress),
            "bound": _figure(self.threshold, self.threshold.bound, 2),
        }
        match self.threshold.measure:
            case MailThreshold.Measure.COMPLETION:
                return _("%(name)s, %(region)s: completion rate %(value)s, below %(bound)s") % words
            case MailThreshold.Measure.GAP:
                return _("%(name)s, %(region)s: gap %(value)s, below %(bound)s") % words
        return _("%(name)s, %(region)s: %(value)s, at or worse than %(bound)s") % words


def hold_of(subscription: Subscription, period: Period) -> Hold | None:
    """Return what a subscription's mail about a period waits for; None if it waits for no returns."""
    if subscription.hold_number is None:
        return None
    counted = Subscription.Counted(subscription.hold_counts)
    verified = verified_in(period, subscription.subject_region, counted)
    return Hold(verified, subscription.hold_number, counted)


def verified_in(period: Period, region: Region, counted: Subscription.Counted) -> Coverage:
    """Return how many returns of a region, or units with all their returns, are verified of those expected.

    The returns are those for the period and for the newest period of each other kind that the plan has.
    """
    rows: set[tuple[int, int, bool]] = set()
    for one in newest_periods(period):
        expected = ExpectedReturn.objects.filter(period=one).within_at(region, one).order_by()
        states = expected.values_list("unit", "unit_return__state")
        rows |= {(unit, one.pk, state == Return.State.VERIFIED) for unit, state in states}
    if counted == Subscription.Counted.UNITS:
        waiting = {unit for unit, _period, is_verified in rows if not is_verified}
        units = {unit for unit, _period, _is_verified in rows}
        return Coverage(len(units - waiting), len(units))
    return Coverage(sum(is_verified for _unit, _period, is_verified in rows), len(rows))


def crossings(subscription: Subscription, period: Period) -> list[Crossing]:
    """Return the bounds of a subscription that the verified figures of a period have passed.

    A figure without data passes none. While returns are missing, it is that of the places that have reported.
    """
    thresholds = list(subscription.thresholds.all())
    if not thresholds:
        return []
    figures = Figures(period)
    targets = {target.indicator_id: target for target in figures.targets}
    found = []
    for threshold in thresholds:
        target = targets.get(threshold.indicator_id)
        if target is not None:
            regions = _regions(figures, subscription, threshold, target)
            rows = [figures.standing_of(target, region) for region in regions]
            found += [Crossing(threshold, row) for row in rows if _is_passed(threshold, row)]
    return found


def reason_to_drop(subscription: Subscription, passed: Sequence[Crossing]) -> str:
    """Return why mail is not needed: it has bounds, and no figure has passed one. Empty where it is."""
    if passed or not subscription.thresholds.all():
        return ""
    return NOTHING_PASSED


def in_words(subscription: Subscription) -> list[str]:
    """Return what a subscription's mail waits for, a sentence each."""
    said = []
    if subscription.hold_number is not None:
        said.append(_hold_in_words(subscription))
    bounds = [bound_in_words(threshold) for threshold in subscription.thresholds.all()]
    if bounds:
        said.append(_("Only if one of these holds: %(bounds)s.") % {"bounds": wording.listed(bounds)})
    return said


def bound_in_words(threshold: MailThreshold) -> str:
    """Return a threshold with its indicator: "Coal gangue: completion rate below 70.00%"."""
    words = {"name": threshold.indicator, "bound": _figure(threshold, threshold.bound, 2)}
    match threshold.measure:
        case MailThreshold.Measure.COMPLETION:
            return _("%(name)s: completion rate below %(bound)s") % words
        case MailThreshold.Measure.GAP:
            return _("%(name)s: gap below %(bound)s") % words
    return _("%(name)s: at or worse than %(bound)s") % words


def _hold_in_words(subscription: Subscription) -> str:
    words = {"number": subscription.hold_number, "days": subscription.hold_days}
    if subscription.hold_counts == Subscription.Counted.UNITS:
        return _("It waits until %(number)s units are verified, at most %(days)s days.") % words
    return _("It waits until %(number)s returns are verified, at most %(days)s days.") % words


def _regions(figures: Figures, subscription: Subscription, threshold: MailThreshold, target: Target) -> list[Region]:
    region = subscription.subject_region
    wanted = [region, *figures.below(region)] if threshold.with_places else [region]
    return [one for one in wanted if one == figures.plan.region or figures.concerns(target, one)]


def _is_passed(threshold: MailThreshold, row: RegionProgress) -> bool:
    value = _measured(threshold, row)
    if value is None:
        return False
    return value <= threshold.bound if threshold.measure == MailThreshold.Measure.LEVEL else value < threshold.bound


def _measured(threshold: MailThreshold, row: RegionProgress) -> Decimal | None:
    match threshold.measure:
        case MailThreshold.Measure.COMPLETION:
            return row.standing.compared_completion
        case MailThreshold.Measure.GAP:
            return row.standing.gap
    return None if row.level is None else Decimal(row.level)


def _value(threshold: MailThreshold, row: RegionProgress) -> str:
    value = _measured(threshold, row)
    return wording.MISSING if value is None else _figure(threshold, value, _digits(value, threshold))


def _digits(value: Decimal, threshold: MailThreshold) -> int:
    """Return the decimals that tell a value from the bound: 69.998 is not "70.00"."""
    return decimals_that_agree(value, [threshold.bound], 2)


def _figure(threshold: MailThreshold, value: Decimal, digits: int) -> str:
    match threshold.measure:
        case MailThreshold.Measure.COMPLETION:
            return f"{wording.amount(value, digits)}%"
        case MailThreshold.Measure.GAP:
            return wording.signed(value, digits)
    return wording.level_name(Level(int(value)))
