"""`python -m tests.browser.pictures DIRECTORY [--only NAME ...]`: every kind of page, to be looked at.

Each page in both languages, light and dark, 1280 and 390 pixels wide, whole, and printed on A4. The pages are those
that people reach by links on what `quickstart --demo-accounts` serves, with some work begun on it, and those that no
link leads to: logging in, what goes wrong, and a tracker with nothing in it. NAME is a page's, as its files have it,
with `*` for anything.
"""

import argparse
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

LANGUAGES = ("zh-hans", "en")
THEMES = ("light", "dark")
WIDTHS = (1280, 390)
#: A mail in its sandbox is drawn with the page around it; else it is missing in pictures.
ONE_PROCESS = "--disable-features=IsolateSandboxedIframes"
#: Longer than colours take to change and charts to be drawn, in ms.
SETTLED = 350


@dataclass(frozen=True)
class Studio:
    """Where pictures are taken, and which of them are wanted."""

    directory: Path
    only: list[str]
    browser: Browser

    def wants(self, name: str) -> bool:
        """Whether the page was asked for."""
        return not self.only or any(fnmatch(name, wanted) for wanted in self.only)

    def window(self) -> Page:
        """A window of somebody's own."""
        context = self.browser.new_context(timezone_id="Asia/Shanghai", locale="zh-CN")
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    def take(self, page: Page, name: str, address: str) -> None:
        """All pictures of a page that is got by its address."""
        if not self.wants(name):
            return
        for language in LANGUAGES:
            speak(page.context, language, address)
            page.goto(address)
            self.take_open(page, f"{name}.{language}")

    def take_open(self, page: Page, name: str) -> None:
        """All pictures of a page as it stands, in the language it is in."""
        for frame in page.locator("iframe").all():
            frame.scroll_into_view_if_needed()  # else what is far below was not drawn yet
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_timeout(SETTLED)
                page.screenshot(path=self.directory / f"{name}.{theme}.{width}.png", full_page=True)
                tell_of_overflow(page, f"{name}.{theme}.{width}")
        self.print(page, name)

    def print(self, page: Page, name: str) -> None:
        """The page on paper, its first sheets."""
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        printed = self.directory / f"{name}.pdf"
        page.pdf(path=printed, format="A4", prefer_css_page_size=True)
        sheets = ["pdftoppm", "-png", "-r", "70", "-l", "4", str(printed), str(self.directory / f"{name}.print")]
        subprocess.run(sheets, check=True)
        printed.unlink()


def speak(context: BrowserContext, language: str, address: str) -> None:
    """Have the pages in a language, as its button would."""
    start = "/".join(address.split("/")[:3])
    context.add_cookies([{"name": "django_language", "value": language, "url": start}])


def tell_of_overflow(page: Page, name: str) -> None:
    """Say which pages are wider than their window: that is easily overlooked in a picture."""
    beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if beyond > 0:
        sys.stdout.write(f"{name}: {beyond} pixels wider than the window\n")


def main() -> None:
    """Serve, take the pictures, stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    wanted = parser.parse_args()
    wanted.directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        data = Path(tempfile.mkdtemp(prefix="tracker-pictures-"))
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        for name in ("EMAIL_URL", "BASE_URL", "DATABASE_URL", "BROKER_URL"):
            os.environ.pop(name, None)
        os.environ.update(TRACKER_DATA_DIR=str(data / "full"), DJANGO_SETTINGS_MODULE="config.settings")
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the database is asked between the browser's steps
        import django

        django.setup()
        logging.disable(logging.INFO)
        from tests.browser.conftest import ARGUMENTS, CHROMIUM
        from tests.browser.picture_subjects import SUBJECTS

        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, ONE_PROCESS])
        stack.callback(browser.close)
        studio = Studio(wanted.directory, wanted.only, browser)
        for subject in SUBJECTS:
            subject(studio, data)


if __name__ == "__main__":
    main()
