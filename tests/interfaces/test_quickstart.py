"""From nothing to a running tracker in one command; the second time, nothing that a person entered is changed."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone
from django.utils.translation import override

from tests.conftest import FAST_HASHERS
from tests.installation import installation, wait_for
from tests.smtp_peer import free_port
from tracker.management import serving
from tracker.models import Allocation, Commitment, Event, IssuedReport, Plan, Region, Return, Subscription, User
from tracker.services import returns

PASSWORD = re.compile(r"临时密码：([a-z2-9-]{19})")


def quickstart(*arguments: str) -> str:
    """Run it without serving; what it printed."""
    printed = StringIO()
    call_command("quickstart", "--no-serve", *arguments, stdout=printed)
    return printed.getvalue()


def everything() -> dict[str, list[tuple]]:
    """Every row of every table."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=str)
        for model in apps.get_models(include_auto_created=True)
    }


@pytest.fixture(scope="module")
def printed(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the first run printed; the installation it made is taken back when the file is through."""
    own = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("quickstart"), PASSWORD_HASHERS=FAST_HASHERS)
    with own, django_db_blocker.unblock(), transaction.atomic():
        yield quickstart("--demo-accounts")
        transaction.set_rollback(True)


@pytest.fixture
def taken_back(printed: str) -> Iterator[None]:
    """What a test changes is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_it_loads_the_plan_and_marked_demonstration_data(printed):
    assert Plan.objects.get().code == "shanxi-2020"
    assert Return.objects.filter(is_demonstration=True).count() == 97
    assert "97" in printed


def test_it_issues_the_report_of_august_2020_and_prints_where_it_is(printed):
    report = IssuedReport.objects.get()
    path = re.search(r"目标完成情况报告：(.+)", printed)[1]
    assert (report.period.code, report.region.code, report.language) == ("2020-08", "140000", "zh-hans")
    assert openpyxl.load_workbook(path).sheetnames


def test_it_makes_the_administrator_with_a_password_that_is_printed_once(printed):
    administrator = User.objects.get(username="admin")
    assert administrator.is_superuser
    assert authenticate(username="admin", password=PASSWORD.findall(printed)[0]) == administrator


@pytest.mark.parametrize(
    ("username", "role", "place"),
    [
        ("demo-taiyuan", "reporter", "140100"),
        ("demo-reviewer", "reviewer", "140000"),
        ("demo-leader", "leader", "140000"),
    ],
)
def test_the_demonstrations_people_hold_one_role_each(printed, username, role, place):
    person = User.objects.get(username=username)
    password = re.search(rf"{username}.*：(\S+)", printed)[1]
    assert authenticate(username=username, password=password) == person
    assert list(person.memberships.values_list("role", "region__code")) == [(role, place)]
    assert (person.is_demonstration, person.email) == (True, f"{username}@example.com")
    assert person.must_change_password


def test_it_says_whom_to_be_first(db):
    from tracker.management.commands.quickstart import Command

    told = StringIO()
    with override("en"):
        Command(stdout=told).say_first_steps()
    assert "First sign in as admin" in told.getvalue()


@pytest.mark.whole
def test_the_leader_gets_a_summary_each_month(printed):
    assert [(row.user.username, row.is_active) for row in Subscription.objects.all()] == [("demo-leader", True)]


def test_no_password_is_kept_anywhere(printed):
    stored = str(everything())
    assert len(PASSWORD.findall(printed)) == 4
    assert not [password for password in PASSWORD.findall(printed) if password in stored]


def test_making_accounts_is_in_the_event_log(printed):
    granted = Event.objects.filter(action=Event.Action.PERMISSION_CHANGED).values_list("object_label", flat=True)
    assert len(granted) == 4


def test_a_second_run_changes_nothing_that_a_person_entered(printed, taken_back):
    official, now = User.objects.get(username="demo-taiyuan"), timezone.now()
    october = Plan.objects.get().periods.get(code="2020-10")
    unit = Region.objects.get(code="140100").units.get()
    filed = returns.open_return(unit, october, acting_user=official, now=now)
    returns.save_draft(
        filed, {"coal_gangue_utilised": "1"}, acting_user=official, now=now, expected_version=filed.version
    )
    Allocation.objects.filter(region=unit.region).update(value=1)
    Commitment.objects.update(status="under_way", status_note="已开工")
    Region.objects.filter(code="140200").update(name_en="Renamed")
    Plan.objects.update(level_one_below=-5)
    Subscription.objects.update(is_active=False)
    User.objects.filter(username="demo-reviewer").update(is_active=False)
    User.objects.get(username="admin").set_password("another-Password-7")
    before = everything()
    printed_again = quickstart("--demo-accounts")
    after = everything()
    (recorded,) = [row for row in after["tracker.Event"] if row not in before["tracker.Event"]]
    assert "command_run" in recorded, "that it ran again is all that is new"
    assert after | {"tracker.Event": before["tracker.Event"]} == before
    assert PASSWORD.findall(printed_again) == []


def test_without_demo_accounts_none_are_made(db, monkeypatch):
    monkeypatch.setenv("TRACKER_ADMIN_PASSWORD", "Gangue-and-ash-2020")
    monkeypatch.setattr("tracker.management.commands.quickstart.generate_demonstration", lambda plan: 0)
    printed = quickstart()
    assert list(User.objects.values_list("username", flat=True)) == ["admin"]
    assert authenticate(username="admin", password="Gangue-and-ash-2020")
    assert "Gangue" not in printed


@pytest.mark.parametrize("password", ["12345", "password123", "administrator", "1234567890123"])
def test_a_weak_password_is_refused_in_words_and_nothing_is_made(db, monkeypatch, password):
    monkeypatch.setenv("TRACKER_ADMIN_PASSWORD", password)
    with pytest.raises(CommandError, match="密码"):
        quickstart()
    assert not User.objects.exists()
    assert not Plan.objects.exists()


def test_a_port_in_use_is_said_before_anything_is_made(db):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"127.0.0.1:{port}"):
            call_command("quickstart", "--port", str(port), stdout=StringIO())
    assert not Plan.objects.exists()


