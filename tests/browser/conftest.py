"""A real browser against a real tracker: web server, worker, scheduler and mail server, each its own process."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests import factories
from tests.browser.keyboard import log_in
from tests.installation import Installation, installation, wait_for
from tests.smtp_peer import Mailbox, free_port, mail_server

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ACCOUNT = re.compile(r"(demo-[a-z]+|admin)[，,].*临时密码：(\S+)")


@dataclass
class Served:
    """A running tracker with its demonstration accounts, and the mailbox that its mail goes to."""

    installed: Installation
    address: str
    passwords: dict[str, str]
    mailbox: Mailbox
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Closed with its file: Django refuses queries while Playwright's event loop is there."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """What `quickstart --demo-accounts` serves, with a mail server."""
    with quickstarted(tmp_path_factory.mktemp("served")) as running:
        yield running


@contextmanager
def quickstarted(directory: Path) -> Iterator[Served]:
    """What `quickstart --demo-accounts` serves from a directory, with a mail server."""
    port, smtp = free_port(), free_port()
    mailbox = Mailbox()
    told = {"EMAIL_URL": f"smtp://127.0.0.1:{smtp}", "TRACKER_ADMIN_PASSWORD": factories.PASSWORD}
    with mail_server(mailbox, smtp), installation(directory, is_migrated=True, **told) as installed:
        installed.start("manage.py", "quickstart", "--demo-accounts", "--port", str(port))
        address = f"http://127.0.0.1:{port}"
        log = installed.log(0)
        wait_for(lambda: f"{address}/admin/" in log.read_text(encoding="utf-8"), 240)
        # Demonstration accounts change their password at the first sign-in: one test does, the others go on at once.
        settled = "from tracker.models import User; User.objects.update(must_change_password=False)"
        installed.manage("shell", "-c", settled)
        passwords = {**dict(ACCOUNT.findall(log.read_text(encoding="utf-8"))), "admin": factories.PASSWORD}
        yield Served(installed, address, passwords, mailbox)


@pytest.fixture
def as_person(browser: Browser, served: Served) -> Iterator[Callable[[str], Page]]:
    """A person's own browser window, logged in; what the browser complains of is noted."""
    contexts: list[BrowserContext] = []

    def open_for(username: str) -> Page:
        context = browser.new_context(timezone_id="Asia/Shanghai", locale="zh-CN", accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: served.complaints.append(with_address(said)) if said.type == "error" else None)
        page.on("pageerror", lambda error: served.complaints.append(str(error)))
        page.goto(f"{served.address}/admin/login/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(served.passwords[username])
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "login" not in url)
        return page

    yield open_for
    for context in contexts:
        context.close()


@pytest.fixture(scope="module", autouse=True)
def beside_the_browser() -> Iterator[None]:
    """The browser's loop runs in the test's thread; the database is asked between its steps, never within one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def window(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A person's window on the test's own database, logged in by keyboard. What the browser complains of fails it."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_for(username: str, width: int = 1280) -> Page:
        context = browser.new_context(
            timezone_id="Asia/Shanghai",
            locale="zh-CN",
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: complaints.append(said.text) if is_the_pages_own(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, username)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert complaints == []


def with_address(said: ConsoleMessage) -> str:
    """Return what the console says, with the address that it speaks of."""
    return f"{said.text} {said.location['url']}".strip()


def is_the_pages_own(said: ConsoleMessage) -> bool:
    """Whether a file of ours complains; the accessibility checker, put into the page, has no address.

    What a test holds back from the page on purpose (`abort("blockedbyclient")`) is no complaint either.
    """
    return said.type == "error" and bool(said.location["url"]) and "ERR_BLOCKED_BY_CLIENT" not in said.text
