"""Every setting is checked as it is read: a mistyped one stops the start and is named."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import identity
from config.environment import Environment
from config.protections import protections
from tests.test_hardening import PRODUCTION, manage
from tracker.models import Role

SOURCES = [Path(settings.BASE_DIR, "config", name).read_text() for name in ("settings.py", "identity.py")]
READ = {name for source in SOURCES for name in re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)}

#: For each setting, values that a person mistypes.
MISTYPED = {
    "TRACKER_DATA_DIR": [""],
    "DATABASE_URL": [
        *("", "postgre://u:hunter2@h/x", "postgres://u:hunter2@h", "postgres://u:hunter2@h:54x2/x"),
        *("sqlite:///relative", "mysql://u:hunter2@h/x", "tracker"),
    ],
    "BROKER_URL": ["", "amqp:/u:hunter2@h", "ampq://u:hunter2@h//", "redis://:hunter2@h:port/0", "localhost:5672"],
    "EMAIL_URL": ["", "mail.example.com", "smtp+starttls://u:hunter2@h", "smtp+tls://u:hunter2@h:5x7", "smtp://"],
    "DEFAULT_FROM_EMAIL": ["", "tracker", "tracker@", "tracker example.com"],
    "EMAIL_ATTACHMENT_LIMIT": ["", "8MB", "8", "-1", "8e6"],
    "FILES_URL": ["", "/mnt/files", "file://mnt/files", "s3://host/bucket", "ftp://a:hunter2@b/c"],
    "EVIDENCE_LIMIT": ["", "10MB", "10", "-1"],
    "MAIL_KEEP_DAYS": ["", "-1", "two years", "1.5", "999999"],
    "ADDRESS_KEEP_DAYS": ["", "-1", "two years", "1.5", "999999"],
    "ACCOUNT_KEEP_DAYS": ["", "-1", "two years", "1.5", "999999"],
    "SIGN_IN_KEEP_DAYS": ["", "-1", "two years", "1.5", "999999"],
    "SECRET_KEY": ["", "change-me", "short"],
    "ALLOWED_HOSTS": ["", "https://targets.example.com", "targets.example.com:443", "a b", "one,,two"],
    "BASE_URL": [
        "",
        "targets.example.com",
        "htps://targets.example.com",
        "https://",
        "https://h/path",
        "https://h:4x3",
    ],
    "DOCUMENT_FONTS": ["", "/no/such/directory", "fonts,more"],
    "LOG_FORMAT": ["", "JSON", "xml"],
    "METRICS_ALLOWED": ["", "10.0.0.0/33", "everywhere", "127.0.0.1;::1"],
    "METRICS_TOKEN": ["", "short", "with a space in the token"],
    "DISK_FREE_MINIMUM": ["", "500MB", "500", "-1"],
    "TASK_SECONDS": ["", "1h", "0", "-1"],
    "TASK_MEMORY": ["", "2GB", "2", "-1"],
    "WORKER_CHILD_MEMORY": ["", "1G", "1", "0"],
    "WORKER_STOP_SECONDS": ["", "1m", "-1"],
    "VISIBILITY_TIMEOUT": ["", "2h", "0"],
    "HSTS_SECONDS": ["", "1y", "-1"],
    "DEBUG": ["", "ture", "of", "2"],
    "PASSWORD_MIN_LENGTH": ["", "ten", "0", "4", "-10"],
    "PASSWORD_MAX_AGE_DAYS": ["", "90d", "-90"],
    "PASSWORD_HISTORY": ["", "five", "-1"],
    "SESSION_IDLE_MINUTES": ["", "0", "30m", "-30", "100000"],
    "OTP_ROLES": ["", "security_admn", "Security_Admin", "superuser;auditor", "superuser,,auditor"],
    "TWO_PERSON_RULE": ["", "ja", "2"],
    "SEPARATION_OF_DUTIES": ["", "ja", "2"],
    "PRIVACY_NOTICE": ["", "ja", "2"],
    "TRUSTED_PROXIES": ["", "localhost", "10.0.0.0/99", "unix;127.0.0.1"],
    "EXPENSIVE_LIMIT": ["", "0", "-1", "sixty"],
}


def test_a_value_is_mistyped_here_for_every_setting_that_is_read():
    assert set(MISTYPED) == READ


#: Reads the settings with each mistyped value in turn, in one process, and prints the error of each.
LOOK = """
import importlib, json, os, sys
from django.core.exceptions import ImproperlyConfigured
base = dict(os.environ)
found = []
for name, value in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(base | {name: value})
    for module in [each for each in sys.modules if each.split(".")[0] == "config"]:
        del sys.modules[module]
    try:
        importlib.import_module("config.settings")
        found.append("")
    except ImproperlyConfigured as error:
        found.append(str(error))
