"""Checks while one types, by keyboard alone: what is odd shows, is answered in the note, and goes with the return."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


def test_an_odd_figure_is_asked_about_while_it_is_typed(served: Served, as_person: Callable[[str], Page]) -> None:
    page = as_person("demo-taiyuan")
    page.goto(f"{served.address}/admin/tracker/return/add/?unit=demo-140100&period=2020-10")
    page.locator("#id_period").press("Tab")
    page.keyboard.press("Enter")
    cells, notes = page.locator("input.cell"), page.locator("input.cell-text")
    page.wait_for_url("**/change/")
    cells.first.focus()
    for _cell in range(cells.count()):
        page.keyboard.type("1")
        page.keyboard.press("Enter")
    flag = page.locator(f"#flags-{GANGUE} .flag")
    expect(flag).to_have_class("flag flag-warning")
    expect(page.locator("#flag-summary .flag-warning").first).to_be_visible()

    page.keyboard.press("Control+Enter")  # to the button, which Enter then presses
    page.keyboard.press("Enter")
    expect(page.locator(".errornote")).to_be_visible()
    page.wait_for_load_state()
    expect(page.locator(f"#id_note-{GANGUE}")).to_have_attribute("aria-invalid", "true")
    expect(cells.first).to_have_value("1")

    notes.first.focus()
    for _note in range(notes.count()):
        page.keyboard.type("停产检修")
        page.keyboard.press("ArrowDown")
    expect(flag).to_have_class("flag flag-commented")
    expect(page.locator(f"#id_note-{GANGUE}")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#flag-summary .flag-warning")).to_have_count(0)

    page.keyboard.press("Control+Enter")  # to the button, which Enter then presses
    page.keyboard.press("Enter")
    expect(page.locator(".return-head .state-submitted")).to_be_visible()
    expect(page.locator(f"#flags-{ASH} .flag-commented")).to_be_visible()
    assert served.complaints == []
