"""The log holds commands with the system's account, refused access, opened mail, changed settings, and lets all out."""

import csv
import getpass
import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.installation import installation
from tests.interfaces.test_signing_in import browser
from tests.services.test_subscriptions import MOMENT, subscribe
from tracker.management import recording
from tracker.models import Delivery, Event, Role
from tracker.services.audit import kept_settings
from tracker.services.audit.commands import record_command
from tracker.services.mail import deliveries, summaries


def test_a_command_is_recorded_with_the_account_of_the_operating_system(leader):
    record_command("changepassword", ["leader", "--permit", "S3CRET", "--token=S3CRET"], now=NOW)
    event = Event.objects.get(action=Event.Action.COMMAND_RUN)
    assert event.after["command"] == "changepassword" and getpass.getuser() in event.after["system_user"]
    assert event.after["arguments"] == [f"#{leader.pk}", "--permit", "…", "--token=…"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "recorded"),
    [
        (["shell", "-c", "1"], True),
        (["changepassword", "x"], True),
        (["check_totals"], False),
        (["shell", "--help"], False),
        (["help", "shell"], False),
    ],
)
def test_the_command_line_records_what_concerns_the_record(line, recorded):
    recording.RecordingUtility(["manage.py", *line]).fetch_command("shell" if "shell" in line else line[0])
    assert Event.objects.filter(action=Event.Action.COMMAND_RUN).exists() is recorded


@pytest.mark.django_db
@pytest.mark.parametrize(("line", "recorded"), [(["migrate", "--plan"], True), (["showmigrations"], False)])
def test_what_makes_the_log_is_recorded_after_it_ran(line, recorded, monkeypatch):
    monkeypatch.setattr(recording.ManagementUtility, "execute", lambda _self: None)
    recording.RecordingUtility(["manage.py", *line]).execute()
    assert Event.objects.filter(action=Event.Action.COMMAND_RUN, after__command=line[0]).exists() is recorded


COMMANDS = "select after from tracker_event where action = 'command_run' order by id"


def recorded_in(installed) -> list[str]:
    found = [row[0] for row in installed.rows(COMMANDS)]
    contents = [one if isinstance(one, dict) else json.loads(one) for one in found]
    assert all(getpass.getuser() in one["system_user"] for one in contents)
    return [one["command"] for one in contents]


def test_commands_are_recorded_whichever_command_line_runs_them(tmp_path):
    with installation(tmp_path, is_migrated=True) as installed:
        installed.manage("migrate")
        for line in (["clearsessions"], ["check_totals"], ["migrate"], ["clearsessions", "--help"]):
            done = subprocess.run(
                [sys.executable, "-m", "django", *line],
                cwd=django_settings.BASE_DIR,
                env={**installed.environment, "PYTHONPATH": str(django_settings.BASE_DIR)},
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr
        assert recorded_in(installed) == ["migrate", "clearsessions", "migrate"]


def test_the_tracker_is_started_by_that_command_line(tmp_path):
    environment = {**os.environ, "TRACKER_DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'none'}"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", "print('ran')"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "ran" in done.stdout, "a database that is not there keeps no command from running"
    assert "could not be recorded" in done.stderr


def test_refused_access_is_recorded_once_in_a_while(plan, reporter):
    client = browser()
    client.force_login(reporter)
    for _time in range(3):
        assert client.get(reverse("events")).status_code == 403
    event = Event.objects.get(action=Event.Action.ACCESS_REFUSED)
    assert (event.actor, event.after) == (reporter, {"path": reverse("events"), "method": "GET"})


def test_the_text_of_anothers_mail_is_opened_on_record(plan, leader):
    subscribe(plan, user=leader, attached="nothing")
    (made,) = summaries.due_deliveries(now=MOMENT)
    deliveries.send_delivery(made.pk, clock=lambda: MOMENT)
    assert Delivery.objects.get().content
    manager = factories.make_user("manager", Role.PLAN_MANAGER)
    for person, number in ((leader, 0), (manager, 1)):
        client = browser()
        client.force_login(person)
        assert client.get(reverse("delivery_content", args=[made.pk])).status_code == 200
        assert Event.objects.filter(action=Event.Action.MAIL_OPENED).count() == number


def test_the_release_and_settings_are_recorded_when_they_change(db, settings):
    assert kept_settings.record_changed_settings(now=NOW)
    assert not kept_settings.record_changed_settings(now=NOW)
    settings.MAIL_KEEP_DAYS = 1
    assert kept_settings.record_changed_settings(now=NOW)
    event = Event.objects.filter(action=Event.Action.SETTINGS_CHANGED).latest("pk")
    assert event.before["MAIL_KEEP_DAYS"] != event.after["MAIL_KEEP_DAYS"] == "1"
    assert "release" in event.after and settings.SECRET_KEY not in json.dumps(event.after)


def test_the_file_of_the_log_has_what_was_before_and_after(db, leader):
    auditor = factories.make_user("auditor", Role.AUDITOR, "140000")
    Event.objects.create(recorded_at=NOW, actor=leader, action="configured", before={"a": "1"}, after={"a": "二"})
    client = browser()
    client.force_login(auditor)
    answer = client.get(reverse("events"), {"_export": "csv"})
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    held = [list(row.values())[-2:] for row in rows]
    assert ['{"a": "1"}', '{"a": "二"}'] in held
