"""Workers forked from a process that has everything loaded: starting Python anew took most of a fault's time.

A worker of an environment of its own is started as a command; see `Scene.worker`.
"""

import multiprocessing
import os
import subprocess
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

#: Loaded once, before the first worker; it must not ask the database or the broker anything.
LOADED = "tests.faults.loaded"


class Forked:
    """A worker as `subprocess.Popen` would give it: the leader of a process group, with its end."""

    def __init__(self, arguments: list[str], log: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([LOADED])
        self.process: ForkServerProcess = context.Process(target=_work, args=(arguments, str(log)))
        self.process.start()
        assert self.process.pid is not None
        self.pid: int = self.process.pid
        deadline = time.monotonic() + 60
        while self.process.is_alive() and os.getpgid(self.pid) != self.pid and time.monotonic() < deadline:
            time.sleep(0.01)  # killed before it leads its group, its children would go on

    def wait(self, timeout: float | None = None) -> int:
        """How it ended: 0, or less than 0 by a signal; an error when it has not by then."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("celery worker", timeout or 0)
        return self.process.exitcode


def _work(arguments: list[str], log: str) -> None:
    """What the forked process does."""
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    from config.celery import app

    app.worker_main(["worker", *arguments])
