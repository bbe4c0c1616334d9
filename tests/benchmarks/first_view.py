"""The first view of the dashboard in Chromium: `python -m tests.benchmarks.first_view [RUNS]` (5).

Serves what `quickstart` serves, logs a leader in, and opens the dashboard each time in a fresh browser with an empty
cache and the processor slowed down four times. Prints what travelled, compressed as it was, by kind; when the page
was there (its load event) and when its trend chart was on the screen; and both against the bounds of 250 KB and 1.5 s.
Then it points at the chart, and tells after what time the numbers were there. Beside them stands a page of the same
server that holds next to nothing (the 404), on the same slowed processor: what a page costs at all here.
"""

import os
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.browser.conftest import ACCOUNT, ARGUMENTS, CHROMIUM
from tests.installation import installation, wait_for
from tests.smtp_peer import free_port

SLOWER = 4
MOST_BYTES, LONGEST = 250_000, 1500
#: Told within the page: asking from outside waits for its own turn. The chart is on the screen with the frame after the
#: one in which it has come; numbers under the pointer are written beside it.
NOTE_DRAWING = """
const shown = (name) => requestAnimationFrame(() => setTimeout(() => (window[name] = performance.now())));
addEventListener("pointermove", () => (window.pointedAt ||= performance.now()));
const noted = new Set();
new MutationObserver(() => {
  for (const [name, place] of [["drawnAt", ".trend-curves circle"], ["toldAt", ".trend-tip strong"]]) {
    if (noted.has(name) || !document.querySelector(place)) continue;
    noted.add(name);
    shown(name);
  }
}).observe(document, { childList: true, subtree: true });
"""
DRAWN = "() => window.drawnAt"
TOLD = "() => window.toldAt && window.toldAt - window.pointedAt"
ANSWERED = "() => performance.getEntriesByType('navigation')[0].responseEnd"
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"


@dataclass
class View:
    """What one view cost: bytes by kind, and milliseconds from the start of the navigation."""

    answered: float = 0
    loaded: float = 0
    drawn: float = 0
    told: float = 0
    bytes_of: Counter[str] = field(default_factory=Counter)


def main(runs: int) -> None:
    """Measure, and print each figure's median."""
    with (
        tempfile.TemporaryDirectory(prefix="tracker-first-view-") as directory,
        sync_playwright() as playwright,
        installation(Path(directory)) as installed,
    ):
        port = free_port()
        installed.start("manage.py", "quickstart", "--demo-accounts", "--port", str(port))
        address, log = f"http://127.0.0.1:{port}", installed.log(0)
        wait_for(lambda: f"{address}/admin/" in log.read_text(encoding="utf-8"), 240)
        passwords = dict(ACCOUNT.findall(log.read_text(encoding="utf-8")))
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        signed_in = log_in(launched, address, passwords["demo-leader"])
        views = [measure(launched, f"{address}/", signed_in, chart=True) for _run in range(runs)]
        empty = [measure(launched, f"{address}/nothing-here", signed_in, chart=False) for _run in range(runs)]
        launched.close()
    report(views, empty)


def log_in(browser: Browser, address: str, password: str) -> StorageState:
    """The leader's cookies."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/admin/login/")
    page.get_by_label("用户名").fill("demo-leader")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "login" not in url)
    state = context.storage_state()
    context.close()
    return state


def measure(browser: Browser, address: str, signed_in: StorageState, *, chart: bool) -> View:
    """One view with an empty cache."""
    context = browser.new_context(locale="zh-CN", storage_state=signed_in, viewport={"width": 1280, "height": 900})
    context.add_init_script(NOTE_DRAWING)
    page, view = context.new_page(), View()
    _count(page, view)
    page.goto(address, wait_until="load")
    if chart:
        page.wait_for_function(DRAWN)
        view.drawn = page.evaluate(DRAWN)
        page.wait_for_load_state("networkidle")
        page.locator(".trend-area").hover()
        view.told = page.wait_for_function(TOLD).json_value()
    view.answered = page.evaluate(ANSWERED)
    view.loaded = page.evaluate(LOADED)
    context.close()
    return view


def _count(page: Page, view: View) -> None:
    """Slow the processor down, and note what travels."""
    session = page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: view.bytes_of.update({kinds.get(event["requestId"], "?"): int(event["encodedDataLength"])}),
    )
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def report(views: list[View], empty: list[View]) -> None:
    """The medians."""
    kinds = sorted({kind for view in views for kind in view.bytes_of})
    for kind in kinds:
        print(f"  {kind:12} {statistics.median(view.bytes_of[kind] for view in views) / 1000:7.1f} KB")
    total = statistics.median(view.bytes_of.total() for view in views)
    answered, loaded, drawn, told = (
        statistics.median(getattr(view, name) for view in views) for name in ("answered", "loaded", "drawn", "told")
    )
    plain = statistics.median(view.loaded for view in empty)
    print(f"transferred: {total / 1000:.1f} KB, {total / MOST_BYTES:.2f} of the bound of {MOST_BYTES // 1000} KB")
    print(f"answered by the server: {answered:.0f} ms")
    print(f"load event: {loaded:.0f} ms on a processor {SLOWER} times slower, {loaded / LONGEST:.2f} of the bound")
    print(f"chart on the screen: {drawn:.0f} ms, {drawn / LONGEST:.2f} of the bound of {LONGEST} ms")
    print(f"numbers under the pointer: {told:.0f} ms after it came")
    print(f"a page that holds nothing: {plain:.0f} ms; the dashboard takes {loaded / plain:.1f} times as long")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
