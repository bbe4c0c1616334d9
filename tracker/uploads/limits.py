"""What a program that reads an upload takes upon itself first: so much memory, so much time, no large files."""

import resource
from contextlib import suppress

MEMORY = 512 * 1024 * 1024
SECONDS = 30
#: What it may write to any one file; the pipe to the parent is none.
WRITTEN = 64 * 1024 * 1024


def limit_this_process() -> None:
    """Bound this process for good: limits once lowered cannot be raised again."""
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: WRITTEN,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in wanted.items():
        with suppress(ValueError, OSError):  # a system that knows no such limit, or has a lower one
            resource.setrlimit(kind, (limit, limit))
