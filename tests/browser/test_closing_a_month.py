"""A month is closed in the product: from the last verification to signed report, brief, bulletin and mail."""

import email
import email.policy
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.installation import wait_for

pytestmark = pytest.mark.browser

RETURN = "太原市填报单位（演示） 2020年10月"
VALUE = "613.7"
OPENING = "现将十月各项目标进展情况通报如下，请对照检查。"
#: What comes before: the last return of the month is submitted, and the leader's mail has the brief attached.
BEFORE = f"""
from django.utils import timezone
from tracker.models import Indicator, Period, Plan, ReportingUnit, Subscription, User
from tracker.services import returns
now, reporter = timezone.now(), User.objects.get(username="demo-taiyuan")
unit = ReportingUnit.objects.get(region__code="140100")
found = returns.open_return(unit, Period.objects.get(code="2020-10"), acting_user=reporter, now=now)
codes = list(found.entries.values_list("indicator__code", flat=True))
values = dict.fromkeys(codes, "1") | {{"coal_gangue_utilised": "{VALUE}"}}
returns.save_draft(found, values, acting_user=reporter, now=now, expected_version=found.version,
    notes=dict.fromkeys(codes, "演示：与上月相差较大，属实。"))
found.refresh_from_db()
returns.submit_return(found, acting_user=reporter, now=now, expected_version=found.version)
Subscription.objects.filter(user__username="demo-leader").update(attached="brief")
"""


def test_a_month_is_closed_without_an_editor(served: Served, as_person: Callable[[str], Page], tmp_path: Path) -> None:
    served.installed.manage("shell", "-c", BEFORE)
    office, leader = as_person("demo-reviewer"), as_person("demo-leader")

    verify_the_last_return(office, served)
    report = issue_the_report(office, served, tmp_path)
    take_the_brief(office, report, tmp_path)
    bulletin = write_the_bulletin(office, report)
    review_the_bulletin(leader, bulletin)
    read_the_bulletin(office, bulletin, tmp_path)
    receive_the_mail(leader, served)
    assert served.complaints == []


def verify_the_last_return(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/admin/")
    page.get_by_role("button", name=RETURN).or_(page.get_by_role("link", name=RETURN)).first.click()
    expect(page.locator("[name=verified-coal_gangue_utilised]")).to_have_value(VALUE)
    page.get_by_role("button", name="核定", exact=True).click()
    page.wait_for_load_state()


def downloaded(page: Page, name: str, directory: Path) -> Path:
    """Follow the link of this name and keep the file under the name that it has."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    path = directory / download.value.suggested_filename
    download.value.save_as(path)
    return path


def issue_the_report(page: Page, served: Served, directory: Path) -> str:
    """Have the month's report written; it names who prepared it and leaves room for seal and signatures."""
    page.goto(f"{served.address}/reports/?plan=shanxi-2020&period=2020-10&region=140000")
    page.get_by_role("button", name="生成报告").click()
    link = page.get_by_role("link", name="下载工作簿")
    link.wait_for(timeout=120_000)
    path = downloaded(page, "下载工作簿", directory)
    assert path.name == "山西省节能与资源综合利用2020年行动计划-2020年第10期-目标完成情况报告.xlsx"
    cells = [
        cell
        for sheet in openpyxl.load_workbook(path, data_only=True).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    assert float(VALUE) in cells
    texts = {str(cell) for cell in cells}
    assert {"制表人：省级审核员（演示）", "单位负责人：", "审核人："} <= texts
    assert any(text.startswith("编制单位（盖章）：") for text in texts)
    page.get_by_role("link", name="报告详情").click()
    expect(page.locator("section[aria-labelledby=papers]")).to_be_visible()
    return page.url


def take_the_brief(page: Page, report: str, directory: Path) -> None:
    """The brief was issued with the report."""
    page.goto(report)
    page.locator("section[aria-labelledby=papers] .tasks a").first.click()
    path = downloaded(page, "下载（PDF）", directory)
    pages = pypdfium2.PdfDocument(path)
    assert len(pages) == 1
    assert "2020年10月" in pages[0].get_textpage().get_text_range()


def write_the_bulletin(page: Page, report: str) -> str:
    """Draft the bulletin, write around its locked sentences, and send it to a second person."""
    page.goto(report)
    page.get_by_role("button", name="起草通报").click()
    expect(page.locator(".locked").first).to_be_visible()
    assert page.locator(".sentence textarea, .sentence input").count() == 0
    page.locator("#text-opening").fill(OPENING)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#text-opening")).to_have_value(OPENING)
    page.get_by_role("button", name="保存并送审").click()
    expect(page.get_by_role("button", name="审核通过并出具")).to_have_count(0)
    return page.url


def review_the_bulletin(page: Page, bulletin: str) -> None:
    page.goto(bulletin)
    expect(page.get_by_text(OPENING)).to_be_visible()
    page.get_by_role("button", name="审核通过并出具").click()
    expect(page.get_by_role("link", name="下载通报")).to_be_visible()


def read_the_bulletin(page: Page, bulletin: str, directory: Path) -> None:
    """What was issued cannot be changed any more, and the Word document has what was written."""
    page.goto(bulletin)
    expect(page.locator("textarea")).to_have_count(0)
    path = downloaded(page, "下载通报", directory)
    assert path.name == "山西省节能与资源综合利用2020年行动计划-2020年第10期-通报.docx"
    paragraphs = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    assert OPENING in paragraphs
    assert "草稿" not in "".join(paragraphs)


def receive_the_mail(page: Page, served: Served) -> None:
    """The leader's mail arrives with the brief, which reads without a program for workbooks."""
    page.goto(f"{served.address}/mail/")
    page.locator(".subscription").get_by_role("combobox").select_option("2020-10")
    page.get_by_role("button", name="立即发给我").click()
    (received, *_more) = wait_for(lambda: list(served.mailbox.messages), 120)
    message = email.message_from_bytes(received, policy=email.policy.default)
    assert message["To"].addresses[0].addr_spec == "demo-leader@example.com"
    assert "2020年10月" in message["Subject"]
    (attached,) = [part for part in message.iter_attachments() if part.get_filename().endswith(".pdf")]
    pages = pypdfium2.PdfDocument(BytesIO(attached.get_payload(decode=True)))
    assert len(pages) == 1
