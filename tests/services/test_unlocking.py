"""Opening a verified return again: asked by one person, decided by another."""

import pytest

from tests import factories
from tests.factories import NOW
from tracker.models import Event, Membership, Return, Role, UnlockRequest, ValueRevision
from tracker.queries.errors import ChangedMeanwhile, NotAllowed, Refused
from tracker.services import returns
from tracker.services.returns.totals import differing_totals

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def verified(taiyuan, reporter, reviewer, plan):
    """Taiyuan's verified return for August."""
    values = {GANGUE: "500", ASH: "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


@pytest.fixture
def colleague(plan):
    """A second reviewer of the province."""
    return factories.make_user("second-reviewer", Role.REVIEWER)


def ask(verified, person, reason="重复计算"):
    return returns.request_unlock(
        verified, reason=reason, acting_user=person, now=NOW, expected_version=verified.version
    )


def test_asking_changes_nothing_yet(verified, reporter):
    request = ask(verified, reporter)
    assert (request.state, request.asked_by, request.reason) == ("open", reporter, "重复计算")
    assert Return.objects.get().state == Return.State.VERIFIED
    assert factories.entry(verified, GANGUE).verified_value == 500


def test_granting_opens_the_return_and_each_withdrawal_carries_the_reason(verified, reporter, reviewer):
    returns.grant_unlock(ask(verified, reporter), acting_user=reviewer, now=NOW, answer="同意")
    stored = Return.objects.get()
    assert (stored.state, stored.review_comment, stored.verified_by) == (Return.State.SENT_BACK, "重复计算", None)
    withdrawn = ValueRevision.objects.filter(kind="verified", value=None)
    assert {(row.reason, row.actor) for row in withdrawn} == {("重复计算", reviewer)} and len(withdrawn) == 2
    request = UnlockRequest.objects.get()
    assert (request.state, request.decided_by, request.answer) == ("granted", reviewer, "同意")
    assert differing_totals() == []


def test_a_reviewer_asks_and_another_grants(verified, reviewer, colleague):
    returns.grant_unlock(ask(verified, reviewer), acting_user=colleague, now=NOW)
    assert Return.objects.get().state == Return.State.SENT_BACK


def test_nobody_decides_their_own_request(verified, reviewer, colleague):
    request = ask(verified, reviewer)
    with pytest.raises(NotAllowed):
        returns.grant_unlock(request, acting_user=reviewer, now=NOW)
    with pytest.raises(NotAllowed):
        returns.refuse_unlock(request, acting_user=reviewer, now=NOW, answer="否")
    assert UnlockRequest.objects.get().state == "open"


def test_a_reviewer_who_is_alone_is_told_and_asks_for_nothing(verified, reviewer):
    closed = factories.make_user("left", Role.REVIEWER)
    closed.is_active = False
    closed.save()
    factories.make_user("elsewhere", Role.REVIEWER, factories.DATONG)
    with pytest.raises(Refused) as refusal:
        ask(verified, reviewer)
    assert "太原市单位" in refusal.value.message
    assert not UnlockRequest.objects.exists()


def test_the_unit_of_the_only_reviewer_can_ask(verified, reporter, reviewer):
    returns.grant_unlock(ask(verified, reporter), acting_user=reviewer, now=NOW)
    assert Return.objects.get().is_open


def test_who_reports_and_reviews_needs_another_person_too(verified, reporter, reviewer, plan):
    Membership.objects.create(user=reporter, role=Role.REVIEWER, region=plan.region)
    del reporter.__dict__["current_memberships"]
    with pytest.raises(NotAllowed):
        returns.grant_unlock(ask(verified, reporter), acting_user=reporter, now=NOW)


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.PLAN_MANAGER])
def test_who_neither_reports_nor_reviews_cannot_ask(verified, role):
    with pytest.raises(NotAllowed):
        ask(verified, factories.make_user("other", role))


def test_a_neighbour_cannot_ask_nor_a_neighbours_reviewer_decide(verified, reporter):
    with pytest.raises(NotAllowed):
        ask(verified, factories.make_user("datong", Role.REPORTER, factories.DATONG))
    request = ask(verified, factories.make_user("province", Role.REVIEWER))
    with pytest.raises(NotAllowed):
        returns.grant_unlock(
            request, acting_user=factories.make_user("datong-reviewer", Role.REVIEWER, factories.DATONG), now=NOW
        )
    with pytest.raises(NotAllowed):
        returns.grant_unlock(request, acting_user=reporter, now=NOW)


