"""Which summaries are due, to whom, and asking for one by hand."""

from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.factories import NOW, SHANGHAI
from tracker.models import Delivery, Event, Period, Plan, Role, Schedule, Subscription, User
from tracker.queries.errors import NotAllowed
from tracker.queries.mail.recipients import Recipient
from tracker.services.mail import subscriptions, summaries

MOMENT = datetime(2020, 9, 8, 8, 30, tzinfo=SHANGHAI)
SECOND = timedelta(seconds=1)


@pytest.fixture
def schedule(plan: Plan) -> Schedule:
    schedule = Schedule.objects.create(plan=plan, name="月度简报", number=8, time_of_day="08:30")
    schedule.refresh_from_db()
    return schedule


@pytest.fixture
def subscription(schedule: Schedule, leader: User) -> Subscription:
    return Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)


@pytest.fixture
def recipient(leader: User) -> Recipient:
    return Recipient(leader.email, leader, leader.language)


@pytest.fixture
def august(plan: Plan) -> Period:
    return factories.period(plan)


def made() -> list[tuple[str, str, bool]]:
    return [(row.period.code, row.recipient, row.is_late) for row in Delivery.objects.select_related("period")]


def test_nothing_is_due_a_second_before_the_moment(subscription):
    assert summaries.due_deliveries(now=MOMENT - SECOND) == []
    assert not Delivery.objects.exists()


def test_the_month_before_is_due_at_its_moment_in_shanghai(subscription):
    summaries.due_deliveries(now=MOMENT)
    assert made() == [("2020-08", "leader@example.com", False)]


def test_what_was_made_is_not_made_again(subscription):
    for minutes in range(5):
        summaries.due_deliveries(now=MOMENT + timedelta(minutes=minutes))
    assert len(made()) == 1


def test_a_clock_that_jumps_back_and_forth_makes_nothing_twice(subscription):
    for now in (MOMENT, MOMENT - timedelta(days=3), MOMENT, MOMENT + timedelta(hours=2), MOMENT):
        summaries.due_deliveries(now=now)
    assert len(made()) == 1


def test_two_schedulers_in_the_same_moment_make_one(subscription, monkeypatch):
    read = summaries._without_delivery

    def read_and_be_overtaken(*arguments):
        found = list(read(*arguments))
        monkeypatch.setattr(summaries, "_without_delivery", read)
        assert len(summaries.due_deliveries(now=MOMENT)) == 1  # the other one, between our reading and writing
        return found

    monkeypatch.setattr(summaries, "_without_delivery", read_and_be_overtaken)
    assert summaries.due_deliveries(now=MOMENT) == []
    assert len(made()) == 1


def test_after_a_long_stop_only_the_newest_month_is_sent_and_marked_late(subscription):
    summaries.due_deliveries(now=datetime(2020, 12, 20, 12, 0, tzinfo=SHANGHAI))
    assert made() == [("2020-11", "leader@example.com", True)]


def test_an_hour_of_delay_is_not_yet_late(subscription):
    summaries.due_deliveries(now=MOMENT + timedelta(hours=1))
    assert made()[0][2] is False


def test_who_subscribes_after_the_moment_waits_for_the_next(subscription):
    Subscription.objects.update(active_from=MOMENT + SECOND)
    summaries.due_deliveries(now=MOMENT + timedelta(minutes=10))
    assert made() == []
    summaries.due_deliveries(now=datetime(2020, 10, 8, 8, 30, tzinfo=SHANGHAI))
    assert made() == [("2020-09", "leader@example.com", False)]


@pytest.mark.parametrize(
    ("model", "change"),
    [(User, {"is_active": False}), (Subscription, {"is_active": False}), (Schedule, {"is_active": False})],
)
def test_a_closed_account_a_stopped_subscription_and_a_stopped_schedule_get_nothing(subscription, model, change):
    model.objects.update(**change)
    assert summaries.due_deliveries(now=MOMENT) == []


def test_a_corrected_address_is_served_after_the_wrong_one_failed_but_not_after_it_was_served(subscription, leader):
    delivery = summaries.due_deliveries(now=MOMENT)[0]
    User.objects.filter(pk=leader.pk).update(email="new@example.com")
    assert summaries.due_deliveries(now=MOMENT) == []
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.FAILED)
    assert [row.recipient for row in summaries.due_deliveries(now=MOMENT)] == ["new@example.com"]


def test_queries_do_not_grow_with_subscribers(schedule, plan, count_queries):
    from django.db import connection

    def measure(number: int, month: int) -> int:
        for index in range(number):
            user = factories.make_user(f"reader-{month}-{index}", Role.LEADER)
            Subscription.objects.create(schedule=schedule, user=user, active_from=NOW)
        with count_queries(connection) as queries:
            summaries.due_deliveries(now=datetime(2020, month, 8, 9, 0, tzinfo=SHANGHAI))
        return len(queries)

    assert measure(2, 9) == measure(20, 10)
    assert Delivery.objects.count() == 2 + 22


def test_one_asked_for_by_hand_does_not_take_the_schedules_place(subscription, august, leader, recipient):
    summaries.deliver_by_hand(
        subscription, august, recipient, again=True, acting_user=leader, now=MOMENT - timedelta(days=1)
    )
    assert len(summaries.due_deliveries(now=MOMENT)) == 1
    assert sorted(Delivery.objects.values_list("revision", flat=True)) == [1, 2]


def test_by_hand_gives_the_one_there_is_unless_another_is_asked_for(subscription, august, recipient):
    first, is_new = summaries.deliver_by_hand(
        subscription, august, recipient, again=False, acting_user=None, now=MOMENT
    )
    same, is_new_too = summaries.deliver_by_hand(
        subscription, august, recipient, again=False, acting_user=None, now=MOMENT
    )
    another, _new = summaries.deliver_by_hand(subscription, august, recipient, again=True, acting_user=None, now=MOMENT)
    assert (is_new, is_new_too, same, another.revision) == (True, False, first, 2)
    assert first.message_id != another.message_id


def test_nobody_steers_anothers_mail(subscription, august, reviewer, recipient):
    with pytest.raises(NotAllowed):
        summaries.deliver_by_hand(subscription, august, recipient, again=True, acting_user=reviewer, now=MOMENT)
    with pytest.raises(NotAllowed):
        subscriptions.set_subscription_active(subscription, False, acting_user=reviewer, now=MOMENT)


def test_stopping_and_resuming_is_recorded_and_nothing_missed_is_sent(subscription, leader):
    subscriptions.set_subscription_active(subscription, False, acting_user=leader, now=NOW)
    subscriptions.set_subscription_active(subscription, True, acting_user=leader, now=MOMENT + timedelta(days=1))
    assert summaries.due_deliveries(now=MOMENT + timedelta(days=2)) == []
    changes = Event.objects.filter(action=Event.Action.CONFIGURED, object_type="subscription").order_by("pk")
    assert list(changes.values_list("after", flat=True)) == [{"is_active": False}, {"is_active": True}]