# --- loading another plan ---


def test_a_plan_is_loaded_by_hand(db):
    printed = StringIO()
    call_command("load_plan", "fixtures/plan-shanxi-2020.toml", stdout=printed)
    assert "13" in printed.getvalue()


def test_a_wrong_plan_prints_each_mistake_with_its_place(db, tmp_path):
    text = Path("fixtures/plan-shanxi-2020.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text.replace("value = 6500", 'value = "6500"').replace('unit = "set"', 'unit = "sets"'))
    with pytest.raises(CommandError) as refusal:
        call_command("load_plan", str(wrong))
    assert "wrong.toml: [[target]] 2, value" in str(refusal.value)
    assert not Plan.objects.exists()


# --- serving ---

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print(child.pid, file=open(sys.argv[1] + '.part', 'w'), flush=True);"
    "import os; os.rename(sys.argv[1] + '.part', sys.argv[1]); time.sleep(600)",
]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_that_ends_by_itself_is_named_and_the_others_are_stopped():
    processes = serving.Processes()
    with processes.stopped_by_signals():
        processes.start({"web": SLEEPER, "worker": [sys.executable, "-c", "raise SystemExit(3)"]}, {})
        assert processes.wait() == "worker"
    assert not is_alive(processes.children["web"].pid)


def test_a_signal_stops_every_process():
    processes = serving.Processes()
    with processes.stopped_by_signals():
        processes.start({"web": SLEEPER, "worker": SLEEPER}, {})
        os.kill(os.getpid(), signal.SIGTERM)
        assert processes.wait() is None
    assert [child.returncode for child in processes.children.values()] == [-signal.SIGTERM] * 2


def test_what_does_not_stop_is_killed_with_all_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "GRACE_SECONDS", 0.3)
    note = tmp_path / "pid"
    processes = serving.Processes()
    with processes.stopped_by_signals():
        processes.start({"worker": [*STUBBORN, str(note)]}, {})
        grandchild = int(wait_for(lambda: note.exists() and note.read_text()))
    assert not is_alive(processes.children["worker"].pid)
    wait_for(lambda: not is_alive(grandchild))


@pytest.mark.whole
@pytest.mark.long
def test_served_in_the_foreground_until_it_is_stopped(tmp_path):
    port = free_port()
    with installation(tmp_path, TRACKER_ADMIN_PASSWORD="Gangue-and-ash-2020") as installed:
        served = installed.start("manage.py", "quickstart", "--port", str(port))
        wait_for(lambda: f"http://127.0.0.1:{port}/" in installed.log(0).read_text(), 180)
        children = subprocess.run(["pgrep", "-P", str(served.pid)], capture_output=True, text=True).stdout.split()
        served.send_signal(signal.SIGINT)
        assert served.wait(40) == 0
    assert len(children) == 3
    assert not [pid for pid in children if is_alive(int(pid))]
