"""What the service tells browsers, and what it does not start with."""

import os
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.hardening import require_own_secret
from tests import factories

#: As a production server's environment has it, beside its database and broker.
PRODUCTION = {
    "BASE_URL": "https://targets.example.com",
    "ALLOWED_HOSTS": "targets.example.com",
    "TRUSTED_PROXIES": "127.0.0.1",
    "HSTS_SECONDS": "31536000",
}


def manage(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL", "DEBUG")}
    own |= {"DJANGO_SETTINGS_MODULE": "config.settings", "TRACKER_DATA_DIR": str(directory), **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=own, capture_output=True, text=True
    )


def test_the_check_for_deployment_finds_nothing(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (done.returncode, "no issues" in done.stdout + done.stderr) == (0, True), done.stderr


def test_it_does_not_start_on_an_example_of_a_secret_key(tmp_path):
    done = manage(tmp_path, "check", SECRET_KEY="change-me-change-me-change-me-change-me")
    assert done.returncode != 0 and "SECRET_KEY is an example" in done.stderr
    assert manage(tmp_path, "check", SECRET_KEY="change-me", DEBUG="1").returncode == 0


@pytest.mark.parametrize("key", ["short", "a" * 60, "django-insecure-" + "q8w7e6r5t4y3u2i1o0p" * 3])
def test_weak_keys_are_told_from_ones_own(key):
    with pytest.raises(ImproperlyConfigured):
        require_own_secret(key, is_debugging=False)
    require_own_secret(settings.SECRET_KEY, is_debugging=False)


def test_administrators_need_a_second_step_as_soon_as_the_address_is_public(tmp_path):
    ask = ["shell", "--no-imports", "-c", "from django.conf import settings; print(','.join(settings.OTP_ROLES))"]
    assert "security_admin" in manage(tmp_path, *ask, **PRODUCTION).stdout
    assert manage(tmp_path, *ask).stdout.strip() == ""
    assert manage(tmp_path, *ask, **PRODUCTION, OTP_ROLES="reviewer").stdout.strip() == "reviewer"


@pytest.mark.parametrize("address", ["/", "/admin/", "/admin/login/", "/no-such-page", "/targets/?_export=xlsx"])
def test_every_answer_carries_the_headers(client, plan, leader, address):
    client.force_login(leader)
    headers = client.get(address).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "private" in headers["Cache-Control"] or "no-store" in headers["Cache-Control"]


def test_a_download_is_never_shown_in_the_browser(client, plan, leader):
    client.force_login(leader)
    headers = client.get("/targets/?_export=xlsx").headers
    assert headers["Content-Disposition"].startswith("attachment")
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_cookies_are_out_of_scripts_reach(client, plan, leader):
    client.post("/admin/login/", {"username": leader.username, "password": factories.PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


# The audit of packages


@pytest.fixture
def audit(monkeypatch, tmp_path):
    """The audit with a stand-in for the program that asks; what that prints and returns is given."""
    spec = util.spec_from_file_location("audit", settings.BASE_DIR / ".ci" / "audit.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(printed: str, fault: str = "", status: int = 0, arguments: tuple[str, ...] = ()) -> int:
        stand_in = tmp_path / "asks.py"
        stand_in.write_text(f"import sys\nprint({printed!r})\nprint({fault!r}, file=sys.stderr)\nsys.exit({status})")
        monkeypatch.setattr(module, "ASK", [sys.executable, str(stand_in)])
        return module.main(list(arguments))

    return run


def test_the_audit_fails_on_a_known_vulnerability_and_names_it(audit, capsys):
    known = '{"dependencies": [{"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}'
    assert audit(known, status=1) == 1
    assert "x 1: CVE-1, fixed in 2" in capsys.readouterr().err


def test_the_audit_passes_on_none(audit):
    assert audit('{"dependencies": [{"name": "x", "version": "1", "vulns": []}]}') == 0


def test_an_audit_that_could_not_be_made_fails_and_says_so(audit, capsys):
    assert audit("", "connection refused", status=1) == 3
    assert "NOT AUDITED" in (told := capsys.readouterr().err) and "connection refused" in told


def test_an_audit_that_could_not_be_made_passes_where_that_was_asked_for(audit, capsys):
    assert audit("", "connection refused", status=1, arguments=("--offline",)) == 0
    assert "NOT AUDITED" in capsys.readouterr().err


def test_a_package_that_was_passed_over_is_named_and_fails_the_audit(audit, capsys):
    assert audit('{"dependencies": [{"name": "x", "skip_reason": "not on the index"}]}') == 3
    assert "NOT AUDITED: x" in capsys.readouterr().err


@pytest.mark.parametrize(("release", "status"), [("", 0), ("1", 1)])
def test_ci_ends_with_the_audit_that_could_not_be_made_and_fails_in_release_mode(release, status):
    ending = (settings.BASE_DIR / ".ci" / "run").read_text().partition('section "Result"')[2]
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail; audited=3; {ending}"],
        env={**os.environ, "RELEASE": release},
        capture_output=True,
        text=True,
    )
    assert done.returncode == status
    assert "NOT AUDITED" in done.stdout.splitlines()[-1]
