"""Loading what a plan document says beside the plan itself: obligations, checks, ranges, mail."""

from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext as _

from tracker.models import (
    CheckRule,
    ExpectedRange,
    Indicator,
    Obligation,
    Plan,
    Region,
    Schedule,
    Subscription,
    UnitCapacity,
)
from tracker.queries.errors import Refused
from tracker.services.plans.check_rules import check_capacity, check_range, check_rule
from tracker.services.plans.plan_loader import PlanLoader, save_row


class SetupLoader:
    """Adds the rows that hang on a loaded plan; rows that the installation has already stay as they are."""

    def __init__(self, loaded: PlanLoader, plan: Plan, now: datetime) -> None:
        self.document, self.plan, self.now = loaded.document, plan, now
        self.regions: dict[str, Region] = loaded.regions
        self.indicators: dict[str, Indicator] = loaded.indicators
        self.units = loaded.units

    def load(self) -> None:
        """Add every row, or complain at its place."""
        self.load_obligations()
        self.load_ranges()
        self.load_checks()
        self.load_mail()

    def load_obligations(self) -> None:
        """Add the obligations; the expected returns follow when the plan's periods are opened."""
        for index, row in enumerate(self.document.rows("obligation")):
            named = self.named(row)
            save_row(self.document, "obligation", index, Obligation(plan=self.plan, **{**row, **named}))

    def load_ranges(self) -> None:
        """Add usual ranges and capacities where the unit and indicator have none."""
        for index, row in enumerate(self.document.rows("range")):
            named = self.named(row)
            if not ExpectedRange.objects.filter(**named).exists():
                expected = ExpectedRange(**{**row, **named})
                if self.allows("range", index, lambda one=expected: check_range(one)):
                    save_row(self.document, "range", index, expected)
        for index, row in enumerate(self.document.rows("capacity")):
            named = self.named(row)
            if not UnitCapacity.objects.filter(**named).exists():
                capacity = UnitCapacity(**{**row, **named})
                if self.allows("capacity", index, lambda one=capacity: check_capacity(one)):
                    save_row(self.document, "capacity", index, capacity)

    def load_checks(self) -> None:
        """Add the rules of checks where there is none of the kind for the indicator."""
        for index, row in enumerate(self.document.rows("check")):
            indicator = self.indicators.get(row["indicator"])
            if row["indicator"] and indicator is None:
                message = _("“%(name)s” is not defined.") % {"name": row["indicator"]}
                self.document.complain("check", index, "indicator", message)
            elif not CheckRule.objects.filter(kind=row["kind"], indicator=indicator).exists():
                rule = CheckRule(**{**row, "indicator": indicator})
                if save_row(self.document, "check", index, rule):
                    self.allows("check", index, lambda one=rule: check_rule(one))

    def load_mail(self) -> None:
        """Add schedules with their subscriptions; an outside address waits for its approval."""
        schedules: dict[str, Schedule] = {}
        for index, row in enumerate(self.document.rows("schedule")):
            at = read_time(row["time_of_day"])
            if at is None:
                self.document.complain("schedule", index, "time_of_day", _("Write the time of day as 08:30."))
                continue
            schedule = Schedule(plan=self.plan, **{**row, "time_of_day": at})
            if row["name"] in schedules:
                self.document.complain("schedule", index, "name", _("Another schedule has this name."))
            elif save_row(self.document, "schedule", index, schedule):
                schedules[row["name"]] = schedule
        for index, row in enumerate(self.document.rows("subscription")):
            if row["schedule"] in schedules:
                self.load_subscription(index, row, schedules[row["schedule"]])

    def load_subscription(self, index: int, row: dict[str, Any], schedule: Schedule) -> None:
        """Add one subscription with the indicators that it is about."""
        if row["audience"] == Subscription.Audience.PERSON:
            message = _("People are no part of a plan document. Subscribe them in the pages or by the workbook.")
            self.document.complain("subscription", index, "audience", message)
            return
        fields = {key: value for key, value in row.items() if key != "indicators"}
        regions = {key: self.regions.get(row[key]) for key in ("region", "place")}
        subscription = Subscription(**{**fields, **regions, "schedule": schedule, "active_from": self.now})
        if save_row(self.document, "subscription", index, subscription):
            subscription.indicators.set([self.indicators[code] for code in row["indicators"]])

    def named(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the unit and the indicator that a row names."""
        return {"unit": self.units[row["unit"]], "indicator": self.indicators[row["indicator"]]}

    def allows(self, table: str, index: int, check: Any) -> bool:
        """Return True if a check lets the row pass; complain at its fields otherwise."""
        try:
            check()
        except Refused as refusal:
            for field, message in (refusal.fields or {"": refusal.message}).items():
                self.document.complain(table, index, field, message)
            return False
        return True


def read_time(text: str) -> time | None:
    """Return a time of day written as 08:30; None for anything else."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007
    except ValueError:
        return None
