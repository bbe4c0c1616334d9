"""Script, formula and template syntax in every text field, seen on every page, mail and workbook: none is alive."""

import email
import email.policy
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test import Client
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from tests.access.asking import address_of, ask, every_pattern, signed_in
from tests.access.world import World, make_world
from tests.factories import NOW
from tracker.models import (
    CountChange,
    Delivery,
    Event,
    IssuedForecast,
    IssuedLevel,
    ListChange,
    ProjectReportReview,
    ProjectReportRevision,
    Return,
    Role,
    Schedule,
    StepDecision,
    Subscription,
    TakenStep,
    User,
    ValueRevision,
)
from tracker.services.mail.deliveries import build_message

#: Begins as a formula does, closes a text, an attribute and a script, and would say "alive" if a template were read.
PAYLOAD = """=HYPERLINK("//evil.test","x")'"></script><script src=//evil.test></script><img src=x onerror=evil()>"""
PAYLOAD += """<a href="javascript:evil()">x</a>{{ "al"|add:"ive" }}{% now "Y" %}${7*7}"""
SHORT = '=1+1"><script>evil()</script>{{"al"|add:"ive"}}'
#: What has a form of its own, or is ours alone to write.
NOT_TYPED = {
    "password",
    "path",
    "sha256",
    "message_id",
    "session_key",
    "request_key",
    "language",
    "code_hash",
    "claim",
    "kind",
    "time_zone",
    "calendar",
}
#: Written by the service alone, and kept from changes by the database.
KEPT = {
    Event,
    ValueRevision,
    IssuedForecast,
    IssuedLevel,
    ListChange,
    TakenStep,
    StepDecision,
    CountChange,
    ProjectReportRevision,
    ProjectReportReview,
}


class Alive(HTMLParser):
    """Collects what a browser would run or follow of a payload."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            told = (value or "").lower()
            if name.startswith("on") or told.startswith("javascript:") or "//evil" in told[:10]:
                self.found.append(f"<{tag} {name}={value}>")
        self.in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False

    in_script = False

    def handle_data(self, data: str) -> None:
        if self.in_script and "evil" in data:
            self.found.append(f"in a script: {data[:80]}")


def alive_in(html: str) -> list[str]:
    """What of the payloads a browser would run, or a template engine has run."""
    reader = Alive()
    reader.feed(html)
    return [*reader.found, *(["a template was read"] if "alive" in html else [])]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The province, with a payload in every field that somebody types words into."""
    logging.disable(logging.WARNING)
    with time_machine.travel(NOW, tick=False):
        made = make_world()
        leader = made.people[Role.LEADER, "parent"]
        schedule = Schedule.objects.create(name="x", plan=made.rows["plan"])
        subscription = Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)
        Delivery.objects.create(
            user=leader,
            subscription=subscription,
            period=Return.objects.get(pk=made.rows["verified"].pk).period,
            recipient=leader.email,
            next_attempt_at=NOW,
            created_at=NOW,
            message_id="<2@example.com>",
        )
        made.keys["fields"] = str(poison())
        yield made
    logging.disable(logging.NOTSET)


def poison() -> int:
    """Put payloads into every text field of every row; how many fields there are."""
    fields = 0
    for model in apps.get_app_config("tracker").get_models():
        if model in KEPT:
            continue
        for field in model._meta.concrete_fields:
            if not is_typed(field):
                continue
            fields += 1
            payload = PAYLOAD if (field.max_length or 9999) >= len(PAYLOAD) else SHORT
            for row in model._base_manager.all():
                text = payload[: field.max_length]
                if field.unique or any(field.name in each.fields for each in model._meta.total_unique_constraints):
                    text = f"{row.pk}{payload}"[: field.max_length]
                model._base_manager.filter(pk=row.pk).update(**{field.name: text})
    return fields


def is_typed(field: models.Field) -> bool:
    """Whether somebody types words into this field."""
    is_words = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.EmailField)
    is_code = field.name == "code" or field.choices or field.name in NOT_TYPED
    return is_words and not is_code and not (field.max_length and field.max_length < 8)


def pages(client: Client, world: World) -> Iterator[tuple[str, str]]:
    """Every page that this person reads, and what it says."""
    for name in every_pattern():
        answer = ask(client, "GET", address_of(name, world))
        if not answer.streaming and answer.headers["Content-Type"].startswith("text/html"):
            yield name, answer.content.decode()


def test_the_reader_of_pages_finds_what_is_alive() -> None:
    assert len(alive_in(f"<p>{PAYLOAD}</p>")) >= 3
    assert alive_in("<p>alive</p>") and not alive_in("<p>&lt;script&gt;evil()</p>")


@pytest.mark.long
def test_nothing_is_alive_on_any_page(world: World) -> None:
    assert int(world.keys["fields"]) >= 45
    found, seen = [], 0
    for role, place in (("admin", "none"), (Role.REPORTER, "own"), (Role.REVIEWER, "parent")):
        for name, html in pages(signed_in(world.people[role, place]), world):
            seen += "evil" in html
            found += [f"{role} {name}: {fault}" for fault in alive_in(html)]
    assert found == []
    assert seen > 60, "the payloads are on the pages, as words"


def test_nothing_is_alive_in_mail(world: World) -> None:
    User.objects.update(email="a@example.com")
    said = []
    for delivery in Delivery.objects.all():
        built = build_message(delivery, now=NOW)
        if built is None:
            continue
        message = email.message_from_bytes(built.data, policy=email.policy.default)
        assert "\n" not in str(message["Subject"])
        said += [part.get_content() for part in message.walk() if part.get_content_type() == "text/html"]
    assert any("evil" in html for html in said)
    assert [fault for html in said for fault in alive_in(html)] == []


def test_nothing_is_alive_in_workbooks(world: World, tmp_path: Path) -> None:
    call_command("issue_report", "--period", "2020-08", "--output", str(tmp_path / "report.xlsx"))
    books = [(tmp_path / "report.xlsx").read_bytes()]
    client = signed_in(world.people["admin", "none"])
    for address in ("/targets/?_export=xlsx", "/returns/?_export=xlsx", "/timeliness/?_export=xlsx"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        books.append(answer.getvalue())
    official = signed_in(world.people[Role.REPORTER, "own"])
    period = Return.objects.get(pk=world.rows["verified"].pk).period_id
    books.append(official.get("/admin/tracker/return/workbooks/template/", {"period": period}).getvalue())
    words = [cell for book in books for cell in cells_of(book) if "evil" in str(cell.value)]
    assert len(words) > 10
    assert [f"{cell.coordinate}: {cell.value}" for cell in words if is_alive(cell)] == []
    assert not any("alive" in str(cell.value) for book in books for cell in cells_of(book))


def is_alive(cell: Cell) -> bool:
    """Whether a payload is more than words: a link, or part of a formula outside what it quotes."""
    is_formula = cell.data_type == "f" and "evil" in re.sub(r'"(?:[^"]|"")*"', "", str(cell.value))
    return bool(cell.hyperlink) or is_formula


def cells_of(book: bytes) -> Iterator[Cell]:
    """Every cell of a workbook that holds something."""
    for sheet in load_workbook(BytesIO(book)):
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def test_the_search_box_and_filters_say_what_was_typed_and_no_more(plan, leader) -> None:
    client = signed_in(leader)
    for address in ("/targets/", "/returns/", "/reports/", "/mail/", "/?period=", "/admin/tracker/return/"):
        for name in ("q", "period", "region", "p", "sort", "state"):
            answer = client.get(address, {name: PAYLOAD}, follow=True)
            assert alive_in(answer.content.decode()) == [], f"{address} {name}"
