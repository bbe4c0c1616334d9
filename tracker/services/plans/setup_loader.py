"""Loading what a plan document says beside the plan itself: obligations, checks, ranges, mail."""

from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext as _

from tracker.models import (
    CheckRule,
    EarlierRegion,
    EarlierUnitName,
    ExpectedRange,
    Indicator,
    NameAlias,
    Obligation,
    Plan,
    Region,
    Schedule,
    Subscription,
    UnitCapacity,
    User,
)
from tracker.queries.errors import Refused
from tracker.queries.imports.past_values.names import plain
from tracker.queries.mail.obstacles import out_of_scope
from tracker.services.plans.check_rules import check_capacity, check_range, check_rule
from tracker.services.plans.earlier_states import arrange_earlier_regions, check_earlier, follow_earlier_names
from tracker.services.plans.link_loader import load_links
from tracker.services.plans.people_loader import load_people, not_defined
from tracker.services.plans.plan_loader import PlanLoader, save_row
from tracker.services.plans.threshold_rows import put_thresholds


class SetupLoader:
    """Adds the rows that hang on a loaded plan; rows that the installation has already stay as they are."""

    def __init__(self, loaded: PlanLoader, plan: Plan, now: datetime, *, acting_user: User | None = None) -> None:
        self.document, self.plan, self.now, self.acting_user = loaded.document, plan, now, acting_user
        self.regions: dict[str, Region] = loaded.regions
        self.indicators: dict[str, Indicator] = loaded.indicators
        self.units = loaded.units

    def load(self) -> None:
        """Add every row, or complain at its place."""
        self.load_names()
        load_people(self.document, self.plan, self.regions, self.units, now=self.now)
        self.load_obligations()
        load_links(self.document, self.plan, self.indicators, acting_user=self.acting_user, now=self.now)
        self.load_ranges()
        self.load_checks()
        self.load_mail()

    def load_names(self) -> None:
        """Add earlier states of regions and units, and other names, where there are none of the day or the name."""
        regions: list[EarlierRegion] = []
        for index, row in enumerate(self.document.rows("earlier")):
            if bool(row["region"]) == bool(row["unit"]):
                self.document.complain("earlier", index, "region", _("Name a region or a reporting unit."))
            elif row["unit"]:
                self._load_earlier_name(index, row)
            else:
                regions += self._load_earlier_region(index, row)
        self.document.raise_mistakes()
        try:
            arrange_earlier_regions(regions)
        except Refused as refusal:
            self.document.complain("earlier", 0, "part_of", " ".join(refusal.fields.values()))
        for index, row in enumerate(self.document.rows("alias")):
            of: dict[str, dict[str, Any]] = {"region": self.regions, "unit": self.units, "indicator": self.indicators}
            named = {key: known.get(row[key]) for key, known in of.items()}
            if not NameAlias.objects.filter(name=plain(row["name"]), **named).exists():
                alias = NameAlias(name=plain(row["name"]), added_at=self.now, **named)
                save_row(self.document, "alias", index, alias)

    def _load_earlier_name(self, index: int, row: dict[str, Any]) -> None:
        unit, names = self.units[row["unit"]], {key: row[key] for key in ("until", "name", "name_en")}
        if not unit.earlier_names.filter(until=row["until"]).exists():
            earlier = EarlierUnitName(unit=unit, recorded_at=self.now, **names)
            self.allows("earlier", index, lambda: check_earlier(earlier, self.now))
            save_row(self.document, "earlier", index, earlier)
            follow_earlier_names([unit])

    def _load_earlier_region(self, index: int, row: dict[str, Any]) -> list[EarlierRegion]:
        region, names = self.regions[row["region"]], {key: row[key] for key in ("until", "name", "name_en")}
        if region.earlier.filter(until=row["until"]).exists():
            return []
        above = self.regions.get(row["part_of"]) if row["part_of"] else region.parent
        earlier = EarlierRegion(region=region, parent=above, level=row["level"] or region.level, **names)
        earlier.path, earlier.recorded_at = region.path, self.now
        is_right = self.allows("earlier", index, lambda: check_earlier(earlier, self.now))
        return [earlier] if is_right and save_row(self.document, "earlier", index, earlier) else []

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
        named = {*row["copies_to"], *([row["user"]] if row["user"] else [])}
        people = {one.username: one for one in User.objects.filter(username__in=named)}
        for field in ("user", "copies_to"):
            for name in [row[field]] if isinstance(row[field], str) else row[field]:
                if name and name not in people:
                    self.document.complain("subscription", index, field, not_defined(name))
        if named - people.keys():
            return
        lists = ("indicators", "copies_to", "thresholds")
        fields = {**{key: value for key, value in row.items() if key not in lists}, "user": people.get(row["user"])}
        regions = {key: self.regions.get(row[key]) for key in ("region", "place")}
        subscription = Subscription(**{**fields, **regions, "schedule": schedule, "active_from": self.now})
        if save_row(self.document, "subscription", index, subscription):
            subscription.indicators.set([self.indicators[code] for code in row["indicators"]])
            copied = [people[name] for name in row["copies_to"]]
            for one in out_of_scope(subscription, copied):
                told = _("%(person)s may not read the figures of %(region)s.")
                words = {"person": one.username, "region": subscription.subject_region}
                self.document.complain("subscription", index, "copies_to", told % words)
            subscription.copies_to.set(copied)
            self.allows("subscription", index, lambda: put_thresholds(subscription, row["thresholds"]))

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
