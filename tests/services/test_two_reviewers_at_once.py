"""Two reviewers who press their buttons in the same moment: one is done, the other is told."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from tests import factories
from tests.factories import NOW
from tracker.models import Event, Return, Role, UnlockRequest, User
from tracker.queries.errors import ChangedMeanwhile
from tracker.services import returns
from tracker.services.returns.totals import differing_totals

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def submitted(plan, taiyuan, reporter) -> Return:
    """Taiyuan's submitted return for August."""
    return factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "0"}, reporter=reporter)


@pytest.fixture
def second(plan) -> User:
    """Another reviewer of the province."""
    return factories.make_user("second", Role.REVIEWER)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each, all begun in the same moment: "done" or "told".

    SQLite lets one write at a time by itself, and its database in memory belongs to one thread: there they follow
    each other, each having seen what stood before.
    """
    if connection.vendor == "sqlite":
        return sorted(_outcome(act) for act in acts)
    start, told = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            told[number] = _outcome(act)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def _outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except ChangedMeanwhile:
        return "told"
    return "done"


def test_one_verifies_and_the_other_sends_back(submitted, reviewer, second):
    def verify() -> None:
        seen = Return.objects.get(pk=submitted.pk)
        returns.verify_return(seen, acting_user=reviewer, now=NOW, expected_version=submitted.version)

    def send_back() -> None:
        seen = Return.objects.get(pk=submitted.pk)
        returns.send_back_return(
            seen, comment="请核对", acting_user=second, now=NOW, expected_version=submitted.version
        )

    assert at_once(verify, send_back) == ["done", "told"]
    assert Event.objects.filter(action__in=("return_verified", "return_sent_back")).count() == 1
    assert differing_totals() == []


def test_both_verify(submitted, reviewer, second):
    def verify(person: User) -> None:
        seen = Return.objects.get(pk=submitted.pk)
        returns.verify_return(seen, acting_user=person, now=NOW, expected_version=submitted.version)

    assert at_once(lambda: verify(reviewer), lambda: verify(second)) == ["done", "told"]
    assert Event.objects.filter(action="return_verified").count() == 1
    assert differing_totals() == []


def test_one_grants_and_the_other_refuses(submitted, reporter, reviewer, second):
    returns.verify_return(submitted, acting_user=reviewer, now=NOW, expected_version=submitted.version)
    asked = returns.request_unlock(
        submitted, reason="误", acting_user=reporter, now=NOW, expected_version=submitted.version
    )

    def grant() -> None:
        returns.grant_unlock(UnlockRequest.objects.get(pk=asked.pk), acting_user=reviewer, now=NOW)

    def refuse() -> None:
        returns.refuse_unlock(UnlockRequest.objects.get(pk=asked.pk), acting_user=second, now=NOW, answer="否")

    assert at_once(grant, refuse) == ["done", "told"]
    decided, stored = UnlockRequest.objects.get(), Return.objects.get()
    assert (decided.state == "granted") == (stored.state == Return.State.SENT_BACK)
    assert differing_totals() == []


def test_two_ask_at_once(submitted, reporter, reviewer, second):
    returns.verify_return(submitted, acting_user=reviewer, now=NOW, expected_version=submitted.version)

    def ask(person: User) -> None:
        seen = Return.objects.get(pk=submitted.pk)
        returns.request_unlock(seen, reason="误", acting_user=person, now=NOW, expected_version=submitted.version)

    assert at_once(lambda: ask(reporter), lambda: ask(second)) == ["done", "told"]
    assert UnlockRequest.objects.count() == 1
