"""Every address there is, filled in with Taiyuan's rows, and what it answers to a person."""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.core.handlers import exception as handling
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.access.world import World
from tracker.models import User

#: Pages that name a row by its code.
BY_CODE = {
    "region": "region",
    "indicator": "indicator",
    "indicator_months": "indicator",
    "figure": "indicator",
    "indicator_metadata": "indicator",
    **dict.fromkeys(("plan_text", "plan_document", "plan_copy", "plan_split", "plan_obligations"), "plan"),
}
#: What stands in an address behind the row's number.
BEHIND = {"delivery_attachment": [1], "policy_item": ["c1"]}
#: Names of the pages that tell of one row by another's number.
ROWS_OF_PAGES = {
    "emergency_agree": "emergencyaccess",
    "emergency_end": "emergencyaccess",
    "target": "target",
    "target_trend": "target",
    "region_changes": "region",
    "unit_names": "reportingunit",
    "clause": "clause",
    "return": "verified",
    "project_sheet": "verified",
    "list_upload": "listupload",
    "project": "listmember",
    "project_list": "projectlist",
    "report": "issuedreport",
    "report_file": "issuedreport",
    "bulletin": "bulletin",
    "past": "table",
    "setup_workbook": "setupworkbook",
    "job": "job",
    "delivery": "delivery",
    "subscription": "subscription",
    "account_session": "signin",
    "account_erase": "user",
    "policy": "policydocument",
    "admin:workbook": "workbook",
    "admin:auth_user": "user",
    "admin:tracker_evidence": "evidence",
}


def every_pattern() -> list[str]:
    """The name of each URL pattern; of those without one, their place and the pattern itself."""
    return list(_patterns())


@cache
def _patterns() -> tuple[str, ...]:
    return tuple(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], place: str, space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, f"{place}{pattern.pattern}", inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else f"{place}{pattern.pattern}"


def address_of(name: str, world: World) -> str:
    """The address of a pattern, of Taiyuan's row where it needs one."""
    if name == "admin/(?P<url>.*)$":
        return "/admin/no/such/page"
    if name.endswith("<path:object_id>/"):
        model = name.split("/")[2]
        return f"/{name.replace('<path:object_id>', str(world.rows[model].pk))}"
    if name.startswith("admin:tracker_") and name.rpartition("_")[2] in ("changelist", "add"):
        return reverse(name)
    if name == "admin:tracker_return_verify_several":
        return reverse(name)
    if name == "admin:tracker_evidence_file":
        return reverse(name, args=[world.rows["verified"].pk, world.rows["evidence"].pk])
    if name.startswith("admin:tracker_"):
        return reverse(name, args=[world.rows[name.split("_")[1]].pk])
    if name == "admin:app_list":
        return reverse(name, args=["tracker"])
    if name == "admin:view_on_site":
        return "/admin/r/1/1/"
    if name in BY_CODE:
        return reverse(name, args=[world.rows[BY_CODE[name]].code])
    if name == "help_topic":
        return reverse(name, args=["reporter"])
    if name == "mail_stop":
        return reverse(name, args=[world.keys["stop"]])
    for start in sorted(ROWS_OF_PAGES, key=len, reverse=True):
        if name == start or name.startswith(f"{start}_"):
            rest = BEHIND.get(name, [])
            try:
                return reverse(name, args=[world.rows[ROWS_OF_PAGES[start]].pk, *rest])
            except NoReverseMatch:  # a list beside the rows
                break
    return reverse(name)


def know_everybody(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read every person, role and session once: each of thousands of requests would read the same rows again."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    known = {person.pk: person for person in User.objects.filter(pk__in=[row.pk for row in world.people.values()])}
    for person in known.values():
        assert len(person.current_memberships) <= 1  # kept with the person from here on
    monkeypatch.setattr(ModelBackend, "get_user", lambda _backend, key: copy.copy(known[key]))


def draw_refusals_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the page of a refusal once for each person and status, and add the reason of each refusal: the page says the
    same at every address, and drawing it costs more than refusing.
    """
    draw, drawn = handling.get_exception_response, dict[tuple[Any, int], bytes]()

    def answer(request: HttpRequest, resolver: Any, status: int, reason: Exception) -> HttpResponse:
        if status not in (403, 404):
            return draw(request, resolver, status, reason)
        person = request.user.pk if hasattr(request, "user") else None
        if (person, status) not in drawn:
            drawn[person, status] = draw(request, resolver, status, reason).content
        return HttpResponse(drawn[person, status] + str(reason).encode(), status=status)

    monkeypatch.setattr(handling, "get_exception_response", answer)


class Undo(Exception):
    """Ends a request's transaction without keeping it."""


def ask(client: Client, method: str, address: str, data: dict[str, str] | None = None) -> HttpResponse:
    """What an address answers; nothing that it did stays."""
    answers: list[HttpResponse] = []
    try:
        with transaction.atomic():
            answers.append(client.generic(method, address) if data is None else client.post(address, data))
            raise Undo
    except Undo:
        return answers[0]


def signed_in(user: User | None) -> Client:
    """A browser of this person's, or of nobody's."""
    client = Client(headers={"host": "localhost"}, raise_request_exception=True)
    if user:
        sign_in(client, user)
    return client


def sign_in(client: Client, user: User) -> None:
    """Log in and take the steps that follow, once: what a session notes at its first request is kept, instead of noted
    anew by each request that is then undone.
    """
    client.force_login(user)
    client.get(reverse("account_code"))
