"""`python -m tests.browser.help_pictures`: take the five pictures of the help anew, in both languages.

Serves the demonstration with some work begun, opens the page of each step as the person whose step it is, and writes
`tracker/static/tracker/help/{zh,en}/*.png`, 720 pixels wide. Run it when one of these pages has changed its looks, and
look at what it wrote. A picture of more than 100 KB is made smaller by `convert FILE -colors 96 PNG8:FILE`.
"""

import logging
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, sync_playwright

if TYPE_CHECKING:
    from tracker.models import Return

TOP = Path(__file__).resolve().parents[2]
PICTURES = TOP / "tracker" / "static" / "tracker" / "help"
#: What a picture shows of a page, in CSS pixels, and how many pixels of the picture each becomes.
SHOWN, SCALE = {"width": 960, "height": 600}, 0.75


def main() -> None:
    """Serve, take the pictures, stop."""
    with ExitStack() as stack:
        data = Path(tempfile.mkdtemp(prefix="tracker-help-"))
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        for name in ("EMAIL_URL", "BASE_URL", "DATABASE_URL", "BROKER_URL"):
            os.environ.pop(name, None)
        os.environ.update(TRACKER_DATA_DIR=str(data / "full"), DJANGO_SETTINGS_MODULE="config.settings")
        os.environ.update(DJANGO_ALLOW_ASYNC_UNSAFE="1", LANGUAGE="zh_CN")
        (data / "full").mkdir()
        import django

        django.setup()
        logging.disable(logging.INFO)
        from tests.browser.conftest import ARGUMENTS, CHROMIUM, quickstarted

        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        stack.callback(browser.close)
        served = stack.enter_context(quickstarted(data / "full"))

        def window(person: str) -> Page:
            context = browser.new_context(timezone_id="Asia/Shanghai", locale="zh-CN", device_scale_factor=SCALE)
            page = context.new_page()
            page.set_viewport_size(SHOWN)  # type: ignore[arg-type]
            page.goto(f"{served.address}/admin/login/")
            page.locator("[name=username]").fill(person)
            page.locator("[name=password]").fill(served.passwords[person])
            page.locator("form [type=submit]").last.click()
            page.wait_for_url(lambda url: "login" not in url)
            return page

        take_all(served.address, {name: window(name) for name in ("demo-taiyuan", "demo-reviewer", "demo-leader")})


def take_all(address: str, windows: dict[str, Page]) -> None:
    """Take each picture in both languages."""
    reporter, reviewer, leader = windows.values()
    reporter.goto(f"{address}/admin/")
    reporter.locator("form.straight [type=submit]").first.click()
    reporter.wait_for_load_state()
    entered = reporter.url
    from tracker.models import IssuedReport

    waiting = hand_in_a_late_one()
    pages = (
        ("1-tasks", reporter, f"{address}/admin/", "#content"),
        ("2-entry", reporter, entered, "#content h1"),
        ("3-review", reviewer, f"{address}/admin/tracker/return/{waiting.pk}/change/", "#content h1"),
        ("4-overview", leader, f"{address}/", "#content"),
        ("5-report", leader, f"{address}/reports/{IssuedReport.objects.latest('pk').pk}/", "#content h1"),
    )
    for folder, language in (("zh", "zh-hans"), ("en", "en")):
        (PICTURES / folder).mkdir(parents=True, exist_ok=True)
        for name, page, place, part in pages:
            page.context.add_cookies([{"name": "django_language", "value": language, "url": address}])
            page.goto(place)
            top = page.locator(part).first.bounding_box()
            page.evaluate("y => window.scrollTo(0, y)", max((top or {"y": 0})["y"] - 12, 0))
            page.wait_for_timeout(400)
            page.screenshot(path=PICTURES / folder / f"{name}.png")
            sys.stdout.write(f"{folder}/{name}.png\n")


def hand_in_a_late_one() -> "Return":
    """Xinzhou's return of September, which the demonstration leaves out: a little more than in August."""
    from tests import factories
    from tracker.models import Entry, ReportingUnit, Role

    unit = ReportingUnit.objects.get(region__code="140900")
    august = Entry.objects.filter(unit_return__unit=unit, unit_return__period__code="2020-08")
    known = august.exclude(verified_value=None).select_related("indicator")
    values = {entry.indicator.code: a_little_more(entry.verified_value, entry.indicator.decimals) for entry in known}
    person = factories.make_user("xinzhou", Role.REPORTER, "140900")
    type(person).objects.filter(pk=person.pk).update(display_name="忻州市填报员（演示）")
    month = unit.expected_returns.get(period__code="2020-09").period
    moment = datetime(2020, 10, 14, 15, 20, tzinfo=factories.SHANGHAI)
    return factories.file_return(unit, month, values, reporter=person, now=moment, note="设备检修后恢复生产")


def a_little_more(value: Decimal, decimals: int) -> str:
    """Return a tenth more, in as many decimals as the indicator has."""
    return f"{(value * 11 / 10).quantize(Decimal(1).scaleb(-decimals)):f}"


if __name__ == "__main__":
    main()
