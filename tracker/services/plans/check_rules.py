"""Setting the rules of checks: bounds that mean something, on indicators that they can hold for."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.calculation.balance import TERMS
from tracker.calculation.checks import Check, Severity
from tracker.calculation.rollup import Rollup
from tracker.models import CheckRule, Event, ExpectedRange, Indicator, UnitCapacity, User
from tracker.queries.errors import Refused
from tracker.queries.returns.checks import SHARE
from tracker.services.audit.configuration import recorded_values, save_configured
from tracker.services.audit.events import record_event
from tracker.services.plans.plan_document import Document, read_document
from tracker.services.plans.plan_loader import save_row

#: The checks that a new installation starts with.
DEFAULT_CHECKS = Path(settings.BASE_DIR) / "fixtures" / "checks.toml"
#: Checks of a change, whose bounds lie around zero.
CHANGES = (Check.MONTH_ON_MONTH, Check.YEAR_ON_YEAR)
AROUND_ZERO = (*CHANGES, Check.BALANCE)
#: Checks with one bound above: a percentage of the share, a number of spreads, things, periods.
ABOVE = (Check.SHARE, Check.RANGE, Check.JUMP, Check.REPEATED)
BOUNDED = (*AROUND_ZERO, Check.RATE, *ABOVE)


def check_rule(rule: CheckRule) -> None:
    """Raise Refused, with what is wrong at each field, where a rule could never speak or could not be understood."""
    wrong = {**_wrong_bounds(rule), **_wrong_indicator(rule)}
    if rule.kind == Check.MISSING and rule.severity not in (Severity.ERROR, Severity.WARNING):
        wrong["severity"] = _("An empty cell is no zero, and never goes unexplained: choose error or warning.")
    if wrong:
        raise Refused(_("This check cannot be made."), wrong)


def save_rule(rule: CheckRule, *, acting_user: User, now: datetime) -> None:
    """Set a rule."""
    check_rule(rule)
    save_configured(rule, acting_user=acting_user, now=now)


def check_range(expected: ExpectedRange) -> None:
    """Raise Refused where a usual range would never be compared with anything."""
    if expected.indicator.kind != Indicator.Kind.ENTERED:
        raise Refused(_("This range would not be used."), {"indicator": _("A usual range holds for what is entered.")})


def save_range(expected: ExpectedRange, *, acting_user: User, now: datetime) -> None:
    """Set the usual range of a unit's values."""
    check_range(expected)
    save_configured(expected, acting_user=acting_user, now=now)


def check_capacity(capacity: UnitCapacity) -> None:
    """Raise Refused where a capacity would never be compared with anything."""
    if not _is_amount(capacity.indicator):
        raise Refused(
            _("This capacity would not be used."),
            {"indicator": _("A capacity holds for what is entered and added up over the months.")},
        )


def save_capacity(capacity: UnitCapacity, *, acting_user: User, now: datetime) -> None:
    """Set what a unit can do of an indicator in a month."""
    check_capacity(capacity)
    save_configured(capacity, acting_user=acting_user, now=now)


@transaction.atomic
def load_checks(path: Path, *, now: datetime) -> list[CheckRule]:
    """Add the rules of a document that are not there yet, and return them; those that are stay as they are.

    Rules of indicators that are not there are passed over. Raises Refused naming each mistake's place.
    """
    document = read_document(path)
    indicators = {row.code: row for row in Indicator.objects.select_related("unit")}
    known = {(row.kind, row.indicator_id) for row in CheckRule.objects.all()}
    added = []
    for index, row in enumerate(document.rows("check")):
        if row["indicator"] and row["indicator"] not in indicators:
            continue
        rule = CheckRule(**{**row, "indicator": indicators.get(row["indicator"])})
        if (rule.kind, rule.indicator_id) not in known and _save_loaded(document, index, rule):
            added.append(rule)
    document.raise_mistakes()
    for rule in added:
        after = recorded_values(rule)
        record_event(Event.Action.CONFIGURED, acting_user=None, now=now, about=rule, after=after)
    return added


def load_first_checks(*, now: datetime) -> list[CheckRule]:
    """Load the checks of a new installation where there are none at all, so that a plan made by forms is checked too.

    Checks that a manager removed stay removed while any is left.
    """
    return [] if CheckRule.objects.exists() else load_checks(DEFAULT_CHECKS, now=now)


def _save_loaded(document: Document, index: int, rule: CheckRule) -> bool:
    if not save_row(document, "check", index, rule):
        return False
    try:
        check_rule(rule)
    except Refused as refusal:
        for key, text in refusal.fields.items():
            document.complain("check", index, key, text)
        return False
    return True


def _wrong_bounds(rule: CheckRule) -> Mapping[str, str]:
    low, high = rule.low, rule.high
    if rule.kind not in BOUNDED:
        there = [name for name, bound in (("low", low), ("high", high)) if bound is not None]
        return dict.fromkeys(there, _("This check knows no bounds; leave this empty."))
    if low is None and high is None and rule.kind != Check.BALANCE and rule.severity != Severity.OFF:
        return {"high": _("Enter at least one bound; without one the check never applies.")}
    if rule.kind in ABOVE:
        return _wrong_above(rule)
    if rule.kind not in AROUND_ZERO:
        return {}
    wrong = {}
    if low is not None and not Decimal(-100) <= low <= 0:
        wrong["low"] = _("Enter how far down is usual, as a figure from -100 to 0: -50 allows a fall by half.")
    if high is not None and high < 0:
        wrong["high"] = _("Enter how far up is usual, as 0 or more: 100 allows twice as much.")
    return wrong


def _wrong_above(rule: CheckRule) -> Mapping[str, str]:
    if rule.low is not None:
        return {"low": _("This check has an upper bound only; leave this empty.")}
    if rule.high is not None and rule.high <= 0:
        return {"high": _("Enter a number above zero.")}
    if rule.kind == Check.REPEATED and rule.high is not None and (rule.high < 2 or rule.high % 1):
        return {"high": _("Enter a whole number of periods, 2 or more.")}
    return {}


def _wrong_indicator(rule: CheckRule) -> Mapping[str, Any]:
    indicator = rule.indicator
    if indicator is None:
        return {}
    is_entered = indicator.kind == Indicator.Kind.ENTERED
    is_rate = indicator.unit.dimension == SHARE
    fits, why = {
        Check.PARTS: (indicator.kind != Indicator.Kind.RATIO, _("A rate contains no other indicators.")),
        Check.BALANCE: (
            indicator.code == TERMS["generated"],
            _("The balance is checked for the solid waste generated; leave this empty."),
        ),
        Check.FALLING: (
            is_entered and indicator.over_periods == Rollup.LATEST,
            _("Only a figure entered as a count to date (roll-up over periods: latest) can fall."),
        ),
        Check.RATE: (is_rate, _("This indicator is no rate: it is not counted in %.")),
        Check.FRACTION: (is_rate, _("This indicator is no rate: it is not counted in %.")),
        Check.WHOLE_NUMBER: (indicator.unit.is_countable, _("This indicator does not count whole things.")),
        Check.JUMP: (indicator.unit.is_countable, _("This indicator does not count whole things.")),
        Check.CAPACITY: (
            _is_amount(indicator),
            _("A capacity holds for what is entered and added up over the months."),
        ),
    }.get(Check(rule.kind), (is_entered, _("This indicator is calculated, not entered; set the check for its parts.")))
    return {} if fits else {"indicator": why}


def _is_amount(indicator: Indicator) -> bool:
    return indicator.kind == Indicator.Kind.ENTERED and indicator.over_periods == Rollup.SUM
