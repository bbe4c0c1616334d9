"""Some work begun, so that pages of jobs, mail and tables have something to show."""

from collections.abc import Mapping

from django.utils import timezone
from playwright.sync_api import Page

from tests import factories
from tracker.models import Obligation, Period, ReportingUnit, Role

#: One row that is right and one in which everything is wrong.
TABLE = """地区,报告期,指标,数值,备注
太原市,2020年1月,煤矸石综合利用量,6500.5,核对无误
无名市,2020年2月,粉煤灰综合利用量,很多,
"""


def begin_some_work(address: str, windows: Mapping[str, Page]) -> None:
    """A report and a mail asked for, a return begun and one handed in, a table of past values sent in and checked."""
    leader = windows["demo-leader"]
    leader.goto(f"{address}/reports/")
    leader.locator("form[action*='/reports/request'] .primary").click()
    leader.wait_for_load_state()
    leader.goto(f"{address}/mail/")
    leader.locator("form[action$='/send'] [type=submit]").first.click()
    leader.wait_for_load_state()
    reporter = windows["demo-taiyuan"]
    reporter.goto(f"{address}/admin/tracker/return/add/")
    reporter.locator("#content form [type=submit]").first.click()
    reporter.wait_for_load_state()
    send_back_unfilled(reporter, address)
    hand_in_another()
    manager = windows["plan-manager"]
    manager.goto(f"{address}/past/")
    table = {"name": "2020年历史数据.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    manager.locator("[type=file]").set_input_files(files=[table])  # type: ignore[list-item]
    manager.locator("form[action*='/past/send'] .primary").click()
    manager.wait_for_load_state()
    if manager.locator("form[action$='/check'] .primary").count():
        manager.locator("form[action$='/check'] .primary").click()
        manager.wait_for_load_state()


def send_back_unfilled(page: Page, address: str) -> None:
    """A month's workbook sent in as it was downloaded: its preview waits."""
    page.goto(f"{address}/admin/tracker/return/workbooks/")
    template = page.locator("a[href*='/workbooks/template/']").first.get_attribute("href")
    content = page.request.get(f"{address}{template}").body()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "太原市.xlsx", "mimeType": kind, "buffer": content}
    page.locator(".send-workbook [type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    page.locator(".send-workbook [type=submit]").click()
    page.wait_for_load_state()


def hand_in_another() -> None:
    """Datong's return of October, nothing but zeros: it waits for its review."""
    unit = ReportingUnit.objects.get(region__code=factories.DATONG)
    owed = Obligation.objects.filter(unit=unit).values_list("indicator__code", flat=True)
    person = factories.make_user("of-datong", Role.REPORTER, factories.DATONG)
    values, now = dict.fromkeys(owed, "0"), timezone.now()
    month = Period.objects.get(code="2020-10")
    factories.file_return(unit, month, values, reporter=person, now=now, note="停产检修")
