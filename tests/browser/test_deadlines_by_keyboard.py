"""Who is late gets more time, the filing record is taken away, a check is loosened: the administrator without a mouse.

And the official who reads of it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.keyboard import download, faults, press_at, tab_to, type_at
from tracker.models import CheckRule, Event, Extension, Period, Plan, ReportingUnit, Role, User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

REASON = "暴雨停电，数据暂不可得"


def test_the_administrators_journey(
    window: Callable[..., Page], plan: Plan, taiyuan: ReportingUnit, reporter: User, tmp_path: Path
) -> None:
    factories.load_checks()
    factories.make_user("manager", Role.PLAN_MANAGER)
    october = factories.period(plan, "2020-10")
    Period.objects.exclude(pk=october.pk).delete()
    until = timezone.localdate() + timedelta(days=9)

    page = window("manager")
    expect(page.locator("[aria-labelledby=late-work]")).to_contain_text(str(taiyuan))
    assert faults(page) == []
    grant_october_until(page, october, until)
    extension = Extension.objects.get()
    assert (extension.unit, extension.period, extension.reason) == (taiyuan, october, REASON)
    assert timezone.localdate(extension.deadline) == until

    take_the_filing_record_away(page, taiyuan, tmp_path / "filed.xlsx")
    loosen_a_check(page)
    expect(page.locator("[aria-labelledby=late-work]")).not_to_contain_text(str(taiyuan))

    the_official_reads_it(window(reporter.username, 390), until)
    withdraw(page, extension)


def grant_october_until(page: Page, october: Period, until: date) -> None:
    """From who is late to the list that says that the extension runs; without a reason there is none."""
    press_at(page, f"a[href$='period={october.pk}']")
    assert faults(page) == []
    type_date_at(page, "#id_until", until)
    press_at(page, "[name=_save]")
    assert not Extension.objects.exists()
    expect(page.locator(".field-reason .errorlist, .errors .errorlist").first).to_be_visible()
    expect(page.locator("#id_until")).to_have_value(until.isoformat())
    type_at(page, "#id_reason", REASON)
    press_at(page, "[name=_save]")
    expect(page.locator("#result_list tbody tr")).to_contain_text(REASON)
    expect(page.locator("#result_list .state-submitted")).to_be_visible()
    assert faults(page) == []


def take_the_filing_record_away(page: Page, unit: ReportingUnit, path: Path) -> None:
    """The list as it is on the screen, as a workbook."""
    press_at(page, ".site-nav a[href='/timeliness/']")
    expect(page.locator("table")).to_contain_text(str(unit))
    sheet = load_workbook(download(page, "a[download]", path)).active
    assert str(unit) in {cell.value for row in sheet for cell in row}


def loosen_a_check(page: Page) -> None:
    """Three times as much as last month is usual from now on; a bound that makes no sense is told beside its field."""
    rule = CheckRule.objects.get(kind=CheckRule.Kind.MONTH_ON_MONTH, indicator=None)
    press_at(page, ".site-nav a[href='/admin/']")
    press_at(page, "th a[href='/admin/tracker/checkrule/'], a[href='/admin/tracker/checkrule/']")
    assert faults(page) == []
    press_at(page, f"a[href^='/admin/tracker/checkrule/{rule.pk}/change/']")
    assert faults(page) == []
    type_at(page, "#id_high", "-5")
    press_at(page, "[name=_save]")
    expect(page.locator(".field-high .errorlist")).to_be_visible()
    type_at(page, "#id_high", "200")
    press_at(page, "[name=_save]")
    rule.refresh_from_db()
    assert (rule.low, rule.high) == (-50, 200)
    assert Event.objects.filter(action=Event.Action.CONFIGURED, actor__username="manager").exists()
    press_at(page, ".site-nav a[href='/admin/']")


def the_official_reads_it(page: Page, until: date) -> None:
    """On a telephone: why there is more time, and how much."""
    expect(page.get_by_text(REASON)).to_be_visible()
    day = f"{until.year}年{until.month}月{until.day}日"
    expect(page.locator("[aria-labelledby=own-work] .due").first).to_contain_text(f"截止时间：{day}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults(page) == []


def withdraw(page: Page, extension: Extension) -> None:
    press_at(page, "a[href='/admin/tracker/extension/']")
    press_at(page, f"a[href^='/admin/tracker/extension/{extension.pk}/change/']")
    press_at(page, "[formaction$=withdraw\\/]")
    assert not Extension.objects.standing().exists()


def type_date_at(page: Page, selector: str, day: date) -> None:
    """Type a date as the browser asks for it: the year first or last, by its language."""
    tab_to(page, selector)
    year_first = (f"{day.year}", "ArrowRight", f"{day.month:02}", f"{day.day:02}")
    year_last = (f"{day.month:02}", f"{day.day:02}", f"{day.year}")
    for pieces in (year_first, year_last):
        page.keyboard.press("Home")
        for _part in range(3):
            page.keyboard.press("ArrowLeft")
        for piece in pieces:
            if piece.isdigit():
                page.keyboard.type(piece)
            else:
                page.keyboard.press(piece)
        if page.locator(selector).input_value() == day.isoformat():
            return
    raise AssertionError(f"{selector} holds {page.locator(selector).input_value()!r}")


def test_the_filing_record_and_the_deadlines_have_no_serious_fault(
    window: Callable[..., Page], plan: Plan, taiyuan: ReportingUnit
) -> None:
    factories.make_user("manager", Role.PLAN_MANAGER)
    factories.set_deadlines(Period.objects.filter(code="2020-12"), due_at=timezone.now() + timedelta(days=1))
    page = window("manager")
    for address in (
        "/timeliness/",
        "/timeliness/?by=period",
        f"/admin/tracker/plan/{plan.pk}/deadlines/",
        "/admin/tracker/extension/",
    ):
        page.goto(address)
        assert faults(page) == [], address
