"""The release of the running code: the same on every machine that has the same code, and another after an upgrade."""

import hashlib
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


def release_of(top: Path) -> str:
    """Return twelve digits for the content of all modules below `config` and `tracker`."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in ("config", "tracker") for path in (top / folder).rglob("*.py")):
        digest.update(f"{path.relative_to(top)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


#: Calculated as the process starts: the files may be those of the next release later.
RELEASE = release_of(TOP)
