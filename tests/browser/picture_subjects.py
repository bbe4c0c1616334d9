"""What pictures are taken of: an installation at work, the door, what goes wrong, and one with nothing in it."""

import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page

from tests import factories
from tests.browser.conftest import Served, quickstarted
from tests.browser.crawl import PEOPLE, kind_of, reachable
from tests.browser.picture_scene import begin_some_work
from tests.browser.pictures import LANGUAGES, Studio, speak
from tests.installation import installation, wait_for
from tests.smtp_peer import free_port
from tracker.models import Role

#: Pages that nothing leads to by a link, or that show more when asked with something.
BESIDE_THE_LINKS = {
    "demo-leader": (
        "/jobs/2/",
        "/mail/1/content",
        "/targets/?period=2020-10",
        "/reports/?period=wrong",
        "/returns/?unit=0",
    ),
    "demo-reviewer": ("/targets/?period=2020-03",),
}
#: The lists of an installation without a plan, and of one where nothing was reported.
LISTS = ("/", "/targets/", "/clauses/", "/returns/", "/entries/", "/timeliness/", "/past/", "/reports/", "/mail/")


def at_work(studio: Studio, data: Path) -> None:
    """Everything that links lead to, by the people of the demonstration and one who keeps the plan."""
    with quickstarted(data / "full") as served:
        factories.make_user("plan-manager", Role.PLAN_MANAGER)
        served.passwords["plan-manager"] = factories.PASSWORD
        windows = {person: log_in(studio, served, person) for person in (*PEOPLE, "plan-manager")}
        begin_some_work(served.address, windows)
        seen: set[str] = set()
        for person, page in windows.items():
            speak(page.context, "zh-hans", served.address)
            for path in chain(reachable(page, served.address, person, seen), BESIDE_THE_LINKS.get(person, ())):
                studio.take(page, name_of(path, person), served.address + path)
        what_goes_wrong(studio, served, windows["demo-leader"])
        at_the_door(studio, served, windows["demo-leader"])


def log_in(studio: Studio, served: Served, person: str) -> Page:
    """Somebody's window, past the log-in."""
    page = studio.window()
    page.goto(f"{served.address}/admin/login/")
    page.locator("[name=username]").fill(person)
    page.locator("[name=password]").fill(served.passwords[person])
    page.locator("form [type=submit]").last.click()
    page.wait_for_url(lambda url: "login" not in url)
    return page


def name_of(path: str, person: str) -> str:
    """What the pictures of a page are called."""
    asked = "" if path.endswith("/") or "?" not in path else "-asked" if path in _beside() else ""
    kind = kind_of(path, person).replace("/", "-").replace(" ", "")
    return re.sub(r"-+", "-", kind).strip("-") + asked


def _beside() -> set[str]:
    return {path for paths in BESIDE_THE_LINKS.values() for path in paths}


def what_goes_wrong(studio: Studio, served: Served, page: Page) -> None:
    """What the tracker says to what it will not or cannot do."""
    studio.take(page, "wrong-404", f"{served.address}/no-such-page/")
    studio.take(page, "wrong-403", f"{served.address}/events/")
    for language in LANGUAGES:
        with translation.override(language):
            for name in ("500", "403_csrf"):
                show(page, f"{served.address}/wrong/{name}", render_to_string(f"{name}.html"))
                if studio.wants(f"wrong-{name}"):
                    studio.take_open(page, f"wrong-{name}.{language}")


def show(page: Page, address: str, content: str) -> None:
    """Have the browser show this as if it had come from there."""
    page.route(address, lambda route: route.fulfill(body=content, content_type="text/html; charset=utf-8"))
    page.goto(address)


def at_the_door(studio: Studio, served: Served, leader: Page) -> None:
    """What stands before the pages; last, since it ends with an account that is locked."""
    studio.take(leader, "door-two-step", f"{served.address}/account/two-step")
    set_up_the_second_step(studio, served, leader)
    page = studio.window()
    studio.take(page, "door-log-in", f"{served.address}/admin/login/")
    for language in LANGUAGES:
        try_wrongly(page, served.address, language, f"nobody-{language}", times=1)
        if studio.wants("door-wrong"):
            studio.take_open(page, f"door-wrong.{language}")
        try_wrongly(page, served.address, language, f"nobody-{language}", times=5)
        if studio.wants("door-locked"):
            studio.take_open(page, f"door-locked.{language}")


def set_up_the_second_step(studio: Studio, served: Served, leader: Page) -> None:
    """The recovery codes, shown once, and the code asked for at the next log-in."""
    leader.goto(f"{served.address}/account/two-step")
    device = TOTPDevice.objects.get(user__username="demo-leader")
    leader.locator("main [name=code]").fill(f"{totp(device.bin_key, t0=0, step=30):06d}")
    leader.locator("main form [type=submit]").click()
    leader.wait_for_load_state()
    if studio.wants("door-codes"):
        studio.take_open(leader, "door-codes.en")
    again = log_in(studio, served, "demo-leader")
    studio.take(again, "door-code", f"{served.address}/account/code")


def try_wrongly(page: Page, address: str, language: str, username: str, times: int) -> None:
    """Log in with a wrong password, until there is no form any more."""
    speak(page.context, language, address)
    for _time in range(times):
        page.goto(f"{address}/admin/login/")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill("wrong")
        page.locator("form [type=submit]").last.click()
        page.wait_for_load_state()


def with_nothing_in_it(studio: Studio, data: Path) -> None:
    """An installation without a plan; then with one, for which nobody has reported."""
    with installation(data / "empty", is_migrated=True) as installed:
        make = "from tracker.services.operations.installation import *; from django.utils.timezone import now; "
        installed.manage("shell", "-c", f"{make}create_administrator({factories.PASSWORD!r}, now=now())")
        port = free_port()
        installed.start("-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}")
        address = f"http://127.0.0.1:{port}"
        served = Served(installed, address, {"admin": factories.PASSWORD}, mailbox=None)  # type: ignore[arg-type]
        wait_for(lambda: "Listening" in installed.log(0).read_text(encoding="utf-8"))
        page = log_in(studio, served, "admin")
        for path in (*LISTS, "/admin/"):
            studio.take(page, name_of(f"no-plan{path}", "admin"), address + path)
        installed.manage("load_plan", "fixtures/plan-shanxi-2020.toml")
        for path in (*LISTS, "/regions/140100/", "/targets/1/", "/indicators/coal_gangue_utilised/"):
            studio.take(page, name_of(f"nothing-reported{path}", "admin"), address + path)


SUBJECTS: tuple[Callable[[Studio, Path], None], ...] = (at_work, with_nothing_in_it)
