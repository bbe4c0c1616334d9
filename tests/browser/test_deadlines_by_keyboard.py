"""Who is late gets more time: the administrator's journey with the keyboard alone, and the official who reads of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests import factories
from tests.browser.conftest import CHROMIUM
from tracker.models import Extension, Period, Plan, ReportingUnit, Role, User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
    pytest.mark.django_db(transaction=True),
]

REASON = "暴雨停电，数据暂不可得"


@pytest.fixture(scope="module", autouse=True)
def beside_the_browser() -> Iterator[None]:
    """The browser's loop runs in the test's thread; the database is asked between its steps, never within one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def window(browser: Browser, live_server) -> Iterator[Callable[[str], Page]]:
    """A person's window, logged in by keyboard; what the browser complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_for(username: str, width: int = 1280) -> Page:
        context = browser.new_context(
            timezone_id="Asia/Shanghai",
            locale="zh-CN",
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: complaints.append(said.text) if is_the_pages_own(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/admin/login/")
        page.keyboard.type(username)
        page.keyboard.press("Tab")
        page.keyboard.type(factories.PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert complaints == []


def is_the_pages_own(said: ConsoleMessage) -> bool:
    """Whether a file of ours complains; the accessibility checker, put into the page, has no address."""
    return said.type == "error" and bool(said.location["url"])


def press_at(page: Page, selector: str) -> None:
    """Go to a link or a button with Tab and press Enter, which leads to another page."""
    for _press in range(150):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"the keyboard does not reach {selector}")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def faults(page: Page) -> list[str]:
    """What axe finds serious or worse on the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


def test_who_is_late_gets_more_time_and_reads_why(
    window: Callable[[str], Page], plan: Plan, taiyuan: ReportingUnit, reporter: User
) -> None:
    factories.make_user("manager", Role.PLAN_MANAGER)
    october = factories.period(plan, "2020-10")
    Period.objects.exclude(pk=october.pk).delete()

    page = window("manager")
    assert faults(page) == []
    press_at(page, f"a[href$='period={october.pk}']")
    assert faults(page) == []
    page.locator("#id_until").fill((timezone.localdate() + timedelta(days=9)).isoformat())
    page.locator("#id_reason").focus()
    page.keyboard.type(REASON)
    press_at(page, "[name=_save]")
    extension = Extension.objects.get()
    assert (extension.unit, extension.period, extension.reason) == (taiyuan, october, REASON)

    official = window(reporter.username, 390)
    expect(official.get_by_text(REASON)).to_be_visible()
    assert official.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults(official) == []

    page.goto(f"/admin/tracker/extension/{extension.pk}/change/")
    press_at(page, "[formaction$=withdraw\\/]")
    assert not Extension.objects.standing().exists()


def test_the_filing_record_and_the_deadlines_have_no_serious_fault(
    window: Callable[[str], Page], plan: Plan, taiyuan: ReportingUnit
) -> None:
    factories.make_user("manager", Role.PLAN_MANAGER)
    Period.objects.filter(code="2020-12").update(due_at=timezone.now() + timedelta(days=1))
    page = window("manager")
    for address in (
        "/timeliness/",
        "/timeliness/?by=period",
        f"/admin/tracker/plan/{plan.pk}/deadlines/",
        "/admin/tracker/extension/",
    ):
        page.goto(address)
        assert faults(page) == [], address
