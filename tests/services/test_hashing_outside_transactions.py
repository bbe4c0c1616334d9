"""No password is hashed while a transaction is open: on SQLite everybody else's saving would wait for it."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, PASSWORD
from tracker.models import Event, User
from tracker.services.accounts import people

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "Another-Password-2020"


@pytest.fixture
def hashed_within(monkeypatch) -> list[bool]:
    """Whether a transaction was open, at each hash that was calculated."""
    seen: list[bool] = []
    encode = MD5PasswordHasher.encode

    def noting(hasher, password, salt):
        seen.append(connection.in_atomic_block)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noting)
    return seen


@pytest.fixture
def person() -> User:
    return User.objects.create_user("person", password=PASSWORD)


def test_at_a_sign_in(person, hashed_within):
    for password, action in ((PASSWORD, Event.Action.LOGGED_IN), ("wrong", Event.Action.LOGIN_FAILED)):
        hashed_within.clear()
        Client().post(reverse("admin:login"), {"username": "person", "password": password})
        assert hashed_within and not any(hashed_within)
        assert Event.objects.filter(action=action).count() == 1


def test_when_a_password_is_changed_or_given(person, hashed_within):
    administrator = User.objects.create_superuser("admin", password=PASSWORD)
    hashed_within.clear()
    people.change_own_password(person, NEW, now=NOW, address=None)
    given = people.give_one_time_password(person, acting_user=administrator, now=NOW)
    assert len(hashed_within) == 2 and not any(hashed_within)
    assert User.objects.get(pk=person.pk).check_password(given)


def test_a_sign_in_whose_event_cannot_be_stored_opens_no_session(person, monkeypatch):
    def away(*_arguments, **_more):
        raise RuntimeError

    monkeypatch.setattr(people, "record_login", away)
    client = Client(raise_request_exception=False)
    answer = client.post(reverse("admin:login"), {"username": "person", "password": PASSWORD})
    assert answer.status_code == 500
    assert client.get(reverse("account_sessions")).status_code == 302


@pytest.mark.whole
def test_a_save_does_not_wait_while_thirty_people_sign_in():
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.concurrent_sign_ins", "30"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    longest = float(re.search(r"took ([\d.]+) s", done.stdout)[1])
    assert longest < 5, "thirty hashes of half a second one after the other take fifteen"
