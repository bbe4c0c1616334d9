"""gunicorn's settings on a server: `gunicorn config.wsgi --config python:config.gunicorn_settings`."""

import os
from pathlib import Path
from typing import Any

from config.settings import LOGGING

# What gunicorn itself has to say, as of a worker that did not answer, goes where our lines go, in their form.
logconfig_dict: dict[str, Any] = {
    **LOGGING,
    "loggers": {
        "gunicorn.error": {"level": "INFO", "propagate": True},
        "gunicorn.access": {"level": "WARNING", "propagate": True},  # nginx tells of requests
    },
}


def on_starting(_server: object) -> None:
    """Start the request counts at zero with the service: files left by an earlier start would be added to them."""
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if directory:
        Path(directory).mkdir(parents=True, exist_ok=True)
        for left in Path(directory).glob("*.db"):
            left.unlink()
