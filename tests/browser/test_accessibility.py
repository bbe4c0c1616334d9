"""Every kind of page that people reach by links: no fault that axe knows, in both themes, nothing the CSP blocks."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

#: The rules of WCAG 2.2 up to level AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
  return found.violations.flatMap((one) => one.nodes.map((node) => one.id + ": " + node.html.slice(0, 160)));
}"""
#: Downloads, and what ends the session.
NOT_A_PAGE = re.compile(r"logout|_export|\.xlsx|/file\b|/attachments|jsi18n|/content$|/evidence/|/download|/template")
#: These look different to each of the people.
OF_ONES_OWN = re.compile(r"^/$|^/admin/$|/return/N/change/")
#: Pages of one thing by its code.
NAMED = re.compile(r"^(/(?:indicators|figures)/)[^/]+/")
MOST_PAGES = 100
#: Longer than colours take to change, in ms.
FADE = 400


def test_every_page_is_accessible_to_whoever_reaches_it(served: Served, as_person: Callable[[str], Page]) -> None:
    faults: dict[str, str] = {}  # each once, with the first page that has it
    seen: set[str] = set()
    for person in ("admin", "demo-taiyuan", "demo-reviewer", "demo-leader"):
        page = as_person(person)
        for address in reachable(page, served.address, person, seen):
            assert served.complaints == [], f"{person} {address}"
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                page.wait_for_timeout(FADE)
                for fault in faults_of(page):
                    faults.setdefault(f"{theme} {fault}", f"{person} {address}")
            served.complaints.clear()  # axe's own style sheets are refused too
    assert not faults, "\n".join(f"{fault}\n    on {where}" for fault, where in faults.items())


def reachable(page: Page, start: str, person: str, seen: set[str]) -> Iterator[str]:
    """Each page reached by links from the two first ones, one of each kind of address, while it is open."""
    todo = ["/", "/admin/"]
    while todo and len(seen) < MOST_PAGES:
        path = todo.pop(0)
        kind = kind_of(path, person)
        if kind in seen:
            continue
        seen.add(kind)
        answer = page.goto(start + path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{person} {path}: {answer.status}"
        yield path
        links = page.eval_on_selector_all("a[href]", "all => all.map((one) => one.href)")
        todo += [path_of(link) for link in links if link.startswith(start) and not NOT_A_PAGE.search(link)]


def path_of(link: str) -> str:
    """What a link asks for, without the place on the page."""
    return urlsplit(link)._replace(scheme="", netloc="", fragment="").geturl()


def kind_of(path: str, person: str) -> str:
    """Pages that differ by numbers, and by what they are asked with, are of one kind."""
    kind = re.sub(r"\d+", "N", NAMED.sub(r"\1X/", urlsplit(path).path))
    return f"{person} {kind}" if OF_ONES_OWN.search(kind) else kind


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page as it stands. It is evaluated, since the CSP refuses script tags."""
    page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(RUN, RULES))
