"""The reviewer's journey with the keyboard alone: comment and send back, verify, verify many, unlock."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.keyboard import faults, press_at, tab_to, type_at
from tracker.models import Entry, ReportingUnit, Return, User
from tracker.services import returns

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def filed(plan, taiyuan: ReportingUnit, reporter: User, reviewer: User) -> list[Return]:
    """Taiyuan's May is verified; June and July wait for review."""
    made = []
    for month, verified_by in (("2020-05", reviewer), ("2020-06", None), ("2020-07", None)):
        period, values = factories.period(plan, month), {GANGUE: "500", ASH: "0"}
        made.append(factories.file_return(taiyuan, period, values, reporter=reporter, reviewer=verified_by))
    return made


def test_the_reviewers_journey(
    window: Callable[..., Page], filed: list[Return], reporter: User, reviewer: User
) -> None:
    may, june, july = filed
    page = window(reviewer.username)
    send_june_back_with_a_comment_on_a_cell(page, june)
    correct(june, reporter)
    verify_june_with_a_change(page, june)
    verify_the_rest_at_once(page, july)
    unlock_may(page, may, reporter)


def send_june_back_with_a_comment_on_a_cell(page: Page, june: Return) -> None:
    """Enter in a field presses nothing; a changed value shows by how much; the comment goes back."""
    page.goto("/admin/")
    press_at(page, f"a[href='/admin/tracker/return/{june.pk}/change/']")
    type_at(page, f"[name=verified-{GANGUE}]", "480")
    expect(page.locator(".difference").first).to_contain_text("20.00")
    page.keyboard.press("Enter")
    expect(page.locator(f"[name=verified-{ASH}]")).to_be_focused()
    assert faults(page) == []
    type_at(page, f"[name=comment-{GANGUE}]", "多写了一位")
    press_at(page, "[name=_send_back]")
    assert Return.objects.get(pk=june.pk).state == Return.State.SENT_BACK
    expect(page.locator(".cell-comment")).to_contain_text("多写了一位")


def correct(june: Return, reporter: User) -> None:
    """The unit writes another figure and hands the return in again."""
    june.refresh_from_db()
    by = {"acting_user": reporter, "now": timezone.now()}
    returns.save_and_submit(june, {GANGUE: "510"}, expected_version=june.version, **by)


def verify_june_with_a_change(page: Page, june: Return) -> None:
    """What changed is marked. A value of one's own without a reason is refused, and the error leads to its field."""
    page.goto("/admin/")
    press_at(page, f"a[href='/admin/tracker/return/{june.pk}/change/']")
    expect(page.locator("tr.changed")).to_have_count(1)
    type_at(page, f"[name=verified-{GANGUE}]", "500")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=_verify]")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, ".errornote a")
    page.keyboard.press("Enter")
    expect(page.locator(f"[name=verified-{GANGUE}]")).to_be_focused()
    type_at(page, f"[name=reason-{GANGUE}]", "重复计算")
    press_at(page, "[name=_verify]")
    entry = Entry.objects.get(unit_return=june, indicator__code=GANGUE)
    assert (entry.reported_value, entry.verified_value, entry.verified_revision.reason) == (510, 500, "重复计算")


def verify_the_rest_at_once(page: Page, july: Return) -> None:
    """From the worklist, over the page that says what will be verified."""
    page.goto("/admin/")
    press_at(page, "a[href='/admin/tracker/return/verify/']")
    assert faults(page) == []
    expect(page.locator("[name=sight]")).to_be_checked()
    press_at(page, "[name=_verify_several]")
    assert Return.objects.get(pk=july.pk).state == Return.State.VERIFIED


def test_one_key_opens_and_one_verifies_the_rest(
    window: Callable[..., Page], filed: list[Return], reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E opens the next return and leads to its tick, Ctrl+Enter verifies what is ticked; what stayed folded waits."""
    monkeypatch.setattr("tracker.admin.sheet.bulk_verifying.SHOWN_AT_ONCE", 1)
    page = window(reviewer.username)
    page.goto("/admin/tracker/return/verify/")
    expect(page.locator(".bulk-keys").first).to_be_visible()
    expect(page.locator("[name=sight]:checked")).to_have_count(0)
    page.keyboard.press("e")
    opened = page.locator(".bulk-values[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("[name=sight]")).to_be_focused()
    page.keyboard.press("Space")
    chosen = int(page.locator("[name=sight]:checked").input_value().split(":")[0])
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    states = dict(Return.objects.filter(pk__in=[one.pk for one in filed[1:]]).values_list("pk", "state"))
    assert states.pop(chosen) == Return.State.VERIFIED
    assert list(states.values()) == [Return.State.SUBMITTED], "nobody saw its values"


def unlock_may(page: Page, may: Return, reporter: User) -> None:
    """The unit has asked; the reviewer finds it on the worklist and grants it."""
    by = {"acting_user": reporter, "now": timezone.now()}
    returns.request_unlock(may, reason="口径有误", expected_version=may.version, **by)
    page.goto("/admin/")
    press_at(page, f"a[href='/admin/tracker/return/{may.pk}/change/']")
    assert faults(page) == []
    press_at(page, "[name=_grant_unlock]")
    assert Return.objects.get(pk=may.pk).state == Return.State.SENT_BACK
