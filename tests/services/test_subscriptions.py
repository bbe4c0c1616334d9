"""Who gets what, when and why: people, holders of a role, outside addresses; a plan, a place, indicators, a list."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.factories import DATONG, NOW, SHANGHAI, SHANXI, TAIYUAN
from tracker.models import (
    Delivery,
    Event,
    Indicator,
    Membership,
    PausedAddress,
    Period,
    Role,
    Schedule,
    Subscription,
    User,
)
from tracker.queries.errors import NotAllowed, Refused
from tracker.queries.mail import obstacles, paused
from tracker.queries.mail.upcoming import subscriptions_managed_by, upcoming_mail
from tracker.services.audit.personal import digest_of
from tracker.services.documents import reports
from tracker.services.mail import deliveries, pause_address, subscriptions, summaries
from tracker.services.mail.mail_log import stored_message

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
MOMENT = datetime(2020, 9, 8, 8, 30, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


@pytest.fixture
def manager(plan):
    """Who manages the plan's mail."""
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def reported(taiyuan, reporter, reviewer, plan):
    """August of Taiyuan, verified."""
    values = {GANGUE: "500", ASH: "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


def subscribe(plan, when="day_of_month", number=8, **fields) -> Subscription:
    schedule = Schedule.objects.create(plan=plan, name="简报", when=when, number=number, time_of_day="08:30")
    indicators = fields.pop("indicators", [])
    made = Subscription.objects.create(schedule=schedule, **{"active_from": NOW, **fields})
    made.indicators.set(Indicator.objects.filter(code__in=indicators))
    return Subscription.objects.select_related("schedule__plan__region").get(pk=made.pk)


def due(now=MOMENT):
    return [(one.period.code, one.occasion, one.recipient) for one in summaries.due_deliveries(now=now)]


def sent(delivery, now=MOMENT):
    deliveries.send_delivery(delivery.pk, clock=lambda: now)
    delivery.refresh_from_db()
    return stored_message(delivery)


def test_a_weekly_summary_goes_out_each_week_about_the_month_that_ended_last(plan, leader):
    subscribe(plan, "weekly", 2, user=leader)  # the 8th of September is a Tuesday
    assert due(MOMENT) == [("2020-08", "2020-09-08", "leader@example.com")]
    assert due(MOMENT + 6 * DAY) == []
    assert due(MOMENT + 7 * DAY) == [("2020-08", "2020-09-15", "leader@example.com")]
    assert due(MOMENT + 28 * DAY) == [("2020-09", "2020-10-06", "leader@example.com")]


def test_a_working_day_steps_over_the_holidays(plan, leader):
    subscribe(plan, "working_day", 1, user=leader)
    assert due(datetime(2020, 10, 8, 12, 0, tzinfo=SHANGHAI)) == []  # September's run was before the subscription
    assert due(datetime(2020, 10, 9, 8, 30, tzinfo=SHANGHAI)) == [("2020-09", "", "leader@example.com")]


def test_after_the_deadline_it_is_about_the_month_that_was_due(plan, leader):
    subscribe(plan, "after_deadline", 2, user=leader)
    assert due(MOMENT) == []  # due by the end of Monday the 7th
    assert due(MOMENT + DAY) == [("2020-08", "", "leader@example.com")]


def test_a_plan_that_is_over_falls_silent(plan, leader):
    subscribe(plan, "weekly", 1, user=leader)
    subscribe(plan, user=leader)
    assert due(datetime(2026, 11, 25, 12, 0, tzinfo=SHANGHAI)) == []


def test_a_report_that_a_person_asked_for_calls_for_mail_and_one_that_mail_needed_does_not(plan, leader, reported):
    subscribe(plan, "on_issue", 0, user=leader)
    month, issue = reported.period, {"region": plan.region, "language": "zh-hans"}
    reports.issue_report(period=month, acting_user=None, now=MOMENT, clock=lambda: MOMENT, **issue)
    assert due(MOMENT) == []
    report = reports.issue_report(period=month, acting_user=leader, now=MOMENT, clock=lambda: MOMENT, **issue)
    assert due(MOMENT) == [("2020-08", f"report {report.pk}", "leader@example.com")]
    assert due(MOMENT + DAY) == []


def test_a_report_on_another_region_calls_for_none(plan, leader, reported):
    subscribe(plan, "on_issue", 0, user=leader)
    city = factories.region(TAIYUAN)
    reports.issue_report(
        period=reported.period, region=city, language="zh-hans", acting_user=leader, now=MOMENT, clock=lambda: MOMENT
    )
    assert due(MOMENT) == []


def worsened(plan, leader, reporter, reviewer, taiyuan, **fields):
    """August at its deadline is on course by 6000 of 6500; then 5000 are taken back."""
    made = subscribe(plan, "on_worsening", 0, user=leader, **fields)
    after_deadline = datetime(2020, 9, 8, 0, 0, tzinfo=SHANGHAI)
    filed = factories.file_return(
        taiyuan, factories.period(plan), {GANGUE: "6000", ASH: "0"}, reporter=reporter, reviewer=reviewer
    )
    assert due(after_deadline) == []  # looked at for the first time: what was so before is no news
    factories.unlock(filed, reporter=reporter, reviewer=reviewer, now=MOMENT)
    filed.refresh_from_db()
    from tracker.services import returns

    returns.save_draft(filed, {GANGUE: "1000"}, acting_user=reporter, now=MOMENT, expected_version=filed.version)
    returns.submit_return(filed, acting_user=reporter, now=MOMENT, expected_version=filed.version)
    returns.verify_return(filed, acting_user=reviewer, now=MOMENT, expected_version=filed.version)
    return made


def test_a_level_that_worsens_calls_for_mail_once(plan, leader, reporter, reviewer, taiyuan):
    worsened(plan, leader, reporter, reviewer, taiyuan)
    found = due(MOMENT + DAY)
    assert ("2020-08", f"{GANGUE} 1", "leader@example.com") in found
    assert due(MOMENT + 2 * DAY) == []


def test_a_level_of_another_indicator_calls_for_none(plan, leader, reporter, reviewer, taiyuan):
    worsened(plan, leader, reporter, reviewer, taiyuan, about="indicators", indicators=[ASH])
    assert due(MOMENT + DAY) == []


def test_who_has_the_role_in_the_region_gets_it_and_nobody_else(plan):
    for name, role, place in [
        ("a", Role.LEADER, SHANXI),
        ("b", Role.LEADER, SHANXI),
        ("city", Role.LEADER, TAIYUAN),
        ("auditor", Role.AUDITOR, SHANXI),
    ]:
        factories.make_user(name, role, place)
    subscribe(plan, audience="role", role=Role.LEADER, region=plan.region)
    assert sorted(address for _period, _key, address in due()) == ["a@example.com", "b@example.com"]


def test_who_lost_the_role_meanwhile_gets_nothing(plan, leader):
    subscribe(plan, audience="role", role=Role.LEADER, region=plan.region)
    (delivery,) = summaries.due_deliveries(now=MOMENT)
    Membership.objects.filter(user=leader).delete()
    assert sent(delivery) is None
    assert (delivery.state, delivery.server_answer) == (Delivery.State.FAILED, obstacles.NO_LONGER_MEANT)


def test_an_outside_address_waits_until_a_second_person_approves_it(plan, manager):
    made = subscribe(plan, audience="outside", address="press@example.org")
    subscriptions.save_subscription(made, acting_user=manager, now=NOW)
    Subscription.objects.filter(pk=made.pk).update(address_set_by=manager)
    made.refresh_from_db()
    assert due() == []
    with pytest.raises(Refused):
        subscriptions.approve_address(made, acting_user=manager, now=NOW)
    second = factories.make_user("second", Role.SYSTEM_ADMIN)
    subscriptions.approve_address(made, acting_user=second, now=NOW)
    assert [address for _period, _key, address in due()] == ["press@example.org"]
    event = Event.objects.filter(object_type="subscription").latest("pk")
    assert (event.actor, event.after["address"]) == (second, digest_of(made, "address", "press@example.org"))
    message = sent(Delivery.objects.get())
    assert dict(message.headers)["To"] == "press@example.org"
    assert "second" in message.text


def test_an_address_that_is_changed_must_be_approved_anew(plan, manager):
    second = factories.make_user("second", Role.SYSTEM_ADMIN)
    made = subscribe(plan, audience="outside", address="press@example.org", approved_by=second)
    made.address = "other@example.org"
    subscriptions.save_subscription(made, acting_user=manager, now=NOW)
    made.refresh_from_db()
    assert (made.approved_by, made.address_set_by) == (None, manager)


def test_who_manages_no_mail_approves_nothing(plan, leader):
    made = subscribe(plan, audience="outside", address="press@example.org")
    with pytest.raises(NotAllowed):
        subscriptions.approve_address(made, acting_user=leader, now=NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"audience": "person"},
        {"audience": "role", "role": Role.LEADER},
        {"audience": "outside"},
        {"audience": "outside", "address": "a@example.org", "about": "place"},
    ],
)
def test_the_database_refuses_a_subscription_of_nobody_or_about_nothing(plan, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        subscribe(plan, **fields)


def test_a_citys_summary_tells_the_citys_figures_alone(plan, leader, reported):
    city = factories.region(TAIYUAN)
    subscribe(plan, user=leader, about="place", place=city)
    (delivery,) = summaries.due_deliveries(now=MOMENT)
    message = sent(delivery)
    assert city.name in message.text
    assert "500.00" in message.text
    assert f"&region={TAIYUAN}" in message.text
    assert "生态文明" not in message.text


def test_chosen_indicators_are_the_only_ones_told(plan, leader, reported):
    subscribe(plan, user=leader, about="indicators", indicators=[ASH])
    (delivery,) = summaries.due_deliveries(now=MOMENT)
    message = sent(delivery)
    names = {code: Indicator.objects.get(code=code).name for code in (GANGUE, ASH)}
    told = message.text.split("仍需报送")[0]  # who owes something owes it whatever was chosen
    assert names[ASH] in told
    assert f"- {names[GANGUE]}" not in told


def test_the_chasing_list_names_who_owes_what_and_no_figures(plan, leader, reported):
    factories.make_unit(plan, DATONG)
    subscribe(plan, user=leader, about="chasing")
    (delivery,) = summaries.due_deliveries(now=MOMENT)
    message = sent(delivery)
    assert factories.region(DATONG).name in message.text
    assert "%" not in message.text
    assert message.attachments == [] and "data:image" not in message.html
    assert "1" in delivery.subject


def test_each_mail_says_why_one_gets_it(plan, leader):
    by_role = subscribe(plan, audience="role", role=Role.LEADER, region=plan.region)
    own = subscribe(plan, user=leader)
    told = {one.subscription: sent(one).text for one in summaries.due_deliveries(now=MOMENT)}
    assert f"您是{plan.region}的" in told[by_role]
    assert "您订阅了" in told[own]


def test_the_language_of_the_subscription_comes_before_the_persons(plan, leader, reported):
    subscribe(plan, user=leader, language="en")
    (delivery,) = summaries.due_deliveries(now=MOMENT)
    assert "Three things to know" in sent(delivery).text


def refuse(address, number, now=MOMENT):
    for index in range(number):
        Delivery.objects.create(
            kind="reminder", user=User.objects.get(email=address), occasion=f"{now:%Y-%m-%d} {index}",
            recipient=address, state="failed", is_refused=True, attempts=1, created_at=now, next_attempt_at=now,
            message_id=f"<{address}{now}{index}>",
        )  # fmt: skip
        pause_address.pause_if_refused_again(address, "550 no such person", now=now)


def test_an_address_is_paused_after_three_refusals_and_resumed_by_a_person(plan, leader, manager):
    refuse(leader.email, 2)
    assert not paused.is_paused(leader.email)
    refuse(leader.email, 1, MOMENT + DAY)
    assert paused.is_paused(leader.email)
    subscribe(plan, user=leader)
    (delivery,) = summaries.due_deliveries(now=MOMENT)
    assert sent(delivery) is None
    assert delivery.server_answer == obstacles.PAUSED
    pause_address.resume_address(PausedAddress.objects.get(), acting_user=manager, now=MOMENT + 2 * DAY)
    assert not paused.is_paused(leader.email)
    refuse(leader.email, 2, MOMENT + 3 * DAY)
    assert not paused.is_paused(leader.email)  # those before it was resumed count no more
    refuse(leader.email, 1, MOMENT + 4 * DAY)
    assert paused.is_paused(leader.email)


def test_one_message_taken_in_between_ends_the_row_of_refusals(plan, leader):
    refuse(leader.email, 2)
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(is_refused=False, state="sent")
    refuse(leader.email, 2, MOMENT + DAY)
    assert not paused.is_paused(leader.email)


def test_the_administrator_sees_who_gets_what_next_and_what_stands_in_the_way(plan, leader, manager):
    nobody = factories.make_user("nobody", Role.LEADER)
    User.objects.filter(pk=nobody.pk).update(email="")
    subscribe(plan, user=leader)
    subscribe(plan, user=nobody)
    subscribe(plan, user=factories.make_user("stranger"))
    subscribe(plan, "on_issue", 0, user=leader)
    subscribe(plan, audience="outside", address="press@example.org")
    rows = upcoming_mail(subscriptions_managed_by(manager), now=MOMENT - DAY)
    found = {(str(row.recipient), row.next_at): row for row in rows}
    assert found["leader", MOMENT].obstacle == ""
    assert found["leader", MOMENT].period == Period.objects.of(plan, "2020-08")
    assert found["leader", None].obstacle == ""
    assert found["nobody", MOMENT].obstacle != ""
    assert found["stranger", MOMENT].obstacle != ""
    assert found["press@example.org", MOMENT].obstacle != ""
    assert "批准" in found["press@example.org", MOMENT].why or "approved" in found["press@example.org", MOMENT].why
    assert rows[-1].next_at is None


def test_who_manages_elsewhere_sees_nothing_of_it(plan, leader):
    subscribe(plan, user=leader)
    assert subscriptions_managed_by(factories.make_user("city", Role.PLAN_MANAGER, DATONG)) == []


def test_the_page_takes_as_many_queries_for_many_as_for_two(plan, manager, count_queries):
    from django.db import connection

    schedule = subscribe(plan, audience="role", role=Role.LEADER, region=plan.region).schedule

    def measure(number):
        for index in range(number):
            user = factories.make_user(f"reader-{number}-{index}", Role.LEADER)
            Subscription.objects.create(schedule=schedule, user=user, active_from=NOW)
        with count_queries(connection) as queries:
            assert len(upcoming_mail(subscriptions_managed_by(manager), now=MOMENT)) >= 2 * number
        return len(queries)

    measure(1)
    assert measure(2) == measure(20)


def test_a_person_without_an_address_is_not_subscribed(plan, manager, leader):
    User.objects.filter(pk=leader.pk).update(email="")
    leader.refresh_from_db()
    made = subscribe(plan, user=leader)
    made.pk = None
    with pytest.raises(Refused) as refused:
        subscriptions.save_subscription(made, acting_user=manager, now=NOW)
    assert "no e-mail address" in refused.value.fields["user"] or "没有电子邮件" in refused.value.fields["user"]
    assert Subscription.objects.filter(user=leader).count() == 1
