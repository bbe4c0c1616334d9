#!/usr/bin/env python3
"""The tracker's command line."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from tracker.management.recording import RecordingUtility
    except ImportError as error:
        raise SystemExit(
            "Django is not installed here. README.md names the command that sets everything up:\n"
            "  python3 -m pip install --target .uv uv && .uv/bin/uv run manage.py quickstart"
        ) from error
    RecordingUtility(sys.argv).execute()


if __name__ == "__main__":
    main()
