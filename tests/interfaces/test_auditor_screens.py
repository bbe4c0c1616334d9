"""What an auditor reads of people, roles, subscriptions, jobs and mail, and what stays hidden."""

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, NOW, TAIYUAN
from tests.interfaces.test_pages import signed_in
from tracker.models import Delivery, Job, Membership, Role, Schedule, Subscription, User

ADDRESS, NUMBER = "official@taiyuan.example", "13800001111"


@pytest.fixture
def official(plan, taiyuan):
    """Taiyuan's, with an address and a number."""
    person = factories.make_user("official", Role.REPORTER, TAIYUAN)
    User.objects.filter(pk=person.pk).update(email=ADDRESS, phone=NUMBER, display_name="张三")
    person.refresh_from_db()
    return person


@pytest.fixture(params=[Role.AUDITOR, Role.AUDIT_ADMIN])
def reader(request, plan):
    return factories.make_user("reader", request.param, TAIYUAN)


def text(person, name, *arguments, **query):
    """A page's text; it must be there."""
    answer = signed_in(person).get(reverse(name, args=arguments), query)
    assert answer.status_code == 200, name
    return answer.content.decode()


def reminder_to(person, **given):
    return Delivery.objects.create(
        **{"kind": Delivery.Kind.REMINDER, "user": person, "occasion": "2020-09-01", **given},
        recipient=ADDRESS,
        subject="提醒",
        next_attempt_at=NOW,
        created_at=NOW,
        message_id="<1@example.com>",
        server_answer=f"550 {ADDRESS}",
    )


def test_accounts_are_read_without_addresses_and_numbers(reader, official):
    page = text(reader, "admin:tracker_user_changelist")
    assert "张三" in page
    own = text(reader, "admin:tracker_user_change", official.pk)
    assert "张三" in own
    assert ADDRESS not in page + own
    assert NUMBER not in page + own
    assert "张三" not in text(reader, "admin:tracker_user_changelist", q=ADDRESS)


def test_an_account_with_a_role_elsewhere_is_not_read_and_its_role_here_is(reader, official):
    Membership.objects.create(user=official, role=Role.REVIEWER, region=factories.region(DATONG))
    assert "official" not in text(reader, "admin:tracker_user_changelist")
    roles = text(reader, "admin:tracker_membership_changelist")
    assert "张三" in roles
    assert "大同" not in roles


def test_subscriptions_of_the_plan_are_read_and_not_changed(plan, official):
    reader = factories.make_user("reader", Role.AUDITOR)
    schedule = Schedule.objects.create(name="月报", plan=plan)
    row = Subscription.objects.create(schedule=schedule, user=official, active_from=NOW)
    assert "张三" in text(reader, "admin:tracker_subscription_changelist")
    address = reverse("admin:tracker_subscription_change", args=[row.pk])
    assert signed_in(reader).post(address, {"is_active": ""}).status_code == 403


def test_jobs_are_read_and_not_stopped(reader, official):
    path = {"region_path": factories.region(TAIYUAN).path}
    own = Job.objects.create(kind="report", parameters=path, request_key="a", requested_by=official, requested_at=NOW)
    table = Job.objects.create(kind="import", parameters={}, request_key="b", requested_by=official, requested_at=NOW)
    Membership.objects.filter(user=official).update(region=factories.region(DATONG))
    assert set(Job.objects.visible_to(reader)) == {own}
    Membership.objects.filter(user=official).update(region=factories.region(TAIYUAN))
    assert set(Job.objects.visible_to(reader)) == {own, table}
    assert 'value="cancel"' not in text(reader, "admin:tracker_job_changelist")


def test_mail_is_read_without_the_addresses_of_people(official):
    reader = factories.make_user("reader", Role.AUDITOR, TAIYUAN)
    row = reminder_to(official)
    page, own = text(reader, "deliveries"), text(reader, "delivery", row.pk)
    assert "张三" in page
    assert "张三" in own
    assert ADDRESS not in page + own
    assert "张三" not in text(reader, "deliveries", recipient="taiyuan.example")
    assert "张三" not in text(reader, "deliveries", answer="550")
    assert "张三" in text(reader, "deliveries", recipient="张三")


def test_an_address_outside_is_read_for_documents_went_there(plan, official):
    reader = factories.make_user("reader", Role.AUDITOR)
    schedule = Schedule.objects.create(name="月报", plan=plan)
    row = Subscription.objects.create(schedule=schedule, audience="outside", address=ADDRESS, active_from=NOW)
    sent = reminder_to(None, kind="summary", occasion="", subscription=row, period=factories.period(plan))
    assert ADDRESS in text(reader, "delivery", sent.pk)
    assert signed_in(reader).post(reverse("delivery_resend", args=[sent.pk])).status_code == 404


def test_mail_to_somebody_with_a_role_elsewhere_is_not_read(official):
    Membership.objects.create(user=official, role=Role.REPORTER, region=factories.region(DATONG))
    reminder_to(official)
    assert not Delivery.objects.visible_to(factories.make_user("reader", Role.AUDITOR, TAIYUAN)).exists()


def test_the_audit_administrator_reads_no_mail(official):
    reminder_to(official)
    assert not Delivery.objects.visible_to(factories.make_user("reader", Role.AUDIT_ADMIN)).exists()