print(json.dumps(found))
"""


def test_no_mistyped_value_starts_the_service_and_each_is_named_without_its_password(tmp_path):
    cases = [(name, value) for name, values in MISTYPED.items() for value in values]
    own = {name: value for name, value in os.environ.items() if name not in READ}
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        input=json.dumps(cases),
        cwd=tmp_path,
        env=own | PRODUCTION | {"TRACKER_DATA_DIR": str(tmp_path), "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    errors = json.loads(done.stdout)
    silent = [case for case, error in zip(cases, errors, strict=True) if case[0] not in error]
    assert silent == []
    assert "hunter2" not in done.stdout
    assert all("Expected: " in error for case, error in zip(cases, errors, strict=True) if case[0] != "SECRET_KEY")


def test_the_check_for_deployment_names_every_mistyped_value_at_once(tmp_path):
    done = manage(tmp_path, "check", "--deploy", **PRODUCTION, MAIL_KEEP_DAYS="-1", OTP_ROLES="security_admn")
    assert done.returncode != 0
    assert "MAIL_KEEP_DAYS is '-1'. Expected: a whole number of days from 1 to 36500" in done.stderr
    assert "OTP_ROLES is 'security_admn'. Expected: a comma-separated list of: reporter" in done.stderr


def test_the_check_for_deployment_names_what_valid_settings_leave_open(tmp_path):
    given = PRODUCTION | {"ALLOWED_HOSTS": "other.example.com", "OTP_ROLES": "none"}
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **given)
    assert done.returncode != 0
    assert {"tracker.W001", "tracker.W003"} <= set(re.findall(r"tracker\.W\d+", done.stderr))


def test_the_roles_that_settings_accept_are_the_roles_there_are():
    assert set(identity.ROLES) == {*Role.values, "superuser"}


def test_none_is_written_for_an_empty_list():
    given = Environment({"OTP_ROLES": "none", "METRICS_ALLOWED": "none"})
    assert given.choices("OTP_ROLES", ["auditor"], default=["auditor"]) == []
    assert given.networks("METRICS_ALLOWED", default=["::1"], may_be_none=True) == []
    given.require_valid()


def test_an_address_in_capitals_still_counts_as_https(tmp_path):
    ask = ["shell", "--no-imports", "-c", "from django.conf import settings; print(settings.SESSION_COOKIE_SECURE)"]
    given = PRODUCTION | {"BASE_URL": "HTTPS://targets.example.com"}
    assert manage(tmp_path, *ask, **given).stdout.strip() == "True"


def test_all_faults_are_told_in_one_error():
    given = Environment({"A": "x", "B": "-1"})
    given.whole("A", default=1, minimum=0, maximum=9, unit="days")
    given.whole("B", default=1, minimum=0, maximum=9, unit="days")
    with pytest.raises(ImproperlyConfigured, match=r"(?s)A is 'x'.*B is '-1'"):
        given.require_valid()


def test_protections_that_are_off_are_listed_as_off(settings):
    settings.OTP_ROLES, settings.ALLOWED_HOSTS = [], ["*"]
    off = {str(each.name) for each in protections() if not each.is_on}
    assert len(off) >= 2
    settings.OTP_ROLES, settings.ALLOWED_HOSTS = ["superuser"], ["one.example.com"]
    assert len({str(each.name) for each in protections() if not each.is_on}) == len(off) - 2


def test_the_list_of_protections_is_logged_at_start(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in os.environ.items() if name not in READ}
        | PRODUCTION
        | {"TRACKER_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stderr.splitlines() if "Protections in force" in line)
    in_force, _separator, off = line.partition("Switched off:")
    assert "two-step verification (system_admin" in in_force
    assert "memory of a background job is limited" in off
