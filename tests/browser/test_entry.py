"""The sheet as a spreadsheet: keys, a pasted block, what the browser keeps, two people at once, evidence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served
from tests.uploads.evidence_files import pdf

pytestmark = pytest.mark.browser

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
expect.set_options(timeout=30_000)  # a busy machine is no fault of the page
OCTOBER = "太原市填报单位（演示） 2020年10月"


@pytest.fixture
def sheet(served: Served, as_person: Callable[[str], Page]) -> Page:
    """October's sheet of Taiyuan, open for entering."""
    return open_sheet(as_person("demo-taiyuan"), served)


def open_sheet(page: Page, served: Served) -> Page:
    page.goto(f"{served.address}/admin/")
    page.get_by_role("button", name=OCTOBER).or_(page.get_by_role("link", name=OCTOBER)).first.click()
    if page.get_by_role("button", name="新建报表").count():
        page.get_by_role("button", name="新建报表").click()
    value(page, 0).wait_for()
    return page


def value(page: Page, row: int) -> Locator:
    return page.locator("input.cell").nth(row)


def note(page: Page, row: int) -> Locator:
    return page.locator("input.cell-text").nth(row)


def paste(cell: Locator, text: str) -> None:
    """What Ctrl+V does with this text in the clipboard."""
    cell.focus()
    cell.evaluate(
        """(cell, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def serious_faults(page: Page) -> list[str]:
    """What axe finds wrong with the page for people who read or move otherwise."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found if fault["impact"] in ("serious", "critical")
    ]


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    page.locator(".messagelist .saved").first.wait_for()


def test_keys_move_as_in_a_spreadsheet_and_the_figures_follow(sheet: Page, served: Served) -> None:
    stored = value(sheet, 0).input_value()
    value(sheet, 0).fill("612.5")
    value(sheet, 0).press("Enter")
    expect(value(sheet, 1)).to_be_focused()
    for key, expected in [
        ("Shift+Enter", value(sheet, 0)),
        ("ArrowDown", value(sheet, 1)),
        ("ArrowRight", note(sheet, 1)),
        ("ArrowUp", note(sheet, 0)),
        ("ArrowLeft", value(sheet, 0)),
        ("Tab", note(sheet, 0)),
        ("Shift+Tab", value(sheet, 0)),
        ("Control+End", sheet.locator("input.cell").last),
        ("Control+Home", value(sheet, 0)),
    ]:
        sheet.keyboard.press(key)
        expect(expected).to_be_focused()
    row = sheet.locator(f"tr:has([name=value-{GANGUE}])")
    for text in ("6500000吨", "６５０万吨", "0.065亿吨", "650 万吨"):
        value(sheet, 0).fill(text)
        expect(row.locator(".converted")).to_contain_text("= 650 ")
        expect(row.locator(".running")).to_contain_text("%")
    value(sheet, 0).fill("650户")
    expect(row.locator(".running")).to_be_hidden()
    value(sheet, 0).press("Escape")
    expect(value(sheet, 0)).to_have_value(stored)
    value(sheet, 0).fill("6500000吨")
    save(sheet)
    expect(value(sheet, 0)).to_have_value("650")
    expect(row.locator(".entered")).to_have_text("6500000吨 → 650")
    value(sheet, 1).press("Control+Enter")
    expect(sheet.locator("[name=_submit]")).to_be_focused()
    assert served.complaints == []


