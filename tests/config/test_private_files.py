"""The data directory is the service account's alone, whatever the umask and whatever an earlier version left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config.private_files import is_private, make_private
from tests.test_hardening import manage


def modes(directory: Path) -> dict[str, int]:
    paths = [directory, *directory.rglob("*")]
    return {str(path.relative_to(directory)): path.stat().st_mode & 0o777 for path in paths}


def open_to_others(directory: Path) -> dict[str, str]:
    return {name: oct(mode) for name, mode in modes(directory).items() if mode & 0o077}


def test_a_first_start_under_a_generous_umask_leaves_nothing_open(tmp_path):
    data = tmp_path / "data"
    command = f"umask 000; exec {sys.executable} manage.py migrate --verbosity 0"
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=settings.BASE_DIR,
        env=own | {"DJANGO_SETTINGS_MODULE": "config.settings", "TRACKER_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert {"secret_key", "tracker.sqlite3"} <= set(modes(data))
    assert open_to_others(data) == {}


def test_an_upgrade_closes_what_an_earlier_version_left_open(tmp_path):
    data = tmp_path / "data"
    (data / "files" / "reports").mkdir(parents=True)
    for name in ("secret_key", "tracker.sqlite3", "tracker.sqlite3-wal", "files/reports/1.xlsx"):
        (data / name).write_text("x" * 60)
        (data / name).chmod(0o644)
    for place in (data / "files" / "reports", data / "files", data):
        place.chmod(0o755)
    make_private(data)
    assert open_to_others(data) == {}


@pytest.mark.parametrize("content", ["letters.txt", "photographs/1.jpg"])
def test_a_directory_of_other_content_is_left_as_it_is(tmp_path, content):
    (tmp_path / content).parent.mkdir(exist_ok=True)
    (tmp_path / content).write_text("x")
    (tmp_path / content).chmod(0o644)
    tmp_path.chmod(0o755)
    make_private(tmp_path)
    assert (modes(tmp_path)[content], modes(tmp_path)["."]) == (0o644, 0o755)
    assert not is_private(tmp_path)


def test_a_link_in_the_data_directory_leads_to_no_change_elsewhere(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("x")
    elsewhere.chmod(0o644)
    data = tmp_path / "data"
    data.mkdir()
    (data / "files").mkdir()
    (data / "files" / "link").symlink_to(elsewhere)
    data.chmod(0o755)
    make_private(data)
    assert elsewhere.stat().st_mode & 0o777 == 0o644
    assert is_private(data)


def test_the_check_for_deployment_names_a_directory_that_stays_open(tmp_path):
    (tmp_path / "letters.txt").write_text("x")
    tmp_path.chmod(0o755)
    assert "tracker.W005" in manage(tmp_path, "check", "--deploy").stderr
