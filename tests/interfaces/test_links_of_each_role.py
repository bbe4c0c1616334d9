"""No link that a role is shown leads it to a refusal: one link of each kind is followed, from page to page."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests import factories
from tracker.models import Role

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
#: Links that end the visit, or hand out files made at length.
LEFT_OUT = ("/static/", "/media/", "/accounts/logout", "/admin/logout")
MOST_PAGES = 120


def kind_of(url: str) -> str:
    """Return the name of the page that an address is of."""
    match = resolve(urlsplit(url).path)
    return f"{match.view_name} {sorted(match.kwargs)}"


def links_of(page: str, at: str) -> list[str]:
    found = (urljoin(at, unescape(link)) for link in LINK.findall(page))
    return [link for link in found if link.startswith("/") and not link.startswith(LEFT_OUT)]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", ["140000", "140100"])
def test_no_link_leads_to_a_refusal(plan, role, place):
    unit = factories.make_unit(plan, place) if role == Role.REPORTER else None
    client = Client(headers={"accept-language": "en"})
    client.force_login(factories.make_user("person", role, place, unit))
    waiting, seen = [(reverse("home"), ""), (reverse("admin:index"), "")], set()
    refused = []
    while waiting and len(seen) < MOST_PAGES:
        url, by = waiting.pop(0)
        try:
            kind = kind_of(url)
        except Resolver404:
            refused.append((url, by, "no page"))
            continue
        if kind in seen:
            continue
        seen.add(kind)
        answer = client.get(url)
        if answer.status_code in (301, 302):
            waiting.append((urljoin(url, answer.url), by))
        elif answer.status_code != 200:
            refused.append((url, by, answer.status_code))
        elif answer["Content-Type"].startswith("text/html") and not answer.streaming:
            waiting += [(link, url) for link in links_of(answer.content.decode(), url)]
    assert not refused, refused
    assert len(seen) > 4