def test_a_block_from_excel_fills_the_sheet_and_can_be_undone(sheet: Page, served: Served) -> None:
    notes = [note(sheet, row).input_value() for row in range(2)]
    before = [value(sheet, row).input_value() for row in range(3)]
    paste(value(sheet, 0), '1,250.5\t"两行\r\n备注"\r\n20\t"说""明"""\r\n３０\t\r\n')
    expect(value(sheet, 0)).to_have_value("1,250.5")
    expect(note(sheet, 0)).to_have_value("两行 备注")
    expect(note(sheet, 1)).to_have_value('说"明"')
    expect(value(sheet, 2)).to_have_value("３０")
    expect(sheet.locator(".sheet-status")).to_contain_text("6")
    sheet.keyboard.press("Control+z")
    assert [value(sheet, row).input_value() for row in range(3)] == before
    assert [note(sheet, row).input_value() for row in range(2)] == notes

    rows = sheet.locator("input.cell").count()
    paste(value(sheet, rows - 1), "1\t甲\t多\n2\t乙\n3\t丙\n")
    expect(sheet.locator(".sheet-status.warns")).to_contain_text("2")
    expect(sheet.locator("input.cell").last).to_have_value("1")
    sheet.locator("input.cell").last.fill("9")
    sheet.locator(".undo-paste").click()
    expect(sheet.locator("input.cell").last).to_have_value("9")
    expect(sheet.locator("input.cell-text").last).to_have_value("")
    assert served.complaints == []


def test_what_was_typed_and_never_sent_is_offered_again_and_meets_what_others_saved(
    sheet: Page, served: Served, as_person: Callable[[str], Page]
) -> None:
    value(sheet, 1).fill("77")
    asked: list[str] = []

    def leave(dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    sheet.on("dialog", leave)
    sheet.goto(f"{served.address}/admin/")
    assert asked == ["beforeunload"]
    other = open_sheet(as_person("demo-taiyuan"), served)
    value(other, 3).fill("5")
    save(other)
    open_sheet(sheet, served)
    sheet.locator(".kept button").first.click()
    expect(value(sheet, 1)).to_have_value("77")
    save(sheet)
    sheet.reload()
    expect(value(sheet, 1)).to_have_value("77")
    expect(value(sheet, 3)).to_have_value("5")
    expect(sheet.locator(".kept")).to_have_count(0)
    assert served.complaints == []


def test_two_people_meet_in_one_cell_and_choose(served: Served, as_person: Callable[[str], Page]) -> None:
    first, second = (open_sheet(as_person("demo-taiyuan"), served) for _person in range(2))
    value(first, 0).fill("111")
    value(first, 1).fill("11")
    save(first)
    value(second, 0).fill("222")
    note(second, 2).fill("我的")
    second.keyboard.press("Control+s")
    theirs = second.locator(f"[name=keep-value-{GANGUE}][value=theirs]")
    theirs.wait_for()
    expect(second.locator(f"[name=keep-value-{GANGUE}][value=mine]")).to_be_checked()
    expect(value(second, 0)).to_have_value("222")
    expect(value(second, 1)).to_have_value("11")
    expect(second.locator(f"[name=keep-value-{ASH}]")).to_have_count(0)
    assert serious_faults(second) == []
    theirs.focus()
    second.keyboard.press("Space")
    save(second)
    expect(value(second, 0)).to_have_value("111")
    expect(note(second, 2)).to_have_value("我的")
    assert served.complaints == []


def test_evidence_is_chosen_kept_downloaded_and_removed(sheet: Page, served: Served, tmp_path: Path) -> None:
    ticket, page = tmp_path / "磅单.pdf", tmp_path / "网页.pdf"
    ticket.write_bytes(pdf())
    page.write_bytes(b"<html>")
    chooser = sheet.locator(f"[name=evidence-{GANGUE}]")
    chooser.set_input_files([ticket, page])
    value(sheet, 0).fill("640")
    sheet.keyboard.press("Control+s")
    expect(sheet.locator(f"[id='id_evidence-{GANGUE}_error']")).to_contain_text("网页.pdf")
    expect(value(sheet, 0)).to_have_value("640")
    with sheet.expect_download() as download:
        sheet.get_by_role("link", name="磅单.pdf").click()
    download.value.save_as(tmp_path / "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == pdf()
    sheet.locator("[name=remove-evidence]").check()
    save(sheet)
    expect(sheet.get_by_role("link", name="磅单.pdf")).to_have_count(0)
    sheet.goto(sheet.url.replace("/change/", "/history/"))
    expect(sheet.locator(".return-history")).to_contain_text("磅单.pdf")
    assert serious_faults(sheet) == []
    assert served.complaints == []
