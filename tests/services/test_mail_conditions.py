"""What mail waits for: a number of verified returns, at most until a moment, and a figure that passes a bound."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.factories import DATONG, NOW, SHANGHAI, TAIYUAN
from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker.models import Allocation, Delivery, Indicator, MailThreshold, Role, Schedule, Subscription, User
from tracker.queries.errors import Refused
from tracker.queries.mail import obstacles
from tracker.queries.mail.conditions import NOTHING_PASSED, crossings, hold_of, in_words
from tracker.queries.mail.not_sent import reasons_not_sent
from tracker.queries.mail.threshold_rules import check_threshold
from tracker.queries.mail.upcoming import subscriptions_managed_by, upcoming_mail
from tracker.services.mail import deliveries, held, previews, subscriptions, summaries, unsubscribe
from tracker.services.mail.mail_log import stored_message
from tracker.tasks import tick

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
MOMENT = datetime(2020, 9, 8, 8, 30, tzinfo=SHANGHAI)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
State = Delivery.State


@pytest.fixture
def datong(plan):
    """A second unit with a return for August."""
    return factories.make_unit(plan, DATONG)


@pytest.fixture
def file_august(plan, reviewer):
    """Verify August of a unit."""

    def file(unit, gangue="500"):
        own = factories.make_user(f"of-{unit.region.code}", Role.REPORTER, unit.region.code, unit)
        values = {GANGUE: gangue, ASH: "0"}
        return factories.file_return(unit, factories.period(plan), values, reporter=own, reviewer=reviewer)

    return file


@pytest.fixture
def subscribe(plan, leader):
    """Make a subscription of the leader, due on the 8th."""

    def make(when="day_of_month", number=8, **fields) -> Subscription:
        schedule = Schedule.objects.create(plan=plan, name="简报", when=when, number=number, time_of_day="08:30")
        given = {"user": leader, "active_from": NOW, **fields}
        made = Subscription.objects.create(schedule=schedule, **given)
        return Subscription.objects.select_related("schedule__plan__region").get(pk=made.pk)

    return make


def bound(subscription, measure, value, code=GANGUE, **fields) -> MailThreshold:
    indicator = Indicator.objects.get(code=code)
    return MailThreshold.objects.create(
        subscription=subscription, indicator=indicator, measure=measure, bound=value, **fields
    )


def run(now) -> None:
    """Do what the scheduler does about summaries."""
    summaries.due_deliveries(now=now)
    for one in list(held.held_mail()):
        held.settle_held(one, now=now)


def state() -> str:
    return Delivery.objects.get().state


def text(now=MOMENT) -> str:
    (delivery,) = Delivery.objects.filter(state=State.PENDING)
    deliveries.send_delivery(delivery.pk, clock=lambda: now)
    delivery.refresh_from_db()
    message = stored_message(delivery)
    assert message is not None
    return message.text


def test_mail_waits_until_so_many_returns_are_verified(subscribe, taiyuan, datong, file_august):
    subscribe(hold_number=2, hold_days=5)
    file_august(taiyuan)
    run(MOMENT)
    assert (state(), Delivery.objects.get().held_until) == (State.HELD, MOMENT + 5 * DAY)
    file_august(datong)
    run(MOMENT + DAY)
    assert state() == State.PENDING
    assert "最迟时刻" not in text(MOMENT + DAY)


def test_at_the_latest_moment_it_goes_out_and_says_what_is_missing(subscribe, taiyuan, datong, file_august):
    subscribe(hold_number=2, hold_days=5)
    file_august(taiyuan)
    run(MOMENT)
    run(MOMENT + 5 * DAY - MINUTE)
    assert state() == State.HELD
    run(MOMENT + 5 * DAY)
    assert state() == State.PENDING
    assert "应核定报表2份，已核定1份" in text(MOMENT + 5 * DAY)


def test_a_number_above_those_expected_means_all(subscribe, taiyuan, file_august):
    subscribe(hold_number=50, hold_days=5)
    run(MOMENT)
    assert state() == State.HELD
    file_august(taiyuan)
    run(MOMENT + MINUTE)
    assert state() == State.PENDING


def test_where_nothing_is_expected_nothing_is_waited_for(subscribe, plan):
    subscribe(hold_number=1, hold_days=5)
    run(MOMENT)
    assert state() == State.PENDING


def test_a_unit_counts_once_all_its_returns_are_verified(subscribe, taiyuan, datong, file_august, plan):
    made = subscribe(hold_number=2, hold_days=5, hold_counts="units")
    file_august(taiyuan)
    hold = hold_of(made, factories.period(plan))
    assert (str(hold.verified), hold.needed, hold.is_met) == ("1/2", 2, False)


def test_the_returns_of_a_place_are_those_of_the_place(subscribe, taiyuan, datong, file_august, plan):
    made = subscribe(hold_number=1, hold_days=5, about="place", place=factories.region(DATONG))
    file_august(taiyuan)
    hold = hold_of(made, factories.period(plan))
    assert (str(hold.verified), hold.is_met) == ("0/1", False)


def test_a_newer_run_takes_the_place_of_one_that_still_waits(subscribe, taiyuan):
    subscribe("weekly", 2, hold_number=1, hold_days=20)  # the 8th of September is a Tuesday
    run(MOMENT)
    run(MOMENT + 7 * DAY)
    states = Delivery.objects.order_by("pk").values_list("occasion", "state", "server_answer")
    assert list(states) == [("2020-09-08", State.DROPPED, held.SUPERSEDED), ("2020-09-15", State.HELD, "")]


def test_a_hold_taken_back_releases_what_waits(subscribe, taiyuan):
    made = subscribe(hold_number=1, hold_days=20)
    run(MOMENT)
    Subscription.objects.filter(pk=made.pk).update(hold_number=None, hold_days=None)
    run(MOMENT + MINUTE)
    assert state() == State.PENDING


def test_one_asked_for_by_hand_waits_for_nothing(subscribe, taiyuan, leader, plan):
    made = subscribe(hold_number=1, hold_days=20)
    delivery, _new = summaries.deliver_by_hand(
        made, factories.period(plan), summaries.Recipient(leader.email, leader), again=True, acting_user=leader, now=NOW
    )
    assert delivery.state == State.PENDING


@pytest.mark.parametrize("fields", [{"hold_number": 3}, {"hold_days": 3}, {"hold_number": 0, "hold_days": 3}])
def test_the_database_refuses_half_a_hold(subscribe, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        subscribe(**fields)


def test_mail_with_a_bound_goes_out_only_while_a_figure_is_beyond_it(subscribe, taiyuan, file_august):
    made = subscribe()
    bound(made, "completion", 70)
    file_august(taiyuan, "500")  # of 6500
    run(MOMENT)
    assert state() == State.PENDING
    told = text()
    assert "触发的阈值" in told
    assert "煤矸石综合利用量，山西省：完成率7.69%，低于70.00%" in told


def test_mail_with_a_bound_that_nothing_passes_is_not_sent_and_says_why(subscribe, taiyuan, file_august):
    made = subscribe()
    bound(made, "completion", 5)
    file_august(taiyuan, "500")
    run(MOMENT)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.server_answer) == (State.DROPPED, NOTHING_PASSED)
    run(MOMENT + DAY)
    assert Delivery.objects.count() == 1  # it is not asked again for the same period


@pytest.mark.parametrize(
    ("measure", "value", "is_passed"),
    [("level", 1, True), ("level", 2, True), ("gap", -10, True), ("gap", -90, False), ("completion", "7.70", True)],
)
def test_a_bound_is_on_the_rate_the_gap_or_the_level(subscribe, taiyuan, file_august, plan, measure, value, is_passed):
    made = subscribe()
    bound(made, measure, value)
    file_august(taiyuan, "500")
    made.refresh_from_db()
    assert bool(crossings(made, factories.period(plan))) is is_passed


def test_a_figure_without_data_passes_no_bound(subscribe, taiyuan, plan):
    made = subscribe()
    for measure, value in (("level", 2), ("gap", 50), ("completion", 100)):
        bound(made, measure, value)
    assert crossings(made, factories.period(plan)) == []


def test_a_place_that_has_not_reported_makes_no_rate_pass_a_bound(subscribe, taiyuan, datong, file_august, plan):
    """Taiyuan has done its whole share; that Datong's return is missing is no low rate."""
    made = subscribe()
    bound(made, "completion", 50)
    version = plan.targets.get(indicator__code=GANGUE).versions.get()
    for place, value in ((TAIYUAN, 500), (DATONG, 6000)):
        Allocation.objects.create(version=version, region=factories.region(place), value=value)
    file_august(taiyuan, "500")
    assert crossings(made, factories.period(plan)) == []
    file_august(datong, "10")
    assert len(crossings(made, factories.period(plan))) == 1


