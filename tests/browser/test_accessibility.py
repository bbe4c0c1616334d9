"""Every kind of page that people reach by links: no fault that axe knows, in both themes, nothing the CSP blocks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Served
from tests.browser.crawl import PEOPLE, WATCH, reachable
from tests.browser.themes import BEGUN, faults_in_both_themes

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_every_page_is_accessible_to_whoever_reaches_it(served: Served, as_person: Callable[[str], Page]) -> None:
    faults: dict[str, str] = {}  # each once, with the first page that has it
    seen: set[str] = set()
    for person in PEOPLE:
        page = as_person(person)
        page.add_init_script(WATCH)
        for address in reachable(page, served.address, person, seen):
            page.evaluate(BEGUN)
            refused = page.evaluate("window.refused")
            assert (served.complaints, refused) == ([], []), f"{person} {address}"
            for fault in faults_in_both_themes(page):
                faults.setdefault(fault, f"{person} {address}")
            served.complaints.clear()  # axe's own style sheets are refused too
    assert not faults, "\n".join(f"{fault}\n    on {where}" for fault, where in faults.items())
