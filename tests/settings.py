"""The settings, with a data directory of the test run's own that goes when it ends."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

if sys.dont_write_bytecode:
    # Tests start many processes, and without kept bytecode each compiles Django again: half of its cost. The bytecode
    # is kept beside what pytest keeps, so the tree stays clean.
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE")
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-test-")
for name in ("EMAIL_URL", "BASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "TRACKER_ADMIN_PASSWORD", "OTP_ROLES"):
    os.environ.pop(name, None)  # what the developer's shell has set is no part of a test
os.environ["PRIVACY_NOTICE"] = "off"  # most tests sign people in for the first time; those of the notice switch it on
os.environ["LANGUAGE"] = "zh_CN"  # commands that speak the terminal's language speak Chinese
atexit.register(shutil.rmtree, os.environ["TRACKER_DATA_DIR"], ignore_errors=True)

from config.settings import *  # noqa: E402, F403