def test_a_bound_may_be_for_each_place_below_as_well(subscribe, taiyuan, datong, file_august, plan):
    made = subscribe()
    bound(made, "level", 1, with_places=True)
    version = plan.targets.get(indicator__code=GANGUE).versions.get()
    for place, value in ((TAIYUAN, 100), (DATONG, 6400)):
        Allocation.objects.create(version=version, region=factories.region(place), value=value)
    file_august(taiyuan, "10")
    file_august(datong, "6400")
    assert [one.progress.region.code for one in crossings(made, factories.period(plan))] == [TAIYUAN]
    made.thresholds.update(with_places=False)
    made.refresh_from_db()
    assert crossings(made, factories.period(plan)) == []


def test_what_it_waits_for_is_said_before_it_goes(subscribe, taiyuan, file_august, plan):
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    made = subscribe(hold_number=2, hold_days=3)
    bound(made, "gap", "-5.5")
    (row,) = upcoming_mail(subscriptions_managed_by(manager), now=MOMENT - DAY)
    assert row.conditions == in_words(made)
    assert row.conditions == [
        "等待2份报表核定，最多3天。",
        "仅在下列任一情况下发送：煤矸石综合利用量：差距低于-5.50。",
    ]
    assert previews.preview_of(made, factories.period(plan), acting_user=manager, now=MOMENT).obstacle == (
        "应核定报表1份，已核定0份，需等待1份。"
    )
    file_august(taiyuan, "6500")
    found = previews.preview_of(made, factories.period(plan), acting_user=manager, now=MOMENT)
    assert found.obstacle == NOTHING_PASSED


