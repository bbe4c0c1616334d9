"""Pages of figures ask the database few questions, and none twice, but for figures that are counted from lists."""

from collections import Counter

import pytest
import time_machine
from django.db import connection

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_pages import signed_in
from tracker.models import Role

#: Figures counted from lists read their days and periods for each book: those questions are not counted here.
OF_LISTS = ("tracker_countchange", "tracker_listmember", '"tracker_period"."id" IN')


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
    return [query["sql"] for query in queries if not any(mark in query["sql"] for mark in OF_LISTS)]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 26),
        ("/?period=2020-08", 26),
        ("/?period=2020-08&sort=coal_gangue_utilised", 26),
        ("/?period=2020-08&region=140100", 26),
        ("/targets/{target}/?period=2020-08", 26),
        ("/targets/{target}/?period=2020-08&region=140100", 26),
        ("/regions/140100/?period=2020-08", 30),
        ("/figures/coal_gangue_utilised/?period=2020-08", 26),
        ("/?period=2020-08&as_of=2020-09-02T10:00", 26),
    ],
)
def test_a_page_asks_few_questions_and_none_twice(plan, leader, count_queries, address, most):
    target = plan.targets.get(indicator__code="coal_gangue_utilised").pk
    queries = asked(count_queries, leader, address.format(target=target))
    assert [sql for sql, times in Counter(queries).items() if times > 1] == []
    assert len(queries) <= most
