"""Going through the pages as people do, by links: one page of each kind of address."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

#: Who sees pages of their own; each goes through what those before have not seen.
PEOPLE = ("admin", "demo-taiyuan", "demo-reviewer", "demo-leader")
#: Downloads, and what ends the session.
NOT_A_PAGE = re.compile(
    r"^(?:https?://[^/]+)?/static/|logout|_export|\.xlsx|/file\b|/attachments|jsi18n|/content\b|/evidence/|/download|/template|/problems$"
)
#: These look different to each of the people.
OF_ONES_OWN = re.compile(r"^/$|^/admin/$|/return/N/change/")
#: Pages of one thing by its code.
NAMED = re.compile(r"^(/(?:indicators|figures)/)[^/]+/")
MOST_PAGES = 200
#: What the content policy refused is kept on the page itself: whatever the console says of it, and when.
WATCH = """window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});"""


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
            assert answer is None or answer.status < 400, f"{person} {path}: {answer.status}"
            continue
        assert answer.status == 200, f"{person} {path}: {answer.status}"
        yield path
        absolute = "all => all.map((one) => new URL(one.getAttribute('href'), document.baseURI).href)"  # in SVG, too
        links = page.eval_on_selector_all("a[href]", absolute)
        todo += [path_of(link) for link in links if link.startswith(start) and not NOT_A_PAGE.search(link)]


def path_of(link: str) -> str:
    """What a link asks for, without the place on the page."""
    return urlsplit(link)._replace(scheme="", netloc="", fragment="").geturl()


def kind_of(path: str, person: str) -> str:
    """Pages that differ by numbers, and by what they are asked with, are of one kind."""
    kind = re.sub(r"\d+", "N", NAMED.sub(r"\1X/", urlsplit(path).path))
    return f"{person} {kind}" if OF_ONES_OWN.search(kind) else kind
