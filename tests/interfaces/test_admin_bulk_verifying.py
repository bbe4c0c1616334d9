"""Verifying many returns at once, from the list."""

import pytest
from django.db import connection
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.admin.sheet.bulk_verifying import read_token, token
from tracker.models import CheckRule, Return, Role
from tracker.services import returns
from tracker.services.returns.verify_several import SeenReturn

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
LIST = "admin:tracker_return_changelist"
SEVERAL = "admin:tracker_return_verify_several"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020."""
    time_machine.move_to(NOW)


@pytest.fixture
def waiting(plan, taiyuan, reporter, reviewer):
    """June is verified with 100; July waits with 100, August with 5000, which is flagged."""
    CheckRule.objects.create(kind="month_on_month", severity="warning", low=-50, high=100)
    filed = [
        factories.file_return(
            taiyuan, factories.period(plan, month), {GANGUE: value, ASH: "0"}, reporter=reporter, reviewer=by
        )
        for month, value, by in (("2020-06", "100", reviewer), ("2020-07", "100", None))
    ]
    august = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    returns.save_and_submit(
        august,
        {GANGUE: "5000", ASH: "0"},
        notes={GANGUE: "新线投产", ASH: "无"},
        acting_user=reporter,
        now=NOW,
        expected_version=august.version,
    )
    return [*filed, august]


def english(client, person):
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def states():
    return list(Return.objects.order_by("period__starts_on").values_list("state", flat=True))


def tokens(response):
    return [text for _candidate, text in response.context["ready"]]


def test_the_action_says_first_which_will_be_verified_and_which_not(client, waiting, reviewer):
    data = {"action": "verify_chosen", "_selected_action": [row.pk for row in waiting]}
    response = english(client, reviewer).post(reverse(LIST), data)
    assert [candidate.unit_return for candidate, _token in response.context["ready"]] == [waiting[1]]
    assert [candidate.unit_return for candidate in response.context["left"]] == [waiting[2], waiting[0]], "by suspicion"
    content = response.content.decode()
    assert "It is “Verified”" in content and "1 return will be verified" in content
    assert states() == ["verified", "submitted", "submitted"], "nothing is done yet"


def test_the_values_are_listed_with_the_period_before_and_the_flags_before_anything_is_verified(
    client, waiting, reviewer
):
    content = english(client, reviewer).get(reverse(SEVERAL)).content.decode()
    assert "5,000.00 10kt" in content, "the flagged one's value"
    assert "Needs a comment" in content or "Commented" in content
    assert "新线投产" in content, "and the note that answers the flag"
    assert content.count("100.00 10kt") >= 1, "the value of the one that is ready"


def test_the_least_usual_return_comes_first(client, plan, taiyuan, reporter, reviewer, monkeypatch):
    for month, value in zip(range(1, 9), (100, 101, 99, 102, 100, 98, 100, 106), strict=True):
        factories.file_return(
            taiyuan,
            factories.period(plan, f"2020-0{month}"),
            {GANGUE: str(value), ASH: "0"},
            reporter=reporter,
            reviewer=reviewer if month < 7 else None,
        )
    shown = english(client, reviewer).get(reverse(SEVERAL))
    assert [candidate.unit_return.period.code for candidate, _token in shown.context["ready"]] == ["2020-08", "2020-07"]
    monkeypatch.setattr("tracker.admin.sheet.bulk_verifying.LIMIT", 1)
    shown = client.get(reverse(SEVERAL))
    assert [candidate.unit_return.period.code for candidate, _token in shown.context["ready"]] == ["2020-08"]
    assert shown.context["more"] == 1, "July was handed in first; the least usual is shown all the same"


def test_a_return_of_which_not_all_values_are_in_sight_is_not_ticked(client, waiting, reviewer, monkeypatch):
    english(client, reviewer)
    ticked = '" checked>'
    assert ticked in client.get(reverse(SEVERAL)).content.decode()
    monkeypatch.setattr("tracker.admin.sheet.bulk_verifying.SHOWN_AT_ONCE", 1)
    content = client.get(reverse(SEVERAL)).content.decode()
    assert ticked not in content and "not ticked by itself" in content
    folded, tick = content.index('<details class="bulk-values">'), content.index('name="sight"')
    assert folded < tick < content.index("</details>", folded), "it can be ticked where its values are, once opened"


def test_all_that_wait_in_the_filter_are_offered_from_the_list_and_the_worklist(client, waiting, reviewer):
    english(client, reviewer)
    assert (
        f'href="{reverse(SEVERAL)}?period=2020-07"' in client.get(reverse(LIST), {"period": "2020-07"}).content.decode()
    )
    assert reverse(SEVERAL) in client.get(reverse("admin:index")).content.decode()
    shown = client.get(reverse(SEVERAL), {"period": "2020-08"})
    assert shown.context["ready"] == [] and len(shown.context["left"]) == 1
    shown = client.get(reverse(SEVERAL))
    assert (len(shown.context["ready"]), len(shown.context["left"])) == (1, 1)


def test_confirming_verifies_what_is_ticked_and_says_so(client, waiting, reviewer):
    english(client, reviewer)
    shown = client.get(reverse(SEVERAL))
    response = client.post(reverse(SEVERAL), {"sight": tokens(shown)}, follow=True)
    assert "1 return was verified" in response.content.decode()
    assert states() == ["verified", "verified", "submitted"]


def test_one_that_changed_meanwhile_is_named_and_left(client, waiting, reporter, reviewer):
    english(client, reviewer)
    shown = client.get(reverse(SEVERAL))
    july = waiting[1]
    returns.send_back_return(july, comment="x", acting_user=reviewer, now=NOW, expected_version=july.version)
    returns.save_and_submit(july, {GANGUE: "101"}, acting_user=reporter, now=NOW, expected_version=july.version)
    response = client.post(reverse(SEVERAL), {"sight": tokens(shown)}, follow=True)
    content = response.content.decode()
    assert f"{july} was left as it is: Somebody else changed" in content and "was verified" not in content
    assert states() == ["verified", "submitted", "submitted"]


def test_a_flagged_return_cannot_be_smuggled_in(client, waiting, reviewer):
    english(client, reviewer)
    shown = client.get(reverse(SEVERAL))
    flagged = shown.context["left"][0]
    client.post(reverse(SEVERAL), {"sight": token(flagged.sight)})
    assert states() == ["verified", "submitted", "submitted"]


@pytest.mark.parametrize("sight", ["", "1", "1:1", "x:1:a=1", "1:1:a=1;b=2", f"1:1:{GANGUE}=9", "9" * 40 + ":1:a=1"])
def test_what_no_form_of_ours_says_verifies_nothing(client, waiting, reviewer, sight):
    response = english(client, reviewer).post(reverse(SEVERAL), {"sight": [sight]}, follow=True)
    assert response.status_code == 200
    assert states() == ["verified", "submitted", "submitted"]


def test_nothing_ticked_is_said(client, waiting, reviewer):
    response = english(client, reviewer).post(reverse(SEVERAL), {}, follow=True)
    assert "No return was selected" in response.content.decode()


@pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.AUDITOR])
def test_only_reviewers_are_offered_it(client, waiting, role):
    english(client, factories.make_user("other", role))
    assert client.get(reverse(SEVERAL)).status_code == 403
    assert client.post(reverse(SEVERAL), {"sight": []}).status_code == 403
    content = client.get(reverse(LIST)).content.decode()
    assert "verify_chosen" not in content and reverse(SEVERAL) not in content


def test_the_superuser_verifies_nothing(client, waiting, superuser):
    english(client, superuser)
    assert client.get(reverse(SEVERAL)).status_code == 403
    assert "verify_chosen" not in client.get(reverse(LIST)).content.decode()


def test_a_filter_that_makes_no_sense_leads_back_to_the_list(client, waiting, reviewer):
    assert english(client, reviewer).get(reverse(SEVERAL), {"nonsense": "1"}).status_code == 302


def test_an_empty_page_says_that_nothing_can_be_verified(client, reviewer):
    content = english(client, reviewer).get(reverse(SEVERAL)).content.decode()
    assert "No return can be verified in bulk" in content


def test_what_was_seen_is_read_back_as_it_was_written():
    sight = SeenReturn(12, 3, {GANGUE: 55, ASH: None})
    assert read_token(token(sight)) == sight


def test_the_pages_queries_do_not_grow_with_the_returns(client, plan, taiyuan, reporter, reviewer, count_queries):
    counted = []
    for months in (range(1, 3), range(3, 9)):
        for month in months:
            factories.file_return(
                taiyuan, factories.period(plan, f"2020-0{month}"), {GANGUE: "1", ASH: "1"}, reporter=reporter
            )
        english(client, reviewer).get(reverse(SEVERAL))
        with count_queries(connection) as queries:
            client.get(reverse(SEVERAL))
        counted.append(len(queries))
    assert counted[0] == counted[1]
