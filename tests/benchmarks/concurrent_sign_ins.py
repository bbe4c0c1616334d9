"""Saving while many people sign in: `python -m tests.benchmarks.concurrent_sign_ins [PEOPLE]` (30).

In a database of its own on the server of DATABASE_URL (an SQLite file by default). Each sign-in hashes for half a
second.
Prints the longest time that one save took meanwhile; ends with an error when a sign-in failed.
"""

import os
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import setup_databases, setup_test_environment, teardown_databases
from django.urls import reverse

from tracker.models import Event, User

PASSWORD, SECONDS = "Sign-In-2020", 0.5


class SlowHasher(MD5PasswordHasher):
    """Takes as long as a strong hash, and leaves the processor to others meanwhile."""

    algorithm = "slow"

    def encode(self, password: str, salt: str) -> str:
        time.sleep(SECONDS)
        return super().encode(password, salt)


def main(people: int) -> None:
    """Let them sign in, and save without a pause."""
    file = Path(os.environ["TRACKER_DATA_DIR"]) / "signing.sqlite3"
    name = str(file) if connection.vendor == "sqlite" else f"signing_{uuid.uuid4().hex[:12]}"
    connection.settings_dict["TEST"]["NAME"] = name
    settings.PASSWORD_HASHERS = [f"{__name__}.SlowHasher"]
    setup_test_environment()
    created = setup_databases(verbosity=0, interactive=False)
    try:
        User.objects.create_user("person", password=PASSWORD)
        waits = saved_while(people)
        signed_in = Event.objects.filter(action=Event.Action.LOGGED_IN).count()
        if signed_in != people:
            raise SystemExit(f"{signed_in} of {people} signed in")
        print(f"{connection.vendor}: {people} sign-ins, {len(waits)} saves, the longest took {max(waits):.2f} s")
    finally:
        teardown_databases(created, verbosity=0)


def saved_while(people: int) -> list[float]:
    """Seconds that each save took while so many people signed in at once."""
    threads = [threading.Thread(target=sign_in) for _time in range(people)]
    for thread in threads:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in threads):
        started = time.monotonic()
        with transaction.atomic():
            User.objects.filter(username="person").update(phone=str(started))
        waits.append(time.monotonic() - started)
        time.sleep(0.02)
    return waits


def sign_in() -> None:
    """One person, with a connection of their own."""
    try:
        Client().post(reverse("admin:login"), {"username": "person", "password": PASSWORD})
    finally:
        connections.close_all()


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:2] or ["30"]))
