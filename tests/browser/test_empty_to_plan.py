"""From an empty installation to a whole plan with its people in the browser: few clicks and one workbook, timed."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.filled_workbook import FilledWorkbook, Tables, tables_of
from tests.browser.keyboard import download, faults, press_at, tab_to
from tests.factories import FIXTURES, NOW
from tests.services.policy_drafts.drafts import administrator
from tracker.models import ExpectedReturn, Membership, Plan, ReportingUnit
from tracker.queries.pages.setup_checklist import checklist
from tracker.queries.plans.plan_tables import plan_tables
from tracker.services.plans import loading
from tracker.services.plans.demonstration import CITIES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.long]

MOST_CLICKS = 40
#: The machine's own share of the afternoon, in seconds, on a busy machine.
LONGEST = 300
PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
#: What a workbook and a plan document differ in: what exists beside the plan, or belongs to none.
BESIDE = {"check", "unit", "body", "region", "reporting_unit", "obligation", "level", "person", "role"}
NEW_PASSWORD = "Slag-and-gypsum-2020"


@dataclass
class Case:
    """A plan with what an administrator adds to it: shares by indicator and region, units, people, obligations."""

    language: str
    documents: tuple[Path, ...]
    first_period: str
    frequency: str
    units: dict[str, str]
    entered: tuple[str, ...]
    shares: dict[str, dict[str, Any]] = field(default_factory=dict)
    reminders: Mapping[str, int] = field(default_factory=lambda: {"remind_days_before": 3, "remind_every_days": 3})

    @property
    def tables(self) -> Tables:
        """The rows of every sheet: the plan's own, and units with a reporter each, a reviewer and a plan manager."""
        tables = tables_of(*self.documents)
        plan = {**tables["plan"][0], **self.reminders}
        region = plan["region"]
        tables["plan"] = [plan]
        tables["deadline"] = [{"kind": kind, **rule} for kind, rule in plan.get("deadlines", {}).items()]
        tables["reporting_unit"] = [
            {"code": f"unit-{code}", "name": name, "region": code} for code, name in self.units.items()
        ]
        people = [(f"report-{code}", "reporter", code, f"unit-{code}") for code in self.units]
        people += [("reviewer", "reviewer", region, ""), ("manager", "plan_manager", region, "")]
        tables["person"] = [
            {"username": name, "display_name": name, "email": f"{name}@example.com", "language": self.language}
            for name, *_role in people
        ]
        tables["role"] = [
            {"username": name, "role": role, "region": place, "unit": unit} for name, role, place, unit in people
        ]
        return tables


