"""Demonstration data: a split to cities and nine months of returns, generated and marked as such.

The plan gives no split and no monthly figures, so none of this is the plan's. It goes through the same services
as a person's work, with the times it would have had.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from django.db import transaction
from django.utils.functional import cached_property

from tracker.calculation.checks import Severity
from tracker.models import (
    Allocation,
    Indicator,
    Membership,
    Obligation,
    Period,
    Plan,
    Region,
    ReportingUnit,
    Return,
    Role,
    Target,
    User,
    ValueRevision,
)
from tracker.queries.returns.checks import check_return
from tracker.services import returns
from tracker.services.audit.keep_rules import issued_moment, keep_terms
from tracker.services.plans.demonstration_lists import LISTED, ListGenerator, Reporting
from tracker.services.returns.expected import update_expected

SEED = 2020
#: People work by day.
OPENS = 9
MONTHS = 9
#: So long after the last month with returns the demonstration is shown: its deadline has just passed.
SHOWN_AFTER = timedelta(days=15)
#: How large each city's share is, and how well it keeps pace: invented, so that every level shows.
CITIES = {
    "140100": (11, "1.06"),
    "140200": (9, "0.99"),
    "140300": (6, "0.80"),
    "140400": (12, "1.04"),
    "140500": (11, "0.95"),
    "140600": (13, "1.10"),
    "140700": (8, "0.91"),
    "140800": (7, "1.01"),
    "140900": (6, "0.86"),
    "141000": (8, "1.03"),
    "141100": (9, "0.97"),
}
#: The last month is the interesting one: two cities have not reported, one was late, one was sent back.
MISSING = ("140900", "141100")
LATE = "140300"
SENT_BACK = "141000"
#: Its coal gangue that month is out of line, so that a check has something to say.
JUMP = ("coal_gangue_utilised", Decimal("2.5"))
SENT_BACK_COMMENT = "演示：请核对煤矸石数据的口径后重新上报。"
ODD_NOTE = "演示数据：由程序生成，未经核实。"
#: The two terms of a reference level have no target of their own; these are their yearly amounts, invented too.
YEARLY_WITHOUT_TARGET = {
    "building_materials_used": Decimal(6700),
    "gangue_power_generated": Decimal(410_0000),
    "gangue_power_capacity": Decimal(660_0000),
}
SOURCE = returns.Source(ValueRevision.Source.GENERATED)


@transaction.atomic
def generate_demonstration(plan: Plan) -> int:
    """Add demonstration units, allocations and returns to a plan without units; the number of returns made.

    Does nothing (0) when units exist already: what people entered is never touched.
    """
    if ReportingUnit.objects.within(plan.region).exists():
        return 0
    generator = _Generator(plan)
    generator.allocate()
    number = generator.file_returns()
    plan.demonstration_day = generator.last_day + SHOWN_AFTER
    plan.save(update_fields=["demonstration_day"])
    for person in (generator.reporter, generator.reviewer):
        person.is_active = False
        person.save(update_fields=["is_active"])
    return number


class _Generator:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.random = random.Random(SEED)
        self.reporter = _closed_account(plan, "demonstration-reporter", "演示填报员", Role.REPORTER)
        self.reviewer = _closed_account(plan, "demonstration-reviewer", "演示审核员", Role.REVIEWER)
        self.units = {region.code: _unit(region) for region in plan.region.children.filter(code__in=CITIES)}
        self.indicators = {row.code: row for row in Indicator.objects.filter(kind=Indicator.Kind.ENTERED)}
        #: (indicator code, city code) -> what the city is to do in the year
        self.yearly: dict[tuple[str, str], Decimal] = {}
        #: indicator code -> city code -> how many names the list behind it has
        self.names: dict[str, dict[str, int]] = {indicator: {} for indicator in LISTED}
        self.lists = ListGenerator(plan, self.units, reporter=self.reporter, reviewer=self.reviewer, count=self.done_by)

    def allocate(self) -> None:
        """Split every target that has a value, and let each city owe what it has a share of."""
        for target in self.plan.targets.with_indicator().prefetch_related("places"):
            if target.indicator.kind != Indicator.Kind.ENTERED:
                continue
            version = target.versions.get()
            for code, share in self.shares(target, version.value):
                self.yearly[target.indicator.code, code] = share
                if target.indicator.code in LISTED:
                    self.names[target.indicator.code][code] = int(share)
                region = self.units[code].region
                Allocation.objects.create(version=version, region=region, value=share, is_demonstration=True)
        for indicator, amount in YEARLY_WITHOUT_TARGET.items():
            for code, weight in self.weights().items():
                self.yearly[indicator, code] = amount * weight
        Obligation.objects.bulk_create(
            Obligation(
                plan=self.plan, unit=self.units[city], indicator=self.indicators[indicator], is_demonstration=True
            )
            for indicator, city in self.yearly
            if indicator in self.indicators and indicator not in LISTED
        )
        self.complete_names()
        self.lists.make(self.names)
        update_expected(self.plan, now=None)
        keep_terms(self.plan, acting_user=None, now=issued_moment(self.plan))

    def complete_names(self) -> None:
        """Give the names that whole shares leave over to the largest cities: a list names as many as the target."""
        for target in self.plan.targets.filter(indicator__code__in=LISTED).select_related("indicator"):
            names = self.names[target.indicator.code]
            rest = int(target.versions.get().value) - sum(names.values())
            for code in sorted(names, key=lambda code: -CITIES[code][0])[:rest]:
                names[code] += 1

    def done_by(self, indicator: str, city: str, index: int) -> int:
        """Return how many of a city's names have taken their step by the end of the month of this index."""
        yearly, pace = self.yearly[indicator, city], Decimal(CITIES[city][1])
        return int((yearly * pace * (index + 1) / 12).to_integral_value())

    def shares(self, target: Target, value: Decimal) -> Iterable[tuple[str, Decimal]]:
        """Whole units by weight; what rounding leaves stays unallocated. Named places get one each."""
        places = [place.code for place in target.places.all()]
        if places:
            return [(code, Decimal(1)) for code in places]
        return [(code, (value * weight).to_integral_value(ROUND_FLOOR)) for code, weight in self.weights().items()]

    def weights(self) -> dict[str, Decimal]:
        """Each city's share of the whole."""
        total = sum(weight for weight, _pace in CITIES.values())
        return {code: Decimal(weight) / total for code, (weight, _pace) in CITIES.items()}

    @cached_property
    def months(self) -> list[Period]:
        """Return the months that have returns."""
        return list(self.plan.periods.filter(kind=Period.Kind.MONTH).order_by("starts_on")[:MONTHS])

    @property
    def last_day(self) -> date:
        """The last day of these months."""
        return self.months[-1].ends_on

    def file_returns(self) -> int:
        """January to September, each city by the deadline but for the last month's exceptions."""
        periods = self.months
        number = 0
        for index, period in enumerate(periods):
            is_last = index == MONTHS - 1
            self.lists.take_steps(period, index, self.reporting_of(period, is_last=is_last))
            for code, unit in self.units.items():
                if is_last and code in MISSING:
                    continue
                hour = OPENS + self.random.randint(0, 8)  # deadlines are at midnight
                delay = timedelta(days=3 if is_last and code == LATE else -2, hours=hour)
                self.file_return(unit, period, index, period.due_at + delay, is_last and code == SENT_BACK)
                number += 1
        return number

    def reporting_of(self, period: Period, *, is_last: bool) -> dict[str, Reporting]:
        """Return when each city reports its steps of a month, with the last month's exceptions."""
        on_time, late = (period.due_at + timedelta(days=days, hours=OPENS) for days in (-2, 3))
        return {
            code: Reporting(
                late if is_last and code == LATE else on_time,
                is_reported=not (is_last and code in MISSING),
                is_verified=not (is_last and code == SENT_BACK),
            )
            for code in self.units
        }

    def file_return(
        self, unit: ReportingUnit, period: Period, index: int, submitted_at: datetime, send_back: bool
    ) -> None:
        filed = returns.open_return(
            unit, period, acting_user=self.reporter, now=submitted_at - timedelta(hours=1), is_demonstration=True
        )
        texts = self.month_of(unit.region.code, index)
        returns.save_draft(
            filed,
            texts,
            acting_user=self.reporter,
            now=submitted_at - timedelta(minutes=30),
            expected_version=filed.version,
            notes=self.notes(filed, texts),
            source=SOURCE,
        )
        returns.submit_return(filed, acting_user=self.reporter, now=submitted_at, expected_version=filed.version)
        reviewed_at = submitted_at + timedelta(days=1)
        if send_back:
            returns.send_back_return(
                filed,
                comment=SENT_BACK_COMMENT,
                acting_user=self.reviewer,
                now=reviewed_at,
                expected_version=filed.version,
            )
        else:
            returns.verify_return(filed, acting_user=self.reviewer, now=reviewed_at, expected_version=filed.version)

    def notes(self, filed: Return, texts: Mapping[str, str]) -> dict[str, str]:
        """Return what the city says of figures that the checks ask about."""
        flags = check_return(filed, {code: Decimal(text) for code, text in texts.items()})
        return {flag.indicator: ODD_NOTE for flag in flags if flag.severity is Severity.WARNING}

    def month_of(self, city: str, index: int) -> dict[str, str]:
        """Return what the city types for the month of this index, by indicator code."""
        texts = {}
        for (indicator, code), yearly in self.yearly.items():
            if code == city and indicator in self.indicators and indicator not in LISTED:
                texts[indicator] = self.amount(self.indicators[indicator], yearly, Decimal(CITIES[city][1]), index)
        if city == SENT_BACK and index == MONTHS - 1:
            indicator, factor = JUMP
            texts[indicator] = f"{Decimal(texts[indicator]) * factor:.2f}"
        return texts

    def amount(self, indicator: Indicator, yearly: Decimal, pace: Decimal, index: int) -> str:
        """Return a month's amount near yearly / 12 x pace; counts are whole numbers that add up to the pace."""
        if indicator.over_periods == "latest":
            return str(yearly)
        if indicator.code == "gangue_power_capacity":
            return f"{yearly / 12:.2f}"
        if indicator.decimals == 0:
            to_date, before = ((yearly * pace * month / 12).to_integral_value() for month in (index + 1, index))
            return str(to_date - before)
        swing = Decimal(self.random.randint(930, 1070)) / 1000
        return f"{yearly / 12 * pace * swing:.2f}"


def _closed_account(plan: Plan, username: str, name: str, role: Role) -> User:
    named = {"display_name": name, "is_demonstration": True}
    person, _is_new = User.objects.get_or_create(
        username=username, defaults=named
    )  # closed, where one was removed before
    person.set_unusable_password()
    person.is_active = True
    person.save(update_fields=["password", "is_active"])
    Membership.objects.create(user=person, role=role, region=plan.region)
    return person


def _unit(region: Region) -> ReportingUnit:
    return ReportingUnit.objects.create(
        code=f"demo-{region.code}",
        name=f"{region.name}填报单位（演示）",
        name_en=f"{region.name_en} reporting unit (demonstration)",
        region=region,
        is_demonstration=True,
    )
