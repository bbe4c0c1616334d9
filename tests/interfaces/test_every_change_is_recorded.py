"""The event log is complete: what a request changes or lets out is in it, with person and address."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from tests.factories import NOW, PASSWORD
from tests.interfaces.changes import Writes, require_event, watched
from tracker.models import Event, Schedule, Subscription, User
from tracker.services.audit.events import record_event

pytestmark = pytest.mark.django_db


def test_a_change_without_an_event_is_found(plan):
    def request(_client, **_environ):
        Schedule.objects.create(plan=plan, name="unrecorded")
        return HttpResponse()

    with pytest.raises(AssertionError, match="tracker_schedule"):
        watched(request)(None, PATH_INFO="/somewhere")


def test_a_file_let_out_without_an_event_is_found():
    response = HttpResponse(headers={"Content-Disposition": "attachment"})
    with pytest.raises(AssertionError, match="let a file out"):
        require_event("/somewhere", Writes(), response)


def test_a_change_that_was_undone_needs_no_event(plan):
    def request(_client, **_environ):
        with transaction.atomic():
            Schedule.objects.create(plan=plan, name="undone")
            transaction.set_rollback(True)
        return HttpResponse()

    watched(request)(None, PATH_INFO="/somewhere")


def test_every_event_of_a_request_names_its_address(client, plan, leader):
    schedule = Schedule.objects.create(plan=plan, name="月度简报")
    subscription = Subscription.objects.create(schedule=schedule, user=leader, active_from=NOW)
    client.force_login(leader)
    client.post(reverse("subscription_switch", args=[subscription.pk]), {"active": "0"}, REMOTE_ADDR="192.0.2.44")
    event = Event.objects.latest("id")
    assert (event.action, event.actor, event.address) == (Event.Action.CONFIGURED, leader, "192.0.2.44")
    assert (event.before, event.after) == ({"is_active": True}, {"is_active": False})


def test_an_event_outside_a_request_has_no_address(client, plan, leader):
    client.get("/", REMOTE_ADDR="192.0.2.44")
    assert record_event(Event.Action.CONFIGURED, acting_user=leader, now=NOW).address is None


def test_an_unknown_name_at_the_login_is_not_kept(client, db):
    client.post(reverse("admin:login"), {"username": "Secret-in-the-wrong-box", "password": PASSWORD})
    event = Event.objects.get(action=Event.Action.LOGIN_FAILED)
    assert "Secret" not in repr((event.object_label, event.before, event.after, event.reason))
    assert not User.objects.exists()


def test_every_test_that_the_page_of_controls_names_is_there():
    page = (Path(settings.BASE_DIR) / "config" / "deploy" / "CONTROLS.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    missing = [
        f"{path}::{name}"
        for path, name in named
        if f"def {name}(" not in (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")
    ]
    assert missing == []
    controls = re.findall(r"^\| \d+ \|.*", page, re.MULTILINE)
    assert len(controls) == 20
    claimed = [control for control in controls if "| 单位 |" not in control]
    assert [control for control in claimed if "::test_" not in control] == []
