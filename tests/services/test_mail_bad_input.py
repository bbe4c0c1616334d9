"""What people type into names of schedules, regions and plans reaches a mail as text, and no header."""

import email
from datetime import datetime
from email import policy

import pytest

from tests import factories
from tests.factories import NOW, SHANGHAI, TAIYUAN
from tracker.models import Delivery, Plan, Region, Role, Schedule, Subscription, User
from tracker.services.mail import deliveries, summaries

MOMENT = datetime(2020, 9, 8, 8, 30, tzinfo=SHANGHAI)
EVIL = "<script>alert(1)</script>\r\nBcc: all@example.com\r\n\r\n{{ settings }}"


def sent(subscription: Subscription):  # type: ignore[no-untyped-def]
    """The message that the subscription's run makes."""
    (made,) = [row for row in summaries.due_deliveries(now=MOMENT) if row.subscription_id == subscription.pk]
    deliveries.send_delivery(made.pk, clock=lambda: MOMENT)
    made.refresh_from_db()
    assert made.state == Delivery.State.KEPT
    with made.content.open("rb") as file:
        return email.message_from_bytes(file.read(), policy=policy.SMTP)


@pytest.mark.parametrize("what", ["plan", "place", "chasing"])
@pytest.mark.parametrize("to", ["a person", "a role", "an address"])
def test_nothing_typed_adds_a_header_or_runs(plan, taiyuan, leader, what, to):
    schedule = Schedule.objects.create(plan=plan, name=EVIL[:100])
    whom = {
        "a person": {"user": leader},
        "a role": {"audience": "role", "role": Role.LEADER, "region": plan.region},
        "an address": {"audience": "outside", "address": "press@outside.example", "approved_by": leader},
    }[to]
    place = factories.region(TAIYUAN) if what == "place" else None
    row = Subscription.objects.create(schedule=schedule, active_from=NOW, about=what, place=place, **whom)
    User.objects.update(display_name=EVIL[:90])
    Plan.objects.update(name=EVIL[:60])
    Region.objects.filter(code=TAIYUAN).update(name=EVIL[:50])
    message = sent(row)
    assert message["Bcc"] is None and message.defects == []
    assert len(message.get_all("To")) == len(message.get_all("Subject")) == 1
    assert "\n" not in message["Subject"]
    markup = message.get_body(("html",)).get_content()
    assert "<script" not in markup and "&lt;script&gt;" in markup


def test_a_role_with_a_closed_account_and_one_without_an_address(plan, leader):
    closed = factories.make_user("closed", Role.LEADER)
    nowhere = factories.make_user("nowhere", Role.LEADER)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    User.objects.filter(pk=nowhere.pk).update(email="")
    schedule = Schedule.objects.create(plan=plan, name="月度简报")
    Subscription.objects.create(
        schedule=schedule, audience="role", role=Role.LEADER, region=plan.region, active_from=NOW
    )
    made = summaries.due_deliveries(now=MOMENT)
    deliveries.send_deliveries([row.pk for row in made], clock=lambda: MOMENT)
    states = dict(Delivery.objects.values_list("user__username", "state"))
    assert states == {"leader": Delivery.State.KEPT, "nowhere": Delivery.State.FAILED}