def test_asking_needs_a_reason_and_refusing_an_answer(verified, reporter, reviewer):
    with pytest.raises(Refused) as refusal:
        ask(verified, reporter, " ")
    assert "comment" in refusal.value.fields
    request = ask(verified, reporter)
    with pytest.raises(Refused) as refusal:
        returns.refuse_unlock(request, acting_user=reviewer, now=NOW, answer="")
    assert "comment" in refusal.value.fields
    assert UnlockRequest.objects.get().state == "open"


def test_only_a_verified_return_is_asked_about(taiyuan, reporter, reviewer, plan):
    submitted = factories.file_return(taiyuan, factories.period(plan), {GANGUE: "1", ASH: "1"}, reporter=reporter)
    with pytest.raises(ChangedMeanwhile):
        ask(submitted, reporter)


def test_there_is_one_open_request_at_a_time(verified, reporter, reviewer, colleague):
    request = ask(verified, reporter)
    with pytest.raises(ChangedMeanwhile):
        ask(verified, colleague)
    returns.refuse_unlock(request, acting_user=reviewer, now=NOW, answer="数据无误")
    verified.refresh_from_db()
    ask(verified, colleague)
    assert UnlockRequest.objects.count() == 2


def test_two_who_ask_at_once_make_one_request(verified, reporter, colleague):
    seen = verified.version
    ask(verified, reporter)
    with pytest.raises(ChangedMeanwhile):
        returns.request_unlock(Return.objects.get(), reason="x", acting_user=colleague, now=NOW, expected_version=seen)
    assert UnlockRequest.objects.count() == 1


def test_of_two_reviewers_who_decide_at_once_the_second_is_told(verified, reporter, reviewer, colleague):
    first = ask(verified, reporter)
    second = UnlockRequest.objects.get()
    returns.refuse_unlock(first, acting_user=reviewer, now=NOW, answer="数据无误")
    with pytest.raises(ChangedMeanwhile):
        returns.grant_unlock(second, acting_user=colleague, now=NOW)
    assert Return.objects.get().state == Return.State.VERIFIED
    assert UnlockRequest.objects.get().decided_by == reviewer


def test_only_who_asked_takes_the_request_back_and_only_while_it_waits(verified, reporter, reviewer):
    request = ask(verified, reporter)
    with pytest.raises(NotAllowed):
        returns.withdraw_unlock(request, acting_user=reviewer, now=NOW)
    returns.withdraw_unlock(request, acting_user=reporter, now=NOW)
    assert UnlockRequest.objects.get().state == "withdrawn"
    with pytest.raises(ChangedMeanwhile):
        returns.grant_unlock(request, acting_user=reviewer, now=NOW)


def test_each_step_is_an_event_about_the_return(verified, reporter, reviewer):
    returns.withdraw_unlock(ask(verified, reporter), acting_user=reporter, now=NOW)
    returns.refuse_unlock(ask(verified, reporter), acting_user=reviewer, now=NOW, answer="数据无误")
    returns.grant_unlock(ask(verified, reporter), acting_user=reviewer, now=NOW)
    steps = Event.objects.filter(object_type="return", object_id=str(verified.pk), action__contains="unlock")
    assert list(steps.order_by("pk").values_list("action", "actor__username", "reason")) == [
        ("unlock_requested", "taiyuan-official", "重复计算"),
        ("unlock_withdrawn", "taiyuan-official", ""),
        ("unlock_requested", "taiyuan-official", "重复计算"),
        ("unlock_refused", "reviewer", "数据无误"),
        ("unlock_requested", "taiyuan-official", "重复计算"),
        ("return_unlocked", "reviewer", "重复计算"),
    ]


def test_who_sees_and_who_decides(verified, reporter, reviewer, leader, colleague):
    request = ask(verified, reviewer)
    neighbour = factories.make_user("datong", Role.REPORTER, factories.DATONG)
    people = (reporter, reviewer, leader, colleague, neighbour)
    assert [list(UnlockRequest.objects.visible_to(person)) for person in people] == [[request]] * 4 + [[]]
    assert [list(UnlockRequest.objects.decidable_by(person)) for person in people] == [[], [], [], [request], []]
