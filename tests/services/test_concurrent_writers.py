"""Several people in one return at once: no edit that was accepted is lost, and no refused one is stored."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection


def test_no_update_is_lost_between_writers_at_once():
    writers, edits = 8, 20
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.concurrent_writers", str(writers), str(edits)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{connection.vendor}: {writers} writers x {edits} edits"), done.stdout
    assert done.stdout.endswith("none lost\n")
