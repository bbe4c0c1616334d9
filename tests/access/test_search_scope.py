"""The search finds nothing that the person could not open, for every role at every place."""

import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from tests import projects
from tests.access.asking import ask, signed_in
from tests.access.world import SECRET, World, make_world
from tests.factories import NOW

#: Names, initials, codes and months that fit rows of every kind.
TEXTS = (SECRET, "太原", "大同", "tyddw", "dtdw", "own", "official", "煤", "mgs", "coal", "140100", "2020年8月", "报告")
RESULT = re.compile(r'<li><a href="([^"]+)">')


@pytest.fixture
def world(db: None) -> World:
    with time_machine.travel(NOW, tick=False):
        made = make_world()
        named = {"name": f"{SECRET}项目", "builder": SECRET}
        projects.make_list(made.rows["plan"], [projects.project(7, **named)], code="more")
        return made


@time_machine.travel(NOW, tick=False)
def test_what_is_found_can_be_opened_and_is_no_secret_of_others(world: World) -> None:
    found_by_role: dict[str, int] = {}
    for (role, place), person in world.people.items():
        client = signed_in(person)
        addresses: set[str] = set()
        for text in TEXTS:
            answer = client.get(reverse("search"), {"q": text})
            assert answer.status_code == 200
            content = unescape(answer.content.decode())
            results = content[content.index('id="content"') :]
            if place in ("sibling", "none") and role != "admin":
                assert SECRET not in results.replace(f"“{SECRET}”", "").replace(f"：{SECRET}", ""), (role, place, text)
            addresses.update(unescape(address) for address in RESULT.findall(answer.content.decode()))
        if role == "audit_admin":  # accounts alone
            assert all(address.startswith(reverse("admin:tracker_user_changelist")) for address in addresses)
        for address in addresses:
            assert ask(client, "GET", address).status_code == 200, (role, place, address)
        found_by_role[f"{role} {place}"] = len(addresses)
    assert found_by_role["none none"] == 0
    assert all(
        number for name, number in found_by_role.items() if name.split()[0] in ("leader", "reviewer", "reporter")
    )
    assert found_by_role["security_admin parent"] > found_by_role["security_admin sibling"] > 0