def _shanxi() -> Case:
    documents = (FIXTURES / "plan-shanxi-2020.toml", FIXTURES / "regions.toml", FIXTURES / "units.toml")
    regions = {row["code"]: row["name"] for row in tables_of(*documents)["region"]}
    cities = {code: f"{regions[code]}工业和信息化局" for code in CITIES}
    whole = sum(weight for weight, _pace in CITIES.values())
    values = {
        "coal_gangue_utilised": 6500,
        "fly_ash_utilised": 2100,
        "fgd_gypsum_utilised": 400,
        "smelting_slag_utilised": 1000,
        "projects_advanced": 100,
        "base_stations": 5000,
        "second_life_batteries": 7000,
        "enterprises_diagnosed": 30,
        "enterprises_supervised": 27,
    }
    shares = {
        indicator: {code: value * weight // whole for code, (weight, _pace) in CITIES.items()}
        for indicator, value in values.items()
    }
    shares["bases_being_built"] = dict.fromkeys(("140600", "140500", "140400"), 1)
    terms = ("building_materials_used", "gangue_power_generated", "gangue_power_capacity")
    return Case("zh-hans", documents, "2020-01", "月", cities, (*shares, *terms), shares)


def _nation() -> Case:
    documents = (PLANS / "nation.toml", PLANS / "nation-regions.toml", FIXTURES / "units.toml")
    provinces = {row["code"]: row["name"] for row in tables_of(*documents)["region"] if row.get("part_of") == "100000"}
    shares = {
        "单位国内生产总值能源消耗": {"140000": 14.5, "110000": 14},
        "单位国内生产总值能源消耗\n基数": {"140000": 1.18, "110000": 0.19},
    }
    units = {code: f"{name}发展和改革委员会" for code, name in provinces.items()}
    return Case("zh-hans", documents, "2021-01", "月", units, ("cn_energy", "cn_gdp", "cn_cod_cut", "cn_parks"), shares)


def _california() -> Case:
    documents = (PLANS / "california.toml", PLANS / "california-regions.toml", PLANS / "california-units.toml")
    units = {"US-CA-BA": "Bay Area AQMD", "US-CA-LA": "LA Metro", "US-CA-SD": "San Diego APCD"}
    entered = ("ghg", "storage", "spend", "zev", "cars")
    shares = {"storage": {"US-CA-BA": 900, "US-CA-LA": 900, "US-CA-SD": 600}}
    return Case("en", documents, "FY2026-Q1", "Quarter", units, entered, shares)


CASES = {"shanxi": _shanxi, "nation": _nation, "california": _california}
WORDS = {
    "zh-hans": {
        "new": "新建行动计划",
        "workbook": "前往设置工作簿",
        "empty": "空白工作簿（用于新的行动计划）",
        "upload": "上传并检查",
        "import": "导入",
        "setup": "设置",
    },
    "en": {
        "new": "New action plan",
        "workbook": "To the set-up workbook",
        "empty": "Empty workbook, for a new plan",
        "upload": "Upload and check",
        "import": "Import",
        "setup": "Set-up",
    },
}


class Undone(Exception):
    """Ends a load that shows what a plan should be."""


def wanted(case: Case) -> dict[str, Any]:
    """Return the tables of the plan as its document is loaded; nothing of it stays."""
    found: list[dict[str, Any]] = []
    plan, regions, units = case.documents
    with pytest.raises(Undone), transaction.atomic():
        loading.load_reference(units, regions)
        found.append(plan_tables(loading.load_plan(plan, acting_user=None, now=NOW)))
        raise Undone
    return found[0]


@pytest.fixture
def clicks() -> list[str]:
    return []


def follow(page: Page, clicks: list[str]) -> Page:
    """Note each click in a window: those on its pages, by mouse or by the keyboard."""
    page.expose_function("noteClick", lambda words: clicks.append(words))
    page.add_init_script("addEventListener('click', one => noteClick(one.target.textContent.trim()), true)")
    return page


@pytest.mark.parametrize("name", CASES)
def test_an_empty_installation_gets_a_plan_with_its_people(
    name: str, window: Callable[..., Page], clicks: list[str], tmp_path: Path, record_property: Callable[..., None]
) -> None:
    case = CASES[name]()
    should = wanted(case)
    user = administrator()
    user.language = case.language
    user.save()
    page = follow(window("admin"), clicks)
    began = time.monotonic()
    passwords = set_up(page, case, tmp_path)
    open_first_return(page, case, passwords)
    taken = time.monotonic() - began
    record_property("clicks", len(clicks))
    record_property("seconds", round(taken))
    assert len(clicks) <= MOST_CLICKS, clicks
    assert taken < LONGEST
    sys.stdout.write(f"{name}: {len(clicks)} clicks, {taken:.0f} s\n")
    is_as_it_should_be(case, should)


def test_the_same_without_a_mouse(window: Callable[..., Page], tmp_path: Path) -> None:
    case = _california()
    should = wanted(case)
    user = administrator()
    user.language = case.language
    user.save()
    page = window("admin", 390)
    page.goto("/")
    press_at(page, "main a[href$='/setup/plans/new/']")
    press_at(page, "main a[href$='/setup/workbook/']")
    path = download(page, "main a[download]", tmp_path / "setup.xlsx")
    tab_to(page, "[name=file]")
    page.set_input_files("[name=file]", {"name": "setup.xlsx", "mimeType": "", "buffer": filled(path, case)})
    press_at(page, "form[action$='/upload'] button")
    press_at(page, "form[action$='/accept'] button")
    press_at(page, "nav a[href='/setup/']")
    expect(page.locator(".checklist .is-missing")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    is_as_it_should_be(case, should)


def set_up(page: Page, case: Case, directory: Path) -> dict[str, str]:
    """Go from the empty first page to an imported workbook; return the new accounts' passwords as they are shown."""
    words = WORDS[case.language]
    page.goto("/")
    page.get_by_role("link", name=words["new"]).first.click()
    page.get_by_role("link", name=words["workbook"]).click()
    with page.expect_download() as got:
        page.get_by_role("link", name=words["empty"]).click()
    path = directory / "setup.xlsx"
    got.value.save_as(path)
    page.set_input_files("[name=file]", {"name": "setup.xlsx", "mimeType": "", "buffer": filled(path, case)})
    page.get_by_role("button", name=words["upload"]).click()
    expect(page.locator(".message.error")).to_have_count(0)
    assert faults(page) == []
    page.get_by_role("button", name=words["import"], exact=True).click()
    rows = page.locator("table.list tbody tr")
    expect(rows).to_have_count(len(case.units) + 2)
    assert faults(page) == []
    return {row.locator("td").first.inner_text(): row.locator("code").inner_text() for row in rows.all()}


def filled(path: Path, case: Case) -> bytes:
    """Return the workbook with everything that the case sets up."""
    workbook, tables = FilledWorkbook(path, case.language), case.tables
    workbook.fill(tables)
    names = {row["code"]: row["name"] for row in [*tables["region"], *tables["reporting_unit"], *tables["indicator"]]}
    shares = {
        names.get(indicator, indicator): {names[code]: value for code, value in cells.items()}
        for indicator, cells in case.shares.items()
    }
    places = dict.fromkeys(place for cells in shares.values() for place in cells)
    workbook.fill_grid("split", places, shares)
    units = list(case.units.values())
    workbook.fill_grid(
        "obligation", units, {names[code]: dict.fromkeys(units, case.frequency) for code in case.entered}
    )
    return workbook.content()


def open_first_return(page: Page, case: Case, passwords: dict[str, str]) -> None:
    """Look at what is still missing; then a reporter signs in, sets a password and opens the first return."""
    page.get_by_role("link", name=WORDS[case.language]["setup"]).first.click()
    expect(page.locator(".checklist .is-missing")).to_have_count(0)
    assert faults(page) == []
    page.locator("form[action*=logout] button").first.click()
    first = next(iter(case.units))
    page.goto("/admin/login/")
    page.locator("[name=username]").fill(f"report-{first}")
    page.locator("[name=password]").fill(passwords[f"report-{first}"])
    page.locator("form [type=submit]").last.click()
    page.wait_for_url("**/password**")
    for field_name in ("new_password1", "new_password2"):
        page.locator(f"[name={field_name}]").fill(NEW_PASSWORD)
    if page.locator("[name=old_password]").count():
        page.locator("[name=old_password]").fill(passwords[f"report-{first}"])
    page.locator("main form [type=submit]").last.click()
    page.wait_for_url(lambda url: "password" not in url)
    page.goto("/admin/")
    page.locator(f"form:has([value='{case.first_period}']) button, a[href*='{case.first_period}']").first.click()
    expect(page.locator("input.cell")).to_have_count(len(case.entered))


def is_as_it_should_be(case: Case, should: dict[str, Any]) -> None:
    """Compare what is stored with the plan's document, and with what the case adds to it."""
    plan = Plan.objects.get()
    found = plan_tables(plan)
    for table in should.keys() - BESIDE - {"target"}:
        assert found[table] == should[table], table
    for one, other in zip(found["target"], should["target"], strict=True):
        assert without_goals(one) == without_goals(other)
    goals = {target["indicator"]: len(target["goals"]) for target in found["target"] if target["goals"]}
    codes = {row["name"]: row["code"] for row in found["indicator"]}
    assert goals == {codes.get(name, name): len(cells) for name, cells in case.shares.items() if "\n" not in name}
    assert ReportingUnit.objects.count() == len(case.units)
    assert Membership.objects.count() == len(case.units) + 2
    assert len(found["obligation"]) == len(case.units) * len(case.entered)
    first = ExpectedReturn.objects.filter(period__plan=plan, period__code=case.first_period)
    assert first.count() == len(case.units)
    missing = [point.text for point in checklist(plan, timezone.localdate()) if point.is_needed and not point.is_done]
    assert missing == []


def without_goals(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "goals"}
