"""The data directory and all files within, for the service's own account alone."""

import os
import stat
from pathlib import Path

DIRECTORY_MODE, FILE_MODE = 0o700, 0o600
#: By these a directory is recognised as this installation's; nothing else in it is touched.
OWN = ("secret_key", "tracker.sqlite3*", "files", "queue", "static", "compressed", "beat-schedule*")


def make_private(directory: Path) -> None:
    """Create the directory with mode 0700, or set modes 0700 and 0600 in one that other accounts can still enter.

    The directory's own mode is set last: a run that is cut off begins again at the next start. A directory of other
    content, or of another account, stays as it is, which `is_private` then reports.
    """
    directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    if is_private(directory) or os.geteuid() not in (0, directory.stat().st_uid):
        return
    own = [path for pattern in OWN for path in directory.glob(pattern)]
    if not own and any(directory.iterdir()):
        return
    for path in own:
        _close(path)
    _set_mode(directory, DIRECTORY_MODE)


def is_private(directory: Path) -> bool:
    """Return True where no other account can enter the directory."""
    return stat.S_IMODE(directory.stat().st_mode) & 0o077 == 0


def _close(path: Path) -> None:
    """Set the modes of a file, or of a directory and all within."""
    for place, directories, files in os.walk(path):
        for name in directories:
            _set_mode(Path(place, name), DIRECTORY_MODE)
        for name in files:
            _set_mode(Path(place, name), FILE_MODE)
    _set_mode(path, DIRECTORY_MODE if path.is_dir() else FILE_MODE)


def _set_mode(path: Path, mode: int) -> None:
    """Set a mode. Links are left alone; so is a file that another process just removed, or another account's."""
    if path.is_symlink():
        return
    try:
        path.chmod(mode)
    except (FileNotFoundError, PermissionError):
        return
