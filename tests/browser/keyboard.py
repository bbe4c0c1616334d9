"""Somebody without a mouse: what they press, and what a checker of accessibility finds on the page before them."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import factories

#: How often one presses Tab before giving up.
PATIENCE = 200


def log_in(page: Page, username: str) -> None:
    """Log in; what follows is the person's worklist."""
    page.goto("/admin/login/")
    expect(page.locator("[name=username]")).to_be_focused()  # the page sees to it, a moment after it has come
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "login" not in page.url


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _press in range(PATIENCE):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def press_at(page: Page, selector: str) -> None:
    """Go to a link or a button and press Enter, which leads to another page."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def download(page: Page, selector: str, path: Path) -> Path:
    """Go to a link that gives a file, press Enter, and keep the file."""
    tab_to(page, selector)
    with page.expect_download() as got:
        page.keyboard.press("Enter")
    got.value.save_as(path)
    return path


def type_at(page: Page, selector: str, text: str) -> None:
    """Go to a field and type over what is in it."""
    tab_to(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def faults(page: Page) -> list[str]:
    """What axe finds serious or worse on the page as it stands."""
    found = Axe().run(page, options={"preload": False}).response["violations"]  # else it asks for sheets of its own
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]
