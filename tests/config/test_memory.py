"""A limit of memory is an error that the task meets, told in words; nothing is killed."""

import os
import subprocess
import sys

from django.conf import settings

TASK = """
from config import worker_signals
worker_signals._limit_memory()
small = bytearray(10**6)
try:
    large = bytearray(10**8)
except MemoryError:
    print("refused")
"""


def test_a_task_that_wants_too_much_meets_an_error(tmp_path):
    environment = {**os.environ, "TASK_MEMORY": str(20 * 1024**2), "TRACKER_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", TASK],
        cwd=settings.BASE_DIR,
        env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "refused", done.stderr
