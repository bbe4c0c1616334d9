"""The month of a zone: annex imported, a week reported and verified, weekly sheet, funnel, ranking, bulletin."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

PLAN, UNIT = "shanxi-2020", "太原市填报单位（演示）"
NAMES = ("新材料产业园", "智能装备基地", "固废利用项目")
WEEK = "2020-W41"


def test_the_month_of_a_zone(served: Served, as_person: Callable[[str], Page], tmp_path: Path) -> None:
    manager, official, reviewer = (as_person(name) for name in ("admin", "demo-taiyuan", "demo-reviewer"))
    address = make_list(manager, served)
    import_annex(manager, address, annex(tmp_path / "附件.xlsx"))
    report_weekly(manager, address)
    start_two(official, address)
    report_the_week(official, served)
    verify(reviewer, served, address)
    read_funnel_and_ranking(reviewer, address)
    sheet = dispatched(workbook_of(reviewer, served, WEEK, "projects", tmp_path))
    assert [row for row in sheet if NAMES[0] in row and "开工" in row]
    assert [row for row in sheet if NAMES[1] in row and "征地" in row]
    assert not [row for row in sheet if NAMES[2] in row]
    issue(reviewer, served, "2020-10", "compliance")
    reviewer.get_by_role("button", name="起草通报（Word）").click()
    sentence = reviewer.locator(".sentence").filter(has_text="开发区重点项目共3项")
    expect(sentence.locator(".locked").first).to_have_text("3")
    assert served.complaints == []


def make_list(page: Page, served: Served) -> str:
    page.goto(f"{served.address}/lists/new?plan={PLAN}")
    for name, text in {"name": "开发区重点项目", "code": "zone", "year": "2020"}.items():
        page.locator(f"#id_{name}").fill(text)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", name="开发区重点项目")).to_be_visible()
    return page.url.split("?")[0]


def annex(path: Path) -> Path:
    book = Workbook()
    book.active.append(["项目名称", "建设单位", "地区", "总投资（万元）", "计划开工时间", "责任单位"])
    for number, name in enumerate(NAMES):
        due = date(2020, 9, 1) if number < 2 else date(2020, 12, 1)
        book.active.append([name, f"建设单位{number}", "太原市", 10000, due, UNIT])
    book.save(path)
    return path


def import_annex(page: Page, address: str, path: Path) -> None:
    page.goto(f"{address}import")
    page.locator("#id_file").set_input_files(path)
    for name, text in {"document_number": "晋开〔2020〕1号", "issued_on": "2020-03-01"}.items():
        page.locator(f"#id_{name}").fill(text)
    page.locator("#id_effective_from").fill("2020-03-01")
    page.get_by_role("button", name="查看预览").click()
    expect(page.get_by_text(NAMES[2])).to_be_visible()
    page.get_by_role("button", name="列入名单").click()
    expect(page.get_by_text("3")).not_to_have_count(0)


def report_weekly(page: Page, address: str) -> None:
    page.goto(f"{address}reports")
    page.locator("#id_frequency").select_option("week")
    page.locator("#id_reports_from").fill("2020-10-05")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()


def start_two(page: Page, address: str) -> None:
    """Report for two of the three at once that they started."""
    page.goto(f"{address}?period=2020-10")
    for name in NAMES[:1]:
        page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
    page.get_by_role("button", name="填报多项的步骤").click()
    page.locator("#id_step").select_option(label="开工")
    page.locator("#id_day").fill("2020-10-07")
    page.locator("#id_evidence").fill("开工令1号")
    page.get_by_role("button", name="填报多项的步骤").click()
    expect(page.get_by_text("已填报1项步骤")).to_be_visible()


def report_the_week(page: Page, served: Served) -> None:
    """Open the week's return from the worklist, fill in all projects on one sheet, and submit it."""
    page.goto(f"{served.address}/admin/")
    named = re.compile(rf"{re.escape(UNIT)} 2020年第41周")
    page.get_by_role("button", name=named).or_(page.get_by_role("link", name=named)).first.click()
    page.get_by_role("link", name="项目填报").or_(page.locator("a[href$='/projects']")).first.click()
    for name, amount in zip(NAMES, ("120", "0", "0"), strict=True):
        row = page.get_by_role("row").filter(has_text=name)
        row.locator("[name$='-investment']").fill(amount)
        row.locator("[name$='-progress']").fill("基础施工")
    row = page.get_by_role("row").filter(has_text=NAMES[1])
    row.locator("[name$='-problem_kind']").select_option("land")
    row.locator("[name$='-problem']").fill("征地未完成")
    page.get_by_role("button", name="提交整份报表").click()
    expect(page.locator(".state-submitted")).to_be_visible()


def verify(page: Page, served: Served, address: str) -> None:
    """Verify the week's return and the step."""
    page.goto(f"{served.address}/admin/")
    page.get_by_role("link", name=re.compile(rf"{re.escape(UNIT)} 2020年第41周")).first.click()
    page.get_by_role("button", name="核定", exact=True).click()
    page.wait_for_load_state()
    page.goto(f"{address}steps")
    page.get_by_role("button", name="核定所选进展").click()
    page.wait_for_load_state()


def read_funnel_and_ranking(page: Page, address: str) -> None:
    page.goto(f"{address}funnel?period=2020-10")
    expect(page.get_by_role("row").filter(has_text="开工").first).to_contain_text("1")
    expect(page.get_by_text("截至本期应开工的新建项目").first).to_be_visible()
    page.goto(f"{address}funnel?period=2020-10&region=140100&by=invested")
    expect(page.get_by_role("row").filter(has_text="开工").first).to_contain_text("10,000")


def issue(page: Page, served: Served, period: str, kind: str) -> None:
    """Ask for a document, wait for it and open its page."""
    page.goto(f"{served.address}/reports/?plan={PLAN}&period={period}&region=140000&kind={kind}")
    page.get_by_role("button", name="生成报告").click()
    page.get_by_role("link", name="下载工作簿").wait_for(timeout=120_000)
    # Not the newest row of the list: that is the brief, once it is written too.
    page.get_by_role("link", name="报告详情").click()
    page.wait_for_load_state()


def workbook_of(page: Page, served: Served, period: str, kind: str, directory: Path) -> Path:
    page.goto(f"{served.address}/reports/?plan={PLAN}&period={period}&region=140000&kind={kind}")
    page.get_by_role("button", name="生成报告").click()
    link = page.get_by_role("link", name="下载工作簿")
    link.wait_for(timeout=120_000)
    with page.expect_download() as download:
        link.click()
    path = directory / "ledger.xlsx"
    download.value.save_as(path)
    return path


def dispatched(path: Path) -> list[str]:
    """Return the rows of the dispatch sheet as text."""
    sheet = openpyxl.load_workbook(path)["调度"]
    return [" ".join(str(cell) for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True)]
