"""The pages of lists and projects: no fault that axe knows, in both themes, wide and narrow; and by keyboard alone."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests import factories, projects
from tests.browser.keyboard import press_at, type_at
from tests.browser.themes import BEGUN, FADED, RULES, RUN, faults_in_both_themes
from tests.factories import TAIYUAN
from tracker.models import ListMember, Project, ProjectList, ReportingUnit, Return, Role, User
from tracker.services import returns
from tracker.services.projects.lists import set_reporting
from tracker.services.returns.project_reports import save_and_submit_projects

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

#: By how much the page is wider than its window, with the elements that reach beyond and scroll in no box.
TOO_WIDE = """() => {
  const {scrollWidth, clientWidth} = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const beyond = [...document.querySelectorAll("body *")].filter((one) => !one.closest(".scroll")
    && one.getBoundingClientRect().right + window.scrollX > clientWidth);
  return [`${scrollWidth - clientWidth} px too wide`, ...beyond.map((one) => one.outerHTML.slice(0, 120))];
}"""


@pytest.fixture
def unit(plan) -> ReportingUnit:
    return ReportingUnit.objects.create(code="park", name="太原开发区", region=factories.region(TAIYUAN))


@pytest.fixture
def clerk(unit: ReportingUnit) -> User:
    return factories.make_user("clerk", Role.REPORTER, TAIYUAN, unit)


@pytest.fixture
def listed(plan, unit: ReportingUnit, clerk: User, reviewer: User) -> ProjectList:
    """A list of two projects that are reported by the month; the first has started."""
    place = {"longitude": Decimal("112.55"), "latitude": Decimal("37.87")}
    days = {"planned_start": date(2020, 3, 1), "planned_finish": date(2020, 11, 30)}
    found = projects.make_list(plan, [projects.project(number, unit=unit, **days, **place) for number in (1, 2)])
    start = date(2020, 5, 1)
    set_reporting(
        found, frequency="month", preparation_frequency="", reports_from=start, acting_user=None, now=timezone.now()
    )
    projects.take(projects.members(found)[:1], "started", date(2020, 5, 4), reporter=clerk, reviewer=reviewer)
    projects.count_from(found, "projects_advanced")
    return found


def opened(listed: ProjectList, unit: ReportingUnit, clerk: User, month: str) -> Return:
    return returns.open_return(unit, factories.period(listed.plan, month), acting_user=clerk, now=timezone.now())


def submitted(listed: ProjectList, unit: ReportingUnit, clerk: User, month: str) -> Return:
    filed = opened(listed, unit, clerk, month)
    texts = {one.pk: {"investment": "100", "progress": "主体封顶"} for one in projects.members(listed)}
    return save_and_submit_projects(filed, texts, acting_user=clerk, now=timezone.now(), expected=filed.version)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_projects_is_accessible_in_both_themes_and_fits_its_window(
    window: Callable[..., Page],
    listed: ProjectList,
    unit: ReportingUnit,
    clerk: User,
    reviewer: User,
    language: str,
    tmp_path: Path,
) -> None:
    member = projects.members(listed)[0]
    draft, waiting = opened(listed, unit, clerk, "2020-06"), submitted(listed, unit, clerk, "2020-05")
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    asked = f"?plan={listed.plan.code}&period=2020-06"
    of_list = ("", "funnel", "timeline", "add", "import", "reports", "rule", "carry", "setup")
    of_member = ("", "edit", "year", "permit", "problem", "split", "leave")
    found: dict[str, list[str]] = {}
    for person, addresses in (
        (manager, [f"/lists/{listed.pk}/{name}{asked}" for name in of_list]),
        (manager, [f"/lists/{asked}", *(f"/lists/members/{member.pk}/{name}" for name in of_member)]),
        (clerk, [f"/returns/{draft.pk}/projects", f"/lists/members/{member.pk}/"]),
        (reviewer, [f"/lists/{listed.pk}/steps", f"/returns/{waiting.pk}/projects", f"/returns/{waiting.pk}/"]),
        (reviewer, [f"/admin/tracker/return/{waiting.pk}/change/"]),
    ):
        User.objects.filter(pk=person.pk).update(language=language)
        page = window(person.username)
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": page.url}])
        for address in addresses:
            page.goto(address)
            found[address] = wrong_with(page)
        if address.startswith("/lists/members") and person == manager:
            several(page, listed)
            found["several"] = wrong_with(page)
            preview(page, listed, tmp_path / "附件.xlsx")
            found["preview"] = wrong_with(page)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def wrong_with(page: Page) -> list[str]:
    """Return what axe finds in either theme, on a desk and on a phone, and what is wider than either window."""
    page.evaluate(BEGUN)
    found = [*faults_in_both_themes(page), *page.evaluate(TOO_WIDE)]
    page.set_viewport_size({"width": 390, "height": 900})
    page.emulate_media(color_scheme="light")
    page.evaluate(FADED)
    found += [f"narrow {fault}" for fault in [*page.evaluate(RUN, RULES), *page.evaluate(TOO_WIDE)]]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def several(page: Page, listed: ProjectList) -> None:
    """Choose all members, to take them off the list."""
    page.goto(f"/lists/{listed.pk}/?period=2020-06&plan={listed.plan.code}")
    for box in page.locator("[name=member]").all():
        box.check()
    page.locator("button[name=deed][value=remove]").first.click()
    page.wait_for_load_state()


def preview(page: Page, listed: ProjectList, path: Path) -> None:
    """Send an annex with a row that is wrong."""
    book = Workbook()
    book.active.append(["项目名称", "地区", "总投资（万元）"])
    book.active.append(["园区道路", "太原市", 500])
    book.active.append(["", "太原市", 100])
    book.save(path)
    page.goto(f"/lists/{listed.pk}/import")
    page.locator("#id_file").set_input_files(path)
    for name, text in {"document_number": "1号", "issued_on": "2020-03-01", "effective_from": "2020-03-01"}.items():
        page.locator(f"#id_{name}").fill(text)
    page.locator("main button[type=submit]").last.click()
    page.wait_for_load_state()


def test_a_unit_reports_and_a_reviewer_verifies_another_value_by_keyboard(
    window: Callable[..., Page], listed: ProjectList, unit: ReportingUnit, clerk: User, reviewer: User
) -> None:
    filed = opened(listed, unit, clerk, "2020-06")
    one, two = (member.pk for member in projects.members(listed))
    page = window(clerk.username)
    page.goto(f"/returns/{filed.pk}/projects")
    for member, amount in ((one, "120"), (two, "0")):
        type_at(page, f"[name='{member}-investment']", amount)
        type_at(page, f"[name='{member}-progress']", "基础施工")
    press_at(page, "[name=_submit]")
    expect(page.locator(".state-submitted")).to_be_visible()

    page = window(reviewer.username)
    page.goto(f"/admin/tracker/return/{filed.pk}/change/")
    type_at(page, f"[name=project_verified-{one}]", "100")
    expect(page.locator(".difference").first).to_contain_text("20.00")
    page.keyboard.press("Enter")
    expect(page.locator(f"[name=project_verified-{two}]")).to_be_focused()
    type_at(page, f"[name=project_reason-{one}]", "凭证不足")
    press_at(page, "[name=_verify]")
    expect(page.locator(".state-verified").first).to_be_visible()
    assert ListMember.objects.get(pk=one).invested == 100
    assert Project.objects.count() == 2
