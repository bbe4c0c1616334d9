"""Reminders: who gets one on which day, what it lists, and that nobody gets two a day."""

from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.factories import SHANGHAI
from tracker.models import Delivery, Event, Role
from tracker.queries.errors import Refused
from tracker.services import returns
from tracker.services.mail import deliveries, reminders, unsubscribe
from tracker.services.mail.mail_log import stored_message
from tracker.services.returns.extensions import grant_extension

#: August's last day on time is Monday the 7th: the 5th of September 2020 is a Saturday.
LAST_DAY = datetime(2020, 9, 7, 10, 0, tzinfo=SHANGHAI)
AHEAD = datetime(2020, 9, 2, 10, 0, tzinfo=SHANGHAI)
AFTER = datetime(2020, 9, 8, 10, 0, tzinfo=SHANGHAI)
GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def august(plan):
    """August alone is owed: the months before it were never asked for."""
    month = factories.period(plan)
    plan.periods.filter(ends_on__lt=month.starts_on).delete()
    month.due_at = datetime(2020, 9, 8, tzinfo=SHANGHAI)
    month.save()
    return month


@pytest.fixture
def owing(plan, august, reporter):
    """Taiyuan owes August, and its reporter can be written to."""
    return factories.make_unit(plan, factories.TAIYUAN)


def reminder_stop(person):
    return unsubscribe.StoppableMail(person=person)


def reminded(now):
    return [delivery.recipient for delivery in reminders.due_reminders(now=now)]


@pytest.mark.parametrize("now", [AHEAD, LAST_DAY, AFTER])
def test_who_owes_a_return_is_reminded_ahead_on_the_last_day_and_after(owing, reporter, now):
    assert reminded(now) == [reporter.email]


@pytest.mark.parametrize(
    "now",
    [
        AHEAD + timedelta(days=1),
        datetime(2020, 9, 5, 10, tzinfo=SHANGHAI),  # a Saturday
        LAST_DAY.replace(hour=8, minute=59),
        LAST_DAY.replace(hour=18),
    ],
    ids=["no day of the plan's", "a day off", "early", "late"],
)
def test_nobody_is_reminded_at_other_times(owing, now):
    assert reminded(now) == []


def test_a_person_gets_one_a_day_however_often_it_is_asked_for(owing, reporter):
    for minutes in range(0, 300, 30):
        reminders.due_reminders(now=LAST_DAY + timedelta(minutes=minutes))
    assert Delivery.objects.filter(kind=Delivery.Kind.REMINDER).count() == 1


def test_two_schedulers_in_the_same_moment_make_one(owing, monkeypatch):
    new = reminders.of_the_day

    def first_the_other(kind, user, day, *, now):
        monkeypatch.setattr(reminders, "of_the_day", new)
        reminders.due_reminders(now=now)
        return new(kind, user, day, now=now)

    monkeypatch.setattr(reminders, "of_the_day", first_the_other)
    assert reminders.due_reminders(now=LAST_DAY) == []
    assert Delivery.objects.count() == 1


def test_what_is_handed_in_is_not_asked_for(owing, august, reporter):
    factories.file_return(owing, august, {GANGUE: "1", ASH: "1"}, reporter=reporter, now=AHEAD)
    assert reminded(LAST_DAY) == []


def test_what_came_back_is_asked_for_with_the_comment(owing, august, reporter, reviewer):
    filed = factories.file_return(owing, august, {GANGUE: "1", ASH: "1"}, reporter=reporter, now=AHEAD)
    returns.send_back_return(
        filed, comment="煤矸石请核对", acting_user=reviewer, now=AHEAD, expected_version=filed.version
    )
    (delivery,) = reminders.due_reminders(now=LAST_DAY)
    assert "煤矸石请核对" in sent(delivery).text


def test_an_extension_moves_the_days(owing, august, reporter, reviewer):
    until = datetime(2020, 9, 22, tzinfo=SHANGHAI)
    grant_extension(owing, august, until=until, reason="-", acting_user=reviewer, now=AHEAD)
    assert reminded(AFTER) == []
    assert reminded(until - timedelta(hours=14)) == [reporter.email]


