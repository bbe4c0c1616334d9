"""An auditor's question: each figure of an issued report derived through pages, and every kind of change named."""

import html
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from tests import factories
from tests.factories import DATONG, SHANGHAI, SHANXI, SHUOZHOU, TAIYUAN
from tests.interfaces.test_pages import signed_in
from tests.services.test_base_years import loaded
from tracker.documents import wording
from tracker.models import Allocation, IssuedReport, Obligation, Period, ReportingUnit, Role, RuleChange, TargetVersion
from tracker.services import returns
from tracker.services.documents import reports
from tracker.services.plans.obligations import save_obligation, save_period, save_unit
from tracker.services.plans.region_changes import rename_region
from tracker.services.plans.rule_changes import save_change
from tracker.services.plans.targets import save_allocation, save_version

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
IN_TIME, LATE = (datetime(2020, 9, day, 10, tzinfo=SHANGHAI) for day in (3, 15))
ISSUED, ASKED = datetime(2020, 9, 20, 10, tzinfo=SHANGHAI), datetime(2020, 9, 24, 10, tzinfo=SHANGHAI)
SHARES = {TAIYUAN: 3000, DATONG: 2000, SHUOZHOU: 1500}
AUGUST = date(2020, 8, 1)
YANGQUAN = "140300"


@pytest.fixture(autouse=True)
def days_later():
    with time_machine.travel(ASKED, tick=False):
        yield


@pytest.fixture
def manager(plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def people(plan):
    """A reporter in each of the three cities, by place."""
    return {place: factories.make_user(f"of-{place}", Role.REPORTER, place) for place in SHARES}


@pytest.fixture
def filed(plan, manager, reviewer, people):
    """Returns by place and month; Datong's for August came late. Yangquan owes fly ash and returns nothing."""
    units = {place: factories.make_unit(plan, place) for place in SHARES}
    factories.make_unit(plan, YANGQUAN, (ASH,))
    version = TargetVersion.objects.get(target__indicator__code=GANGUE)
    for place, value in SHARES.items():
        share = Allocation(version=version, region=factories.region(place), value=value)
        save_allocation(share, acting_user=manager, now=IN_TIME)
    loaded(plan, manager, reviewer, *([unit.name, *["160"] * 12] for unit in units.values()))
    found = {}
    for number, (place, unit) in enumerate(units.items()):
        for month in range(1, 9):
            now = LATE if (place, month) == (DATONG, 8) else IN_TIME
            found[place, month] = factories.file_return(
                unit,
                factories.period(plan, f"2020-{month:02d}"),
                {GANGUE: str(200 - 20 * number + month), ASH: "0"},
                reporter=people[place],
                reviewer=reviewer,
                now=now,
            )
    return found


@pytest.fixture
def report(plan, filed) -> IssuedReport:
    with translation.override("en"):
        return reports.issue_report(
            kind="compliance",
            period=factories.period(plan),
            region=factories.region(SHANXI),
            language="en",
            options={},
            acting_user=None,
            now=ISSUED,
            clock=lambda: ISSUED,
        )


@pytest.fixture
def changed(plan, report, filed, manager, reviewer, people):
    """Ten kinds of change between issue and question, an hour apart."""
    hours = (ISSUED + timedelta(hours=number) for number in range(1, 30))
    who = {"acting_user": manager}

    def correct(now):
        found = filed[TAIYUAN, 8]
        request = returns.request_unlock(
            found, reason="口径有误", acting_user=people[TAIYUAN], now=now, expected_version=found.version
        )
        found = returns.grant_unlock(request, acting_user=reviewer, now=now)
        step = {"now": now, "acting_user": people[TAIYUAN]}
        returns.save_draft(found, {GANGUE: "150"}, **step, expected_version=found.version)
        returns.submit_return(found, **step, expected_version=found.version)
        returns.verify_return(found, acting_user=reviewer, now=now, expected_version=found.version)

    def rule(now, **fields):
        new = RuleChange(plan=plan, effective_from=AUGUST, document_number="晋工信〔2020〕9号", **fields)
        save_change(new, now=now, **who)

    target = plan.targets.select_related("indicator", "plan").get(indicator__code=GANGUE)
    version = TargetVersion(
        target=target, value=7000, effective_from=AUGUST, document_number="晋工信〔2020〕8号", stretch_note="多分"
    )
    correct(next(hours))
    save_version(version, now=next(hours), **who)
    share = version.allocations.get(region__code=TAIYUAN)
    share.value = Decimal(3300)
    save_allocation(share, now=next(hours), **who)
    rule(next(hours), level_one_below=Decimal(-60))
    rule(next(hours), target=target, pace="points", points=[["2020-08-31", "80"]])
    rule(next(hours), indicator=target.indicator, over_periods="latest")
    august = Period.objects.get(plan=plan, code="2020-08", kind="month")
    august.due_at = LATE + timedelta(days=1)
    save_period(august, now=next(hours), **who)
    unit = ReportingUnit.objects.get(region__code=YANGQUAN)
    unit.closed_on = AUGUST
    save_unit(unit, now=next(hours), **who)
    new = ReportingUnit.objects.create(code="new", name="新单位", region=factories.region(YANGQUAN))
    owed = Obligation(plan=plan, unit=new, indicator=target.indicator, begins=AUGUST)
    save_obligation(owed, now=next(hours), **who)
    datong = factories.region(DATONG)
    rename_region(
        datong, name="大同新市", name_en="New Datong", level=datong.level, since=AUGUST, now=next(hours), **who
    )
    return report


def text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.split("<main")[1])))


