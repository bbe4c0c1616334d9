"""The search box by keyboard, the help at the page, and no fault of accessibility on the new pages."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_slash_goes_to_the_box_unless_one_writes(as_person: Callable[[str], Page], served) -> None:
    page = as_person("demo-leader")
    page.goto(f"{served.address}/targets/")
    page.keyboard.press("/")
    box = page.locator("#site-search")
    expect(box).to_be_focused()
    page.keyboard.type("tys/")
    expect(box).to_have_value("tys/")
    box.fill("tys")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=tys")
    page.get_by_role("link", name="太原市", exact=True).click()
    page.wait_for_url("**/regions/140100/**")


def test_help_opens_at_the_section_of_the_page(as_person: Callable[[str], Page], served) -> None:
    page = as_person("demo-leader")
    page.goto(f"{served.address}/timeliness/")
    page.get_by_role("link", name="帮助").click()
    expect(page.locator("h2#timeliness")).to_be_in_viewport()


@pytest.mark.parametrize(
    "path", ["/search/?q=tys", "/search/?q=没有的", "/help/leader/", "/help/words/", "/help/changes/"]
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_new_pages_have_no_faults(as_person: Callable[[str], Page], served, path: str, theme: str) -> None:
    page = as_person("demo-leader")
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(served.address + path)
        found = [fault for fault in Axe().run(page).response["violations"] if fault["id"] != "region"]  # a custom only
        assert [(fault["id"], node["target"]) for fault in found for node in fault["nodes"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
