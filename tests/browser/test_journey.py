"""The whole journey of a month: entered, sent back, corrected, verified, graded, reported, mailed."""

import email
import email.policy
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.installation import wait_for

pytestmark = pytest.mark.browser

GANGUE = "coal_gangue_utilised"
WRONG, RIGHT = "6125.5", "612.5"
COMMENT = "煤矸石多写了一位，请核对。"
RETURN = "太原市填报单位（演示） 2020年10月"


def test_the_journey_of_a_month(served: Served, as_person: Callable[[str], Page], tmp_path: Path) -> None:
    official, reviewer, leader = (as_person(f"demo-{who}") for who in ("taiyuan", "reviewer", "leader"))
    assert level_of_gangue(leader, served) == "未评级"

    enter_and_submit(official, served)
    send_back(reviewer, served)
    correct(official, served)
    verify(reviewer, served)
    assert level_of_gangue(leader, served) == "● 三级"

    workbook = ask_for_the_report(reviewer, served, tmp_path)
    assert float(RIGHT) in numbers_in(workbook)
    assert float(WRONG) not in numbers_in(workbook)

    read_the_mail(leader, served)
    assert served.complaints == []


def level_of_gangue(page: Page, served: Served) -> str:
    """The warning level of coal gangue in Taiyuan in October, as the page of targets shows it."""
    page.goto(f"{served.address}/targets/?plan=shanxi-2020&period=2020-10&region=140100")
    row = page.get_by_role("row").filter(has_text="煤矸石综合利用量")
    return row.locator("[class*=level]").first.inner_text().strip()


def open_from_worklist(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/admin/")
    page.get_by_role("button", name=RETURN).or_(page.get_by_role("link", name=RETURN)).first.click()


def enter_and_submit(page: Page, served: Served) -> None:
    """The official opens October from the worklist, enters every row, and submits with one digit too many."""
    open_from_worklist(page, served)
    page.locator(f"[name=value-{GANGUE}]").wait_for()
    for cell in page.locator("input.cell").all():
        cell.fill("1")
    for note in page.locator("input.cell-text").all():
        note.fill("演示：与上月相差较大，属实。")  # the checks ask about the falls
    page.locator(f"[name=value-{GANGUE}]").fill(WRONG)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(f"[name=value-{GANGUE}]")).to_have_value(WRONG)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".return-head .state-submitted")).to_be_visible()


def send_back(page: Page, served: Served) -> None:
    """The reviewer finds it waiting and sends it back with a comment."""
    open_from_worklist(page, served)
    page.locator("#id_comment").fill(COMMENT)
    page.get_by_role("button", name="退回").click()
    page.wait_for_load_state()


def correct(page: Page, served: Served) -> None:
    """The official reads why, corrects the cell, and submits again."""
    open_from_worklist(page, served)
    expect(page.get_by_text(COMMENT).first).to_be_visible()
    page.locator(f"[name=value-{GANGUE}]").fill(RIGHT)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".return-head .state-submitted")).to_be_visible()


def verify(page: Page, served: Served) -> None:
    """The reviewer accepts it."""
    open_from_worklist(page, served)
    expect(page.locator(f"[name=verified-{GANGUE}]")).to_have_value(RIGHT)
    page.get_by_role("button", name="核定", exact=True).click()
    page.wait_for_load_state()


def ask_for_the_report(page: Page, served: Served, directory: Path) -> bytes:
    """Ask for October's report, watch it being written, and download it."""
    page.goto(f"{served.address}/reports/?plan=shanxi-2020&period=2020-10&region=140000")
    page.get_by_role("button", name="生成报告").click()
    expect(page.locator("#job-progress")).to_be_visible()
    link = page.get_by_role("link", name="下载工作簿")
    link.wait_for(timeout=120_000)
    with page.expect_download() as download:
        link.click()
    path = directory / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".xlsx"
    return path.read_bytes()


def read_the_mail(page: Page, served: Served) -> None:
    """The leader asks for the summary by mail and finds it in the mailbox, with the workbook."""
    page.goto(f"{served.address}/mail/")
    page.locator(".subscription").get_by_role("combobox").select_option("2020-10")
    page.get_by_role("button", name="立即发给我").click()
    received = wait_for(lambda: list(served.mailbox.messages), 120)
    message = email.message_from_bytes(received[0], policy=email.policy.default)
    assert message["To"].addresses[0].addr_spec == "demo-leader@example.com"
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}
    (attached,) = [part for part in message.iter_attachments() if part.get_filename().endswith(".xlsx")]
    assert float(RIGHT) in numbers_in(attached.get_payload(decode=True))


def numbers_in(workbook: bytes) -> set[float]:
    """Every number in every sheet."""
    sheets = openpyxl.load_workbook(BytesIO(workbook), data_only=True).worksheets
    values = (cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)
    return {float(value) for value in values if isinstance(value, int | float)}