def test_a_copy_goes_to_another_person_who_may_read_the_figures(subscribe, taiyuan, leader):
    made = subscribe()
    deputy, city = factories.make_user("deputy", Role.LEADER), factories.make_user("city", Role.LEADER, TAIYUAN)
    with pytest.raises(Refused) as refused:
        subscriptions.check_copies(made, [deputy, city])
    assert "city" in refused.value.fields["copies_to"] and "deputy" not in refused.value.fields["copies_to"]
    made.copies_to.set([deputy, leader])
    run(MOMENT)
    assert sorted(Delivery.objects.values_list("recipient", flat=True)) == ["deputy@example.com", "leader@example.com"]
    copy = Delivery.objects.get(user=deputy)
    deliveries.send_delivery(copy.pk, clock=lambda: MOMENT)
    copy.refresh_from_db()
    assert "抄送件，主送leader" in stored_message(copy).text


def test_who_gets_a_copy_stops_it_for_oneself_alone(subscribe, taiyuan, leader):
    made, deputy = subscribe(), factories.make_user("deputy", Role.LEADER)
    made.copies_to.add(deputy)
    run(MOMENT)
    key = unsubscribe.key_of(unsubscribe.stoppable(Delivery.objects.get(user=deputy)))
    unsubscribe.switch_by_key(unsubscribe.find_stoppable(key), False, now=MOMENT)
    made.refresh_from_db()
    assert made.is_active and list(made.stopped_by.all()) == [deputy]
    Delivery.objects.all().delete()
    run(MOMENT)
    assert [one.user for one in Delivery.objects.all()] == [leader]