class Reader:
    """Somebody who reads pages and follows their links, and counts the clicks."""

    def __init__(self, user):
        self.client, self.clicks, self.html = signed_in(user), 0, ""

    def open(self, address):
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        self.address, self.html = address, answer.content.decode()
        return self

    def click(self, *parts):
        """Follow the first link of the page that has all of these parts."""
        links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', self.html.split("<main")[1])]
        found = [link for link in links if all(part in link for part in parts)]
        assert found, (parts, links)
        self.clicks += 1
        return self.open(found[0] if found[0].startswith("/") else self.address.split("?")[0] + found[0])

    @property
    def text(self):
        return text(self.html)


def sheet(report, name):
    return list(openpyxl.load_workbook(report.file.path, data_only=True)[name].iter_rows(values_only=True))


def printed(report) -> dict[str, str]:
    """Return fourteen figures as the workbook has them, in the form in which pages print them."""
    whole = row_of(report, "Summary by indicator", 1)
    city = row_of(report, "Ranking", 1, place="Taiyuan")
    need = row_of(report, "Need and forecast", 1)
    late = [row for row in sheet(report, "Data quality") if isinstance(row[0], int) and row[9] == "yes"]
    ledger = [row for row in sheet(report, "Ledger") if row[1] == "Taiyuan" and row[5] == "Coal gangue utilised"]
    return {
        "share": amount(city[4]),
        "rank": str(city[10]),
        "this month": amount(whole[4]),
        "cumulative": amount(whole[6]),
        "growth": rate(whole[7]),
        "completion": rate(whole[8]),
        "schedule": rate(whole[9]),
        "gap": wording.points(Decimal(str(whole[10]))),
        "level": whole[11],
        "coverage": whole[13],
        "need": amount(need[6]),
        "forecast": amount(need[7]),
        "total": amount(sum(row[8] for row in ledger)),
        "lateness": f"{len(late)} of 4 returns were late",
    }


def row_of(report, name, column, place=""):
    rows = [row for row in sheet(report, name) if row[column] == "Coal gangue utilised"]
    return next(row for row in rows if not place or place in row)


def amount(value) -> str:
    return wording.amount(Decimal(str(value)))


def rate(value) -> str:
    return wording.rate(Decimal(str(value)) * 100)


