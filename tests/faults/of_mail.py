"""Mail that is interrupted, refused and published too often."""

import uuid
from datetime import timedelta

from django.utils import timezone

from tests.factories import make_user
from tests.faults.scene import Scene
from tracker import tasks
from tracker.models import Delivery, Period, Role, Schedule, Subscription
from tracker.queries.mail.recipients import Recipient
from tracker.services.mail import deliveries, summaries


def new_delivery(stage: Scene) -> Delivery:
    """A summary to a new person."""
    name = f"reader-{uuid.uuid4().hex[:10]}"
    reader = make_user(name, Role.LEADER)
    type(reader).objects.filter(pk=reader.pk).update(email=f"{name}@example.com")
    reader.refresh_from_db()
    schedule = Schedule.objects.get_or_create(plan=stage.plan, name="faults")[0]
    subscription = Subscription.objects.create(
        schedule=schedule, user=reader, attached="nothing", active_from=timezone.now()
    )
    period = Period.objects.get(plan=stage.plan, code="2020-07")
    delivery, _is_new = summaries.deliver_by_hand(
        subscription, period, Recipient(reader.email, reader), again=False, acting_user=None, now=timezone.now()
    )
    return delivery


def state(delivery: Delivery) -> str:
    """Its state now."""
    delivery.refresh_from_db()
    return delivery.state


def killed_in_mid_mail(stage: Scene) -> None:
    """The server has the message when the worker is killed: nobody knows, nobody sends it again, and it says so."""
    delivery = new_delivery(stage)
    stage.mailbox.fault = "slow"
    worker = stage.worker()
    tasks.publish(tasks.send_delivery, delivery.pk)
    stage.wait_for(lambda: state(delivery) == Delivery.State.SENDING)
    stage.kill(worker)
    stage.mailbox.fault = ""
    stage.worker()
    for number in deliveries.sweep_deliveries(now=timezone.now() + timedelta(hours=1)):
        tasks.publish(tasks.send_delivery, number)
    assert state(delivery) == Delivery.State.UNCERTAIN


def server_fails(stage: Scene) -> None:
    """Each way in which a mail server fails: tried again where that is safe, told where it is not."""
    expected = {
        "550": Delivery.State.FAILED,
        "451": Delivery.State.SENT,
        "before data": Delivery.State.SENT,
        "after data": Delivery.State.UNCERTAIN,
    }
    for fault, in_the_end in expected.items():
        delivery = new_delivery(stage)
        stage.mailbox.fault = fault
        deliveries.send_delivery(delivery.pk, clock=timezone.now)
        stage.mailbox.fault = ""
        stage.clear_up()
        assert state(delivery) == in_the_end, (fault, delivery.state)


def published_often(stage: Scene) -> None:
    """The same message to the queue five times, and two workers: sent once."""
    delivery = new_delivery(stage)
    for _time in range(5):
        tasks.publish(tasks.send_delivery, delivery.pk)
    for _time in range(2):
        stage.worker()
    stage.wait_for(lambda: state(delivery) == Delivery.State.SENT)
