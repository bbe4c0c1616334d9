"""Importing who owes what as a grid, checks, usual ranges, capacities, and subscriptions."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tracker.models import (
    CheckRule,
    Entry,
    ExpectedRange,
    Indicator,
    Obligation,
    Plan,
    ReportingUnit,
    Schedule,
    Subscription,
    UnitCapacity,
)
from tracker.models.access import Capability
from tracker.queries.errors import Refused
from tracker.queries.imports.setup_workbook.choices import codes_by_word, plain
from tracker.queries.imports.setup_workbook.read import GridCell, SetupRow
from tracker.queries.plans.threshold_text import threshold_texts
from tracker.services.audit.configuration import create_configured
from tracker.services.imports.setup_workbook.lookup import Unknown
from tracker.services.imports.setup_workbook.plans import mark_changed, relate
from tracker.services.imports.setup_workbook.run import REMOVED, SAME, RowIsWrong, SetupRun
from tracker.services.mail.subscriptions import check_copies, save_subscription
from tracker.services.plans.check_rules import check_rule, save_capacity, save_range, save_rule
from tracker.services.plans.obligations import (
    check_new_obligation,
    delete_obligation,
    require_typed,
    store_obligation,
    units_that_submitted,
)
from tracker.services.plans.setup_loader import read_time
from tracker.services.plans.threshold_rows import put_thresholds
from tracker.uploads.faults import Fault

#: A frequency, and perhaps days from and until which it holds: "月 2020-03-01~2020-09-30".
CELL = re.compile(
    r"(?P<frequency>.*?)\s*(?P<begins>\d{4}-\d\d-\d\d)?\s*(?P<tilde>[~～至])?\s*(?P<ends>\d{4}-\d\d-\d\d)?\s*"
)


class NewObligations:
    """New obligations of an import. Those of units that have submitted nothing are created together at its end."""

    def __init__(self, run: SetupRun) -> None:
        self.run = run
        self.first: SetupRow | None = None
        self.waiting: list[Obligation] = []
        self._submitting: dict[int, set[int]] = {}
        self._typed: set[int] = set()

    def go_together(self, obligation: Obligation) -> bool:
        """Return True if the unit has submitted no return of the plan: its new obligation then concerns none."""
        plan = obligation.plan
        if plan.pk not in self._submitting:
            self._submitting[plan.pk] = units_that_submitted(plan)
        return obligation.unit_id not in self._submitting[plan.pk]

    def take(self, row: SetupRow) -> Callable[[Obligation], None]:
        """Return what checks an obligation, and keeps it for `store`."""

        def keep(obligation: Obligation) -> None:
            if obligation.indicator_id not in self._typed:
                require_typed(obligation.plan, obligation.indicator)
                self._typed.add(obligation.indicator_id)
            check_new_obligation(obligation, now=self.run.now)
            self.first = self.first or row
            self.waiting.append(obligation)

        return keep

    def store(self) -> None:
        """Create them."""
        if self.first is not None:
            user, now = self.run.user, self.run.now
            self.run.create(self.first, lambda: create_configured(self.waiting, acting_user=user, now=now))


def import_obligations(run: SetupRun) -> None:
    """Set who reports which indicator how often. What an emptied cell ends must not have been reported."""
    words = codes_by_word()["frequency"]
    indicators: dict[str, Indicator | None] = {}
    stored: dict[tuple[int, int], Obligation] | None = None
    seen: dict[tuple[int, int], GridCell] = {}
    units: dict[object, ReportingUnit] = {}
    new = NewObligations(run)
    for cell in run.read.grids.get("obligation", []):
        known_unit, known_indicator = units.get(cell.row.values["unit"]), indicators.get(cell.column.indicator)
        if not cell.text and known_unit and known_indicator and stored is not None:
            key = known_unit.pk, known_indicator.pk  # most cells are empty, and most stay so
            if key not in stored and seen.setdefault(key, cell) is cell:
                continue
        row = SetupRow("obligation", cell.row.sheet, cell.row.number, cell.row.values, cell.row.cells)
        with run.each(row, is_written=False):
            plan = run.needs_plan(row)
            if stored is None:
                found = Obligation.objects.filter(plan=plan).select_related("plan", "unit", "indicator")
                stored = {(one.unit_id, one.indicator_id): one for one in found}
            unit = units[cell.row.values["unit"]] = run.find(row, "unit", "reporting_unit")
            if cell.column.indicator not in indicators:
                indicators[cell.column.indicator] = _indicator(run, cell)
            indicator = indicators[cell.column.indicator]
            if indicator is None:
                continue
            other = seen.setdefault((unit.pk, indicator.pk), cell)
            if other is not cell:
                message = _("This unit and indicator stand in %(cell)s too. Keep one of the two.")
                run.at_cell(cell, message % {"cell": other.cell})
                continue
            known = stored.get((unit.pk, indicator.pk))
            _import_obligation(run, cell, known or Obligation(plan=plan, unit=unit, indicator=indicator), words, new)
    new.store()


def _indicator(run: SetupRun, cell: GridCell) -> Indicator | None:
    try:
        indicator: Indicator = run.lookup.find("indicator", cell.column.indicator)
    except Unknown as unknown:
        run.faults.append(Fault("said", cell.row.sheet, cell.heading_cell, {"text": str(unknown)}))
        return None
    return indicator


def _import_obligation(
    run: SetupRun,
    cell: GridCell,
    obligation: Obligation,
    words: dict[str, str],
    new: NewObligations,
) -> None:
    row = SetupRow("obligation", cell.row.sheet, cell.row.number, {}, {"": cell.cell})
    indicator, label = obligation.indicator, f"{obligation.unit} · {obligation.indicator}"
    is_new = obligation.pk is None
    with run.each(row, is_written=not (is_new and new.go_together(obligation))):
        if not cell.text:
            if not is_new:
                _remove(run, row, obligation, label)
            return
        frequency, begins, ends = _read(run, cell, words)
        if indicator.kind != Indicator.Kind.ENTERED:
            run.complain(row, "", _("“%(indicator)s” is calculated and not reported.") % {"indicator": indicator})
            return
        values = {
            "frequency": frequency,
            "begins": begins or obligation.begins,
            "ends": ends or (None if begins else obligation.ends),
        }
        store = partial(store_obligation, acting_user=run.user, now=run.now)
        run.put(
            row,
            obligation,
            values,
            new.take(row) if is_new and new.go_together(obligation) else store,
            label=label,
            excluded=("plan", "unit", "indicator"),  # they were just found, and nothing else is stored for them
            asks_database=False,
        )


def _remove(run: SetupRun, row: SetupRow, obligation: Obligation, label: str) -> None:
    reported = Entry.objects.filter(
        unit_return__unit=obligation.unit, unit_return__period__plan=obligation.plan, indicator=obligation.indicator
    )
    if reported.exists():
        message = _("This was reported already and cannot be removed. Give it a last day: “%(example)s”.")
        example = f"{obligation.get_frequency_display()} ~{obligation.plan.ends_on}"
        run.complain(row, "", message % {"example": example})
        return
    details = [{"label": label, "before": obligation.get_frequency_display(), "after": "—"}]
    delete_obligation(obligation, acting_user=run.user, now=run.now)
    run.note(row, REMOVED, label, details)


def _read(run: SetupRun, cell: GridCell, words: dict[str, str]) -> tuple[str, date | None, date | None]:
    """Return the frequency with its days."""
    match = CELL.fullmatch(cell.text)
    frequency = words.get(plain(match["frequency"])) if match else None
    if match is None or frequency is None:
        choices = _("; ").join(str(label) for _code, label in Obligation._meta.get_field("frequency").flatchoices)
        message = _("“%(text)s” is not a frequency. Write one of: %(choices)s")
        run.at_cell(cell, message % {"text": cell.text[:40], "choices": choices})
        raise RowIsWrong
    begins, ends = match["begins"], match["ends"]
    try:
        return frequency, date.fromisoformat(begins) if begins else None, date.fromisoformat(ends) if ends else None
    except ValueError:
        run.at_cell(cell, _("“%(text)s” is not a date. Write it as 2020-07-01.") % {"text": cell.text[:40]})
        raise RowIsWrong from None


def import_checks(run: SetupRun) -> None:
    """Add or change rules of checks."""
    for row in run.rows("check"):
        with run.each(row):
            indicator = run.find(row, "indicator", "indicator")
            stored = CheckRule.objects.filter(kind=row.values["kind"], indicator=indicator).first()
            rule = stored or CheckRule(kind=row.values["kind"], indicator=indicator)
            values = {name: row.values[name] for name in ("severity", "low", "high")}
            saved = run.put(
                row, rule, values, lambda one: save_rule(one, acting_user=run.user, now=run.now), check=check_rule
            )
            if saved != SAME:
                run.require_scope(row, run.manages_common())


def import_ranges(run: SetupRun) -> None:
    """Add or change usual ranges and capacities of units."""
    _import_of_units(run, "range", ExpectedRange, ("low", "high", "basis"), save_range)
    _import_of_units(run, "capacity", UnitCapacity, ("per_month", "basis"), save_capacity)


def _import_of_units(
    run: SetupRun, table: str, model: Any, names: tuple[str, ...], save: Callable[..., object]
) -> None:
    for row in run.rows(table):
        with run.each(row):
            unit = run.find(row, "unit", "reporting_unit")
            indicator = run.find(row, "indicator", "indicator")
            stored = model.objects.filter(unit=unit, indicator=indicator).first()
            instance = stored or model(unit=unit, indicator=indicator)
            values = {name: row.values[name] for name in names}
            change = run.put(row, instance, values, lambda one: save(one, acting_user=run.user, now=run.now))
            if change != SAME:
                run.require_scope(row, run.manages_region(unit.region), "unit")


def import_mail(run: SetupRun) -> None:
    """Add or change schedules of mail and who gets what they send."""
    for row in run.rows("schedule"):
        with run.each(row):
            plan = _mail_plan(run, row)
            at = read_time(row.values["time_of_day"])
            if at is None:
                run.complain(row, "time_of_day", _("Write the time of day as 08:30."))
                continue
            stored = run.lookup.get("schedule", row.values["name"])
            schedule = stored or Schedule(plan=plan, name=row.values["name"])
            values = {name: row.values[name] for name in ("when", "number", "is_active")}
            run.put(row, schedule, {**values, "time_of_day": at})
            run.lookup.add("schedule", schedule)
    for row in run.rows("subscription"):
        with run.each(row, {"audience": "user"}):
            _import_subscription(run, row)


def _mail_plan(run: SetupRun, row: SetupRow) -> Plan:
    if run.plan is None:
        return run.needs_plan(row)
    run.require_scope(row, run.manages_plan(Capability.MANAGE_MAIL))
    return run.plan


def _import_subscription(run: SetupRun, row: SetupRow) -> None:
    plan = _mail_plan(run, row)
    kinds = Subscription.Audience
    given = [row.values["user"], row.values["role"], row.values["address"]]
    if sum(map(bool, given)) != 1 or bool(row.values["role"]) != bool(row.values["region"]):
        run.complain(row, "user", _("Name a person, or a role with its region, or an outside address: one."))
        raise RowIsWrong
    audience = kinds.PERSON if given[0] else kinds.ROLE if given[1] else kinds.OUTSIDE
    indicators = run.find_all(row, "indicators", "indicator")
    place = run.find(row, "place", "region")
    about = row.values["about"]
    if (about == Subscription.About.INDICATORS) != bool(indicators):
        message = _("Choose indicators if, and only if, the mail is about chosen indicators.")
        run.complain(row, "indicators", message)
        raise RowIsWrong
    if place and not place.path.startswith(plan.region.path):
        run.complain(row, "place", _("This place lies outside the plan's region."))
        raise RowIsWrong
    who = {
        "schedule": run.find(row, "schedule", "schedule"),
        "audience": audience,
        "user": run.find(row, "user", "person"),
        "role": row.values["role"],
        "region": run.find(row, "region", "region"),
        "address": row.values["address"],
    }
    what = {"about": about, "place": place}
    stored = Subscription.objects.filter(**who, **what).first()
    subscription = stored or Subscription(**who, **what, active_from=run.now)
    copies = run.find_all(row, "copies_to", "person")
    try:
        check_copies(Subscription(**who, **what), copies)
    except Refused as refused:
        run.complain(row, "copies_to", refused.message)
        raise RowIsWrong from None
    names = ("language", "attached", "hold_number", "hold_counts", "hold_days", "is_active")
    values = {name: row.values[name] for name in names}
    run.put(
        row,
        subscription,
        values,
        lambda one: save_subscription(one, acting_user=run.user, now=run.now),
    )
    relate(run, row, subscription, {"indicators": indicators, "copies_to": copies})
    _import_thresholds(run, row, subscription)


def _import_thresholds(run: SetupRun, row: SetupRow, subscription: Subscription) -> None:
    """Let the subscription have the row's thresholds, and note that it changed."""
    before, after = threshold_texts(subscription), list(row.values["thresholds"])
    if sorted(before) == sorted(after):
        return
    try:
        put_thresholds(subscription, after)
    except Refused as refused:
        run.complain(row, "thresholds", refused.message)
        raise RowIsWrong from None
    if sorted(before) != sorted(threshold_texts(subscription)):
        mark_changed(run, row)