#: By figure, what the page that derives it says, with the printed number in its place.
SAID = {
    "this month": "This month {} coverage",
    "cumulative": "= {} Completion rate = {} ÷ 6,500.00",
    "growth": "Year on year, cumulative = 4,428.00 ÷ 3,840.00 − 1 = {}",
    "completion": "Completion rate = 4,428.00 ÷ 6,500.00 × 100% = {}",
    "schedule": "Schedule rate = 244 days ÷ 366 days × 100% = {}",
    "gap": "Gap = 68.12% − 66.67% = {} points",
    "level": "Progress 10kt {}",
    "coverage": "Cumulative 4,428.00 coverage {}",
    "need": "Needed per period left = (6,500.00 − 4,428.00) ÷ 4 = {}",
    "forecast": "Forecast for the year {} expected by last year's seasons",
}


def test_fourteen_figures_are_derived_by_pages_in_three_clicks_whatever_changed_since(changed, plan, leader):
    target = plan.targets.get(indicator__code=GANGUE)
    figures, start = printed(changed), reverse("report", args=[changed.pk])
    page = Reader(leader).open(start).click(f"/targets/{target.pk}/", "as_of")
    derived = {name for name, words in SAID.items() if words.replace("{}", figures[name]) in page.text}
    assert derived == set(SAID)
    assert re.search(rf"Taiyuan {figures['rank']} \S+ {figures['share']} ", page.text), "rank and share of the city"
    derived |= {"rank", "share"}
    ledger = page.click("/figures/", "span=year", "as_of")
    assert f"{figures['cumulative']} 10kt Verified value" in ledger.text
    city = Reader(leader).open(start).click(f"/targets/{target.pk}/", "as_of").click(f"region={TAIYUAN}", "as_of")
    assert f"Share of Taiyuan {figures['share']} 10kt" in city.text
    assert "No. 1, from 1 Jan 2020" in city.text
    rows = city.click("/figures/", "span=year", "as_of")
    assert f"{figures['total']} 10kt Verified value" in rows.text
    derived.add("total")
    issued = Reader(leader).open(start)
    assert f"{figures['lateness']}: first submitted after the deadline that held then" in issued.text
    assert "New Datong" not in issued.text.split("Returns as issued")[1].split("Levels it was issued with")[0]
    assert "15 Sep 2020, 10:00 7 Sep 2020, 23:59 yes" in issued.text
    derived.add("lateness")
    assert max(page.clicks, ledger.clicks, city.clicks, rows.clicks, issued.clicks) <= 3
    assert derived == set(figures)
    assert len(figures) == 14


NAMED = {
    "value corrected": "口径有误 Value: 208 Value: 150 20 Sep 2020, 11:00 reviewer Shanxi, Bulk industrial solid waste",
    "target moved": "target +500.00",
    "share moved": "Taiyuan, Coal gangue utilised: target +300.00",
    "bounds moved": "(yardstick moved)",
    "pace moved": "gap -",
    "aggregation changed": "cumulative -",
    "deadline moved": "timeliness: 1 return for August 2020 is now on time",
    "unit changed or closed": "coverage",
    "obligation added or changed": "coverage",
    "region renamed, moved or merged": "moves no figure",
}


def test_ten_kinds_of_change_are_named_with_their_share(changed, leader):
    page = Reader(leader).open(reverse("report", args=[changed.pk]))
    table = page.html.split("Its share in the figures of this report")[1].split("</table>")[0]
    rows = [text(f"<main {row}") for row in table.split("<tr>")[1:]]
    found = {kind: [row for row in rows if row.strip("> ").startswith(kind)] for kind in NAMED}
    assert {kind: len(of) for kind, of in found.items()} == dict.fromkeys(NAMED, 1)
    assert [kind for kind, share in NAMED.items() if share not in found[kind][0]] == []
    assert len(rows) == 10


def test_a_level_that_the_bounds_moved_is_called_neither_better_nor_worse(changed, leader):
    page = Reader(leader).open(reverse("report", args=[changed.pk]))
    table = page.html.split("Its share in the figures of this report")[1].split("</table>")[0]
    bounds = next(row for row in table.split("<tr>") if "bounds moved" in row)
    assert "better" not in bounds
    assert "worse" not in bounds
