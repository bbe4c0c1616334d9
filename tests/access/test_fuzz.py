"""Hostile values in every parameter and field of every page: each is answered, none by an error of the server.

FUZZ_REQUESTS sets how many requests are made, FUZZ_SEED which: `FUZZ_REQUESTS=20000 pytest tests/access/test_fuzz.py`.
"""

import copy
import logging
import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine

from tests.access.asking import signed_in
from tests.access.fuzz import hits, send
from tests.access.world import World, make_world
from tests.factories import NOW
from tracker.models import Role

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "320"))
SEED = os.environ.get("FUZZ_SEED", "1")
PEOPLE = [
    *((Role.REPORTER, "own"), (Role.REVIEWER, "parent"), (Role.PLAN_MANAGER, "parent"), (Role.SYSTEM_ADMIN, "parent")),
    *((Role.SECURITY_ADMIN, "parent"), (Role.AUDITOR, "parent"), ("admin", "none"), ("anonymous", "none")),
]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    logging.disable(logging.ERROR)
    with time_machine.travel(NOW, tick=False):
        yield make_world()
    logging.disable(logging.NOTSET)


@pytest.mark.long
@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: f"{who[0]}")
def test_no_hostile_request_is_answered_by_an_error_of_the_server(world, who):
    client = signed_in(world.people.get(who))
    client.raise_request_exception = False
    cookies, wrong = copy.deepcopy(client.cookies), []
    seen: Counter[int] = Counter()
    for request in hits(client, world, REQUESTS // len(PEOPLE), random.Random(f"{SEED}-{who}")):
        client.cookies = copy.deepcopy(cookies)  # what an earlier request ended or began is undone
        answer = send(client, request)
        seen[answer.status_code] += 1
        if answer.status_code >= 500:
            wrong.append(f"{request}: {answer.exc_info[1]!r:.200}")
    assert not wrong, "\n".join(wrong)
    assert sum(seen.values()) == REQUESTS // len(PEOPLE)
