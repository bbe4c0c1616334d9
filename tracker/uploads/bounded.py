"""Runs a program of this room in a process of its own: fresh, bounded, and killed with all that it started."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from tracker.uploads.faults import Fault, UploadRefused
from tracker.uploads.limits import SECONDS

logger = logging.getLogger(__name__)
TOP = Path(__file__).resolve().parent.parent.parent
MAX_ANSWER = 64 * 1024 * 1024
#: Nothing of the service's own environment: no secret key, no database's or broker's password.
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run_bounded(
    module: str, arguments: Sequence[str], *, seconds: float = SECONDS, max_answer: int = MAX_ANSWER
) -> Iterator[dict[str, Any]]:
    """Return what `python -m module arguments` answers, one JSON object a line, as it comes; the last one is
    {"end": true}.

    Raises UploadRefused with what the program found wrong ({"fault": code, ...}), or `unreadable` when it ends
    without its last line, runs out of memory or time, or answers too much. Leaving the loop early ends it too.
    """
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-s", "-m", module, *arguments],
            cwd=TOP,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        watch = threading.Timer(seconds, _kill, [process])
        watch.daemon = True
        watch.start()
        try:
            for line in _lines(cast("IO[bytes]", process.stdout), max_answer):
                if line.get("end"):
                    return
                yield line
        finally:
            watch.cancel()
            _kill(process)
            process.wait()
            if process.stdout:
                process.stdout.close()
        _log(module, process.returncode, complaints)
        raise UploadRefused.because("unreadable")


def _lines(stream: IO[bytes], room: int) -> Iterator[dict[str, Any]]:
    while line := stream.readline(room):
        room -= len(line)
        if room <= 0:
            raise UploadRefused.because("too_many_cells")
        try:
            answer = json.loads(line)
        except ValueError:
            return  # cut off in the middle
        if "fault" in answer:
            place = answer.get("sheet", ""), answer.get("cell", "")
            raise UploadRefused([Fault(answer["fault"], *place, answer.get("details", {}))])
        yield answer


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all it started, unless it has been waited for."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _log(module: str, status: int | None, complaints: IO[bytes]) -> None:
    complaints.seek(0)
    logger.warning("%s ended with %s. %s", module, status, complaints.read(2_000).decode("utf-8", "replace"))
