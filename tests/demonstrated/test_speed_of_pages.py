"""Pages of figures ask the database few questions, and none twice."""

from collections import Counter

import pytest
import time_machine
from django.db import connection

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_pages import signed_in
from tracker.models import Role


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def leader(plan):
    return factories.make_user("leader", Role.LEADER)


def asked(count_queries, user, address):
    client = signed_in(user)
    client.get(address)  # what a process reads once
    with count_queries(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 25),
        ("/?period=2020-08", 25),
        ("/?period=2020-08&sort=coal_gangue_utilised", 25),
        ("/?period=2020-08&region=140100", 25),
        ("/targets/{target}/?period=2020-08", 25),
        ("/targets/{target}/?period=2020-08&region=140100", 25),
        ("/regions/140100/?period=2020-08", 25),
        ("/figures/coal_gangue_utilised/?period=2020-08", 25),
        ("/?period=2020-08&as_of=2020-09-02T10:00", 25),
    ],
)
def test_a_page_asks_few_questions_and_none_twice(plan, leader, count_queries, address, most):
    target = plan.targets.get(indicator__code="coal_gangue_utilised").pk
    queries = asked(count_queries, leader, address.format(target=target))
    assert [sql for sql, times in Counter(queries).items() if times > 1] == []
    assert len(queries) <= most
