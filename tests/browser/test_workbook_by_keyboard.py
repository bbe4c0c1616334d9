"""The official's month in Excel with the keyboard alone: template, a wrong workbook, the marked one, handing in."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.keyboard import download, faults, press_at, tab_to
from tracker.models import Period, Plan, Return, User
from tracker.services import returns

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

GANGUE, ASH, GYPSUM = "coal_gangue_utilised", "fly_ash_utilised", "fgd_gypsum_utilised"


@pytest.fixture
def draft(plan: Plan, reporter: User) -> Return:
    """Taiyuan's October, the only month there is: due tomorrow, with ash and gypsum entered and gangue not yet."""
    unit = factories.make_unit(plan, factories.TAIYUAN, (GANGUE, ASH, GYPSUM))
    october, now = factories.period(plan, "2020-10"), timezone.now()
    Period.objects.exclude(pk=october.pk).delete()
    factories.set_deadlines(Period.objects.all(), due_at=now + timedelta(days=1), locks_at=None)
    october.refresh_from_db()
    opened = returns.open_return(unit, october, acting_user=reporter, now=now)
    values = {ASH: "30", GYPSUM: "4"}
    return returns.save_draft(opened, values, acting_user=reporter, now=now, expected_version=opened.version)


def test_the_month_goes_through_excel(
    window: Callable[..., Page], draft: Return, reporter: User, tmp_path: Path
) -> None:
    page = window(reporter.username)
    press_at(page, "a[href$='/workbooks/']")
    assert faults(page) == []
    template = download(page, "a[href*='/workbooks/template/']", tmp_path / "template.xlsx")

    wrong = filled(template, tmp_path / "wrong.xlsx", {GANGUE: "很多", ASH: -3}, outside=("F6", 12))
    send_in(page, wrong)
    expect(page.locator("table.faults tbody tr")).to_have_count(2)
    expect(page.locator("table.faults tbody tr").first).to_contain_text("G6")
    expect(page.locator(".notices")).to_contain_text("F6")
    expect(page.locator("[role=alert]")).to_be_visible()
    assert faults(page) == []
    assert values_of(draft) == {GANGUE: None, ASH: 30, GYPSUM: 4}

    marked = download(page, "a[href$='/marked/']", tmp_path / "marked.xlsx")
    assert "很多" in load_workbook(marked).worksheets[0]["G6"].comment.text
    press_at(page, ".workbooks a[href*='/workbooks/?period=']:not(.breadcrumbs a)")
    right = filled(marked, tmp_path / "right.xlsx", {GANGUE: "6,500", ASH: 31}, outside=("F6", None))
    send_in(page, right)
    for change, count in (("new", 1), ("changed", 1), ("same", 1)):
        expect(page.locator(f".counts .change-{change}")).to_contain_text(str(count))
    assert faults(page) == []
    assert values_of(draft) == {GANGUE: None, ASH: 30, GYPSUM: 4}

    press_at(page, "form[action$='/accept/'] button:not([formaction])")
    assert values_of(draft) == {GANGUE: 6500, ASH: 31, GYPSUM: 4}
    press_at(page, "form[action$='/submit/'] button")
    assert Return.objects.get().state == Return.State.SUBMITTED
    expect(page.locator(".state-submitted")).to_be_visible()
    press_at(page, ".breadcrumbs a[href='/admin/']")
    expect(page.locator("[aria-labelledby=own-work]")).to_contain_text("没有待填报")
    assert faults(page) == []


def send_in(page: Page, path: Path) -> None:
    """Choose the file in the dialog that the space bar opens, and send it in."""
    tab_to(page, "input[type=file]")
    with page.expect_file_chooser() as dialog:
        page.keyboard.press("Space")
    dialog.value.set_files(path)
    press_at(page, ".send-workbook button")


def filled(template: Path, path: Path, values: dict[str, object], *, outside: tuple[str, object]) -> Path:
    """The workbook with these amounts by indicator, and with something in a cell that is not to be filled in."""
    workbook = load_workbook(template)
    sheet, keys = workbook.worksheets
    rows = {row[2]: row[1] for row in keys.iter_rows(values_only=True) if row[0] == "row"}
    for indicator, value in values.items():
        sheet[f"G{rows[indicator]}"].value = value
    sheet[outside[0]].value = outside[1]
    workbook.save(path)
    return path


def values_of(unit_return: Return) -> dict[str, object]:
    return {one.indicator.code: one.reported_value for one in unit_return.entries.select_related("indicator")}
