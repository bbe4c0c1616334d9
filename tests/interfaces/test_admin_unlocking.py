"""Opening a verified return again, on its page and in the lists."""

import pytest
from django.db import connection
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.models import Return, Role, UnlockRequest

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
REQUESTS = "admin:tracker_unlockrequest_changelist"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020."""
    time_machine.move_to(NOW)


@pytest.fixture
def verified(taiyuan, reporter, reviewer, plan):
    """Taiyuan's verified return for August."""
    values = {GANGUE: "500", ASH: "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


def page(unit_return):
    return reverse("admin:tracker_return_change", args=[unit_return.pk])


def press(client, person, unit_return, button, comment="", **fields):
    """Press a button of the page as it stands now."""
    client.force_login(person)
    client.cookies["django_language"] = "en"
    unit_return.refresh_from_db()
    waiting = UnlockRequest.objects.open().first()
    data = {"version": unit_return.version, "asked": waiting.pk if waiting else "", button: "1", "comment": comment}
    return client.post(page(unit_return), data | fields)


def read(client, person, address):
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client.get(address).content.decode()


def test_the_unit_asks_the_reviewer_grants_and_the_unit_reads_why(client, verified, reporter, reviewer):
    assert 'name="_ask_unlock"' in read(client, reporter, page(verified))
    assert press(client, reporter, verified, "_ask_unlock", "口径有误").status_code == 302
    assert "A reviewer decides it" not in read(client, reporter, page(verified))
    assert 'name="_withdraw_unlock"' in read(client, reporter, page(verified))
    assert "口径有误" in read(client, reviewer, reverse("admin:index"))
    assert 'name="_grant_unlock"' in read(client, reviewer, page(verified))
    assert press(client, reviewer, verified, "_grant_unlock").status_code == 302
    content = read(client, reporter, page(verified))
    assert "口径有误" in content and 'name="_submit"' in content
    assert Return.objects.get().state == Return.State.SENT_BACK


def test_a_refusal_needs_an_answer_at_its_field_and_the_unit_reads_it(client, verified, reporter, reviewer):
    press(client, reporter, verified, "_ask_unlock", "口径有误")
    response = press(client, reviewer, verified, "_refuse_unlock")
    assert 'id="unlock-error"' in response.content.decode()
    assert press(client, reviewer, verified, "_refuse_unlock", "数据无误").status_code == 302
    content = read(client, reporter, page(verified))
    assert "数据无误" in content and 'name="_ask_unlock"' in content
    assert Return.objects.get().state == Return.State.VERIFIED


def test_a_request_without_a_reason_is_refused_at_its_field(client, verified, reporter):
    response = press(client, reporter, verified, "_ask_unlock", "  ")
    assert 'id="unlock-error"' in response.content.decode()
    assert not UnlockRequest.objects.exists()


def test_a_reason_that_is_too_long_is_refused_and_kept(client, verified, reporter):
    response = press(client, reporter, verified, "_ask_unlock", "错" * 501)
    assert "错" * 501 in response.content.decode() and 'id="unlock-error"' in response.content.decode()


def test_who_asked_may_withdraw_but_not_grant(client, verified, reviewer):
    factories.make_user("second-reviewer", Role.REVIEWER)
    press(client, reviewer, verified, "_ask_unlock", "x")
    assert "_grant_unlock" not in read(client, reviewer, page(verified))
    assert press(client, reviewer, verified, "_grant_unlock").status_code == 403
    assert press(client, reviewer, verified, "_withdraw_unlock").status_code == 302
    assert UnlockRequest.objects.get().state == "withdrawn"


def test_the_only_reviewer_reads_what_to_do_instead(client, verified, reviewer):
    content = read(client, reviewer, page(verified))
    assert "You are the only reviewer" in content and "_ask_unlock" not in content


@pytest.mark.parametrize("button", ["_ask_unlock", "_grant_unlock", "_refuse_unlock", "_withdraw_unlock"])
def test_others_do_none_of_it(client, verified, reporter, leader, button):
    if button != "_ask_unlock":
        press(client, reporter, verified, "_ask_unlock", "x")
    assert button not in read(client, leader, page(verified))
    assert press(client, leader, verified, button, "x").status_code == 403


def test_two_who_decide_at_once(client, verified, reporter, reviewer):
    second = factories.make_user("second-reviewer", Role.REVIEWER)
    press(client, reporter, verified, "_ask_unlock", "x")
    asked = UnlockRequest.objects.get().pk
    press(client, reviewer, verified, "_refuse_unlock", "数据无误")
    response = press(client, second, verified, "_grant_unlock", asked=asked)
    assert "Somebody else has decided this request" in response.content.decode()
    assert Return.objects.get().state == Return.State.VERIFIED


def test_a_request_about_another_return_is_not_decided_here(client, verified, reporter, reviewer, plan):
    other = factories.file_return(
        verified.unit, factories.period(plan, "2020-07"), {GANGUE: "1", ASH: "1"}, reporter=reporter, reviewer=reviewer
    )
    press(client, reporter, verified, "_ask_unlock", "x")
    response = press(client, reviewer, other, "_grant_unlock")
    assert "no longer there" in response.content.decode()
    assert UnlockRequest.objects.get().state == "open"


def test_the_list_tells_every_request_and_leads_to_the_return(client, verified, reporter, reviewer, leader):
    press(client, reporter, verified, "_ask_unlock", "口径有误")
    press(client, reviewer, verified, "_refuse_unlock", "数据无误")
    for person in (reporter, reviewer, leader):
        content = read(client, person, reverse(REQUESTS))
        assert "口径有误" in content and "数据无误" in content and page(verified) in content
    neighbour = factories.make_user("datong", Role.REPORTER, factories.DATONG)
    assert "口径有误" not in read(client, neighbour, reverse(REQUESTS))
    address = reverse("admin:tracker_unlockrequest_change", args=[UnlockRequest.objects.get().pk])
    client.force_login(reviewer)
    assert client.get(address).url == page(verified)
    client.force_login(neighbour)
    assert client.get(address).status_code == 404


def test_the_lists_queries_do_not_grow_with_the_requests(client, plan, taiyuan, reporter, reviewer, count_queries):
    counted = []
    for months in (range(1, 3), range(3, 9)):
        for month in months:
            filed = factories.file_return(
                taiyuan,
                factories.period(plan, f"2020-0{month}"),
                {GANGUE: "1", ASH: "1"},
                reporter=reporter,
                reviewer=reviewer,
            )
            press(client, reporter, filed, "_ask_unlock", "x")
        client.force_login(reviewer)
        client.get(reverse(REQUESTS))
        with count_queries(connection) as queries:
            client.get(reverse(REQUESTS))
        counted.append(len(queries))
    assert counted[0] == counted[1]
