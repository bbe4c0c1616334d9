"""Every kind of page that people reach by links: no fault that axe knows, in both themes, nothing the CSP blocks."""

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import Served
from tests.browser.crawl import PEOPLE, WATCH, reachable

pytestmark = [pytest.mark.browser, pytest.mark.long]

#: The rules of WCAG 2.2 up to level AA, and those among them that ask about colours: a theme changes nothing else.
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
RULES_OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap((one) => one.nodes.map((node) => one.id + ": " + node.html.slice(0, 160)));
}"""
#: What scripts put off until the page stands has been done.
BEGUN = "() => new Promise((done) => requestIdleCallback(() => setTimeout(done)))"
#: Colours that are about to change have changed; what moves without an end goes on.
FADED = """() => new Promise((done) => requestAnimationFrame(() => {
  for (const one of document.getAnimations()) if (one.effect.getComputedTiming().endTime !== Infinity) one.finish();
  requestAnimationFrame(done);
}))"""


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
            page.evaluate(AXE_SCRIPT)  # evaluated, since the content policy refuses script tags
            for theme, rules in (("light", RULES), ("dark", RULES_OF_COLOURS)):
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                page.evaluate(FADED)
                for fault in page.evaluate(RUN, rules):
                    faults.setdefault(f"{theme} {fault}", f"{person} {address}")
            served.complaints.clear()  # axe's own style sheets are refused too
    assert not faults, "\n".join(f"{fault}\n    on {where}" for fault, where in faults.items())
