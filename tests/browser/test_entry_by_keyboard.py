"""The official's month in the sheet with the keyboard alone: typed, pasted, asked about, explained, handed in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.keyboard import faults, press_at, tab_to
from tracker.models import Entry, Period, Plan, ReportingUnit, Return, User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

GANGUE, ASH, GYPSUM = "coal_gangue_utilised", "fly_ash_utilised", "fgd_gypsum_utilised"
#: A block of two rows as Excel copies it: an amount and its note.
BLOCK = "2,100\t新线投产\r\n４\t\r\n"


@pytest.fixture
def taiyuan(plan: Plan, reporter: User, reviewer: User) -> ReportingUnit:
    """Taiyuan with September verified; October is due tomorrow, and there is no other month."""
    factories.load_checks()
    unit = factories.make_unit(plan, factories.TAIYUAN, (GANGUE, ASH, GYPSUM))
    september, october = factories.period(plan, "2020-09"), factories.period(plan, "2020-10")
    Period.objects.exclude(pk__in=(september.pk, october.pk)).delete()
    factories.set_deadlines(
        Period.objects.filter(pk=october.pk), due_at=timezone.now() + timedelta(days=1), locks_at=None
    )
    before = {GANGUE: "50", ASH: "2000", GYPSUM: "4"}
    factories.file_return(unit, september, before, reporter=reporter, reviewer=reviewer)
    return unit


def test_the_officials_month(window: Callable[..., Page], taiyuan: ReportingUnit, reporter: User) -> None:
    page = window(reporter.username)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_october(page)
    type_and_paste(page)
    october = Return.objects.get(period__code="2020-10")
    assert values_of(october) == {GANGUE: 500, ASH: 2100, GYPSUM: 4}
    hand_in_after_explaining(page, october)
    press_at(page, ".site-nav a[href='/admin/']")
    expect(page.locator("[aria-labelledby=own-work]")).to_contain_text("没有待填报")


def open_october(page: Page) -> None:
    """From the worklist, over the page that opens the return."""
    press_at(page, "[aria-labelledby=own-work] form.straight button")
    if "/add/" in page.url:
        assert faults(page) == []
        press_at(page, ".open-return button")
    assert faults(page) == []


def type_and_paste(page: Page) -> None:
    """One amount is typed, two come from Excel, the arrows go back and forth, and what is there is saved."""
    amounts = page.locator("input.cell")
    tab_to(page, "input.cell")
    page.keyboard.type("５００万吨")
    page.keyboard.press("Enter")
    expect(amounts.nth(1)).to_be_focused()
    page.evaluate("text => navigator.clipboard.writeText(text)", BLOCK)
    page.keyboard.press("Control+v")
    expect(amounts.nth(1)).to_have_value("2,100")
    expect(amounts.nth(2)).to_have_value("４")
    expect(page.locator("input.cell-text").nth(1)).to_have_value("新线投产")
    page.keyboard.press("ArrowDown")
    expect(amounts.nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(amounts.nth(1)).to_be_focused()
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .saved, .messagelist .success").first).to_be_visible()


def hand_in_after_explaining(page: Page, october: Return) -> None:
    """Ten times as much as in September is asked about; the error leads to the note, the note answers it."""
    tab_to(page, "input.cell")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=_submit]")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    october.refresh_from_db()
    assert october.is_open
    expect(page.locator(".errornote")).to_be_visible()
    assert faults(page) == []
    tab_to(page, f"[name=note-{GANGUE}]")
    page.keyboard.type("九月停产检修")
    page.keyboard.press("Control+Enter")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".return-head .state-submitted")).to_be_visible()
    assert Entry.objects.get(unit_return=october, indicator__code=GANGUE).note == "九月停产检修"


def values_of(unit_return: Return) -> dict[str, object]:
    return {one.indicator.code: one.reported_value for one in unit_return.entries.select_related("indicator")}
