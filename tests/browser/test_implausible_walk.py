"""A number that cannot be right is refused at its first step, and a doubtful one is in sight at each later one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.factories import DATONG, TAIYUAN
from tracker.models import Allocation, ReportingUnit, Return, Role, Target, User
from tracker.services import returns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRMS = "enterprises_supervised"


@pytest.fixture
def opened(plan, reporter: User, reviewer: User) -> Return:
    """Taiyuan's May is verified with one enterprise; June is open. Its share is 2, and the province's whole is 27.

    Datong's June is verified with 24, which nothing contradicts while it stands alone; all returns before are there.
    """
    factories.load_checks()
    unit: ReportingUnit = factories.make_unit(plan, TAIYUAN, (FIRMS,))
    version = Target.objects.get(plan=plan, indicator__code=FIRMS).versions.get()
    Allocation.objects.create(version=version, region=unit.region, value=2)
    may = factories.period(plan, "2020-05")
    factories.file_return(unit, may, {FIRMS: "1"}, reporter=reporter, reviewer=reviewer)
    june = factories.period(plan, "2020-06")
    datong = factories.make_unit(plan, DATONG, (FIRMS,))
    at_datong = factories.make_user("datong", Role.REPORTER, DATONG)
    for owing, months, by in ((unit, (1, 2, 3, 4), reporter), (datong, (1, 2, 3, 4, 5), at_datong)):
        for month in months:
            period = factories.period(plan, f"2020-0{month}")
            factories.file_return(owing, period, {FIRMS: "0"}, reporter=by, reviewer=reviewer)
    factories.file_return(datong, june, {FIRMS: "24"}, reporter=at_datong, reviewer=reviewer, note="专项监察集中开展")
    return returns.open_return(unit, june, acting_user=reporter, now=factories.NOW)


def submitted_with(page: Page, opened: Return, value: str, note: str = "") -> None:
    page.goto(f"/admin/tracker/return/{opened.pk}/change/")
    page.locator(f"#id_value-{FIRMS}").fill(value)
    page.locator(f"#id_note-{FIRMS}").fill(note)
    with page.expect_navigation():
        page.locator("[name=_submit]").first.click()


def state_of(opened: Return) -> str:
    return Return.objects.get(pk=opened.pk).state


def test_the_walk(window: Callable[..., Page], opened: Return, reporter: User, reviewer: User, leader: User) -> None:
    page = window(reporter.username)
    submitted_with(page, opened, "48.5")
    expect(page.locator(f"#id_value-{FIRMS}_error")).to_contain_text("整数")
    submitted_with(page, opened, "48")
    expect(page.locator(f"#id_value-{FIRMS}_error")).to_contain_text("超过总数")
    assert state_of(opened) == "draft"

    submitted_with(page, opened, "4")
    expect(page.locator(f"#flags-{FIRMS}")).to_contain_text("分解目标值")
    assert state_of(opened) == "draft", "more than the share asks for a note first"
    submitted_with(page, opened, "4", "新增两户列入监察名单，晋工信〔2020〕18号")
    assert state_of(opened) == "submitted"

    page = window(reviewer.username)
    page.goto("/admin/tracker/return/verify/")
    expect(page.locator("[name=sight]")).to_have_count(0)
    left = page.locator(".bulk-values").first
    expect(left).to_contain_text("4 户")
    expect(left).to_contain_text("200.00%")
    expect(left).to_contain_text("晋工信〔2020〕18号")
    assert state_of(opened) == "submitted", "and nothing is verified unseen"

    page.goto(f"/admin/tracker/return/{opened.pk}/change/")
    expect(page.locator(f"#flags-{FIRMS}")).to_contain_text("分解目标值")
    expect(page.locator(".return").first).to_contain_text("晋工信〔2020〕18号")
    with page.expect_navigation():
        page.locator("[name=_verify]").first.click()
    assert state_of(opened) == "verified"

    page = window(leader.username)
    target = Target.objects.get(indicator__code=FIRMS)
    page.goto(f"/targets/{target.pk}/?period=2020-06")
    expect(page.locator("main")).to_contain_text("超过总数，不予评级，请核对")
    page.goto(f"/admin/tracker/return/{opened.pk}/change/")
    expect(page.locator(f"#flags-{FIRMS}")).to_contain_text("分解目标值")