def test_who_is_no_longer_named_for_a_copy_gets_none(subscribe, taiyuan):
    made, deputy = subscribe(), factories.make_user("deputy", Role.LEADER)
    made.copies_to.add(deputy)
    run(MOMENT)
    made.copies_to.clear()
    copy = Delivery.objects.get(user=deputy)
    deliveries.send_delivery(copy.pk, clock=lambda: MOMENT)
    copy.refresh_from_db()
    assert (copy.state, copy.server_answer) == (State.FAILED, obstacles.NO_LONGER_MEANT)


def test_who_sets_up_a_subscription_is_told_why_mail_would_not_go(subscribe, taiyuan, leader, settings):
    settings.EMAIL_SENDING = True
    made = subscribe()
    assert reasons_not_sent(made, now=MOMENT - DAY) == []
    User.objects.filter(pk=leader.pk).update(email="")
    Schedule.objects.update(is_active=False)
    made = Subscription.objects.select_related("schedule__plan__region", "user").get()
    assert reasons_not_sent(made, now=MOMENT - DAY) == ["该发送安排未启用。", "leader：该人员未登记电子邮箱。"]
    settings.EMAIL_SENDING = False
    assert any("未设置邮件服务器" in said for said in reasons_not_sent(made, now=MOMENT))


def test_the_other_reasons_are_told_as_well(subscribe, taiyuan, plan, settings):
    settings.EMAIL_SENDING = True

    def said(now=MOMENT - DAY, **fields):
        made = subscribe(**fields)
        return "".join(reasons_not_sent(made, now=now))

    assert "计划已结束" in said(datetime(2026, 11, 25, tzinfo=SHANGHAI))
    assert "少于要等待的9" in said(hold_number=9, hold_days=3, about="indicators")
    assert "没有接收此邮件" in said(audience="role", user=None, role=Role.AUDITOR, region=plan.region)
    assert "该地址尚未批准" in said(audience="outside", user=None, address="press@example.org")
    assert "尚未生效" in said(active_from=MOMENT + DAY, about="chasing")
    assert "订阅未启用" in said(is_active=False, about="place", place=plan.region)


def test_a_bound_must_be_one_that_a_target_of_the_plan_can_pass(subscribe, taiyuan, plan):
    made = subscribe()
    check_threshold(made, Indicator.objects.get(code=GANGUE), "completion")
    plan.targets.filter(indicator__code=GANGUE).update(bound="at_most")
    with pytest.raises(Refused) as refused:
        check_threshold(made, Indicator.objects.get(code=GANGUE), "completion")
    assert set(refused.value.fields) == {"measure"}
    plan.targets.filter(indicator__code=GANGUE).delete()
    with pytest.raises(Refused) as refused:
        check_threshold(made, Indicator.objects.get(code=GANGUE), "level")
    assert set(refused.value.fields) == {"indicator"}


def test_held_mail_is_released_by_the_scheduler_and_reaches_a_real_server(
    subscribe, taiyuan, file_august, settings, monkeypatch, no_broker
):
    settings.EMAIL_SENDING, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", free_port()
    made = subscribe(hold_number=1, hold_days=5)
    deputy = factories.make_user("deputy", Role.LEADER)
    made.copies_to.add(deputy)
    bound(made, "level", 1)

    def minute(now):
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        tick()
        for _task, *asked in no_broker:
            deliveries.send_deliveries(asked, clock=lambda: now)
        no_broker.clear()

    with mail_server(Mailbox(), settings.EMAIL_PORT) as mailbox:
        minute(MOMENT)
        assert mailbox.recipients == []
        file_august(taiyuan)
        minute(MOMENT + MINUTE)
    assert sorted(mailbox.recipients) == ["deputy@example.com", "leader@example.com"]
    assert set(Delivery.objects.filter(kind="summary").values_list("state", flat=True)) == {State.SENT}
