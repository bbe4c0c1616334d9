"""Hostile values for every parameter and field that a page offers, chosen by a seed."""

import base64
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.access.asking import Undo, address_of, every_pattern
from tests.access.world import World

LONG = 100_000
#: What people and programs write into addresses and forms.
HOSTILE = [
    *("", "\x00", "a\x00b", "\x01", "a\x1fb", "\x7f", "\ufffe", "\u202e", "\U0001f600", "_x0000_", "%00", "..\\..\\x"),
    *("NaN", "-NaN", "sNaN", "Infinity", "-inf", "1e400", "-1e400", "1e-400", "1E+999999999", "9" * 5000, "." * 5000),
    *(
        "-1",
        "0",
        "1",
        "2147483648",
        "9223372036854775808",
        "-9223372036854775809",
        "1.5",
        "1,5",
        "٣",
        "½",
        "0x10",
        "1_0",
    ),
    *(
        "9999-12-31",
        "0001-01-01",
        "10000-01-01",
        "9999-12",
        "9999",
        "0000-00",
        "2020-13",
        "2020-02-30",
        "9999-12-31T23:59",
    ),
    *(
        "[" * 2500,
        "{" * 2500,
        "(" * 2500,
        "x" * LONG,
        "省" * 5000,
        "'",
        '"',
        "\\",
        "%",
        "_",
        "' OR 1=1 --",
        "a\r\nb: c",
    ),
    *(
        "true",
        "null",
        "on",
        "__all__",
        "pk",
        "-pk",
        "password",
        "user__password",
        "2020-08",
        "140100",
        "https://evil.test/",
    ),
]
#: Marks of pages of long lists, as `after` and `before` carry them.
MARKS = [
    base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    for text in (
        *("[" * 2500, "[" * 2500 + "]" * 2500, "[1e400,1]", "[NaN,1]", '["\\u0000",1]', '["9999-12-31T23:59:59Z",1]'),
        *(
            '["\\ud800",1]',
            json.dumps([10**400, 1]),
            json.dumps(["x" * LONG, 1]),
            "[null,null]",
            "[true,9223372036854775808]",
        ),
    )
]
PARAMETERS = [
    "after",
    "before",
    "page",
    "p",
    "q",
    "o",
    "e",
    "sort",
    "period",
    "plan",
    "region",
    "_export",
    "_columns",
    "next",
]


class Offered(HTMLParser):
    """Collects the parameters of a page's links, and the fields of its forms with what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.parameters: set[str] = set()
        self.fields: dict[str, str] = {}
        self.texts: set[str] = set()
        self.files: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "?" in given.get("href", ""):
            self.parameters.update(name for name, _value in parse_qsl(urlsplit(given["href"]).query, True))
        if tag in ("input", "select", "textarea", "button") and given.get("name"):
            if given.get("type") == "file":
                self.files.add(given["name"])
            else:
                self.fields.setdefault(given["name"], given.get("value", ""))
                if tag == "textarea" or given.get("type") == "text":
                    self.texts.add(given["name"])


@dataclass(frozen=True)
class Hit:
    """One hostile request."""

    method: str
    address: str
    data: dict[str, object]

    def __str__(self) -> str:
        told = {name: repr(value)[:60] for name, value in self.data.items()}
        return f"{self.method} {self.address[:200]} {told}"


def offered(client: Client, address: str) -> Offered:
    """What the page at an address offers to this person."""
    found = Offered()
    answer = send(client, Hit("GET", address, {}))
    if answer.status_code == 200 and not answer.streaming and "text/html" in answer.headers.get("Content-Type", ""):
        found.feed(answer.content.decode())
    return found


def hits(client: Client, world: World, number: int, choose: random.Random) -> Iterator[Hit]:
    """So many hostile requests of one person, over all addresses in turn."""
    names = [name for name in every_pattern() if name not in ("admin:logout", "set_language")]
    choose.shuffle(names)
    pages = {name: offered(client, address_of(name, world)) for name in names[:number]}
    for turn in range(number):
        name = names[turn % len(names)]
        yield hit(address_of(name, world), pages[name], choose)


def hit(address: str, page: Offered, choose: random.Random) -> Hit:
    """A request in which one to three parameters or fields are hostile, and the others as the page has them."""
    if choose.random() < 0.5:
        names = [*page.parameters, *page.fields, *PARAMETERS]
        query = "&".join(f"{quote(name)}={written(value(name, choose))}" for name in some(names, choose))
        return Hit("GET", f"{address}?{query}", {})
    data: dict[str, object] = dict(page.fields)
    data.pop("csrfmiddlewaretoken", None)
    for name in some([*data, *PARAMETERS], choose):
        data[name] = value(name, choose)
    for name in page.files:
        data[name] = SimpleUploadedFile(choose.choice(["a.csv", "a.xlsx", "a\x00.pdf"]), value(name, choose).encode())
    return Hit("POST", address, data)


def some(names: list[str], choose: random.Random) -> list[str]:
    """One to three of them."""
    return choose.sample(names, min(len(names), choose.randint(1, 3)))


def value(name: str, choose: random.Random) -> str:
    """A hostile value; for marks of pages often a mark."""
    return choose.choice(MARKS if name in ("after", "before") and choose.random() < 0.7 else HOSTILE)


def written(text: str) -> str:
    """A value as it stands in an address."""
    return quote(text[:8000], safe="%" if re.fullmatch("%[0-9A-F]{2}", text) else "")


def send(client: Client, request: Hit) -> HttpResponse:
    """What is answered; nothing of it stays, and the person is signed in again where it ended the session."""
    answers: list[HttpResponse] = []
    try:
        with transaction.atomic():
            if request.method == "GET":
                answers.append(client.generic("GET", request.address))
            else:
                answers.append(client.post(request.address, request.data))
            if answers[0].streaming:
                b"".join(answers[0].streaming_content)  # type: ignore[arg-type]
            raise Undo
    except Undo:
        return answers[0]
