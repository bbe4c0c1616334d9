"""The short form of the faults: each of these once. All of them, often: `python -m tests.faults`."""

import os
import subprocess
import sys
from contextlib import nullcontext

import pytest
from django.conf import settings

from tests.installation import BROKER_URL, DATABASE_URL, alone_with_the_broker

#: Those that take few seconds; a worker that is killed has a test of its own.
SHORT = ["worker-killed-in-mid-mail", "smtp-faults", "broker-down", "two-schedulers", "job-published-five-times"]


@pytest.mark.faults
@pytest.mark.long
def test_nothing_is_lost_doubled_half_written_or_silent():
    given = ["--database", DATABASE_URL] if DATABASE_URL.startswith("postgres") else []
    given += ["--broker", BROKER_URL] if BROKER_URL else []
    environment = {name: value for name, value in os.environ.items() if name != "TRACKER_DATA_DIR"}
    with alone_with_the_broker() if BROKER_URL else nullcontext():
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults", "--repeat", "1", *given, "--only", *SHORT],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert f"{len(SHORT)} faults held" in done.stdout
