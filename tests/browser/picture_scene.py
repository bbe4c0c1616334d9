"""Some work begun, so that pages of jobs, mail and tables have something to show."""

from collections.abc import Mapping

from playwright.sync_api import Page

#: One row that is right and one in which everything is wrong.
TABLE = """地区,报告期,指标,数值,备注
太原市,2020年1月,煤矸石综合利用量,6500.5,核对无误
无名市,2020年2月,粉煤灰综合利用量,很多,
"""


def begin_some_work(address: str, windows: Mapping[str, Page]) -> None:
    """A report and a mail asked for, a table of past values sent in and checked."""
    leader = windows["demo-leader"]
    leader.goto(f"{address}/reports/")
    leader.locator("form[action*='/reports/request'] .primary").click()
    leader.wait_for_load_state()
    leader.goto(f"{address}/mail/")
    leader.locator("form[action$='/send'] [type=submit]").first.click()
    leader.wait_for_load_state()
    manager = windows["plan-manager"]
    manager.goto(f"{address}/past/")
    table = {"name": "2020年历史数据.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    manager.locator("[type=file]").set_input_files(files=[table])  # type: ignore[list-item]
    manager.locator("form[action*='/past/send'] .primary").click()
    manager.wait_for_load_state()
    if manager.locator("form[action$='/check'] .primary").count():
        manager.locator("form[action$='/check'] .primary").click()
        manager.wait_for_load_state()
