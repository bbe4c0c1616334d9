"""Every address, asked by every role, from every place, by every method."""

import logging
from collections.abc import Iterator

import pytest
import time_machine

from tests import depth
from tests.access.asking import address_of, ask, draw_refusals_once, every_pattern, know_everybody, sign_in, signed_in
from tests.access.expected import EXPECTED, expected
from tests.access.world import PLACES, SECRET, World, make_world
from tests.factories import NOW

#: What ends a session, or begins one.
OF_THE_SESSION = {"admin:logout", "admin:login", "admin:password_change"}


@pytest.fixture
def world(db: None, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Made once for all who ask from one place; what their asking does is undone each time."""
    logging.disable(logging.WARNING)  # thousands of refusals are what is asked for
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_told, **_more: None)  # copies of all
    with time_machine.travel(NOW, tick=False):
        made = make_world()
        know_everybody(made, settings, monkeypatch)
        draw_refusals_once(monkeypatch)
        yield made
    logging.disable(logging.NOTSET)


def test_every_pattern_is_declared() -> None:
    there = set(every_pattern())
    assert sorted(there - set(EXPECTED)) == [], "declare these in tests/access/expected.py"
    assert sorted(set(EXPECTED) - there) == [], "these are declared and gone"


@pytest.mark.long
@pytest.mark.parametrize("place", [*PLACES, "none"])
def test_every_address_answers_as_declared(world: World, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place in ("own", "parent"):  # nothing can be told there that is a neighbour's: what is answered is enough
        monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_told, **_more: "")
    people = {role: person for (role, where), person in world.people.items() if where == place}
    if place == "none":
        people["anonymous"] = None
    wrong = [fault for role, person in people.items() for fault in faults(world, role, place, person)]
    assert not wrong, "\n".join(wrong)


def faults(world: World, role: str, place: str, person) -> Iterator[str]:
    """Where an answer is another than declared, or tells what is not this person's to know."""
    client = signed_in(person)
    for name in every_pattern():
        for method in ("GET", "POST"):
            answer = ask(client, method, address_of(name, world))
            wanted = expected(name, method, role, place)
            if answer.status_code != wanted:
                yield f"{role} {place} {method} {name}: {answer.status_code}, not {wanted}"
            is_stranger = place in ("sibling", "none") and role != "admin"
            if is_stranger and not answer.streaming and SECRET.encode() in answer.content:
                yield f"{role} {place} {method} {name}: tells a stranger what is Taiyuan's"
            if name in OF_THE_SESSION and person:
                sign_in(client, person)


@pytest.mark.long
def test_no_address_answers_other_methods(world: World) -> None:
    addresses = [address_of(name, world) for name in every_pattern()]
    people = [person for (_role, place), person in world.people.items() if place in ("own", "none")]
    turns = depth.amount(1, quick=len(people) + 1)  # a quick run lets the people take turns at the addresses
    for number, client in enumerate(map(signed_in, [*people, None])):
        answers = {
            (method, address): ask(client, method, address).status_code
            for method in ("PUT", "PATCH", "DELETE", "TRACE")
            for address in addresses[number % turns :: turns]
        }
        assert {asked for asked, status in answers.items() if status != 405} == set()