@pytest.mark.parametrize(
    "without", [{"gets_reminders": False}, {"is_active": False}, {"email": ""}], ids=["stopped", "closed", "no address"]
)
def test_who_wants_or_can_have_none_gets_none(owing, reporter, without):
    for name, value in without.items():
        setattr(reporter, name, value)
    reporter.save()
    assert reminded(LAST_DAY) == []


def test_a_reviewer_is_not_reminded_of_others_debts(owing, reviewer, reporter):
    assert reviewer.email not in reminded(LAST_DAY)


def test_who_reports_for_one_unit_is_reminded_of_it_alone(plan, august, reporter):
    unit = factories.make_unit(plan, factories.DATONG)
    factories.make_user("clerk", Role.REPORTER, factories.DATONG, unit)
    assert reminded(LAST_DAY) == ["clerk@example.com"]


def test_a_plan_may_ask_for_no_reminders(owing, plan):
    plan.remind_days_before = plan.remind_every_days = None
    plan.save()
    assert reminded(AHEAD) == reminded(LAST_DAY) == reminded(AFTER) == []


def sent(delivery, now=LAST_DAY):
    deliveries.send_delivery(delivery.pk, clock=lambda: now)
    delivery.refresh_from_db()
    return stored_message(delivery)


def test_the_mail_lists_what_is_owed_with_its_deadline_and_a_way_to_stop(owing, reporter):
    (delivery,) = reminders.due_reminders(now=LAST_DAY)
    message = sent(delivery)
    headers = dict(message.headers)
    assert owing.name in message.text
    assert "2020年9月7日 23:59" in message.text
    plan = owing.obligations.all()[0].plan
    assert headers["Subject"] == f"【政策目标进度跟踪系统】{plan}：2020年9月7日 23:59截止：{owing} 2020年8月"
    assert "山西省工业和信息化厅" in message.text
    assert "如需核实邮件真伪" in message.text
    assert unsubscribe.key_of(reminder_stop(reporter)) in message.text
    assert unsubscribe.key_of(reminder_stop(reporter)) in headers["List-Unsubscribe"]
    assert delivery.state == Delivery.State.KEPT


def test_nothing_is_sent_when_all_was_handed_in_meanwhile(owing, august, reporter):
    (delivery,) = reminders.due_reminders(now=LAST_DAY)
    factories.file_return(owing, august, {GANGUE: "1", ASH: "1"}, reporter=reporter, now=LAST_DAY)
    assert sent(delivery) is None
    assert delivery.state == Delivery.State.DROPPED


def test_nothing_is_sent_to_who_stopped_it_meanwhile(owing, reporter):
    (delivery,) = reminders.due_reminders(now=LAST_DAY)
    unsubscribe.switch_by_key(reminder_stop(reporter), False, now=LAST_DAY)
    assert sent(delivery) is None
    assert delivery.state == Delivery.State.FAILED


def test_stopping_is_recorded_once(reporter):
    for _time in range(2):
        unsubscribe.switch_by_key(reminder_stop(reporter), False, now=LAST_DAY)
    assert Event.objects.filter(action=Event.Action.CONFIGURED).count() == 1
    assert not reminders.User.objects.get(pk=reporter.pk).gets_reminders


@pytest.mark.parametrize(
    "key", ["", "r", "r1", "r1-", "x1-abc", "r1-" + "0" * 20, "r99999999999999999999-abc", "r１-abc"]
)
def test_a_key_that_no_mail_carries_finds_nothing(reporter, key):
    with pytest.raises(Refused):
        unsubscribe.find_stoppable(key)


def test_a_key_finds_its_person_alone(reporter, reviewer):
    assert unsubscribe.find_stoppable(unsubscribe.key_of(reminder_stop(reporter))) == reminder_stop(reporter)
    assert unsubscribe.find_stoppable(unsubscribe.key_of(reminder_stop(reviewer))) == reminder_stop(reviewer)


def test_reminding_takes_as_many_queries_for_many_units_as_for_one(plan, august, reporter, count_queries):
    from django.db import connection

    def number():
        with count_queries(connection) as queries:
            reminders.due_reminders(now=AHEAD + timedelta(days=1))
        return len(queries)

    factories.make_unit(plan, factories.TAIYUAN)
    few = number()
    factories.make_unit(plan, factories.DATONG)
    factories.make_unit(plan, factories.SHUOZHOU)
    assert number() == few
