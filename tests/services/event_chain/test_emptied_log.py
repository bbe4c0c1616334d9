"""An emptied or cut event log is found from the second day on, by the heads that are kept elsewhere."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from tests.factories import NOW
from tests.services.event_chain.tampering import protection_lifted, record
from tracker import tasks
from tracker.models import Event, EventSeal, UpkeepFailure
from tracker.queries.audit.heads import FOLDER

pytestmark = pytest.mark.django_db(transaction=True)


def emptied() -> None:
    EventSeal.objects.all()._raw_delete("default")
    Event.objects.all()._raw_delete("default")


def cut() -> None:
    last = list(Event.objects.order_by("-pk").values_list("pk", flat=True)[:3])
    EventSeal.objects.filter(event__in=last)._raw_delete("default")
    Event.objects.filter(pk__in=last)._raw_delete("default")


@pytest.mark.parametrize("tamper", [emptied, cut])
def test_it_is_found_on_the_second_day_and_no_new_head_takes_its_place(tamper):
    with time_machine.travel(NOW, tick=False) as moved:
        record(5)
        tasks.tick()
        with protection_lifted():
            tamper()
        record(9)  # life goes on, and would soon reach the place of the old head
        moved.move_to(NOW + timedelta(days=1))
        tasks.tick()
        failure = UpkeepFailure.objects.get()
        assert failure.step == "export head" and "emptied or cut" in failure.error
        assert len(default_storage.listdir(FOLDER)[1]) == 1
        with pytest.raises(CommandError):
            call_command("verify_events")


def test_a_log_that_is_whole_gets_its_second_head():
    with time_machine.travel(NOW, tick=False) as moved:
        record(5)
        tasks.tick()
        moved.move_to(NOW + timedelta(days=1))
        tasks.tick()
        assert not UpkeepFailure.objects.exists()
        assert len(default_storage.listdir(FOLDER)[1]) == 2
